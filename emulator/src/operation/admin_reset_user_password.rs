//! `AdminResetUserPassword`.

use serde::Deserialize;

use super::codes;
use super::contract::Operation;
use crate::failure::Failure;
use crate::pool::{FORCE_CHANGE_PASSWORD, Purpose, RESET_REQUIRED, UNCONFIRMED};
use crate::shared::Shared;
use crate::wire::Empty;

/// Makes the password unusable, and sends a code to choose another.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AdminResetUserPassword {
    user_pool_id: String,
    username: String,
}

impl Operation for AdminResetUserPassword {
    type Answer = Empty;

    fn run(self, emulator: &Shared) -> Result<Empty, Failure> {
        let pool = emulator.pool(&self.user_pool_id)?;
        let mut directory = pool.directory();
        let account = directory.any_user_mut(&self.username)?;
        if account.status == FORCE_CHANGE_PASSWORD || account.status == UNCONFIRMED {
            return Err(Failure::not_authorized(
                "User password cannot be reset in the current state.",
            ));
        }
        let username = account.username.clone();
        codes::send(&mut directory, &username, &Purpose::ForgotPassword)?
            .ok_or_else(codes::no_contact)?;

        let account = directory.user_mut(&username)?;
        account.credential = None;
        RESET_REQUIRED.clone_into(&mut account.status);
        directory.tokens.revoke_user(&username);
        Ok(Empty {})
    }
}
