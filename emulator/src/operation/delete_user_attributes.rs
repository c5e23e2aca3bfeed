//! `DeleteUserAttributes`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::shared::Shared;
use crate::wire::Empty;

/// Deletes attributes of the user of an access token.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteUserAttributes {
    access_token: String,
    user_attribute_names: Vec<String>,
}

impl Operation for DeleteUserAttributes {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        let mut directory = pool.directory();
        let names = self.user_attribute_names.iter().map(String::as_str);
        directory.check_writable(&access.client_id, names)?;
        directory.check_erasable(&self.user_attribute_names)?;
        let now = directory.clock.now();
        let account = directory.user_mut(&access.username)?;
        for name in &self.user_attribute_names {
            account.erase(name);
        }
        account.modified = now;
        Ok(Empty {})
    }
}
