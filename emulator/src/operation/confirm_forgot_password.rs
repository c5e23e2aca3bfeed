//! `ConfirmForgotPassword`.

use serde::Deserialize;
use serde_json::Value;

use super::codes;
use super::contract::Operation;
use crate::failure::Failure;
use crate::login::check_secret_hash;
use crate::pool::{Credential, Purpose};
use crate::shared::Shared;
use crate::wire::Empty;

/// Sets a new password by the code that was sent.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConfirmForgotPassword {
    client_id: String,
    secret_hash: Option<String>,
    username: String,
    confirmation_code: String,
    password: String,
    #[serde(default)]
    client_metadata: Value,
}

impl Operation for ConfirmForgotPassword {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let (pool, client) = emulator.client(&self.client_id)?;
        check_secret_hash(&client, &self.username, self.secret_hash.as_deref())?;
        let mut directory = pool.directory();
        let now = directory.clock.now();
        let pool_name = directory.name().to_owned();
        let policy = directory.settings.policy.clone();
        let hides = client.hides_unknown_users;
        let Some(account) = directory.find_mut(&self.username) else {
            return Err(if hides {
                Failure::code_mismatch()
            } else {
                Failure::user_not_found()
            });
        };
        if !account.enabled && hides {
            return Err(Failure::code_mismatch());
        }
        policy.check(&self.password)?;
        account.check_history(&policy, &self.password)?;
        let contact =
            account
                .codes
                .check(&Purpose::ForgotPassword, &self.confirmation_code, now)?;

        account.codes.close(&Purpose::ForgotPassword);
        let credential = Credential::new(&pool_name, &account.username, &self.password);
        account.set_password(credential, now);
        account.confirm(Some(&contact), now);
        let username = account.username.clone();
        drop(directory);
        let source = "PostConfirmation_ConfirmForgotPassword";
        codes::confirmed(&pool, source, client.id(), &username, &self.client_metadata)?;
        Ok(Empty {})
    }
}
