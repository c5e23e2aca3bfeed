//! `DeleteUser`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::wire::Empty;

/// Deletes the user of an access token.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteUser {
    access_token: String,
}

impl Operation for DeleteUser {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        pool.directory().remove(&access.username);
        Ok(Empty {})
    }
}
