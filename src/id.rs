//! The names that Cognito gives to things: user pools, app clients, people.
//!
//! Parsed once, at the edge: what holds such a type need not check it again.

use std::fmt;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// The id of a Cognito user pool: `<region>_<name>`, e.g. `eu-west-1_Ab12Cd34E`.
///
/// # Examples
///
/// ```
/// use axum_cognito::id::UserPoolId;
///
/// let pool: UserPoolId = "eu-west-1_Ab12Cd34E".parse()?;
/// assert_eq!(pool.region(), "eu-west-1");
/// assert_eq!(pool.name(), "Ab12Cd34E");
/// # Ok::<_, axum_cognito::id::ParseUserPoolIdError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct UserPoolId {
    id: String,
    underscore: usize,
}

impl UserPoolId {
    /// The length that the API allows.
    const MAX_LENGTH: usize = 55;

    /// Returns the whole id.
    pub fn as_str(&self) -> &str {
        &self.id
    }

    /// Returns the AWS region that the user pool lives in.
    pub fn region(&self) -> &str {
        &self.id[..self.underscore]
    }

    /// Returns the part after the underscore. SRP hashes this name, never the whole id.
    pub fn name(&self) -> &str {
        &self.id[self.underscore + 1..]
    }
}

impl FromStr for UserPoolId {
    type Err = ParseUserPoolIdError;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        let is_region = |part: &str| all(part, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let is_name = |part: &str| all(part, |byte| byte.is_ascii_alphanumeric());

        match id.split_once('_') {
            Some((region, name))
                if is_region(region) && is_name(name) && id.len() <= Self::MAX_LENGTH =>
            {
                Ok(Self {
                    underscore: region.len(),
                    id: id.to_owned(),
                })
            }
            _ => Err(ParseUserPoolIdError { id: id.to_owned() }),
        }
    }
}

impl TryFrom<&str> for UserPoolId {
    type Error = ParseUserPoolIdError;

    fn try_from(id: &str) -> Result<Self, Self::Error> {
        id.parse()
    }
}

impl fmt::Display for UserPoolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

/// A user pool id without the form `<region>_<name>`.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("invalid user pool id {id:?}: expected `<region>_<name>`, such as `eu-west-1_Ab12Cd34E`")]
pub struct ParseUserPoolIdError {
    id: String,
}

/// The id of an app client of a user pool, e.g. `1h57kf5cpq17m0eml12EXAMPLE`.
///
/// # Examples
///
/// ```
/// use axum_cognito::id::AppClientId;
///
/// let app_client: AppClientId = "1h57kf5cpq17m0eml12EXAMPLE".parse()?;
/// assert_eq!(app_client.as_str(), "1h57kf5cpq17m0eml12EXAMPLE");
/// # Ok::<_, axum_cognito::id::ParseAppClientIdError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct AppClientId(String);

impl AppClientId {
    /// The length that the API allows.
    const MAX_LENGTH: usize = 128;

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AppClientId {
    type Err = ParseAppClientIdError;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'+';

        if all(id, is_allowed) && id.len() <= Self::MAX_LENGTH {
            Ok(Self(id.to_owned()))
        } else {
            Err(ParseAppClientIdError { id: id.to_owned() })
        }
    }
}

impl TryFrom<&str> for AppClientId {
    type Error = ParseAppClientIdError;

    fn try_from(id: &str) -> Result<Self, Self::Error> {
        id.parse()
    }
}

impl fmt::Display for AppClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An app client id that Cognito cannot have given.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "invalid app client id {id:?}: expected 1 to 128 letters, digits, `_` or `+`, \
     as the Cognito console shows it under \"Client ID\""
)]
pub struct ParseAppClientIdError {
    id: String,
}

/// The secret of an app client that has one.
#[derive(Clone)]
pub struct AppClientSecret(SecretString);

impl AppClientSecret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(SecretString::from(secret.into()))
    }

    /// Returns the secret itself.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for AppClientSecret {
    fn from(secret: String) -> Self {
        Self::new(secret)
    }
}

impl From<&str> for AppClientSecret {
    fn from(secret: &str) -> Self {
        Self::new(secret)
    }
}

impl fmt::Debug for AppClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppClientSecret([REDACTED])")
    }
}

/// Cognito's `sub`: it stays with a person, where a username can be given anew.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Subject(String);

impl Subject {
    /// Returns the subject as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Subject {
    fn from(subject: String) -> Self {
        Self(subject)
    }
}

impl From<&str> for Subject {
    fn from(subject: &str) -> Self {
        Self(subject.to_owned())
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns a username, or an alias of one, without what is around it by accident: blanks of any
/// kind, and characters that take no room. Cognito takes no name with a blank in it.
///
/// # Examples
///
/// ```
/// use axum_cognito::id::trim_username;
///
/// assert_eq!(trim_username(" alice@example.com\u{a0}\t"), "alice@example.com");
/// ```
pub fn trim_username(typed: &str) -> &str {
    typed.trim_matches(|c: char| c.is_whitespace() || INVISIBLE.contains(&c))
}

/// What is neither seen nor counted as white space.
const INVISIBLE: [char; 4] = ['\u{200b}', '\u{200e}', '\u{2060}', '\u{feff}'];

/// Whether the text is not empty and each byte of it is allowed.
fn all(text: &str, is_allowed: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_user_pool_id_apart() {
        let pool: UserPoolId = "us-gov-west-1_QwErTy789".parse().expect("an id");

        assert_eq!(pool.region(), "us-gov-west-1");
        assert_eq!(pool.name(), "QwErTy789");
        assert_eq!(pool.to_string(), "us-gov-west-1_QwErTy789");
    }

    #[test]
    fn refuses_what_is_no_user_pool_id() {
        let too_long = format!("eu-west-1_{}", "a".repeat(46));
        for id in [
            "",
            "_",
            "eu-west-1",
            "eu-west-1_",
            "_Ab12",
            "eu_west_1",
            "eu-west-1_Ab_12",
            "eu-west-1_Ab 12",
            "eu-west-1_Ab-12",
            "eu west_Ab12",
            "eu-west-1_Äb12",
            &too_long,
        ] {
            let error = id.parse::<UserPoolId>().expect_err(id);

            assert!(error.to_string().contains("<region>_<name>"), "{id:?}");
        }
    }

    #[test]
    fn refuses_what_is_no_app_client_id() {
        let (longest, too_long) = ("a".repeat(128), "a".repeat(129));
        for id in ["abc123", "a_b+C", &longest] {
            assert!(id.parse::<AppClientId>().is_ok(), "{id:?}");
        }
        for id in ["", " abc", "a-b", "abc\n", "ä", &too_long] {
            assert!(id.parse::<AppClientId>().is_err(), "{id:?}");
        }
    }

    #[test]
    fn hides_the_app_client_secret() {
        let secret = AppClientSecret::from("canary".to_owned());

        assert_eq!(secret.expose(), "canary");
        assert!(!format!("{secret:?} {secret:#?}").contains("canary"));
    }
}
