//! What a login was asked for, and whether its tokens are the answer.

use crate::token::{TokenErrorKind, Tokens, VerifiedTokens};

/// What a login was asked for.
#[derive(Clone)]
pub(in crate::cognito) enum AskedFor {
    /// Whoever came back from the domain with this nonce.
    #[cfg(feature = "managed-login")]
    Managed { nonce: String },
    /// A user by name.
    Named {
        /// The name, or an alias of it, as it was typed.
        typed: String,
        /// Whose password was proved.
        proved: Option<String>,
    },
}

impl AskedFor {
    /// Returns an error if the verified tokens are not the answer.
    pub(super) fn check(
        &self,
        verified: &VerifiedTokens,
        tokens: &Tokens,
    ) -> Result<(), TokenErrorKind> {
        #[cfg(not(feature = "managed-login"))]
        let _ = tokens;

        match self {
            // Section 3.1.3.7, step 11, and section 3.1.3.8 of OpenID Connect Core 1.0.
            #[cfg(feature = "managed-login")]
            Self::Managed { nonce } => {
                let is_answer = verified.id.nonce.as_ref() == Some(nonce);
                if is_answer && verified.id.goes_with(&tokens.access) {
                    Ok(())
                } else {
                    Err(TokenErrorKind::WrongRequest)
                }
            }
            Self::Named { typed, proved } if is(typed, proved.as_deref(), verified) => Ok(()),
            Self::Named { .. } => Err(TokenErrorKind::WrongUser),
        }
    }
}

/// Whether verified tokens are of the user who typed this name.
fn is(typed: &str, proved: Option<&str>, verified: &VerifiedTokens) -> bool {
    let claims = &verified.id;
    let username = claims.username.as_str();
    if proved.is_some_and(|proved| proved != username) {
        return false;
    }

    let lower = typed.to_lowercase();
    let aliases = ["email", "phone_number", "preferred_username"];
    let names = aliases
        .into_iter()
        .filter_map(|name| claims.attribute(name));
    names
        .chain([username, claims.sub.as_str()])
        .any(|name| name.to_lowercase() == lower)
        || is_hidden_alias(typed, verified)
}

/// Whether an address was typed that the app client may not read, so that the token cannot name it.
fn is_hidden_alias(typed: &str, verified: &VerifiedTokens) -> bool {
    let attribute = match typed.as_bytes() {
        [b'+', ..] => "phone_number",
        typed if typed.contains(&b'@') => "email",
        _ => return false,
    };

    verified.id.attribute(attribute).is_none()
}
