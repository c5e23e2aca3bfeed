//! `AdminEnableUser`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::wire::Empty;

/// Enables a user.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AdminEnableUser {
    user_pool_id: String,
    username: String,
}

impl Operation for AdminEnableUser {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        let now = directory.clock.now();
        let account = directory.any_user_mut(&self.username)?;
        account.enabled = true;
        account.modified = now;
        Ok(Empty {})
    }
}
