//! `AdminSetUserMFAPreference`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::MfaPreference;
use crate::shared::Shared;
use crate::wire::Empty;

/// Switches the second factors of a user on and off.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AdminSetUserMFAPreference {
    user_pool_id: String,
    username: String,
    #[serde(flatten)]
    preference: MfaPreference,
}

impl Operation for AdminSetUserMFAPreference {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        self.preference
            .apply(directory.any_user_mut(&self.username)?)?;
        Ok(Empty {})
    }
}
