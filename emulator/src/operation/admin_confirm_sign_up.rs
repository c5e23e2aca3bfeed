//! `AdminConfirmSignUp`.

use serde::Deserialize;
use serde_json::Value;

use super::codes;
use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::wire::Empty;

/// Confirms a registration without a code.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AdminConfirmSignUp {
    user_pool_id: String,
    username: String,
    #[serde(default)]
    client_metadata: Value,
}

impl Operation for AdminConfirmSignUp {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        let now = directory.clock.now();
        let account = directory.any_user_mut(&self.username)?;
        account.require_unconfirmed()?;
        account.confirm(None, now);
        let username = account.username.clone();
        drop(directory);
        let source = "PostConfirmation_ConfirmSignUp";
        codes::confirmed(
            &pool,
            source,
            "CLIENT_ID_NOT_APPLICABLE",
            &username,
            &self.client_metadata,
        )?;
        Ok(Empty {})
    }
}
