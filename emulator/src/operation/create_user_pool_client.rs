//! `CreateUserPoolClient`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::{AppClient, ClientSettings};
use crate::random;
use crate::shared::Shared;

/// Makes an app client.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateUserPoolClient {
    user_pool_id: String,
    #[serde(default)]
    generate_secret: bool,
    #[serde(flatten)]
    settings: ClientSettings,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    user_pool_client: Value,
}

impl Operation for CreateUserPoolClient {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut client = AppClient::new("");
        pool.directory()
            .check_oauth(&self.settings.oauth, self.generate_secret)?;
        self.settings.apply(&mut client)?;
        if self.generate_secret {
            client = client.with_secret(random::lower(51));
        }
        let client = pool.add_client(client);
        Ok(Answer {
            user_pool_client: client.describe(pool.id()),
        })
    }
}
