//! Users of identity providers, and how they hang on users of the pool.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;

/// Who somebody is at an identity provider.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Identity {
    pub(crate) provider: String,
    /// `Google`, `OIDC`, `SAML`, …
    pub(crate) kind: String,
    pub(crate) user_id: String,
    /// The user was made by this provider, and not linked to it.
    pub(crate) is_primary: bool,
    pub(crate) created: OffsetDateTime,
}

/// The status of a user whom an identity provider made.
pub(crate) const EXTERNAL_PROVIDER: &str = "EXTERNAL_PROVIDER";

impl Identity {
    /// The identity in the ID token, where flag and time are texts.
    pub(crate) fn claim(&self) -> Value {
        let millis = self.created.unix_timestamp_nanos() / 1_000_000;
        json!({
            "userId": self.user_id,
            "providerName": self.provider,
            "providerType": self.kind,
            "issuer": null,
            "primary": self.is_primary.to_string(),
            "dateCreated": millis.to_string(),
        })
    }
}
