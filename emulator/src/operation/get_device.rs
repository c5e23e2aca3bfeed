//! `GetDevice`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;

/// Shows a device.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetDevice {
    access_token: String,
    device_key: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    device: Value,
}

impl Operation for GetDevice {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        let mut directory = pool.directory();
        directory.settings.require_device_tracking()?;
        let account = directory.user_mut(&access.username)?;
        Ok(Answer {
            device: account.device_mut(&self.device_key)?.describe(),
        })
    }
}
