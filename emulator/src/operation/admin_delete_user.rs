//! `AdminDeleteUser`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::wire::Empty;

/// Deletes a user.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AdminDeleteUser {
    user_pool_id: String,
    username: String,
}

impl Operation for AdminDeleteUser {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        let username = directory.any_user(&self.username)?.username.clone();
        directory.remove(&username);
        Ok(Empty {})
    }
}
