//! `ListDevices`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::contract::Operation;
use super::page::Page;
use crate::failure::Failure;
use crate::shared::Shared;

/// Lists the devices of a user, by pages.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListDevices {
    access_token: String,
    limit: Option<usize>,
    pagination_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    devices: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination_token: Option<String>,
}

impl Operation for ListDevices {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        let directory = pool.directory();
        directory.settings.require_device_tracking()?;
        let found: Vec<_> = directory.user(&access.username)?.devices.values().collect();
        let page = Page::new(self.limit, self.pagination_token.as_deref(), found.len())?;
        Ok(Answer {
            devices: found[page.range.clone()]
                .iter()
                .map(|it| it.describe())
                .collect(),
            pagination_token: page.next,
        })
    }
}
