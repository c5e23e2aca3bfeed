//! `ChangePassword`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::{Credential, EXTERNAL_PROVIDER, Purpose};
use crate::shared::Shared;
use crate::wire::Empty;

/// Changes the password of somebody who knows the old one.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ChangePassword {
    access_token: String,
    previous_password: Option<String>,
    proposed_password: String,
}

impl Operation for ChangePassword {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let (pool, access) = emulator.access(&self.access_token)?;
        let mut directory = pool.directory();
        let now = directory.clock.now();
        let pool_name = directory.name().to_owned();
        let policy = directory.settings.policy.clone();
        let account = directory.user_mut(&access.username)?;
        if account.status == EXTERNAL_PROVIDER {
            return Err(Failure::not_authorized(
                "User is not authorized to change password.",
            ));
        }
        let purpose = Purpose::Attribute("password".to_owned());
        account.codes.count(&purpose, "change", 5, now)?;
        let is_right = match (&account.credential, &self.previous_password) {
            (Some(credential), Some(password)) => credential.is(password),
            // Who logs in by codes alone has no password to prove.
            (credential, _) => credential.is_none(),
        };
        if !is_right {
            return Err(Failure::wrong_password());
        }
        policy.check(&self.proposed_password)?;
        account.check_history(&policy, &self.proposed_password)?;

        let credential = Credential::new(&pool_name, &account.username, &self.proposed_password);
        account.set_password(credential, now);
        Ok(Empty {})
    }
}
