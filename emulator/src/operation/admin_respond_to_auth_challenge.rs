//! `AdminRespondToAuthChallenge`.

use serde::Deserialize;
use serde_json::Value;

use super::contract::Operation;
use crate::failure::Failure;
use crate::login::{self, Reply, Step};
use crate::shared::Shared;
use crate::wire::Parameters;

/// Answers a challenge on behalf of a server.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AdminRespondToAuthChallenge {
    user_pool_id: String,
    client_id: String,
    challenge_name: String,
    session: Option<String>,
    #[serde(default)]
    challenge_responses: Parameters,
    #[serde(default)]
    client_metadata: Value,
}

impl Operation for AdminRespondToAuthChallenge {
    type Answer = Step;

    fn run(self, emulator: &Shared) -> Result<Step, Failure> {
        let (pool, client) = emulator.client_of(&self.user_pool_id, &self.client_id)?;
        login::answer(&Reply {
            pool: &pool,
            client: &client,
            challenge: &self.challenge_name,
            session: self.session.as_deref(),
            responses: &self.challenge_responses,
            metadata: &self.client_metadata,
        })
    }
}
