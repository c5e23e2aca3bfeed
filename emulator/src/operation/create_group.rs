//! `CreateGroup`.

use serde::{Deserialize, Serialize};

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::{Group, GroupType};
use crate::shared::Shared;

/// Makes a group.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateGroup {
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

impl Operation for CreateGroup {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        if directory.groups.contains_key(&self.group_name) {
            return Err(Failure::new(
                "GroupExistsException",
                "A group with the name already exists.",
            ));
        }
        let group = Group {
            description: self.description,
            precedence: self.precedence,
            role_arn: self.role_arn,
            ..Group::new(&self.group_name, directory.clock.now())
        };
        let answer = Answer {
            group: group.describe(pool.id()),
        };
        directory.groups.insert(self.group_name, group);
        Ok(answer)
    }
}
