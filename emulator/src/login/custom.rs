//! `CUSTOM_AUTH`, with questions given in code where a real pool asks Lambda functions.

use subtle::ConstantTimeEq;

use super::ask::proceed;
use super::reply::Reply;
use super::srp;
use super::start::Start;
use super::step::Step;
use crate::failure::Failure;
use crate::pool::Login;

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
    proceed(&mut directory, login)
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
    proceed(&mut directory, login)
}
