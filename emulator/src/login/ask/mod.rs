//! What is asked next, until nothing is left to ask.

mod custom;
mod device;
mod factor;
mod finish;
mod new_password;

pub(super) use self::custom::define;
pub(super) use self::factor::ask_for;
pub(super) use self::new_password::PREFIX;
use super::step::Step;
use crate::failure::Failure;
use crate::pool::{FORCE_CHANGE_PASSWORD, Login, Pool};

/// Goes on with a login whose last question was answered well. The pool must not be locked.
pub(super) fn proceed(pool: &Pool, login: Login) -> Result<Step, Failure> {
    {
        let mut directory = pool.directory();
        let account = directory.user_of(&login)?;
        if account.status == FORCE_CHANGE_PASSWORD {
            return new_password::ask(&mut directory, login);
        }
        account.require_active()?;
    }
    if let Some(round) = login.custom_round {
        return custom::ask(pool, login, round);
    }
    if !login.is_strong {
        let mut directory = pool.directory();
        if !login.is_device_proved && device::is_known(&mut directory, &login)? {
            return Ok(device::ask(&mut directory, login));
        }
        if let Some(step) = factor::ask(&mut directory, &login)? {
            return Ok(step);
        }
    }

    finish::finish(pool, login)
}
