//! `CreateUserPool`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::{Pool, PoolSettings};
use crate::random;
use crate::shared::Shared;

/// Makes a user pool with a random id.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateUserPool {
    #[serde(flatten)]
    settings: PoolSettings,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    user_pool: Value,
}

impl Operation for CreateUserPool {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let id = format!("us-east-1_{}", random::mixed(9));
        let pool = Pool::new(id);
        pool.directory().settings = self.settings.build();
        emulator.add_pool(&pool);
        let description = pool.directory().describe();
        Ok(Answer {
            user_pool: description,
        })
    }
}
