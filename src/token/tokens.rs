use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use time::OffsetDateTime;

macro_rules! token {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Deserialize)]
        #[serde(transparent)]
        pub struct $name(SecretString);

        impl $name {
            /// Wraps a token as Cognito issued it.
            pub fn new(token: impl Into<String>) -> Self {
                Self(SecretString::from(token.into()))
            }

            /// The token itself. Whoever has it can act as the user.
            pub fn expose(&self) -> &str {
                self.0.expose_secret()
            }
        }

        impl From<String> for $name {
            fn from(token: String) -> Self {
                Self::new(token)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([REDACTED])"))
            }
        }

        /// Writes the token in clear, for the record of a login on the server.
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.expose())
            }
        }
    };
}

token! {
    /// The token that tells this site who the user is.
    IdToken
}

token! {
    /// The token that lets its holder call APIs as the user, Cognito's own among them.
    AccessToken
}

token! {
    /// The token that buys new ID and access tokens.
    RefreshToken
}

/// What Cognito issues at the end of a login.
///
/// Serialised, it holds the tokens in clear: that is for storage on the server alone.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Tokens {
    /// The ID token.
    pub id: IdToken,
    /// The access token.
    pub access: AccessToken,
    /// The refresh token. A refresh need not bring a new one.
    #[serde(default)]
    pub refresh: Option<RefreshToken>,
    /// When the ID and access token run out.
    #[serde(with = "time::serde::timestamp")]
    pub expires_at: OffsetDateTime,
    /// The key of the device that they were issued to, in user pools that track devices. A
    /// refresh names it.
    #[serde(default)]
    pub device_key: Option<String>,
}
