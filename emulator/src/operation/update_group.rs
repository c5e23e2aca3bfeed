//! `UpdateGroup`.

use serde::{Deserialize, Serialize};

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::GroupType;
use crate::shared::Shared;

/// Changes a group.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateGroup {
    user_pool_id: String,
    group_name: String,
    description: Option<String>,
    precedence: Option<u32>,
    role_arn: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    group: GroupType,
}

impl Operation for UpdateGroup {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        let now = directory.clock.now();
        let group = directory.group_mut(&self.group_name)?;
        group.description = self.description.or(group.description.take());
        group.precedence = self.precedence.or(group.precedence);
        group.role_arn = self.role_arn.or(group.role_arn.take());
        group.modified = now;
        Ok(Answer {
            group: group.describe(pool.id()),
        })
    }
}
