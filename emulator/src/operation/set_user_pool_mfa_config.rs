//! `SetUserPoolMfaConfig`.

use serde::Deserialize;

use super::contract::Operation;
use super::mfa_configuration::{MfaConfiguration, MfaSwitch, MfaWebAuthn};
use crate::failure::Failure;
use crate::pool::MfaMode;
use crate::shared::Shared;

/// Sets which second factors a pool has.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SetUserPoolMfaConfig {
    user_pool_id: String,
    mfa_configuration: Option<MfaMode>,
    software_token_mfa_configuration: Option<MfaSwitch>,
    web_authn_configuration: Option<MfaWebAuthn>,
}

impl Operation for SetUserPoolMfaConfig {
    type Answer = MfaConfiguration;

    fn run(self, emulator: &Shared) -> Result<MfaConfiguration, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let settings = &mut pool.directory().settings;
        if let Some(mode) = self.mfa_configuration {
            settings.mfa = mode;
        }
        settings.totp_mfa = self
            .software_token_mfa_configuration
            .map_or(settings.totp_mfa, |it| it.enabled);
        if let Some(configuration) = self.web_authn_configuration {
            settings.relying_party = configuration.relying_party_id;
        }
        Ok(MfaConfiguration::new(settings))
    }
}
