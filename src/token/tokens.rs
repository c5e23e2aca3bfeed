use std::cmp::min;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use time::OffsetDateTime;

use super::unverified::Unverified;

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

            /// Returns the token itself. Its holder can act as the user.
            pub fn expose(&self) -> &str {
                self.0.expose_secret()
            }
        }

        impl From<String> for $name {
            fn from(token: String) -> Self {
                Self::new(token)
            }
        }

        impl From<&str> for $name {
            fn from(token: &str) -> Self {
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
    /// The token that names the user to this site.
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
///
/// # Examples
///
/// ```
/// use axum_cognito::token::Tokens;
///
/// # let (id, access, refresh) = ("e30.e30.", "e30.e30.", "opaque");
/// let tokens = Tokens::new(id, access, Some(refresh.into()));
/// # let _ = tokens;
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Tokens {
    /// The ID token.
    pub id: IdToken,
    /// The access token.
    pub access: AccessToken,
    /// The refresh token. A refresh need not bring a new one.
    #[serde(default)]
    pub refresh: Option<RefreshToken>,
    /// When the first of the ID and the access token expires.
    #[serde(with = "time::serde::timestamp")]
    pub expires_at: OffsetDateTime,
    /// The key of the device that they were issued to, in user pools that track devices. A
    /// refresh names it.
    #[serde(default)]
    pub device_key: Option<String>,
}

impl Tokens {
    /// Creates tokens from what was stored of them. When they expire is read from the tokens; one
    /// that cannot be read has expired.
    pub fn new(
        id: impl Into<IdToken>,
        access: impl Into<AccessToken>,
        refresh: Option<RefreshToken>,
    ) -> Self {
        let (id, access) = (id.into(), access.into());
        let expiry = |token: &str| Unverified::read(token).expires_at();
        let ends = [expiry(id.expose()), expiry(access.expose())];
        let [id_ends, access_ends] = ends.map(|end| end.unwrap_or(OffsetDateTime::UNIX_EPOCH));

        Self {
            expires_at: min(id_ends, access_ends),
            id,
            access,
            refresh,
            device_key: None,
        }
    }

    /// Creates tokens that were just issued, and are said to last until `at_the_latest`.
    pub(crate) fn issued(
        id: String,
        access: String,
        refresh: Option<RefreshToken>,
        at_the_latest: OffsetDateTime,
    ) -> Self {
        let ends = [&id, &access].map(|token| Unverified::read(token).expires_at());
        let ends = ends.into_iter().flatten();

        Self {
            expires_at: ends.fold(at_the_latest, min),
            id: id.into(),
            access: access.into(),
            refresh,
            device_key: None,
        }
    }

    /// Returns the name that Cognito gave the user, by an access token that need not be good: it
    /// says whom to ask for, and decides nothing.
    pub(crate) fn unverified_username(&self) -> Option<String> {
        Unverified::read(self.access.expose()).username()
    }

    /// Returns whether the access token says of itself that it has a scope.
    pub(crate) fn unverified_scope(&self, scope: &str) -> bool {
        Unverified::read(self.access.expose()).has_scope(scope)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;

    use super::*;

    fn token(claims: &str) -> String {
        format!("e30.{}.c2ln", BASE64_URL_SAFE_NO_PAD.encode(claims))
    }

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(seconds).expect("a time")
    }

    #[test]
    fn expire_with_the_first_of_the_two() {
        let (early, late) = (token(r#"{"exp":300}"#), token(r#"{"exp":3600}"#));

        for (id, access) in [(&early, &late), (&late, &early)] {
            let stored = Tokens::new(id.as_str(), access.as_str(), None);
            let issued = Tokens::issued(id.clone(), access.clone(), None, at(3600));

            assert_eq!(stored.expires_at, at(300));
            assert_eq!(issued.expires_at, at(300));
        }
    }

    #[test]
    fn what_cannot_be_read_has_expired_unless_the_service_says_how_long_it_lasts() {
        for unreadable in ["", "a.b", "a.b.c.d", &token("[]"), &token(r#"{"exp":"x"}"#)] {
            let stored = Tokens::new(unreadable, token(r#"{"exp":300}"#), None);
            let issued = Tokens::issued(unreadable.to_owned(), String::new(), None, at(60));

            assert_eq!(
                stored.expires_at,
                OffsetDateTime::UNIX_EPOCH,
                "{unreadable}"
            );
            assert_eq!(issued.expires_at, at(60), "{unreadable}");
        }
    }

    #[test]
    fn name_their_user() {
        let access = token(r#"{"username":"alice"}"#);

        let tokens = Tokens::new("", access, None);

        assert_eq!(tokens.unverified_username().as_deref(), Some("alice"));
        assert_eq!(Tokens::new("", "", None).unverified_username(), None);
    }

    #[test]
    fn have_the_scopes_that_stand_in_them_alone() {
        for (claims, expected) in [
            (r#"{"scope":"openid wanted"}"#, true),
            (r#"{"scope":"openid wanted/too"}"#, false),
            (r#"{"scope":["wanted"]}"#, false),
            ("{}", false),
        ] {
            let tokens = Tokens::new("", token(claims), None);
            assert_eq!(tokens.unverified_scope("wanted"), expected, "{claims}");
        }
    }
}
