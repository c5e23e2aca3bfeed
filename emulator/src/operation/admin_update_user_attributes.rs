//! `AdminUpdateUserAttributes`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::{Writing, check_attributes};
use crate::shared::Shared;
use crate::wire::{Attribute, Empty};

/// Writes attributes of a user.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AdminUpdateUserAttributes {
    user_pool_id: String,
    username: String,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
}

impl Operation for AdminUpdateUserAttributes {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        let settings = &directory.settings;
        check_attributes(&settings.schema, &self.user_attributes, Writing::Change)?;
        let held = settings.verify_before_update.clone();
        let username = directory.any_user(&self.username)?.username.clone();
        directory.check_names_are_free(&username, &self.user_attributes)?;

        let now = directory.clock.now();
        let account = directory.user_mut(&username)?;
        let changed = account.write_or_hold(&self.user_attributes, &held);
        account.modified = now;
        for name in ["email", "phone_number"] {
            let is_alias = directory.settings.alias_attributes.contains(name);
            if is_alias && directory.user(&username)?.has_verified(name) {
                directory.take_alias(&username, name);
            }
        }
        directory.send_codes_for(&username, &changed)?;
        Ok(Empty {})
    }
}
