//! What `SetUserPoolMfaConfig` and `GetUserPoolMfaConfig` answer.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::pool::{MfaMode, Settings};

/// The second factors of a pool.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MfaConfiguration {
    mfa_configuration: MfaMode,
    software_token_mfa_configuration: MfaSwitch,
    /// As they were given.
    #[serde(flatten)]
    details: Map<String, Value>,
}

/// `SoftwareTokenMfaConfigType`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct MfaSwitch {
    #[serde(default)]
    pub(super) enabled: bool,
}

impl MfaConfiguration {
    pub(super) fn new(settings: &Settings) -> Self {
        let mut details = settings.mfa_details.clone();
        if let Some(id) = &settings.relying_party {
            details
                .entry("WebAuthnConfiguration")
                .or_insert_with(|| json!({ "RelyingPartyId": id }));
        }
        Self {
            mfa_configuration: settings.mfa,
            software_token_mfa_configuration: MfaSwitch {
                enabled: settings.totp_mfa,
            },
            details,
        }
    }
}
