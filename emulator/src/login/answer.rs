//! The answers to challenges, each handed to what it is about.

use super::reply::Reply;
use super::step::Step;
use super::{choice, custom, device, factor, new_password, one_time_code, srp};
use crate::failure::Failure;
use crate::pool::Pending;

/// Takes an answer, and goes on with the login.
pub(crate) fn answer(reply: &Reply<'_>) -> Result<Step, Failure> {
    match reply.challenge {
        "PASSWORD_VERIFIER" => return srp::answer(reply),
        "DEVICE_PASSWORD_VERIFIER" => return device::verify(reply),
        _ => {}
    }

    let session = reply
        .session
        .ok_or_else(|| Failure::invalid_parameter("Missing required parameter Session"))?;
    let username = reply.required("USERNAME")?;
    let (mut login, pending) = {
        let directory = reply.pool.directory();
        let now = directory.clock.now();
        let found = directory
            .sessions
            .find(session, Some(reply.client.id()), now)?;
        let is_simulated = matches!(found.1, Pending::Simulated);
        if !is_simulated && !reply.names(&directory, username, &found.0) {
            return Err(Failure::not_authorized("Invalid session for the user."));
        }
        found
    };
    reply.check_secret_hash(&login.username)?;
    if !reply.metadata.is_null() {
        login.metadata = reply.metadata.clone();
    }

    match (reply.challenge, pending) {
        ("NEW_PASSWORD_REQUIRED", Pending::NewPassword) => new_password::answer(reply, login),
        ("CUSTOM_CHALLENGE", Pending::Custom(private)) => custom::answer(reply, login, &private),
        ("DEVICE_SRP_AUTH", Pending::DeviceSrp) => device::answer(reply, login),
        ("MFA_SETUP", Pending::MfaSetup { verified }) => {
            factor::answer_setup(reply, login, verified)
        }
        ("PASSWORD", Pending::Password) => choice::answer_password(reply, login),
        ("PASSWORD_SRP", Pending::PasswordSrp) => choice::answer_srp(reply, &login),
        ("SELECT_CHALLENGE", Pending::SelectChallenge(offered)) => {
            choice::answer(reply, login, &offered)
        }
        ("SELECT_MFA_TYPE", Pending::SelectMfa(offered)) => {
            factor::answer_selection(reply, login, &offered)
        }
        (name, Pending::OneTimeCode { challenge, code }) if name == challenge => {
            one_time_code::answer(reply, login, &code)
        }
        ("WEB_AUTHN", Pending::WebAuthn { challenge }) => {
            choice::answer_passkey(reply, login, &challenge)
        }
        (name, Pending::Factor(factor, code)) if name == factor.name() => {
            factor::answer(reply, login, factor, code.as_deref())
        }
        (_, Pending::Simulated) => Err(Failure::code_mismatch()),
        (name, _) => Err(Failure::invalid_parameter(format!(
            "Challenge {name} is not what was asked in this session."
        ))),
    }
}
