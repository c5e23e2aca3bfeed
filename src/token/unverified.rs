//! What a token says of itself, before anything is verified.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;
use time::OffsetDateTime;

/// Claims that nobody has verified. They decide nothing but whom to ask for, and when.
pub(super) struct Unverified(Value);

impl Unverified {
    /// Reads the claims. There are none in what is no token.
    pub(super) fn read(token: &str) -> Self {
        let mut parts = token.split('.');
        let claims = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(_), Some(claims), Some(_), None) => BASE64_URL_SAFE_NO_PAD.decode(claims).ok(),
            _ => None,
        };
        let claims = claims.and_then(|claims| serde_json::from_slice(&claims).ok());

        Self(claims.unwrap_or_default())
    }

    pub(super) fn expires_at(&self) -> Option<OffsetDateTime> {
        OffsetDateTime::from_unix_timestamp(self.0.get("exp")?.as_i64()?).ok()
    }

    pub(super) fn issuer(&self) -> Option<&str> {
        self.0.get("iss")?.as_str().filter(|it| !it.is_empty())
    }

    pub(super) fn has_scope(&self, wanted: &str) -> bool {
        let scope = self.0.get("scope").and_then(Value::as_str);
        scope.is_some_and(|scope| scope.split_ascii_whitespace().any(|it| it == wanted))
    }

    pub(super) fn username(&self) -> Option<String> {
        let username = self.0.get("username")?.as_str()?;
        Some(username.to_owned())
    }
}
