//! What is asked next, until nothing is left to ask.

mod custom;
mod device;
mod factor;
mod finish;
mod new_password;

pub(super) use self::factor::ask_for;
pub(super) use self::new_password::PREFIX;
use super::step::Step;
use crate::failure::Failure;
use crate::pool::{Directory, FORCE_CHANGE_PASSWORD, Login};

/// Goes on with a login whose last question was answered well.
pub(super) fn proceed(directory: &mut Directory, login: Login) -> Result<Step, Failure> {
    let account = directory.user_of(&login)?;
    if account.status == FORCE_CHANGE_PASSWORD {
        return new_password::ask(directory, login);
    }
    account.require_active()?;
    if let Some(round) = login.custom_round {
        return custom::ask(directory, login, round);
    }
    if !login.is_strong {
        if !login.is_device_proved && device::is_known(directory, &login)? {
            return Ok(device::ask(directory, login));
        }
        if let Some(step) = factor::ask(directory, &login)? {
            return Ok(step);
        }
    }

    finish::finish(directory, login)
}
