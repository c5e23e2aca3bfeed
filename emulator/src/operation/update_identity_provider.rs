//! `UpdateIdentityProvider`.

use serde::{Deserialize, Serialize};

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::{IdentityProvider, ProviderSettings};
use crate::shared::Shared;

/// Changes an identity provider.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateIdentityProvider {
    user_pool_id: String,
    provider_name: String,
    #[serde(flatten)]
    settings: ProviderSettings,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    identity_provider: IdentityProvider,
}

impl Operation for UpdateIdentityProvider {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        let now = directory.clock.now();
        let provider = directory.provider_mut(&self.provider_name)?;
        provider.update(self.settings, now);
        Ok(Answer {
            identity_provider: provider.clone(),
        })
    }
}
