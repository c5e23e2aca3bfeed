//! `ForgotPassword`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::codes;
use super::contract::Operation;
use crate::failure::Failure;
use crate::login::{self, check_secret_hash};
use crate::pool::{EXTERNAL_PROVIDER, FORCE_CHANGE_PASSWORD, Purpose};
use crate::shared::Shared;
use crate::wire::CodeDeliveryDetails;

/// Sends a code that allows to choose a new password.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ForgotPassword {
    client_id: String,
    secret_hash: Option<String>,
    username: String,
    #[serde(default)]
    client_metadata: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    code_delivery_details: CodeDeliveryDetails,
}

impl Operation for ForgotPassword {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let (pool, client) = emulator.client(&self.client_id)?;
        check_secret_hash(&client, &self.username, self.secret_hash.as_deref())?;
        login::migrate(&pool, &client, &self.username, None, &self.client_metadata)?;
        let mut directory = pool.directory();
        if directory.settings.recovery == ["admin_only"] {
            return Err(Failure::not_authorized(
                "Contact administrator to reset password.",
            ));
        }
        let now = directory.clock.now();
        let hides = client.hides_unknown_users;
        let pretend = || Answer {
            code_delivery_details: codes::simulate(&self.username),
        };
        let Some(account) = directory.find_mut(&self.username) else {
            return if hides {
                Ok(pretend())
            } else {
                Err(Failure::new(
                    "UserNotFoundException",
                    "Username/client id combination not found.",
                ))
            };
        };
        if !account.enabled {
            return if hides {
                Ok(pretend())
            } else {
                Err(Failure::user_disabled())
            };
        }
        if account.status == FORCE_CHANGE_PASSWORD || account.status == EXTERNAL_PROVIDER {
            return Err(Failure::not_authorized(
                "User password cannot be reset in the current state.",
            ));
        }
        account
            .codes
            .count(&Purpose::ForgotPassword, "send", 5, now)?;
        let username = account.username.clone();
        match codes::send(&mut directory, &username, &Purpose::ForgotPassword)? {
            Some(code_delivery_details) => Ok(Answer {
                code_delivery_details,
            }),
            None if hides => Ok(pretend()),
            None => Err(codes::no_contact()),
        }
    }
}
