//! `ConfirmDevice`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::srp::Verifier;

/// Remembers a device by a verifier that it made itself.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConfirmDevice {
    access_token: String,
    device_key: String,
    device_name: Option<String>,
    device_secret_verifier_config: Option<SecretVerifier>,
}

/// `DeviceSecretVerifierConfigType`, both in base64.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SecretVerifier {
    salt: String,
    password_verifier: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    user_confirmation_necessary: bool,
}

impl Operation for ConfirmDevice {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        let config = self
            .device_secret_verifier_config
            .ok_or_else(|| Failure::invalid_parameter("DeviceSecretVerifierConfig is required"))?;
        let decode = |text: &str| {
            STANDARD
                .decode(text)
                .ok()
                .filter(|bytes| !bytes.is_empty())
                .ok_or_else(|| Failure::invalid_parameter("Invalid device secret verifier."))
        };
        let (salt, value) = (decode(&config.salt)?, decode(&config.password_verifier)?);

        let mut directory = pool.directory();
        directory.settings.require_device_tracking()?;
        let now = directory.clock.now();
        let on_prompt = directory
            .settings
            .device_tracking
            .is_some_and(|it| it.device_only_remembered_on_user_prompt);
        let account = directory.user_mut(&access.username)?;
        let device = account.device_mut(&self.device_key)?;
        if device.verifier.is_some() {
            return Err(Failure::new(
                "DeviceKeyExistsException",
                "Device already exists",
            ));
        }
        let verifier = Verifier::from_parts(&device.group_key, &device.key, &salt, &value);
        device.verifier = Some(verifier);
        device.name = self.device_name;
        device.remembered = !on_prompt;
        device.modified = now;
        Ok(Answer {
            user_confirmation_necessary: on_prompt,
        })
    }
}
