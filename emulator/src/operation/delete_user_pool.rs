//! `DeleteUserPool`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::wire::Empty;

/// Deletes a user pool with everything in it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteUserPool {
    user_pool_id: String,
}

impl Operation for DeleteUserPool {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        if pool.directory().settings.is_protected {
            return Err(Failure::invalid_parameter(
                "The user pool cannot be deleted because deletion protection is activated. Deletion protection must \
                 be inactivated first.",
            ));
        }
        emulator.remove_pool(pool.id());
        Ok(Empty {})
    }
}
