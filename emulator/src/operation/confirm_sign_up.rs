//! `ConfirmSignUp`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::codes;
use super::contract::Operation;
use crate::failure::Failure;
use crate::login::check_secret_hash;
use crate::pool::{Login, Pending, Purpose};
use crate::shared::Shared;

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
    session: Option<String>,
    #[serde(default)]
    client_metadata: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    session: String,
}

impl Operation for ConfirmSignUp {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
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
        account.require_unconfirmed()?;
        let username = account.username.clone();
        let contact = account
            .codes
            .check(&Purpose::SignUp, &self.confirmation_code, now)?;
        if directory.check_alias_is_free(&username, &contact).is_err() {
            if !self.force_alias_creation {
                directory.check_alias_is_free(&username, &contact)?;
            }
            directory.take_alias(&username, &contact);
        }

        let account = directory.user_mut(&username)?;
        account.codes.close(&Purpose::SignUp);
        account.confirm(Some(&contact), now);

        // It logs in without a password, whether or not the session of the registration came along, or was
        // used before.
        if let Some(session) = &self.session {
            let _ = directory.sessions.use_up(session);
        }
        let login = Login::new(client.id(), directory.user(&username)?);
        let pending = Pending::SignUp { is_confirmed: true };
        let session = directory
            .sessions
            .open(login, pending, now, client.session_validity);
        drop(directory);
        let source = "PostConfirmation_ConfirmSignUp";
        codes::confirmed(&pool, source, client.id(), &username, &self.client_metadata)?;
        Ok(Answer { session })
    }
}
