//! `AdminDeleteUserAttributes`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::wire::Empty;

/// Deletes attributes of a user.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AdminDeleteUserAttributes {
    user_pool_id: String,
    username: String,
    user_attribute_names: Vec<String>,
}

impl Operation for AdminDeleteUserAttributes {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        directory.check_erasable(&self.user_attribute_names)?;
        let now = directory.clock.now();
        let account = directory.any_user_mut(&self.username)?;
        for name in &self.user_attribute_names {
            account.erase(name);
        }
        account.modified = now;
        Ok(Empty {})
    }
}
