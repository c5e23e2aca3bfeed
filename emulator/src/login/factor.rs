//! The answers about second factors: one chosen, one set up, its code.

use subtle::ConstantTimeEq;

use super::ask::{ask_for, proceed};
use super::reply::Reply;
use super::step::Step;
use crate::failure::Failure;
use crate::pool::{Factor, Login};

/// Checks a code. A wrong one leaves the challenge open.
pub(super) fn answer(
    reply: &Reply<'_>,
    mut login: Login,
    factor: Factor,
    sent: Option<&str>,
) -> Result<Step, Failure> {
    let given = reply.required(&format!("{}_CODE", factor.name()))?;
    let mut directory = reply.pool.directory();
    let unix = directory.clock.unix();
    let reusable = directory.settings.reusable_totp;

    match sent {
        Some(sent) if bool::from(sent.as_bytes().ct_eq(given.as_bytes())) => {}
        Some(_) => return Err(Failure::mfa_mismatch()),
        None => {
            let account = directory.user_of(&login)?;
            let totp = account.mfa.totp.as_mut().ok_or_else(|| {
                Failure::new(
                    "SoftwareTokenMFANotFoundException",
                    "Software Token MFA does not exist for the user.",
                )
            })?;
            let step = totp.step_of(given, unix).ok_or_else(|| {
                Failure::new("CodeMismatchException", "Invalid code received for user")
            })?;
            if !totp.use_up(step) && !reusable {
                return Err(Failure::new(
                    "ExpiredCodeException",
                    "Your software token has already been used once.",
                ));
            }
        }
    }

    reply.use_up(&mut directory)?;
    login.is_strong = true;
    drop(directory);
    proceed(reply.pool, login)
}

/// `SELECT_MFA_TYPE`: the user has chosen a factor.
pub(super) fn answer_selection(
    reply: &Reply<'_>,
    login: Login,
    offered: &[Factor],
) -> Result<Step, Failure> {
    let factor = Factor::from_name(reply.required("ANSWER")?)
        .filter(|factor| offered.contains(factor))
        .ok_or_else(|| Failure::invalid_parameter("Invalid MFA type selected."))?;

    let mut directory = reply.pool.directory();
    reply.use_up(&mut directory)?;
    ask_for(&mut directory, login, factor)
}

/// `MFA_SETUP`: an authenticator app was verified in this session, or an e-mail address is given.
pub(super) fn answer_setup(
    reply: &Reply<'_>,
    mut login: Login,
    verified: bool,
) -> Result<Step, Failure> {
    let mut directory = reply.pool.directory();
    if verified {
        reply.use_up(&mut directory)?;
        let account = directory.user_of(&login)?;
        account.mfa.set(Factor::SoftwareToken, true, true);
        login.is_strong = true;
        drop(directory);
        return proceed(reply.pool, login);
    }

    let Some(email) = reply.get("EMAIL").filter(|email| email.contains('@')) else {
        return Err(Failure::invalid_parameter(
            "User has not verified software token mfa",
        ));
    };
    reply.use_up(&mut directory)?;
    let account = directory.user_of(&login)?;
    account
        .attributes
        .insert("email".to_owned(), email.to_owned());
    account.mfa.set(Factor::Email, true, true);
    ask_for(&mut directory, login, Factor::Email)
}
