//! `RespondToAuthChallenge`.

use serde::Deserialize;
use serde_json::Value;

use super::contract::Operation;
use crate::failure::Failure;
use crate::login::{self, Reply, Step};
use crate::shared::Shared;
use crate::wire::Parameters;

/// Answers a challenge.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RespondToAuthChallenge {
    client_id: String,
    challenge_name: String,
    session: Option<String>,
    #[serde(default)]
    challenge_responses: Parameters,
    #[serde(default)]
    client_metadata: Value,
}

impl Operation for RespondToAuthChallenge {
    type Answer = Step;

    fn run(self, emulator: &Shared) -> Result<Step, Failure> {
        let (pool, client) = emulator.client(&self.client_id)?;
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
