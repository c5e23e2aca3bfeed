//! What `SetUserPoolMfaConfig` and `GetUserPoolMfaConfig` answer.

use serde::{Deserialize, Serialize};

use crate::pool::{MfaMode, Settings};

/// The second factors of a pool.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MfaConfiguration {
    mfa_configuration: MfaMode,
    software_token_mfa_configuration: MfaSwitch,
    #[serde(skip_serializing_if = "Option::is_none")]
    web_authn_configuration: Option<MfaWebAuthn>,
}

/// `SoftwareTokenMfaConfigType`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct MfaSwitch {
    #[serde(default)]
    pub(super) enabled: bool,
}

/// `WebAuthnConfigurationType`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct MfaWebAuthn {
    pub(super) relying_party_id: Option<String>,
}

impl MfaConfiguration {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            mfa_configuration: settings.mfa,
            software_token_mfa_configuration: MfaSwitch {
                enabled: settings.totp_mfa,
            },
            web_authn_configuration: settings.relying_party.clone().map(|id| MfaWebAuthn {
                relying_party_id: Some(id),
            }),
        }
    }
}
