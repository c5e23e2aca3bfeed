//! `CUSTOM_AUTH`: the first call, and the answers.

use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use super::ask::{define, proceed};
use super::reply::Reply;
use super::srp;
use super::start::Start;
use super::step::Step;
use crate::failure::Failure;
use crate::pool::{Login, Question};
use crate::trigger::Trigger;

pub(super) fn begin(start: &Start<'_>) -> Result<Step, Failure> {
    let by_password = match start.get("CHALLENGE_NAME") {
        Some("SRP_A") => true,
        Some(_) => return Err(Failure::invalid_parameter("Unknown CHALLENGE_NAME")),
        None => false,
    };
    let username = start.username()?;
    let found = start
        .pool
        .directory()
        .find(username)
        .map(|account| start.login(account));
    let mut login = match found {
        Some(login) => login,
        None if by_password => return srp::begin(start, Some(0)),
        None if start.client.hides_unknown_users => return Err(Failure::wrong_password()),
        None => return Err(Failure::user_not_found()),
    };
    login.custom_round = Some(0);
    if !by_password {
        return proceed(start.pool, login);
    }
    if start.pool.has_trigger(Trigger::DefineAuthChallenge) {
        login
            .custom_session
            .push(json!({ "challengeName": "SRP_A", "challengeResult": true }));
        if define(start.pool, &login)?.as_deref() != Some("PASSWORD_VERIFIER") {
            return Err(Failure::new(
                "InvalidLambdaResponseException",
                "Unrecognizable lambda output",
            ));
        }
    }
    srp::begin(start, Some(0))
}

pub(super) fn answer(
    reply: &Reply<'_>,
    mut login: Login,
    private: &Value,
) -> Result<Step, Failure> {
    let given = reply.required("ANSWER")?;
    let round = login.custom_round.unwrap_or_default();
    if reply.pool.has_trigger(Trigger::DefineAuthChallenge) {
        let is_right = judge(reply, &login, private, given)?;
        if let Some(last) = login.custom_session.last_mut() {
            last["challengeResult"] = json!(is_right);
        }
    } else {
        let directory = reply.pool.directory();
        let expected = directory.settings.custom_rounds.get(round);
        let is_right =
            expected.is_some_and(|it| it.answer.as_bytes().ct_eq(given.as_bytes()).into());
        drop(directory);
        if !is_right {
            // A trigger that gives up at the first wrong answer: the commonest one.
            reply.use_up(&mut reply.pool.directory())?;
            return Err(Failure::wrong_password());
        }
    }
    reply.use_up(&mut reply.pool.directory())?;
    login.custom_round = Some(round + 1);
    proceed(reply.pool, login)
}

/// Asks the function whether an answer is right.
fn judge(reply: &Reply<'_>, login: &Login, private: &Value, given: &str) -> Result<bool, Failure> {
    let attributes = {
        let directory = reply.pool.directory();
        directory.user(&login.username)?.event_attributes()
    };
    let response = reply.pool.ask(&Question {
        trigger: Trigger::VerifyAuthChallengeResponse,
        source: "VerifyAuthChallengeResponse_Authentication",
        username: &login.username,
        client_id: &login.client_id,
        request: json!({
            "userAttributes": attributes,
            "privateChallengeParameters": private,
            "challengeAnswer": given,
            "clientMetadata": reply.metadata,
            "userNotFound": false,
        }),
        response: json!({ "answerCorrect": null }),
    })?;
    Ok(response["answerCorrect"] == true)
}
