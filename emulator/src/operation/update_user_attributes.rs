//! `UpdateUserAttributes`.

use serde::{Deserialize, Serialize};

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::{Writing, check_attributes};
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
        let settings = &directory.settings;
        check_attributes(&settings.schema, &self.user_attributes, Writing::Change)?;
        directory.check_names_are_free(&access.username, &self.user_attributes)?;
        let held = settings.verify_before_update.clone();
        let now = directory.clock.now();
        let account = directory.user_mut(&access.username)?;
        let changed = account.write_or_hold(&self.user_attributes, &held);
        account.modified = now;
        Ok(Answer {
            code_delivery_details_list: directory.send_codes_for(&access.username, &changed)?,
        })
    }
}
