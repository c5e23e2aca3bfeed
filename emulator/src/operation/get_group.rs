//! `GetGroup`.

use serde::{Deserialize, Serialize};

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::GroupType;
use crate::shared::Shared;

/// Shows a group.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetGroup {
    user_pool_id: String,
    group_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    group: GroupType,
}

impl Operation for GetGroup {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        let group = directory.group_mut(&self.group_name)?;
        Ok(Answer {
            group: group.describe(pool.id()),
        })
    }
}
