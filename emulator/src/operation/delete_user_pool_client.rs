//! `DeleteUserPoolClient`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::wire::Empty;

/// Deletes an app client.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteUserPoolClient {
    user_pool_id: String,
    client_id: String,
}

impl Operation for DeleteUserPoolClient {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let (pool, client) = emulator.client_of(&self.user_pool_id, &self.client_id)?;
        pool.directory().clients.remove(client.id());
        Ok(Empty {})
    }
}
