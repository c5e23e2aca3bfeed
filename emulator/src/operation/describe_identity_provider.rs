//! `DescribeIdentityProvider`.

use serde::{Deserialize, Serialize};

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::IdentityProvider;
use crate::shared::Shared;

/// Shows an identity provider.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DescribeIdentityProvider {
    user_pool_id: String,
    provider_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    identity_provider: IdentityProvider,
}

impl Operation for DescribeIdentityProvider {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        Ok(Answer {
            identity_provider: directory.provider_mut(&self.provider_name)?.clone(),
        })
    }
}
