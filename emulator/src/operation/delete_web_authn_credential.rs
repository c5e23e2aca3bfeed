//! `DeleteWebAuthnCredential`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::wire::Empty;

/// Deletes a passkey.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteWebAuthnCredential {
    access_token: String,
    credential_id: String,
}

impl Operation for DeleteWebAuthnCredential {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        let mut directory = pool.directory();
        let passkeys = &mut directory.user_mut(&access.username)?.passkeys;
        let before = passkeys.len();
        passkeys.retain(|it| it.id != self.credential_id);
        if passkeys.len() == before {
            return Err(Failure::not_found("The user has no such passkey."));
        }
        Ok(Empty {})
    }
}
