//! The first call of a login.

use super::{Step, check_secret_hash, choice, custom, password, refresh, required, srp};
use crate::failure::Failure;
use crate::pool::{AppClient, AuthFlow, Pool};
use crate::wire::Parameters;

/// What `InitiateAuth` and `AdminInitiateAuth` have in common.
pub(crate) struct Start<'a> {
    pub(crate) pool: &'a Pool,
    pub(crate) client: &'a AppClient,
    pub(crate) flow: &'a str,
    pub(crate) parameters: &'a Parameters,
    pub(crate) is_admin: bool,
}

impl Start<'_> {
    /// The name that was typed, after a check of the secret hash over it.
    pub(crate) fn username(&self) -> Result<&str, Failure> {
        let username = required(self.parameters, "USERNAME")?;
        check_secret_hash(self.client, username, self.get("SECRET_HASH"))?;
        Ok(username)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    fn allow(&self, flow: AuthFlow, refusal: &str) -> Result<(), Failure> {
        if self.client.flows.contains(&flow) {
            Ok(())
        } else {
            Err(Failure::invalid_parameter(refusal))
        }
    }
}

/// Begins a login, or makes new tokens from a refresh token.
pub(crate) fn begin(start: &Start<'_>) -> Result<Step, Failure> {
    match start.flow {
        "ADMIN_NO_SRP_AUTH" | "ADMIN_USER_PASSWORD_AUTH" if start.is_admin => {
            start.allow(
                AuthFlow::AdminUserPassword,
                "Auth flow not enabled for this client",
            )?;
            password::begin(start)
        }
        "CUSTOM_AUTH" => {
            start.allow(
                AuthFlow::Custom,
                "CUSTOM_AUTH is not enabled for the client.",
            )?;
            custom::begin(start)
        }
        "REFRESH_TOKEN" | "REFRESH_TOKEN_AUTH" => {
            start.allow(
                AuthFlow::RefreshToken,
                "REFRESH_TOKEN_AUTH flow not enabled for this client",
            )?;
            refresh::begin(start)
        }
        "USER_AUTH" => {
            start.allow(AuthFlow::User, "USER_AUTH is not enabled for the client.")?;
            choice::begin(start)
        }
        "USER_PASSWORD_AUTH" => {
            start.allow(
                AuthFlow::UserPassword,
                "USER_PASSWORD_AUTH flow not enabled for this client",
            )?;
            password::begin(start)
        }
        "USER_SRP_AUTH" => {
            start.allow(
                AuthFlow::UserSrp,
                "USER_SRP_AUTH is not enabled for the client.",
            )?;
            srp::begin(start, None)
        }
        flow => Err(Failure::invalid_parameter(format!(
            "1 validation error detected: Value '{flow}' at 'authFlow' failed to satisfy constraint: \
             Member must satisfy enum value set"
        ))),
    }
}
