//! What verified tokens say, and the reading of it.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;
use time::OffsetDateTime;

use super::json::Object;
use super::{AccessToken, TokenError};
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
    /// `nonce`: what the request for a managed login sent along.
    pub nonce: Option<String>,
    /// `amr`: how the user proved who they are, where Cognito says it.
    pub methods: Vec<String>,
    /// `identities`: the user's accounts at other identity providers.
    pub identities: Vec<FederatedIdentity>,
    at_hash: Option<String>,
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

    /// Returns the account at another identity provider that the user was made for, if the user is
    /// not the pool's own: such a user has no password here.
    pub fn external_identity(&self) -> Option<&FederatedIdentity> {
        self.identities.iter().find(|identity| identity.is_primary)
    }

    /// Returns whether the ID token was issued along with this access token, as far as it says so:
    /// section 3.1.3.8 of [OpenID Connect Core 1.0].
    ///
    /// [OpenID Connect Core 1.0]: https://openid.net/specs/openid-connect-core-1_0.html
    pub fn goes_with(&self, access: &AccessToken) -> bool {
        let hash = digest(&SHA256, access.expose().as_bytes());
        let half = &hash.as_ref()[..hash.as_ref().len() / 2];

        self.at_hash
            .as_ref()
            .is_none_or(|claimed| *claimed == BASE64_URL_SAFE_NO_PAD.encode(half))
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
            nonce: take_optional_text(claims, "nonce")?,
            methods: take_texts(claims, "amr")?,
            identities: take_identities(claims),
            at_hash: take_optional_text(claims, "at_hash")?,
        })
    }
}

/// An account of a user at another identity provider. `Debug` shows the provider alone.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct FederatedIdentity {
    /// The name that the user pool has for the identity provider.
    pub provider: String,
    /// The id that the identity provider has for the user.
    pub user_id: String,
    /// Whether the user was made for this account. It is not if the account was linked to a user
    /// who was there before.
    pub is_primary: bool,
}

impl FederatedIdentity {
    /// Reads the attribute `identities`, as `GetUser` spells it: the list of the claim, as a JSON
    /// text. What cannot be read is left out.
    pub(crate) fn read_attribute(text: &str) -> Vec<Self> {
        let list: Value = serde_json::from_str(text).unwrap_or_default();
        read_identities(&list)
    }
}

impl fmt::Debug for FederatedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FederatedIdentity")
            .field("provider", &self.provider)
            .field("is_primary", &self.is_primary)
            .finish_non_exhaustive()
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

/// What a verified access token says of the user whose it is.
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

        Ok(Self {
            sub: take_text(claims, "sub")?.into(),
            username: take_text(claims, "username")?,
            client_id: take_text(claims, "client_id")?,
            groups: take_groups(claims)?,
            scopes: take_scopes(claims)?,
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
pub(super) fn take_text(claims: &mut Object<'_>, name: &'static str) -> Result<String, TokenError> {
    take_optional_text(claims, name)?
        .filter(|text| !text.is_empty())
        .ok_or_else(|| TokenError::malformed(name))
}

pub(super) fn take_optional_text(
    claims: &mut Object<'_>,
    name: &'static str,
) -> Result<Option<String>, TokenError> {
    match claims.take(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(TokenError::malformed(name)),
    }
}

pub(super) fn take_scopes(claims: &mut Object<'_>) -> Result<Vec<String>, TokenError> {
    let scope = take_optional_text(claims, "scope")?.unwrap_or_default();

    Ok(scope.split_ascii_whitespace().map(str::to_owned).collect())
}

fn take_groups(claims: &mut Object<'_>) -> Result<Vec<String>, TokenError> {
    take_texts(claims, "cognito:groups")
}

/// Takes a claim that is a list of texts. It is empty where there is no such claim.
fn take_texts(claims: &mut Object<'_>, name: &'static str) -> Result<Vec<String>, TokenError> {
    let malformed = || TokenError::malformed(name);
    let texts = match claims.take(name) {
        None => Vec::new(),
        Some(Value::Array(texts)) => texts,
        Some(_) => return Err(malformed()),
    };

    texts
        .into_iter()
        .map(|text| match text {
            Value::String(text) => Ok(text),
            _ => Err(malformed()),
        })
        .collect()
}

/// Takes `identities`: a list of objects, in which flags are texts. One that cannot be read is left
/// out: a trigger may have written it.
fn take_identities(claims: &mut Object<'_>) -> Vec<FederatedIdentity> {
    let claim = claims.take("identities");
    claim.as_ref().map(read_identities).unwrap_or_default()
}

fn read_identities(list: &Value) -> Vec<FederatedIdentity> {
    let read = |identity: &Value| {
        let text = |name: &str| identity.get(name)?.as_str().map(str::to_owned);
        Some(FederatedIdentity {
            provider: text("providerName")?,
            user_id: text("userId")?,
            is_primary: match identity.get("primary") {
                Some(Value::Bool(is_primary)) => *is_primary,
                Some(Value::String(is_primary)) => is_primary == "true",
                _ => false,
            },
        })
    };
    let identities = list.as_array().into_iter().flatten();
    identities.filter_map(read).collect()
}

/// Claims about the token. All others of an ID token are attributes, save those of Cognito's own
/// namespace.
const ABOUT_THE_TOKEN: [&str; 15] = [
    "acr",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "event_id",
    "exp",
    "iat",
    "identities",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "origin_jti",
    "token_use",
];

pub(super) fn attributes(claims: &Object<'_>) -> Attributes {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_is_spelled_as_json_unless_it_is_the_address() {
        let spelled = |name: &str, value| attribute(&name.parse().expect("a name"), &value);
        let formatted = || json!({ "formatted": "1 Main Street" });

        assert_eq!(
            spelled("address", formatted()).as_deref(),
            Some("1 Main Street")
        );
        assert_eq!(
            spelled("custom:place", formatted()).as_deref(),
            Some(r#"{"formatted":"1 Main Street"}"#)
        );
        for unreadable in [json!({}), json!({ "formatted": 1 }), json!(null)] {
            assert_eq!(spelled("address", unreadable), None);
        }
    }

    #[test]
    fn identities_are_read_from_an_attribute_as_far_as_they_are_whole() {
        let of_get_user = r#"[
            {"userId":"AbC_1","providerName":"Google","providerType":"Google","issuer":null,
             "primary":false,"dateCreated":1700000000000},
            {"userId":"x","providerName":"Corp","primary":"true"},
            {"userId":7,"providerName":"Corp"}, {"userId":"y"}, "z", null
        ]"#;

        let read = FederatedIdentity::read_attribute(of_get_user);

        let read: Vec<_> = read
            .iter()
            .map(|it| (&*it.provider, &*it.user_id, it.is_primary))
            .collect();
        assert_eq!(read, [("Google", "AbC_1", false), ("Corp", "x", true)]);
        for broken in ["", "null", "{}", "[", "7", "\"[]\""] {
            assert_eq!(FederatedIdentity::read_attribute(broken), [], "{broken}");
        }
    }
}
