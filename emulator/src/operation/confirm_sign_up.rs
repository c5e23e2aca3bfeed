//! `ConfirmSignUp`.

use serde::Deserialize;

use super::contract::Operation;
use crate::failure::Failure;
use crate::login::check_secret_hash;
use crate::pool::{Purpose, UNCONFIRMED};
use crate::shared::Shared;
use crate::wire::Empty;

/// Confirms a registration by the code that was sent.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConfirmSignUp {
    client_id: String,
    secret_hash: Option<String>,
    username: String,
    confirmation_code: String,
    #[serde(default)]
    force_alias_creation: bool,
}

impl Operation for ConfirmSignUp {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let (pool, client) = emulator.client(&self.client_id)?;
        check_secret_hash(&client, &self.username, self.secret_hash.as_deref())?;
        let mut directory = pool.directory();
        let now = directory.clock.now();
        let hides = client.hides_unknown_users;
        let Some(account) = directory.find_mut(&self.username) else {
            return Err(if hides {
                Failure::expired_code()
            } else {
                Failure::user_not_found()
            });
        };
        if account.status != UNCONFIRMED {
            return Err(Failure::not_authorized(
                "User cannot be confirmed. Current status is CONFIRMED",
            ));
        }
        let username = account.username.clone();
        let contact = account
            .codes
            .check(&Purpose::SignUp, &self.confirmation_code, now)?;
        if directory.check_alias_is_free(&username, &contact).is_err() {
            if !self.force_alias_creation {
                return directory
                    .check_alias_is_free(&username, &contact)
                    .map(|()| Empty {});
            }
            directory.take_alias(&username, &contact);
        }

        let account = directory.user_mut(&username)?;
        account.codes.close(&Purpose::SignUp);
        account.confirm(Some(&contact), now);
        Ok(Empty {})
    }
}
