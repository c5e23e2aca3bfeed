//! `ForgetDevice`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::wire::Empty;

/// Forgets a device.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ForgetDevice {
    access_token: String,
    device_key: String,
}

impl Operation for ForgetDevice {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        let mut directory = pool.directory();
        directory.settings.require_device_tracking()?;
        let account = directory.user_mut(&access.username)?;
        account.device_mut(&self.device_key)?;
        account.devices.remove(&self.device_key);
        Ok(Empty {})
    }
}
