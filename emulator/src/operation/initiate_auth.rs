//! `InitiateAuth`.

use serde::Deserialize;
use serde_json::Value;

use super::contract::Operation;
use crate::failure::Failure;
use crate::login::{self, Start, Step};
use crate::shared::Shared;
use crate::wire::Parameters;

/// Begins a login, or refreshes tokens.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct InitiateAuth {
    auth_flow: String,
    client_id: String,
    #[serde(default)]
    auth_parameters: Parameters,
    session: Option<String>,
    #[serde(default)]
    client_metadata: Value,
}

impl Operation for InitiateAuth {
    type Answer = Step;

    fn run(self, emulator: &Shared) -> Result<Step, Failure> {
        let (pool, client) = emulator.client(&self.client_id)?;
        login::begin(&Start {
            pool: &pool,
            client: &client,
            flow: &self.auth_flow,
            parameters: &self.auth_parameters,
            session: self.session.as_deref(),
            metadata: &self.client_metadata,
            is_admin: false,
        })
    }
}
