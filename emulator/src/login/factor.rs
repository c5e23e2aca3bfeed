//! Second factors: choosing one, setting one up, and checking its code.

use serde_json::json;
use subtle::ConstantTimeEq;

use super::answer::Reply;
use super::session::Pending;
use super::{Login, Step, challenge, proceed};
use crate::failure::Failure;
use crate::pool::{Account, Directory, Factor, MfaMode};
use crate::random;

/// Asks for a second factor, if the pool wants one and the user has one or must have one.
pub(super) fn ask(directory: &mut Directory, login: &Login) -> Result<Option<Step>, Failure> {
    let mode = directory.settings.mfa;
    if mode == MfaMode::Off {
        return Ok(None);
    }
    let account = login.account(directory)?;
    let usable: Vec<_> = account
        .mfa
        .enabled
        .iter()
        .copied()
        .filter(|&factor| is_usable(account, factor))
        .collect();
    let preferred = account.mfa.preferred.filter(|it| usable.contains(it));

    let chosen = match (preferred, usable.as_slice()) {
        (Some(factor), _) | (None, &[factor]) => factor,
        (None, []) if mode == MfaMode::On => return set_up(directory, login).map(Some),
        (None, []) => return Ok(None),
        (None, _) => return Ok(Some(select(directory, login, usable))),
    };
    ask_for(directory, login.clone(), chosen).map(Some)
}

fn is_usable(account: &Account, factor: Factor) -> bool {
    match factor {
        Factor::Sms => account.attributes.contains_key("phone_number"),
        Factor::SoftwareToken => account.mfa.has_verified_totp(),
        Factor::Email => account.attributes.contains_key("email"),
    }
}

fn select(directory: &mut Directory, login: &Login, usable: Vec<Factor>) -> Step {
    let names: Vec<_> = usable.iter().map(|factor| factor.name()).collect();
    let parameters = [
        ("MFAS_CAN_CHOOSE", json!(names).to_string()),
        ("USER_ID_FOR_SRP", login.username.clone()),
    ];
    let pending = Pending::SelectMfa(usable);
    challenge(
        directory,
        "SELECT_MFA_TYPE",
        login.clone(),
        pending,
        parameters,
    )
}

/// Asks a user without a factor to set one up; a known phone number is used as it is.
fn set_up(directory: &mut Directory, login: &Login) -> Result<Step, Failure> {
    let sms_mfa = directory.settings.sms_mfa;
    if sms_mfa && login.account(directory)?.has_verified("phone_number") {
        return ask_for(directory, login.clone(), Factor::Sms);
    }
    let mut options = vec![Factor::SoftwareToken.name()];
    if directory.settings.email_mfa && login.account(directory)?.attribute("email").is_none() {
        options.push(Factor::Email.name());
    }
    let parameters = [
        ("MFAS_CAN_SETUP", json!(options).to_string()),
        ("USER_ID_FOR_SRP", login.username.clone()),
    ];
    let pending = Pending::MfaSetup { verified: false };
    Ok(challenge(
        directory,
        "MFA_SETUP",
        login.clone(),
        pending,
        parameters,
    ))
}

/// Asks for the code of one factor, and sends it where that is to be done.
fn ask_for(directory: &mut Directory, login: Login, factor: Factor) -> Result<Step, Failure> {
    let mut parameters = vec![("USER_ID_FOR_SRP", login.username.clone())];
    let mut code = None;
    let attribute = match factor {
        Factor::Sms => Some("phone_number"),
        Factor::Email => Some("email"),
        Factor::SoftwareToken => None,
    };
    if let Some(attribute) = attribute {
        let sent = random::digits(6);
        let account = directory.user(&login.username)?;
        if let Some(delivery) = directory.deliver(account, "mfa", attribute, &sent) {
            parameters.push(("CODE_DELIVERY_DELIVERY_MEDIUM", delivery.delivery_medium));
            parameters.push(("CODE_DELIVERY_DESTINATION", delivery.destination));
        }
        code = Some(sent);
    }
    let pending = Pending::Factor(factor, code);
    Ok(challenge(
        directory,
        factor.name(),
        login,
        pending,
        parameters,
    ))
}

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
    let single_use = directory.settings.single_use_totp;

    match sent {
        Some(sent) if bool::from(sent.as_bytes().ct_eq(given.as_bytes())) => {}
        Some(_) => return Err(Failure::mfa_mismatch()),
        None => {
            let account = login.account(&mut directory)?;
            let totp = account.mfa.totp.as_mut().ok_or_else(|| {
                Failure::new(
                    "SoftwareTokenMFANotFoundException",
                    "Software token TOTP multi-factor authentication is not set up for the user.",
                )
            })?;
            if !totp.accepts(given, unix) {
                return Err(Failure::mfa_mismatch());
            }
            if !totp.use_up(unix) && single_use {
                return Err(Failure::new(
                    "ExpiredCodeException",
                    "Your software token has already been used once.",
                ));
            }
        }
    }

    reply.use_up(&mut directory);
    login.is_strong = true;
    proceed(&mut directory, login)
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
    reply.use_up(&mut directory);
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
        let account = login.account(&mut directory)?;
        account.mfa.set(Factor::SoftwareToken, true, true);
        reply.use_up(&mut directory);
        login.is_strong = true;
        return proceed(&mut directory, login);
    }

    let Some(email) = reply.get("EMAIL").filter(|email| email.contains('@')) else {
        return Err(Failure::invalid_parameter(
            "User has not verified software token mfa",
        ));
    };
    let account = login.account(&mut directory)?;
    account
        .attributes
        .insert("email".to_owned(), email.to_owned());
    account.mfa.set(Factor::Email, true, true);
    reply.use_up(&mut directory);
    ask_for(&mut directory, login, Factor::Email)
}
