//! `GetTokensFromRefreshToken`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::contract::Operation;
use crate::failure::Failure;
use crate::login::{self, Tokens, check_secret};
use crate::shared::Shared;

/// Makes new tokens, and a new refresh token where the app client rotates.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetTokensFromRefreshToken {
    refresh_token: String,
    client_id: String,
    client_secret: Option<String>,
    device_key: Option<String>,
    #[serde(default)]
    client_metadata: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    authentication_result: Tokens,
}

impl Operation for GetTokensFromRefreshToken {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let (pool, client) = emulator.client(&self.client_id)?;
        check_secret(&client, self.client_secret.as_deref())?;
        let device_key = self.device_key.as_deref();

        let tokens = login::refresh(
            &pool,
            &client,
            &self.refresh_token,
            device_key,
            &self.client_metadata,
        )?;
        Ok(Answer {
            authentication_result: tokens,
        })
    }
}
