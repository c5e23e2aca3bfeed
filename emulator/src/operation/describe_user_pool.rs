//! `DescribeUserPool`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;

/// Shows the settings of a user pool.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DescribeUserPool {
    user_pool_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    user_pool: Value,
}

impl Operation for DescribeUserPool {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let directory = pool.directory();
        let mut user_pool = directory.describe();
        for domain in directory.kept.list("domain") {
            let is_custom = domain.contains_key("CustomDomainConfig");
            let member = if is_custom { "CustomDomain" } else { "Domain" };
            user_pool[member] = domain["Domain"].clone();
        }
        Ok(Answer { user_pool })
    }
}
