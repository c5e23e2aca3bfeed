//! `GlobalSignOut`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::wire::Empty;

/// Revokes every token of the user of an access token.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GlobalSignOut {
    access_token: String,
}

impl Operation for GlobalSignOut {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        pool.directory().tokens.revoke_user(&access.username);
        Ok(Empty {})
    }
}
