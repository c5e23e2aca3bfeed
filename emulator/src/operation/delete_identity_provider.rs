//! `DeleteIdentityProvider`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::wire::Empty;

/// Deletes an identity provider.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteIdentityProvider {
    user_pool_id: String,
    provider_name: String,
}

impl Operation for DeleteIdentityProvider {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        directory.provider_mut(&self.provider_name)?;
        directory.providers.remove(&self.provider_name);
        Ok(Empty {})
    }
}
