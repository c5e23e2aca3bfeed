//! `AdminUpdateUserAttributes`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::check_attributes;
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
        check_attributes(&directory.settings, &self.user_attributes)?;
        let now = directory.clock.now();
        let account = directory.user_mut(&self.username)?;
        let changed = account.write(&self.user_attributes);
        account.modified = now;

        let username = account.username.clone();
        directory.send_codes_for(&username, &changed)?;
        Ok(Empty {})
    }
}
