//! `GetUserPoolMfaConfig`.

use serde::Deserialize;

use super::contract::Operation;
use super::mfa_configuration::MfaConfiguration;
use crate::failure::Failure;
use crate::shared::Shared;

/// Shows which second factors a pool has.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetUserPoolMfaConfig {
    user_pool_id: String,
}

impl Operation for GetUserPoolMfaConfig {
    type Answer = MfaConfiguration;

    fn run(self, emulator: &Shared) -> Result<MfaConfiguration, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let directory = pool.directory();
        Ok(MfaConfiguration::new(&directory.settings))
    }
}
