use std::str::FromStr;
use std::time::Duration;

use aws_sdk_cognitoidentityprovider::types::PasswordPolicyType;
use tokio::time::timeout;
use tracing::{debug, warn};

use super::Cognito;

/// A page that shows the rules does not wait longer for them.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a new password must be like.
///
/// # Examples
///
/// ```
/// use axum_cognito::cognito::PasswordPolicy;
///
/// let policy: PasswordPolicy = "12,lowercase,numbers".parse()?;
///
/// assert_eq!(policy.min_chars, 12);
/// assert!(policy.lowercase && !policy.uppercase);
/// # Ok::<(), axum_cognito::cognito::ParsePasswordPolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct PasswordPolicy {
    /// The fewest characters.
    pub min_chars: i32,
    /// Whether there must be a lower-case letter.
    pub lowercase: bool,
    /// Whether there must be a digit.
    pub numbers: bool,
    /// Whether there must be a symbol.
    pub symbols: bool,
    /// Whether there must be an upper-case letter.
    pub uppercase: bool,
    /// How many former passwords are refused.
    pub history: i32,
}

impl Default for PasswordPolicy {
    /// Cognito's own default: eight characters, with letters of both cases, a digit and a symbol.
    fn default() -> Self {
        Self {
            min_chars: 8,
            lowercase: true,
            numbers: true,
            symbols: true,
            uppercase: true,
            history: 0,
        }
    }
}

impl PasswordPolicy {
    pub(super) fn read(policy: &PasswordPolicyType) -> Self {
        Self {
            min_chars: policy.minimum_length().unwrap_or_default(),
            lowercase: policy.require_lowercase(),
            numbers: policy.require_numbers(),
            symbols: policy.require_symbols(),
            uppercase: policy.require_uppercase(),
            history: policy.password_history_size().unwrap_or_default(),
        }
    }
}

impl FromStr for PasswordPolicy {
    type Err = ParsePasswordPolicyError;

    /// Reads a list separated by commas: the fewest characters, and what there must be of `lowercase`,
    /// `numbers`, `symbols` and `uppercase`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut policy = Self {
            min_chars: 0,
            lowercase: false,
            numbers: false,
            symbols: false,
            uppercase: false,
            history: 0,
        };
        for part in text.split(',').map(str::trim) {
            match part {
                "lowercase" => policy.lowercase = true,
                "numbers" => policy.numbers = true,
                "symbols" => policy.symbols = true,
                "uppercase" => policy.uppercase = true,
                chars => match chars.parse() {
                    Ok(chars @ 6..=99) => policy.min_chars = chars,
                    _ => return Err(ParsePasswordPolicyError),
                },
            }
        }
        if policy.min_chars == 0 {
            return Err(ParsePasswordPolicyError);
        }

        Ok(policy)
    }
}

/// A text that is no [`PasswordPolicy`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "expected the fewest characters, 6 to 99, and any of `lowercase`, `numbers`, `symbols`, \
     `uppercase`, such as `12,lowercase,numbers`"
)]
#[non_exhaustive]
pub struct ParsePasswordPolicyError;

impl Cognito {
    /// Returns what a new password must be like: what [`with_password_policy`] says; otherwise what
    /// the user pool says (`DescribeUserPool`, asked once) where there are AWS credentials; otherwise
    /// Cognito's default.
    ///
    /// [`with_password_policy`]: super::CognitoBuilder::with_password_policy
    pub async fn password_policy(&self) -> PasswordPolicy {
        let read = self.inner.password_policy.get_or_try_init(async || {
            let Ok(admin) = self.admin() else {
                return Ok(PasswordPolicy::default());
            };
            match timeout(PATIENCE, admin.describe_user_pool()).await {
                Ok(Ok(pool)) => Ok(pool.password_policy),
                Ok(Err(error)) if !error.kind().is_transient() => {
                    warn!(
                        %error,
                        "the user pool's rules for passwords cannot be read, so that pages show \
                         Cognito's default: allow cognito-idp:DescribeUserPool, or set \
                         COGNITO_PASSWORD_POLICY"
                    );
                    Ok(PasswordPolicy::default())
                }
                Ok(Err(error)) => Err(error.to_string()),
                Err(elapsed) => Err(elapsed.to_string()),
            }
        });

        match read.await {
            Ok(policy) => *policy,
            Err(error) => {
                debug!(%error, "the user pool's rules for passwords could not be read");
                PasswordPolicy::default()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_a_number_and_what_there_must_be() {
        let policy: PasswordPolicy = "8,lowercase,uppercase,numbers,symbols"
            .parse()
            .expect("a policy");
        assert_eq!(policy, PasswordPolicy::default());

        for wrong in [
            "",
            "lowercase",
            "5",
            "100",
            "12,letters",
            "12,,numbers",
            "-8",
        ] {
            assert!(wrong.parse::<PasswordPolicy>().is_err(), "{wrong}");
        }
    }
}
