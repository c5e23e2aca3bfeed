//! `AdminRemoveUserFromGroup`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::wire::Empty;

/// Takes a user out of a group.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AdminRemoveUserFromGroup {
    user_pool_id: String,
    username: String,
    group_name: String,
}

impl Operation for AdminRemoveUserFromGroup {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        let username = directory.any_user(&self.username)?.username.clone();
        directory
            .group_mut(&self.group_name)?
            .members
            .remove(&username);
        Ok(Empty {})
    }
}
