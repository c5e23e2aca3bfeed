//! `StartWebAuthnRegistration`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::contract::Operation;
use crate::failure::Failure;
use crate::passkey;
use crate::shared::Shared;

/// Gives what a browser needs to make a passkey.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct StartWebAuthnRegistration {
    access_token: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    credential_creation_options: Value,
}

impl Operation for StartWebAuthnRegistration {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        let mut directory = pool.directory();
        let relying_party = passkey::relying_party(&directory)?;
        let pool_name = directory.settings.name.clone();
        let account = directory.user_mut(&access.username)?;
        let challenge = passkey::new_challenge();
        account.passkey_challenge = Some(challenge.clone());
        Ok(Answer {
            credential_creation_options: passkey::creation_options(
                account,
                &challenge,
                &relying_party,
                &pool_name,
            ),
        })
    }
}
