//! Second factors: which one to ask for, or to have set up.

use serde_json::json;

use crate::failure::Failure;
use crate::login::step::{Step, challenge};
use crate::pool::{Account, Directory, Factor, Login, MfaMode, Pending};
use crate::random;

/// Asks for a second factor, if the pool wants one and the user has one or must have one.
pub(super) fn ask(directory: &mut Directory, login: &Login) -> Result<Option<Step>, Failure> {
    let mode = directory.settings.mfa;
    if mode == MfaMode::Off {
        return Ok(None);
    }
    let account = directory.user_of(login)?;
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
    if sms_mfa && directory.user_of(login)?.has_verified("phone_number") {
        return ask_for(directory, login.clone(), Factor::Sms);
    }
    let mut options = vec![Factor::SoftwareToken.name()];
    if directory.settings.email_mfa && directory.user_of(login)?.attribute("email").is_none() {
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
pub(in crate::login) fn ask_for(
    directory: &mut Directory,
    login: Login,
    factor: Factor,
) -> Result<Step, Failure> {
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
