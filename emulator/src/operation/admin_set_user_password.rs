//! `AdminSetUserPassword`.

use std::time::Duration;

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::Credential;
use crate::shared::Shared;
use crate::wire::Empty;

/// Sets a password, for good or for one login.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AdminSetUserPassword {
    user_pool_id: String,
    username: String,
    password: String,
    #[serde(default)]
    permanent: bool,
}

impl Operation for AdminSetUserPassword {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        let username = directory.any_user(&self.username)?.username.clone();
        directory.settings.policy.check(&self.password)?;
        let now = directory.clock.now();
        let days = directory.settings.policy.temporary_password_validity_days;
        let credential = Credential::new(directory.name(), &username, &self.password);

        let account = directory.user_mut(&username)?;
        if self.permanent {
            account.set_password(credential, now);
        } else {
            let until = now + Duration::from_secs(days * 24 * 60 * 60);
            account.set_temporary_password(credential, Some(until), now);
        }
        Ok(Empty {})
    }
}
