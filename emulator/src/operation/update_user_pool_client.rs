//! `UpdateUserPoolClient`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::ClientSettings;
use crate::shared::Shared;

/// Changes an app client; what is left out gets its default.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateUserPoolClient {
    user_pool_id: String,
    client_id: String,
    #[serde(flatten)]
    settings: ClientSettings,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    user_pool_client: Value,
}

impl Operation for UpdateUserPoolClient {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let (pool, mut client) = emulator.client_of(&self.user_pool_id, &self.client_id)?;
        pool.directory()
            .check_oauth(&self.settings.oauth, client.secret().is_some())?;
        self.settings.apply(&mut client)?;
        let client = pool.add_client(client);
        Ok(Answer {
            user_pool_client: client.describe(pool.id()),
        })
    }
}
