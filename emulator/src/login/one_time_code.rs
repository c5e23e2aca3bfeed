//! `EMAIL_OTP` and `SMS_OTP`: a code as the first factor of `USER_AUTH`.

use subtle::ConstantTimeEq;

use super::ask::proceed;
use super::before::pre_authentication;
use super::reply::Reply;
use super::step::{Step, challenge};
use crate::failure::Failure;
use crate::pool::{Directory, Login, Pending};
use crate::random;

/// Sends a code, and asks for it.
pub(super) fn ask(directory: &mut Directory, login: Login, name: &str) -> Result<Step, Failure> {
    let attribute = if name == "EMAIL_OTP" {
        "email"
    } else {
        "phone_number"
    };
    let code = random::digits(8);
    let account = directory.user(&login.username)?;
    let delivery = directory
        .deliver(account, "otp", attribute, &code)
        .ok_or_else(|| Failure::invalid_parameter("The user has no such address."))?;
    let parameters = [
        ("CODE_DELIVERY_DELIVERY_MEDIUM", delivery.delivery_medium),
        ("CODE_DELIVERY_DESTINATION", delivery.destination),
        ("USERNAME", login.username.clone()),
    ];
    let pending = Pending::OneTimeCode {
        challenge: name.to_owned(),
        code,
    };
    Ok(challenge(directory, name, login, pending, parameters))
}

/// Checks the code. A wrong one leaves the challenge open.
pub(super) fn answer(reply: &Reply<'_>, mut login: Login, sent: &str) -> Result<Step, Failure> {
    let given = reply.required(&format!("{}_CODE", reply.challenge))?;
    if !bool::from(sent.as_bytes().ct_eq(given.as_bytes())) {
        return Err(Failure::code_mismatch());
    }
    pre_authentication(reply.pool, reply.client, &login.username, &login.metadata)?;

    let mut directory = reply.pool.directory();
    reply.use_up(&mut directory)?;
    login.is_strong = true;
    drop(directory);
    proceed(reply.pool, login)
}
