//! The first call of a login.

use super::start::Start;
use super::step::Step;
use super::{choice, custom, password, refresh, srp};
use crate::failure::Failure;
use crate::pool::AuthFlow;

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
        "USER_PASSWORD_AUTH" if !start.is_admin => {
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
        _ => Err(Failure::invalid_parameter(
            "Initiate Auth method not supported",
        )),
    }
}
