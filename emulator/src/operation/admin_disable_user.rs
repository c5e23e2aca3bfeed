//! `AdminDisableUser`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::wire::Empty;

/// Disables a user, and revokes the tokens.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AdminDisableUser {
    user_pool_id: String,
    username: String,
}

impl Operation for AdminDisableUser {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        let now = directory.clock.now();
        let account = directory.any_user_mut(&self.username)?;
        account.enabled = false;
        account.modified = now;
        let username = account.username.clone();
        directory.tokens.revoke_user(&username);
        Ok(Empty {})
    }
}
