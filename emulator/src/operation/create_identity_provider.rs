//! `CreateIdentityProvider`.

use serde::{Deserialize, Serialize};

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::{IdentityProvider, ProviderSettings};
use crate::shared::Shared;

/// Adds an identity provider: a real one if it is an OpenID provider in plain HTTP, else one that is made up.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateIdentityProvider {
    user_pool_id: String,
    provider_name: String,
    provider_type: String,
    #[serde(flatten)]
    settings: ProviderSettings,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    identity_provider: IdentityProvider,
}

impl Operation for CreateIdentityProvider {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        if directory.providers.contains_key(&self.provider_name) {
            return Err(Failure::new(
                "DuplicateProviderException",
                "A provider with the name already exists.",
            ));
        }
        let now = directory.clock.now();
        let mut provider =
            IdentityProvider::new(pool.id(), &self.provider_name, &self.provider_type, now);
        provider.update(self.settings, now);
        directory
            .providers
            .insert(self.provider_name, provider.clone());
        Ok(Answer {
            identity_provider: provider,
        })
    }
}
