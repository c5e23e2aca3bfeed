//! Who calls an API: a user, or an app client on its own behalf.

use std::fmt;

use time::OffsetDateTime;

use super::claims::{take_optional_text, take_scopes, take_text, time};
use super::json::Object;
use super::{AccessClaims, TokenError};
use crate::id::Subject;

/// Whose a verified access token is.
///
/// It has these two cases and will have no others: match them both. What asks for a user takes an
/// [`AccessClaims`], which no machine has.
#[derive(Clone, Debug)]
pub enum Principal {
    /// A user.
    Person(AccessClaims),
    /// An app client itself, by client credentials.
    Machine(MachineClaims),
}

impl Principal {
    /// Returns `sub`: Cognito's id of the user, or what it names the machine by.
    pub fn sub(&self) -> &Subject {
        match self {
            Self::Person(claims) => &claims.sub,
            Self::Machine(claims) => &claims.sub,
        }
    }

    /// Returns the app client that the token was issued to.
    pub fn client_id(&self) -> &str {
        match self {
            Self::Person(claims) => &claims.client_id,
            Self::Machine(claims) => &claims.client_id,
        }
    }

    /// Returns the scopes that the token was issued with.
    pub fn scopes(&self) -> &[String] {
        match self {
            Self::Person(claims) => &claims.scopes,
            Self::Machine(claims) => &claims.scopes,
        }
    }

    pub(super) fn read(claims: Object<'_>) -> Result<Self, TokenError> {
        if !is_a_users(&claims) {
            return MachineClaims::read(claims).map(Self::Machine);
        }

        let claims = AccessClaims::read(claims)?;
        // A name that a trigger has written into a machine's token does not make a user of it.
        if claims.sub.as_str() == claims.client_id {
            return Err(TokenError::malformed("sub"));
        }
        Ok(Self::Person(claims))
    }
}

/// Whether an access token is a user's, by what AWS says of the others: they have no `username`.
pub(super) fn is_a_users(claims: &Object<'_>) -> bool {
    claims.get("username").is_some()
}

/// What a verified access token says of the app client that it was issued to, without a user
/// (client credentials).
#[derive(Clone)]
#[non_exhaustive]
pub struct MachineClaims {
    /// `sub`. It is the id of the app client, as far as is known; AWS does not promise that.
    pub sub: Subject,
    /// `client_id`: the app client.
    pub client_id: String,
    /// `scope`, at its spaces.
    pub scopes: Vec<String>,
    /// `exp`.
    pub expires_at: OffsetDateTime,
    /// `iat`.
    pub issued_at: OffsetDateTime,
    /// `jti`: the id of the token.
    pub jti: Option<String>,
}

impl MachineClaims {
    /// Claims that the login of a user leaves in a token.
    const OF_A_LOGIN: [&str; 3] = ["cognito:username", "device_key", "origin_jti"];

    fn read(mut claims: Object<'_>) -> Result<Self, TokenError> {
        if Self::OF_A_LOGIN
            .iter()
            .any(|name| claims.get(name).is_some())
        {
            return Err(TokenError::malformed("username"));
        }

        let claims = &mut claims;
        Ok(Self {
            sub: take_text(claims, "sub")?.into(),
            client_id: take_text(claims, "client_id")?,
            scopes: take_scopes(claims)?,
            expires_at: time(claims, "exp")?,
            issued_at: time(claims, "iat")?,
            jti: take_optional_text(claims, "jti")?,
        })
    }
}

impl fmt::Debug for MachineClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MachineClaims")
            .field("client_id", &self.client_id)
            .field("scopes", &self.scopes)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
