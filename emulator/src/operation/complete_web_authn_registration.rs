//! `CompleteWebAuthnRegistration`.

use serde::Deserialize;
use serde_json::Value;

use super::contract::Operation;
use crate::failure::Failure;
use crate::passkey;
use crate::shared::Shared;
use crate::wire::Empty;

/// Keeps a passkey that a browser has made.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CompleteWebAuthnRegistration {
    access_token: String,
    credential: Value,
}

/// Cognito keeps up to twenty passkeys for a user.
const MOST: usize = 20;

impl Operation for CompleteWebAuthnRegistration {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        let mut directory = pool.directory();
        let relying_party = passkey::relying_party(&directory)?;
        let now = directory.clock.now();
        let account = directory.user_mut(&access.username)?;
        let challenge = account.passkey_challenge.clone().ok_or_else(|| {
            Failure::new(
                "WebAuthnChallengeNotFoundException",
                "No registration was started.",
            )
        })?;
        if account.passkeys.len() >= MOST {
            return Err(Failure::new(
                "LimitExceededException",
                "The user has as many passkeys as allowed.",
            ));
        }
        let made = passkey::register(&self.credential, &challenge, &relying_party, now)?;

        account.passkey_challenge = None;
        account.passkeys.push(made);
        Ok(Empty {})
    }
}
