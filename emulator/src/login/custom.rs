//! `CUSTOM_AUTH`, with questions given in code where a real pool asks Lambda functions.

use subtle::ConstantTimeEq;

use super::answer::Reply;
use super::session::Pending;
use super::{Login, Start, Step, finish, proceed as go_on, srp};
use crate::failure::Failure;
use crate::pool::{CustomRound, Directory};

pub(super) fn begin(start: &Start<'_>) -> Result<Step, Failure> {
    match start.get("CHALLENGE_NAME") {
        Some("SRP_A") => return srp::begin(start, Some(0)),
        Some(_) => return Err(Failure::invalid_parameter("Unknown CHALLENGE_NAME")),
        None => {}
    }
    let username = start.username()?;
    let mut directory = start.pool.directory();
    let Some(account) = directory.find(username) else {
        return Err(if start.client.hides_unknown_users {
            Failure::wrong_password()
        } else {
            Failure::user_not_found()
        });
    };
    let mut login = Login::new(start.client.id(), account);
    login.device_key = start.get("DEVICE_KEY").map(str::to_owned);
    login.custom_round = Some(0);
    go_on(&mut directory, login)
}

/// Asks the next question, or ends the login after the last one.
pub(super) fn proceed(
    directory: &mut Directory,
    login: Login,
    round: usize,
) -> Result<Step, Failure> {
    let rounds = &directory.settings.custom_rounds;
    if rounds.is_empty() {
        return Err(Failure::new(
            "InvalidLambdaResponseException",
            "Unrecognizable lambda output: this pool has no custom question",
        ));
    }
    let Some(CustomRound { parameters, .. }) = rounds.get(round) else {
        return finish::finish(directory, login);
    };

    let mut parameters: crate::wire::Parameters = parameters.iter().cloned().collect();
    parameters.insert("USERNAME".to_owned(), login.username.clone());
    let step = super::challenge(directory, "CUSTOM_CHALLENGE", login, Pending::Custom, []);
    Ok(Step {
        challenge_parameters: parameters,
        ..step
    })
}

pub(super) fn answer(reply: &Reply<'_>, mut login: Login) -> Result<Step, Failure> {
    let given = reply.required("ANSWER")?;
    let mut directory = reply.pool.directory();
    let round = login.custom_round.unwrap_or_default();
    let is_right = directory
        .settings
        .custom_rounds
        .get(round)
        .is_some_and(|it| it.answer.as_bytes().ct_eq(given.as_bytes()).into());

    reply.use_up(&mut directory);
    if !is_right {
        // A trigger that gives up at the first wrong answer: the commonest one.
        return Err(Failure::wrong_password());
    }
    login.custom_round = Some(round + 1);
    go_on(&mut directory, login)
}
