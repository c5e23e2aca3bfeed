//! `USER_AUTH`: the user chooses among first factors.

use serde_json::json;

use super::ask::proceed;
use super::before::pre_authentication;
use super::reply::Reply;
use super::start::Start;
use super::step::{Step, challenge};
use super::{one_time_code, password, srp};
use crate::failure::Failure;
use crate::passkey;
use crate::pool::{Account, AppClient, Directory, Login, Pending, Pool, UNCONFIRMED};
use crate::random;
use crate::wire::Parameters;

pub(super) fn begin(start: &Start<'_>) -> Result<Step, Failure> {
    let username = start.username()?;
    if let Some(session) = start.session {
        return after_sign_up(start, username, session);
    }
    let (login, offered) = {
        let mut directory = start.pool.directory();
        let Some(account) = directory.find(username) else {
            return if start.client.hides_unknown_users {
                Ok(simulate(&mut directory, start.client, username))
            } else {
                Err(Failure::user_not_found())
            };
        };
        if account.status == UNCONFIRMED {
            return Err(Failure::user_not_confirmed());
        }
        let offered = account.first_factors(&directory.settings);
        let offered: Vec<_> = offered.into_iter().map(str::to_owned).collect();
        (start.login(account), offered)
    };

    let preferred = start.get("PREFERRED_CHALLENGE");
    if let Some(name) = preferred.filter(|name| offered.iter().any(|it| it == name)) {
        return open(start.pool, start.client, start.parameters, login, name);
    }
    let mut directory = start.pool.directory();
    let parameters = [("USERNAME", login.username.clone())];
    let pending = Pending::SelectChallenge(offered.clone());
    let step = challenge(
        &mut directory,
        "SELECT_CHALLENGE",
        login,
        pending,
        parameters,
    );
    Ok(Step {
        available_challenges: offered,
        ..step
    })
}

/// Logs somebody in who has just confirmed the registration, and asks for nothing more.
fn after_sign_up(start: &Start<'_>, username: &str, session: &str) -> Result<Step, Failure> {
    let mut directory = start.pool.directory();
    let now = directory.clock.now();
    let (mut login, pending) = directory
        .sessions
        .find(session, Some(start.client.id()), now)?;
    let is_theirs = directory
        .find(username)
        .is_some_and(|account| account.username == login.username);
    if !is_theirs || !matches!(pending, Pending::SignUp { is_confirmed: true }) {
        return Err(Failure::not_authorized("Invalid session for the user."));
    }
    directory.sessions.use_up(session)?;
    login.is_strong = true;
    drop(directory);
    proceed(start.pool, login)
}

/// Asks somebody who does not exist for a code that was never sent.
fn simulate(directory: &mut Directory, client: &AppClient, username: &str) -> Step {
    let id = random::uuid();
    let account = Account::new(&id, id.clone(), directory.clock.now());
    let login = Login {
        username: username.to_owned(),
        ..Login::new(client.id(), &account)
    };
    let destination = format!("{}***@{}***", random::lower(1), random::lower(1));
    let parameters = [
        ("CODE_DELIVERY_DELIVERY_MEDIUM", "EMAIL".to_owned()),
        ("CODE_DELIVERY_DESTINATION", destination),
        ("USERNAME", username.to_owned()),
    ];
    challenge(
        directory,
        "EMAIL_OTP",
        login,
        Pending::Simulated,
        parameters,
    )
}

/// `SELECT_CHALLENGE`: the choice, for a password with the password or `SRP_A` in the same call.
pub(super) fn answer(reply: &Reply<'_>, login: Login, offered: &[String]) -> Result<Step, Failure> {
    let chosen = reply.required("ANSWER")?;
    if !offered.iter().any(|name| name == chosen) {
        return Err(Failure::invalid_parameter(
            "The chosen challenge is not available.",
        ));
    }
    if let ("PASSWORD", Some(given)) = (chosen, reply.get("PASSWORD")) {
        return go_on_by_password(reply, login, given);
    }
    let step = open(reply.pool, reply.client, reply.responses, login, chosen)?;
    reply.use_up(&mut reply.pool.directory())?;
    Ok(step)
}

/// Opens one first factor; a password that came along is checked at once.
fn open(
    pool: &Pool,
    client: &AppClient,
    parameters: &Parameters,
    login: Login,
    name: &str,
) -> Result<Step, Failure> {
    let user = [("USERNAME", login.username.clone())];
    match name {
        "PASSWORD" => match parameters.get("PASSWORD") {
            Some(given) => by_password(pool, client, login, given),
            None => Ok(challenge(
                &mut pool.directory(),
                name,
                login,
                Pending::Password,
                user,
            )),
        },
        "PASSWORD_SRP" if parameters.contains_key("SRP_A") => {
            by_srp(pool, client, parameters, &login)
        }
        "PASSWORD_SRP" => {
            let mut directory = pool.directory();
            Ok(challenge(
                &mut directory,
                name,
                login,
                Pending::PasswordSrp,
                user,
            ))
        }
        "WEB_AUTHN" => ask_passkey(&mut pool.directory(), login),
        _ => one_time_code::ask(&mut pool.directory(), login, name),
    }
}

fn by_password(
    pool: &Pool,
    client: &AppClient,
    login: Login,
    given: &str,
) -> Result<Step, Failure> {
    check_password(pool, client, &login, given)?;
    proceed(pool, login)
}

fn check_password(
    pool: &Pool,
    client: &AppClient,
    login: &Login,
    given: &str,
) -> Result<(), Failure> {
    pre_authentication(pool, client, &login.username, &login.metadata)?;
    password::check(&mut pool.directory(), client, &login.username, given)?;
    Ok(())
}

fn by_srp(
    pool: &Pool,
    client: &AppClient,
    parameters: &Parameters,
    login: &Login,
) -> Result<Step, Failure> {
    let client_public = srp::client_public(parameters)?;
    srp::ask(pool, client, &login.username, client_public, |fresh| {
        fresh.device_key.clone_from(&login.device_key);
        fresh.metadata.clone_from(&login.metadata);
    })
}

pub(super) fn answer_password(reply: &Reply<'_>, login: Login) -> Result<Step, Failure> {
    let given = reply.required("PASSWORD")?;
    go_on_by_password(reply, login, given)
}

fn go_on_by_password(reply: &Reply<'_>, login: Login, given: &str) -> Result<Step, Failure> {
    check_password(reply.pool, reply.client, &login, given)?;
    reply.use_up(&mut reply.pool.directory())?;
    proceed(reply.pool, login)
}

pub(super) fn answer_srp(reply: &Reply<'_>, login: &Login) -> Result<Step, Failure> {
    let step = by_srp(reply.pool, reply.client, reply.responses, login)?;
    reply.use_up(&mut reply.pool.directory())?;
    Ok(step)
}

fn ask_passkey(directory: &mut Directory, login: Login) -> Result<Step, Failure> {
    let relying_party = directory.settings.relying_party.clone().ok_or_else(|| {
        Failure::new(
            "WebAuthnConfigurationMissingException",
            "The user pool has no relying party.",
        )
    })?;
    let challenge_text = passkey::new_challenge();
    let account = directory.user_of(&login)?;
    let credentials: Vec<_> = account
        .passkeys
        .iter()
        .map(|it| json!({ "id": it.id, "type": "public-key", "transports": it.transports }))
        .collect();
    let options = json!({
        "challenge": challenge_text,
        "timeout": 180_000,
        "rpId": relying_party,
        "allowCredentials": credentials,
        "userVerification": "preferred",
    });
    let parameters = [
        ("CREDENTIAL_REQUEST_OPTIONS", options.to_string()),
        ("USERNAME", login.username.clone()),
    ];
    let pending = Pending::WebAuthn {
        challenge: challenge_text,
    };
    Ok(challenge(
        directory,
        "WEB_AUTHN",
        login,
        pending,
        parameters,
    ))
}

pub(super) fn answer_passkey(
    reply: &Reply<'_>,
    mut login: Login,
    challenge: &str,
) -> Result<Step, Failure> {
    let credential = reply.required("CREDENTIAL")?;
    pre_authentication(reply.pool, reply.client, &login.username, &login.metadata)?;
    let mut directory = reply.pool.directory();
    let relying_party = directory.settings.relying_party.clone().unwrap_or_default();
    let account = directory.user_of(&login)?;
    passkey::verify_assertion(&account.passkeys, credential, challenge, &relying_party)?;

    reply.use_up(&mut directory)?;
    login.is_strong = true;
    drop(directory);
    proceed(reply.pool, login)
}
