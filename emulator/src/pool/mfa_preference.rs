//! Which second factors a user wants, as the API writes it.

use serde::Deserialize;

use super::{Account, Factor};
use crate::failure::Failure;

/// What `SetUserMFAPreference` and its twin for admins set.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MfaPreference {
    #[serde(rename = "SMSMfaSettings")]
    sms_mfa_settings: Option<FactorSettings>,
    software_token_mfa_settings: Option<FactorSettings>,
    email_mfa_settings: Option<FactorSettings>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct FactorSettings {
    enabled: bool,
    preferred_mfa: bool,
}

impl MfaPreference {
    /// Writes the preference over that of a user.
    pub(crate) fn apply(&self, account: &mut Account) -> Result<(), Failure> {
        let all = [
            (Factor::Sms, self.sms_mfa_settings),
            (Factor::SoftwareToken, self.software_token_mfa_settings),
            (Factor::Email, self.email_mfa_settings),
        ];
        let given = || {
            all.into_iter()
                .filter_map(|(factor, it)| Some((factor, it?)))
        };

        if given().filter(|(_, it)| it.preferred_mfa).count() > 1 {
            return Err(Failure::invalid_parameter(
                "Only one MFA method can be preferred.",
            ));
        }
        for (factor, _) in given().filter(|(_, it)| it.enabled) {
            let refusal = match factor {
                Factor::Sms if !account.attributes.contains_key("phone_number") => {
                    "User does not have delivery config set to turn on SMS_MFA"
                }
                Factor::SoftwareToken if !account.mfa.has_verified_totp() => {
                    "User has not set up software token mfa"
                }
                Factor::Email if !account.has_verified("email") => {
                    "User does not have delivery config set to turn on EMAIL_OTP"
                }
                _ => continue,
            };
            return Err(Failure::invalid_parameter(refusal));
        }

        for (factor, settings) in given() {
            let FactorSettings {
                enabled,
                preferred_mfa,
            } = settings;
            account.mfa.set(factor, enabled, preferred_mfa);
        }
        Ok(())
    }
}
