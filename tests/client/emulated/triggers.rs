//! Functions are asked at their moments, told what AWS tells them, and their answers count.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use cognito_emulator::{AppClient, AuthFlow, Pool, Trigger};
use serde_json::{Value, json};

use super::proofs::prove_password;
use super::{house, house_of, user};
use crate::by_hand::{House, claims};
use crate::pool::PASSWORD;

fn pool() -> Pool {
    Pool::new("us-east-1_Triggers")
}

/// What a function was told so far.
#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<Value>>>);

impl Events {
    fn take(&self) -> Vec<Value> {
        self.0.lock().expect("no panic").drain(..).collect()
    }
}

/// Sets a function that is noted down.
fn set(
    house: &House,
    trigger: Trigger,
    answer: impl Fn(Value) -> Result<Value, String> + Send + Sync + 'static,
) -> Events {
    let events = Events::default();
    let notes = events.clone();
    house.pool.set_trigger(trigger, move |event| {
        notes.0.lock().expect("no panic").push(event.clone());
        answer(event)
    });
    events
}

#[tokio::test]
async fn functions_are_told_of_every_round_of_a_custom_login() {
    let house = house(pool()).await;
    let defined = set(&house, Trigger::DefineAuthChallenge, |mut event| {
        let rounds = event["request"]["session"].as_array();
        let last = rounds.and_then(|it| it.last()).cloned().unwrap_or_default();
        let response = &mut event["response"];
        match last["challengeName"].as_str() {
            Some("SRP_A") => response["challengeName"] = json!("PASSWORD_VERIFIER"),
            Some("CUSTOM_CHALLENGE") if last["challengeResult"] == true => {
                response["issueTokens"] = json!(true);
            }
            Some("CUSTOM_CHALLENGE") => response["failAuthentication"] = json!(true),
            _ => response["challengeName"] = json!("CUSTOM_CHALLENGE"),
        }
        Ok(event)
    });
    let created = set(&house, Trigger::CreateAuthChallenge, |mut event| {
        event["response"]["publicChallengeParameters"] = json!({ "question": "2 + 2" });
        event["response"]["privateChallengeParameters"] = json!({ "answer": "4" });
        event["response"]["challengeMetadata"] = json!("a sum");
        Ok(event)
    });
    let judged = set(&house, Trigger::VerifyAuthChallengeResponse, |mut event| {
        let right = event["request"]["privateChallengeParameters"]["answer"].clone();
        let is_right = event["request"]["challengeAnswer"] == right;
        event["response"]["answerCorrect"] = json!(is_right);
        Ok(event)
    });
    let by_password = json!({ "challengeName": "SRP_A", "challengeResult": true });
    let proved = json!({ "challengeName": "PASSWORD_VERIFIER", "challengeResult": true });

    for (answer, is_right) in [("4", true), ("5", false)] {
        let start = json!({ "CHALLENGE_NAME": "SRP_A" });
        let proof = prove_password(&house, "CUSTOM_AUTH", start).await;
        let asked = house
            .respond("PASSWORD_VERIFIER", &Value::Null, proof)
            .await
            .json();
        assert_eq!(asked["ChallengeName"], "CUSTOM_CHALLENGE", "{asked}");
        let shown = json!({ "USERNAME": "alice", "question": "2 + 2" });
        assert_eq!(asked["ChallengeParameters"], shown);
        let responses = json!({ "USERNAME": "alice", "ANSWER": answer });
        let done = house
            .respond("CUSTOM_CHALLENGE", &asked["Session"], responses)
            .await;
        assert_eq!(done.status == 200, is_right, "{}", done.text);

        let defined = defined.take();
        let rounds: Vec<_> = defined.iter().map(|it| &it["request"]["session"]).collect();
        let answered = json!({
            "challengeName": "CUSTOM_CHALLENGE",
            "challengeMetadata": "a sum",
            "challengeResult": is_right,
        });
        let expected = [
            json!([by_password]),
            json!([by_password, proved]),
            json!([by_password, proved, answered]),
        ];
        assert_eq!(rounds, expected.iter().collect::<Vec<_>>());
        for event in [defined, created.take(), judged.take()].concat() {
            let attributes = &event["request"]["userAttributes"];
            assert_eq!(attributes["email"], "alice@example.com", "{event}");
        }
    }

    let without = house
        .begin("CUSTOM_AUTH", json!({ "USERNAME": "alice" }))
        .await;
    assert_eq!(without.json()["ChallengeName"], "CUSTOM_CHALLENGE");
    assert_eq!(defined.take()[0]["request"]["session"], json!([]));
}

/// Makes a function slow: it answers when two have asked.
fn wait_for_two(asked: &AtomicUsize) {
    let both = (asked.fetch_add(1, Ordering::SeqCst) + 1).next_multiple_of(2);
    // Not for ever, in case nobody else comes.
    for _ in 0..1000 {
        if asked.load(Ordering::SeqCst) >= both {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// The pool is not locked while a function is asked.
#[tokio::test]
async fn of_answers_that_come_at_once_one_goes_on() {
    let house = house(pool().with_first_factors(["PASSWORD", "EMAIL_OTP"])).await;
    house.pool.set_attribute("alice", "email_verified", "true");
    set(&house, Trigger::DefineAuthChallenge, |mut event| {
        let is_first = event["request"]["session"] == json!([]);
        let response = &mut event["response"];
        match is_first {
            true => response["challengeName"] = json!("CUSTOM_CHALLENGE"),
            false => response["issueTokens"] = json!(true),
        }
        Ok(event)
    });
    let asked = AtomicUsize::new(0);
    let judge = move |mut event: Value| {
        wait_for_two(&asked);
        event["response"]["answerCorrect"] = json!(true);
        Ok(event)
    };
    set(&house, Trigger::VerifyAuthChallengeResponse, judge);
    let asked = AtomicUsize::new(0);
    let admit = move |event: Value| {
        wait_for_two(&asked);
        Ok(event)
    };
    set(&house, Trigger::PreAuthentication, admit);

    for (flow, preferred, challenge, mut responses) in [
        (
            "CUSTOM_AUTH",
            "",
            "CUSTOM_CHALLENGE",
            json!({ "ANSWER": "4" }),
        ),
        ("USER_AUTH", "EMAIL_OTP", "EMAIL_OTP", json!({})),
        (
            "USER_AUTH",
            "PASSWORD",
            "PASSWORD",
            json!({ "PASSWORD": PASSWORD }),
        ),
    ] {
        let mut start = json!({ "USERNAME": "alice" });
        if !preferred.is_empty() {
            start["PREFERRED_CHALLENGE"] = json!(preferred);
        }
        let begun = house.begin(flow, start).await.json();
        assert_eq!(begun["ChallengeName"], challenge, "{begun}");
        responses["USERNAME"] = json!("alice");
        if let Some(mail) = house.emulator.outbox().pop() {
            responses["EMAIL_OTP_CODE"] = json!(mail.code);
        }

        let session = &begun["Session"];
        let (one, other) = tokio::join!(
            house.respond(challenge, session, responses.clone()),
            house.respond(challenge, session, responses),
        );

        let mut messages = [one.message(), other.message()];
        messages.sort();
        let used = "Invalid session for the user, session can only be used once.";
        assert_eq!(messages, ["", used], "{challenge}");
    }
}

#[tokio::test]
async fn a_function_is_asked_before_a_login_of_a_known_user_and_of_a_hidden_stranger() {
    for hides in [false, true] {
        let client = AppClient::new("web").with_prevent_user_existence_errors(hides);
        let house = house_of(pool(), client).await;
        let asked = set(&house, Trigger::PreAuthentication, Ok);

        house.log_in("alice", PASSWORD).await;
        house.log_in("nobody", PASSWORD).await;

        let told = |it: &Value| json!([it["userName"], it["request"]["userNotFound"]]);
        let told: Vec<_> = asked.take().iter().map(told).collect();
        let expected = match hides {
            true => vec![json!(["alice", false]), json!(["nobody", true])],
            false => vec![json!(["alice", false])],
        };
        assert_eq!(told, expected);

        let no = |_| Err("not today".to_owned());
        set(&house, Trigger::PreAuthentication, no);
        let refused = house.log_in("alice", PASSWORD).await;
        assert_eq!(refused.error(), "UserLambdaValidationException");
    }
}

#[tokio::test]
async fn a_function_after_a_login_is_told_the_metadata_of_the_last_call_that_had_some() {
    let house = house(pool()).await;
    house.pool.add_user(user("bob").with_email_mfa());
    let after = set(&house, Trigger::PostAuthentication, Ok);
    let client = house.client.id();
    let (one, two) = (json!({ "step": "one" }), json!({ "step": "two" }));

    for (metadata, expected) in [(&Value::Null, &Value::Null), (&two, &two)] {
        let proof = prove_password(&house, "USER_SRP_AUTH", json!({})).await;
        let body = json!({
            "ClientId": client, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": proof,
            "ClientMetadata": metadata,
        });
        let done = house.call("RespondToAuthChallenge", body).await;
        assert_eq!(done.status, 200, "{}", done.text);
        let told = after.take().remove(0);
        assert_eq!(&told["request"]["clientMetadata"], expected);
    }

    for (metadata, expected) in [(&Value::Null, &one), (&two, &two)] {
        let body = json!({
            "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "ClientMetadata": one,
            "AuthParameters": { "USERNAME": "bob", "PASSWORD": PASSWORD },
        });
        let asked = house.call("InitiateAuth", body).await.json();
        let code = house.emulator.outbox().pop().expect("a mail").code;
        let body = json!({
            "ClientId": client, "ChallengeName": "EMAIL_OTP", "Session": asked["Session"],
            "ChallengeResponses": { "USERNAME": "bob", "EMAIL_OTP_CODE": code },
            "ClientMetadata": metadata,
        });
        let done = house.call("RespondToAuthChallenge", body).await;
        assert_eq!(done.status, 200, "{}", done.text);
        let told = after.take().remove(0);
        assert_eq!(&told["request"]["clientMetadata"], expected);
    }
}

#[tokio::test]
async fn a_user_who_moves_in_keeps_the_name_that_was_typed_and_gets_a_sub_of_the_pool() {
    let house = house(pool()).await;
    set(&house, Trigger::UserMigration, |mut event| {
        event["response"]["userAttributes"] = json!({
            "username": "another", "sub": "another", "email": "old@example.com",
        });
        let status = match event["userName"].as_str() {
            Some("forgetful") => "RESET_REQUIRED",
            _ => "CONFIRMED",
        };
        event["response"]["finalUserStatus"] = json!(status);
        Ok(event)
    });

    let old = house.log_in("old", PASSWORD).await;
    assert_eq!(old.status, 200, "{}", old.text);
    let attribute = |name: &str| house.pool.attribute("old", name);
    assert_eq!(attribute("email").as_deref(), Some("old@example.com"));
    assert_eq!(attribute("username"), None);
    assert_eq!(attribute("sub"), house.pool.user_sub("old"));

    let forgetful = house.log_in("forgetful", PASSWORD).await;
    assert_eq!(forgetful.error(), "PasswordResetRequiredException");
}

/// Logs alice in, and reads both of her tokens.
async fn tokens(house: &House) -> (Value, Value) {
    let login = house.log_in("alice", PASSWORD).await.json();
    let tokens = &login["AuthenticationResult"];
    (claims(&tokens["IdToken"]), claims(&tokens["AccessToken"]))
}

#[tokio::test]
async fn the_first_version_changes_texts_of_the_id_token_and_the_groups_of_both() {
    let house = house(pool()).await;
    house.pool.add_user(user("alice").with_group("readers"));
    let asked = set(&house, Trigger::PreTokenGeneration, |mut event| {
        event["response"]["claimsOverrideDetails"] = json!({
            "claimsToAddOrOverride": { "tenant": "red", "sub": "stolen", "object": {} },
            "claimsToSuppress": ["email", "iss"],
            "groupOverrideDetails": {
                "groupsToOverride": ["writers"],
                "iamRolesToOverride": ["arn:aws:iam::1:role/writer"],
                "preferredRole": null,
            },
        });
        Ok(event)
    });

    let (id, access) = tokens(&house).await;

    assert_eq!(id["tenant"], "red");
    assert_eq!(access["tenant"], Value::Null);
    assert_eq!(id["object"], Value::Null, "no text");
    assert_eq!(id["email"], Value::Null);
    assert_eq!(json!(house.pool.user_sub("alice")), id["sub"]);
    assert_eq!(id["iss"], access["iss"], "not for a function to change");
    assert_eq!(id["cognito:groups"], json!(["writers"]));
    assert_eq!(access["cognito:groups"], json!(["writers"]));
    let roles = json!(["arn:aws:iam::1:role/writer"]);
    assert_eq!(id["cognito:roles"], roles);
    assert_eq!(access["cognito:roles"], Value::Null);
    assert!(id.get("cognito:preferred_role").is_none());
    let told = asked.take().remove(0);
    let request = &told["request"];
    let groups = &request["groupConfiguration"]["groupsToOverride"];
    assert_eq!(groups, &json!(["readers"]));
    assert_eq!(request["scopes"], Value::Null, "of later versions");
}

#[tokio::test]
async fn the_second_version_changes_both_tokens_and_the_scopes() {
    let house = house(pool()).await;
    let own = "aws.cognito.signin.user.admin";
    let both = format!("{own} orders/read");

    for (added, dropped, scope) in [
        (json!([]), json!([]), own),
        (json!(["orders/read"]), json!([]), both.as_str()),
        (json!([]), json!([own]), ""),
        (json!(["orders/read"]), json!([own]), "orders/read"),
    ] {
        let asked = set(&house, Trigger::PreTokenGenerationV2, move |mut event| {
            event["response"]["claimsAndScopeOverrideDetails"] = json!({
                "idTokenGeneration": { "claimsToAddOrOverride": { "tenant": { "id": 7 } } },
                "accessTokenGeneration": {
                    "claimsToAddOrOverride": { "why": event["triggerSource"] },
                    "claimsToSuppress": ["event_id"],
                    "scopesToAdd": added,
                    "scopesToSuppress": dropped,
                },
            });
            Ok(event)
        });

        let (id, access) = tokens(&house).await;

        assert_eq!(id["tenant"], json!({ "id": 7 }));
        assert_eq!(access["tenant"], Value::Null);
        assert_eq!(access["why"], "TokenGeneration_Authentication");
        assert!(access["event_id"].is_string(), "not for a function");
        assert_eq!(access["scope"], scope);
        assert_eq!(asked.take()[0]["request"]["scopes"], json!([own]));
    }
}

#[tokio::test]
async fn the_third_version_changes_the_tokens_of_machines_too() {
    let house = house(pool()).await;
    let server = json!({
        "Identifier": "orders", "Name": "Orders",
        "Scopes": [{ "ScopeName": "read", "ScopeDescription": "Read" }],
    });
    let made = house.admin("CreateResourceServer", server).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let machine = AppClient::new("machine")
        .with_secret("emulated_secret_of_a_machine")
        .with_flows([AuthFlow::ClientToken])
        .with_oauth_flows(["client_credentials"])
        .with_scopes(["orders/read"]);
    let machine = house.pool.add_client(machine);
    let asked = set(&house, Trigger::PreTokenGenerationV3, |mut event| {
        event["response"]["claimsAndScopeOverrideDetails"] = json!({
            "accessTokenGeneration": {
                "claimsToAddOrOverride": { "tenant": "red", "sub": "stolen" },
                "scopesToAdd": ["orders/write"],
            },
        });
        Ok(event)
    });

    let body = json!({ "ClientId": machine.id(), "Secret": machine.secret() });
    let answer = house.call("GetClientToken", body).await.json();
    let access = claims(&answer["ClientAuthenticationResult"]["AccessToken"]);
    assert_eq!(access["tenant"], "red");
    assert_eq!(access["sub"], machine.id());
    assert_eq!(access["scope"], "orders/read orders/write");
    let told = asked.take().remove(0);
    assert_eq!(told["triggerSource"], "TokenGeneration_ClientCredentials");
    assert_eq!(told["request"]["scopes"], json!(["orders/read"]));

    let (_, access) = tokens(&house).await;
    assert_eq!(access["tenant"], "red");
    let told = asked.take().remove(0);
    assert_eq!(told["triggerSource"], "TokenGeneration_Authentication");
}
