//! `DeleteGroup`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::wire::Empty;

/// Deletes a group.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteGroup {
    user_pool_id: String,
    group_name: String,
}

impl Operation for DeleteGroup {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        directory.group_mut(&self.group_name)?;
        directory.groups.remove(&self.group_name);
        Ok(Empty {})
    }
}
