//! The rounds of `CUSTOM_AUTH`: questions given in code, or three functions that define, make and judge challenges.

use serde_json::{Map, Value, json};

use super::finish;
use crate::failure::Failure;
use crate::login::step::{Step, challenge};
use crate::pool::{CustomRound, Login, Pending, Pool, Question};
use crate::trigger::Trigger;
use crate::wire::Parameters;

/// Asks the next question, or ends the login after the last one.
pub(super) fn ask(pool: &Pool, login: Login, round: usize) -> Result<Step, Failure> {
    if pool.has_trigger(Trigger::DefineAuthChallenge) {
        return match define(pool, &login)?.as_deref() {
            None => finish::finish(pool, login),
            Some("CUSTOM_CHALLENGE") => create(pool, login),
            Some(_) => Err(unreadable()),
        };
    }
    let mut directory = pool.directory();
    let rounds = &directory.settings.custom_rounds;
    if rounds.is_empty() {
        return Err(Failure::invalid_parameter(
            "Custom auth lambda trigger is not configured for the user pool.",
        ));
    }
    let Some(CustomRound { parameters, .. }) = rounds.get(round) else {
        drop(directory);
        return finish::finish(pool, login);
    };

    let mut parameters: Parameters = parameters.iter().cloned().collect();
    parameters.insert("USERNAME".to_owned(), login.username.clone());
    let pending = Pending::Custom(Value::Null);
    let step = challenge(&mut directory, "CUSTOM_CHALLENGE", login, pending, []);
    Ok(Step {
        challenge_parameters: parameters,
        ..step
    })
}

/// Asks the function which challenge comes next; nothing if the login is done.
pub(in crate::login) fn define(pool: &Pool, login: &Login) -> Result<Option<String>, Failure> {
    let response = pool.ask(&Question {
        trigger: Trigger::DefineAuthChallenge,
        source: "DefineAuthChallenge_Authentication",
        username: &login.username,
        client_id: &login.client_id,
        request: json!({
            "userAttributes": attributes(pool, login),
            "session": login.custom_session,
            "clientMetadata": login.metadata,
            "userNotFound": false,
        }),
        response: json!({ "challengeName": null, "issueTokens": null, "failAuthentication": null }),
    })?;
    if response["issueTokens"] == true {
        return Ok(None);
    }
    if response["failAuthentication"] == true {
        return Err(Failure::wrong_password());
    }
    let name = response["challengeName"].as_str().ok_or_else(unreadable)?;
    Ok(Some(name.to_owned()))
}

/// Has the function make a question, and asks it.
fn create(pool: &Pool, mut login: Login) -> Result<Step, Failure> {
    let response = pool.ask(&Question {
        trigger: Trigger::CreateAuthChallenge,
        source: "CreateAuthChallenge_Authentication",
        username: &login.username,
        client_id: &login.client_id,
        request: json!({
            "userAttributes": attributes(pool, &login),
            "challengeName": "CUSTOM_CHALLENGE",
            "session": login.custom_session,
            "clientMetadata": login.metadata,
            "userNotFound": false,
        }),
        response: json!({
            "publicChallengeParameters": null,
            "privateChallengeParameters": null,
            "challengeMetadata": null,
        }),
    })?;
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let public = response["publicChallengeParameters"].as_object();
    let mut parameters: Parameters = public
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), text(value)))
        .collect();
    parameters.insert("USERNAME".to_owned(), login.username.clone());
    let mut entry = Map::new();
    entry.insert("challengeName".to_owned(), json!("CUSTOM_CHALLENGE"));
    if let Some(metadata) = response["challengeMetadata"].as_str() {
        entry.insert("challengeMetadata".to_owned(), json!(metadata));
    }
    // Its result is added with the answer.
    login.custom_session.push(Value::Object(entry));

    let pending = Pending::Custom(response["privateChallengeParameters"].clone());
    let mut directory = pool.directory();
    let step = challenge(&mut directory, "CUSTOM_CHALLENGE", login, pending, []);
    Ok(Step {
        challenge_parameters: parameters,
        ..step
    })
}

fn attributes(pool: &Pool, login: &Login) -> Value {
    let directory = pool.directory();
    let account = directory.find(&login.username);
    account.map(|it| it.event_attributes()).unwrap_or_default()
}

fn unreadable() -> Failure {
    Failure::new(
        "InvalidLambdaResponseException",
        "Unrecognizable lambda output",
    )
}
