//! `SetUserMFAPreference`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::MfaPreference;
use crate::shared::Shared;
use crate::wire::Empty;

/// Switches second factors on and off, and picks the preferred one.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SetUserMFAPreference {
    access_token: String,
    #[serde(flatten)]
    preference: MfaPreference,
}

impl Operation for SetUserMFAPreference {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        let mut directory = pool.directory();
        self.preference
            .apply(directory.user_mut(&access.username)?)?;
        Ok(Empty {})
    }
}
