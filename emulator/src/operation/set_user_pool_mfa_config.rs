//! `SetUserPoolMfaConfig`.

use serde::Deserialize;
use serde_json::Value;

use super::contract::Operation;
use super::mfa_configuration::{MfaConfiguration, MfaSwitch};
use crate::failure::Failure;
use crate::pool::{MfaMode, no_factor};
use crate::shared::Shared;

/// Sets which second factors a pool has.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SetUserPoolMfaConfig {
    user_pool_id: String,
    mfa_configuration: Option<MfaMode>,
    sms_mfa_configuration: Option<Value>,
    software_token_mfa_configuration: Option<MfaSwitch>,
    email_mfa_configuration: Option<Value>,
    web_authn_configuration: Option<Value>,
}

impl Operation for SetUserPoolMfaConfig {
    type Answer = MfaConfiguration;

    fn run(self, emulator: &Shared) -> Result<MfaConfiguration, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let settings = &mut pool.directory().settings;
        let totp = self.software_token_mfa_configuration.map(|it| it.enabled);
        let sms = self.sms_mfa_configuration.is_some();
        let email = self.email_mfa_configuration.is_some();
        if self.mfa_configuration == Some(MfaMode::Off) && (totp == Some(true) || sms || email) {
            return Err(Failure::invalid_parameter(
                "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
            ));
        }
        let mode = self.mfa_configuration.unwrap_or(settings.mfa);
        let totp_mfa = totp.unwrap_or(settings.totp_mfa);
        let sms_mfa = sms || settings.sms_mfa;
        let email_mfa = email || settings.email_mfa;
        if mode != MfaMode::Off && !(totp_mfa || sms_mfa || email_mfa) {
            return Err(no_factor());
        }

        settings.mfa = mode;
        settings.totp_mfa = totp_mfa;
        settings.sms_mfa = sms_mfa;
        settings.email_mfa = email_mfa;
        if let Some(configuration) = &self.web_authn_configuration {
            settings.relying_party = configuration["RelyingPartyId"].as_str().map(str::to_owned);
        }
        for (name, value) in [
            ("SmsMfaConfiguration", self.sms_mfa_configuration),
            ("EmailMfaConfiguration", self.email_mfa_configuration),
            ("WebAuthnConfiguration", self.web_authn_configuration),
        ] {
            if let Some(value) = value {
                settings.mfa_details.insert(name.to_owned(), value);
            }
        }
        Ok(MfaConfiguration::new(settings))
    }
}
