//! What verified tokens say, and the reading of it.

use std::fmt;

use serde_json::Value;
use time::OffsetDateTime;

use super::TokenError;
use super::json::Object;
use crate::attribute::{AttributeName, Attributes};
use crate::id::Subject;

/// What a verified ID token says about the user.
#[derive(Clone)]
#[non_exhaustive]
pub struct IdClaims {
    /// `sub`.
    pub sub: Subject,
    /// `cognito:username`: the name that Cognito gave the user, never an alias.
    pub username: String,
    /// `cognito:groups`.
    pub groups: Vec<String>,
    /// `email`, if the app client may read it.
    pub email: Option<String>,
    /// `auth_time`: when the user logged in. A refresh does not change it.
    pub auth_time: Option<OffsetDateTime>,
    /// `exp`.
    pub expires_at: OffsetDateTime,
    /// `iat`.
    pub issued_at: OffsetDateTime,
    attributes: Attributes,
}

impl IdClaims {
    /// Returns the user attributes that the app client may read, `sub` among them, spelled as `GetUser`
    /// spells them: booleans are `"true"` or `"false"`.
    pub fn attributes(&self) -> Attributes {
        self.attributes.clone()
    }

    /// Returns one of the [`attributes`](Self::attributes).
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name)
    }

    pub(super) fn read(mut claims: Object<'_>) -> Result<Self, TokenError> {
        let claims = &mut claims;
        Ok(Self {
            attributes: attributes(claims),
            sub: take_text(claims, "sub")?.into(),
            username: take_text(claims, "cognito:username")?,
            groups: take_groups(claims)?,
            email: take_optional_text(claims, "email")?,
            auth_time: optional_time(claims, "auth_time")?,
            expires_at: time(claims, "exp")?,
            issued_at: time(claims, "iat")?,
        })
    }
}

impl fmt::Debug for IdClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdClaims")
            .field("sub", &self.sub)
            .field("groups", &self.groups)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// What a verified access token says.
#[derive(Clone)]
#[non_exhaustive]
pub struct AccessClaims {
    /// `sub`.
    pub sub: Subject,
    /// `username`: the name that Cognito gave the user, never an alias.
    pub username: String,
    /// `client_id`: the app client that the token was issued to.
    pub client_id: String,
    /// `cognito:groups`.
    pub groups: Vec<String>,
    /// `scope`, at its spaces.
    pub scopes: Vec<String>,
    /// `auth_time`: when the user logged in. A refresh does not change it.
    pub auth_time: Option<OffsetDateTime>,
    /// `exp`.
    pub expires_at: OffsetDateTime,
    /// `iat`.
    pub issued_at: OffsetDateTime,
    /// `jti`: the id of the token.
    pub jti: Option<String>,
    /// `origin_jti`: the id of the login, where tokens can be revoked.
    pub origin_jti: Option<String>,
    /// `device_key`: the device that the user logged in from, where devices are tracked.
    pub device_key: Option<String>,
}

impl AccessClaims {
    pub(super) fn read(mut claims: Object<'_>) -> Result<Self, TokenError> {
        let claims = &mut claims;
        let scope = take_optional_text(claims, "scope")?.unwrap_or_default();

        Ok(Self {
            sub: take_text(claims, "sub")?.into(),
            username: take_text(claims, "username")?,
            client_id: take_text(claims, "client_id")?,
            groups: take_groups(claims)?,
            scopes: scope.split_ascii_whitespace().map(str::to_owned).collect(),
            auth_time: optional_time(claims, "auth_time")?,
            expires_at: time(claims, "exp")?,
            issued_at: time(claims, "iat")?,
            jti: take_optional_text(claims, "jti")?,
            origin_jti: take_optional_text(claims, "origin_jti")?,
            device_key: take_optional_text(claims, "device_key")?,
        })
    }
}

impl fmt::Debug for AccessClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessClaims")
            .field("sub", &self.sub)
            .field("client_id", &self.client_id)
            .field("groups", &self.groups)
            .field("scopes", &self.scopes)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// What the tokens of one login say. Both are the same user's.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct VerifiedTokens {
    /// What the ID token says.
    pub id: IdClaims,
    /// What the access token says.
    pub access: AccessClaims,
}

/// Reads a claim that must be there, and not be empty.
pub(super) fn text<'a>(claims: &'a Object<'_>, name: &'static str) -> Result<&'a str, TokenError> {
    match claims.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        _ => Err(TokenError::malformed(name)),
    }
}

/// Reads a point in time: whole seconds since 1970.
pub(super) fn time(claims: &Object<'_>, name: &'static str) -> Result<OffsetDateTime, TokenError> {
    optional_time(claims, name)?.ok_or_else(|| TokenError::malformed(name))
}

pub(super) fn optional_time(
    claims: &Object<'_>,
    name: &'static str,
) -> Result<Option<OffsetDateTime>, TokenError> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };

    value
        .as_u64()
        .and_then(|seconds| i64::try_from(seconds).ok())
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .map(Some)
        .ok_or_else(|| TokenError::malformed(name))
}

/// Takes a claim that must be there, and not be empty.
fn take_text(claims: &mut Object<'_>, name: &'static str) -> Result<String, TokenError> {
    take_optional_text(claims, name)?
        .filter(|text| !text.is_empty())
        .ok_or_else(|| TokenError::malformed(name))
}

fn take_optional_text(
    claims: &mut Object<'_>,
    name: &'static str,
) -> Result<Option<String>, TokenError> {
    match claims.take(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(TokenError::malformed(name)),
    }
}

fn take_groups(claims: &mut Object<'_>) -> Result<Vec<String>, TokenError> {
    let malformed = || TokenError::malformed("cognito:groups");
    let groups = match claims.take("cognito:groups") {
        None => Vec::new(),
        Some(Value::Array(groups)) => groups,
        Some(_) => return Err(malformed()),
    };

    groups
        .into_iter()
        .map(|group| match group {
            Value::String(name) => Ok(name),
            _ => Err(malformed()),
        })
        .collect()
}

/// Claims about the token. All others of an ID token are attributes, save those of Cognito's own
/// namespace.
const ABOUT_THE_TOKEN: [&str; 12] = [
    "at_hash",
    "aud",
    "auth_time",
    "event_id",
    "exp",
    "iat",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "origin_jti",
    "token_use",
];

fn attributes(claims: &Object<'_>) -> Attributes {
    claims
        .iter()
        .filter(|(name, _)| !ABOUT_THE_TOKEN.contains(name))
        .filter(|(name, _)| !name.starts_with("cognito:"))
        .filter_map(|(name, value)| {
            let name: AttributeName = name.parse().ok()?;
            let value = attribute(&name, value)?;
            Some((name, value))
        })
        .collect()
}

/// Spells an attribute as `GetUser` does.
fn attribute(name: &AttributeName, value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        // The ID token wraps the address, as OpenID Connect wants it.
        Value::Object(address) if name.as_str() == "address" => {
            Some(address.get("formatted")?.as_str()?.to_owned())
        }
        other => Some(other.to_string()),
    }
}
