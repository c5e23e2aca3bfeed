//! `DescribeUserPoolClient`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;

/// Shows an app client, its secret included.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DescribeUserPoolClient {
    user_pool_id: String,
    client_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    user_pool_client: Value,
}

impl Operation for DescribeUserPoolClient {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let (pool, client) = emulator.client_of(&self.user_pool_id, &self.client_id)?;
        Ok(Answer {
            user_pool_client: client.describe(pool.id()),
        })
    }
}
