//! `ResendConfirmationCode`.

use serde::{Deserialize, Serialize};

use super::codes;
use super::contract::Operation;
use crate::failure::Failure;
use crate::login::check_secret_hash;
use crate::pool::{Purpose, UNCONFIRMED};
use crate::shared::Shared;
use crate::wire::CodeDeliveryDetails;

/// Sends the code of a registration again.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ResendConfirmationCode {
    client_id: String,
    secret_hash: Option<String>,
    username: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    code_delivery_details: CodeDeliveryDetails,
}

impl Operation for ResendConfirmationCode {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let (pool, client) = emulator.client(&self.client_id)?;
        check_secret_hash(&client, &self.username, self.secret_hash.as_deref())?;
        let mut directory = pool.directory();
        let now = directory.clock.now();
        let Some(account) = directory.find_mut(&self.username) else {
            return if client.hides_unknown_users {
                Ok(Answer {
                    code_delivery_details: codes::simulate(&self.username),
                })
            } else {
                Err(Failure::new(
                    "UserNotFoundException",
                    "Username/client id combination not found.",
                ))
            };
        };
        if account.status != UNCONFIRMED {
            return Err(Failure::invalid_parameter("User is already confirmed."));
        }
        account.codes.count(&Purpose::SignUp, "send", 5, now)?;
        let username = account.username.clone();
        let sent = codes::send(&mut directory, &username, &Purpose::SignUp)?;
        Ok(Answer {
            code_delivery_details: sent
                .ok_or_else(|| Failure::invalid_parameter("Auto verification not turned on."))?,
        })
    }
}
