//! `UpdateDeviceStatus`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::wire::Empty;

/// Remembers a device, or only tracks it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateDeviceStatus {
    access_token: String,
    device_key: String,
    device_remembered_status: Option<String>,
}

impl Operation for UpdateDeviceStatus {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        let mut directory = pool.directory();
        directory.settings.require_device_tracking()?;
        let account = directory.user_mut(&access.username)?;
        let device = account.device_mut(&self.device_key)?;
        device.remembered = match self.device_remembered_status.as_deref() {
            Some("remembered") => true,
            Some("not_remembered") => false,
            _ => {
                return Err(Failure::invalid_parameter(
                    "DeviceRememberedStatus has to be remembered or not_remembered",
                ));
            }
        };
        Ok(Empty {})
    }
}
