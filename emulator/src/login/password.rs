//! Logins that send the password itself.

use super::ask::proceed;
use super::before::{migrate, pre_authentication};
use super::start::Start;
use super::step::{Step, required};
use crate::failure::Failure;
use crate::pool::{AppClient, Directory, Login};

/// `USER_PASSWORD_AUTH`, and its twin for admins.
pub(super) fn begin(start: &Start<'_>) -> Result<Step, Failure> {
    let username = start.username()?;
    let password = required(start.parameters, "PASSWORD")?;

    migrate(
        start.pool,
        start.client,
        username,
        Some(password),
        start.metadata,
    )?;
    pre_authentication(start.pool, start.client, username, start.metadata)?;
    let mut directory = start.pool.directory();
    let mut login = check(&mut directory, start.client, username, password)?;
    login.device_key = start.get("DEVICE_KEY").map(str::to_owned);
    login.metadata = start.metadata.clone();
    drop(directory);
    proceed(start.pool, login)
}

/// Checks a password in clear.
pub(super) fn check(
    directory: &mut Directory,
    client: &AppClient,
    username: &str,
    password: &str,
) -> Result<Login, Failure> {
    let now = directory.clock.now();
    let Some(account) = directory.find_mut(username) else {
        return Err(if client.hides_unknown_users {
            Failure::wrong_password()
        } else {
            Failure::user_not_found()
        });
    };
    let is_right = account
        .credential
        .as_ref()
        .is_some_and(|credential| credential.is(password));
    account.judge_password(is_right, now)?;

    Ok(Login::new(client.id(), account))
}
