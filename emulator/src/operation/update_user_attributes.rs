//! `UpdateUserAttributes`.

use serde::{Deserialize, Serialize};

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::check_attributes;
use crate::shared::Shared;
use crate::wire::{Attribute, CodeDeliveryDetails};

/// Writes attributes of the user of an access token.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateUserAttributes {
    access_token: String,
    user_attributes: Vec<Attribute>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    code_delivery_details_list: Vec<CodeDeliveryDetails>,
}

impl Operation for UpdateUserAttributes {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        let mut directory = pool.directory();
        let names = self.user_attributes.iter().map(|it| it.name.as_str());
        directory.check_writable(&access.client_id, names)?;
        check_attributes(&directory.settings, &self.user_attributes)?;
        let now = directory.clock.now();
        let account = directory.user_mut(&access.username)?;
        let changed = account.write(&self.user_attributes);
        account.modified = now;
        Ok(Answer {
            code_delivery_details_list: directory.send_codes_for(&access.username, &changed)?,
        })
    }
}
