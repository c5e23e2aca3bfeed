//! Functions are asked at the moments at which AWS asks them, and their answers count.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use cognito_emulator::{AppClient, AuthFlow, Pool, Trigger, User};
use serde_json::{Value, json};

use crate::client::{ALL_FLOWS, House, claims};
use crate::managed_login::{CALLBACK, parameter};
use crate::program::Program;

fn alice() -> User {
    User::new("alice")
        .with_password("Correct-horse-1")
        .with_attribute("email", "alice@example.com")
}

/// Notes the events of a trigger, and lets them pass.
fn watch(pool: &Pool, trigger: Trigger) -> Arc<Mutex<Vec<Value>>> {
    let seen = Arc::<Mutex<Vec<Value>>>::default();
    let notes = Arc::clone(&seen);
    pool.set_trigger(trigger, move |event| {
        notes.lock().expect("no panic").push(event.clone());
        Ok(event)
    });
    seen
}

impl House {
    async fn sign_up(&self, username: &str, email: &str) -> crate::client::Answer {
        let body = json!({
            "ClientId": self.client.id(), "Username": username, "Password": "Correct-horse-1",
            "UserAttributes": [{ "Name": "email", "Value": email }],
            "ValidationData": [{ "Name": "invitation", "Value": "4711" }],
            "ClientMetadata": { "page": "spring" },
        });
        self.call("SignUp", body).await
    }
}

#[tokio::test]
async fn a_registration_is_refused_or_confirmed_by_a_function() {
    let house = House::new().await;
    house.pool.set_trigger(Trigger::PreSignUp, |mut event| {
        assert_eq!(event["triggerSource"], "PreSignUp_SignUp");
        assert_eq!(event["request"]["validationData"]["invitation"], "4711");
        assert_eq!(event["request"]["clientMetadata"]["page"], "spring");
        let email = event["request"]["userAttributes"]["email"].as_str();
        if !email.is_some_and(|it| it.ends_with("@example.com")) {
            return Err("Domain not allowed.".to_owned());
        }
        event["response"]["autoConfirmUser"] = json!(true);
        event["response"]["autoVerifyEmail"] = json!(true);
        Ok(event)
    });
    let confirmed = watch(&house.pool, Trigger::PostConfirmation);

    let refused = house.sign_up("mallory", "mallory@evil.example").await;
    assert_eq!(refused.error(), "UserLambdaValidationException");
    assert_eq!(
        refused.message(),
        "PreSignUp failed with error Domain not allowed.."
    );
    assert!(house.pool.user_sub("mallory").is_none());

    let made = house.sign_up("carol", "carol@example.com").await.json();
    assert_eq!(made["UserConfirmed"], true);
    assert!(house.emulator.outbox().is_empty(), "nothing to confirm");
    assert_eq!(
        house.pool.attribute("carol", "email_verified").as_deref(),
        Some("true")
    );
    let events = confirmed.lock().expect("no panic").clone();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["triggerSource"], "PostConfirmation_ConfirmSignUp");
    assert_eq!(
        events[0]["request"]["userAttributes"]["cognito:user_status"],
        "CONFIRMED"
    );
}

#[tokio::test]
async fn mails_are_worded_and_sent_by_functions() {
    let house = House::new().await;
    house.pool.set_trigger(Trigger::CustomMessage, |mut event| {
        assert_eq!(event["triggerSource"], "CustomMessage_SignUp");
        let code = event["request"]["codeParameter"]
            .as_str()
            .expect("a place")
            .to_owned();
        event["response"]["emailSubject"] = json!("Welcome");
        event["response"]["emailMessage"] = json!(format!("Your code is {code}."));
        Ok(event)
    });
    let sent = watch(&house.pool, Trigger::CustomEmailSender);

    house.sign_up("carol", "carol@example.com").await;
    let mail = house.emulator.outbox().remove(0);
    assert_eq!(mail.subject.as_deref(), Some("Welcome"));
    assert_eq!(mail.text, Some(format!("Your code is {}.", mail.code)));
    let event = sent.lock().expect("no panic").remove(0);
    assert_eq!(event["request"]["type"], "customEmailSenderRequestV1");
    assert_eq!(event["request"]["code"], mail.code.as_str());
}

#[tokio::test]
async fn a_login_passes_a_function_before_and_after() {
    let house = House::new().await;
    house.pool.add_user(alice());
    house.pool.set_trigger(Trigger::PreAuthentication, |event| {
        match event["request"]["validationData"]["from"].as_str() {
            Some("nowhere") => Err("not from there".to_owned()),
            _ => Ok(event),
        }
    });
    let after = watch(&house.pool, Trigger::PostAuthentication);
    let begin = async |from: &str| {
        let body = json!({
            "ClientId": house.client.id(), "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": "alice", "PASSWORD": "Correct-horse-1" },
            "ClientMetadata": { "from": from },
        });
        house.call("InitiateAuth", body).await
    };

    let refused = begin("nowhere").await;
    assert_eq!(
        refused.message(),
        "PreAuthentication failed with error not from there."
    );
    assert!(after.lock().expect("no panic").is_empty());
    assert_eq!(begin("home").await.status, 200);
    let events = after.lock().expect("no panic").clone();
    assert_eq!(events[0]["userName"], "alice");
    assert_eq!(events[0]["request"]["clientMetadata"]["from"], "home");
}

#[tokio::test]
async fn tokens_are_changed_by_a_function() {
    let house = House::new().await;
    house.pool.add_user(alice().with_group("readers"));
    let login = async || {
        let answer = house.log_in("alice", "Correct-horse-1").await.json();
        let tokens = &answer["AuthenticationResult"];
        let refresh = tokens["RefreshToken"].clone();
        (
            claims(&tokens["IdToken"]),
            claims(&tokens["AccessToken"]),
            refresh,
        )
    };
    house
        .pool
        .set_trigger(Trigger::PreTokenGeneration, |mut event| {
            event["response"]["claimsOverrideDetails"] = json!({
                "claimsToAddOrOverride": { "tenant": "red", "sub": "stolen", "object": {} },
                "claimsToSuppress": ["email"],
                "groupOverrideDetails": { "groupsToOverride": ["writers"] },
            });
            Ok(event)
        });

    let (id, access, _) = login().await;
    assert_eq!(id["tenant"], "red");
    assert_ne!(id["sub"], "stolen", "not for a function to change");
    assert!(id["email"].is_null() && id["object"].is_null());
    assert_eq!(id["cognito:groups"], json!(["writers"]));
    assert!(access["tenant"].is_null(), "version 1 is for the ID token");

    house
        .pool
        .set_trigger(Trigger::PreTokenGenerationV2, |mut event| {
            assert_eq!(event["version"], "2");
            let source = event["triggerSource"].clone();
            event["response"]["claimsAndScopeOverrideDetails"] = json!({
                "idTokenGeneration": { "claimsToAddOrOverride": { "tenant": { "id": 7 } } },
                "accessTokenGeneration": {
                    "claimsToAddOrOverride": { "why": source },
                    "scopesToAdd": ["orders/read"],
                },
            });
            Ok(event)
        });
    let (id, access, refresh) = login().await;
    assert_eq!(id["tenant"], json!({ "id": 7 }));
    assert_eq!(access["why"], "TokenGeneration_Authentication");
    assert_eq!(access["scope"], "aws.cognito.signin.user.admin orders/read");
    let answer = house
        .begin("REFRESH_TOKEN_AUTH", json!({ "REFRESH_TOKEN": refresh }))
        .await
        .json();
    let access = claims(&answer["AuthenticationResult"]["AccessToken"]);
    assert_eq!(access["why"], "TokenGeneration_RefreshTokens");
}

#[tokio::test]
async fn a_user_moves_in_with_the_first_password() {
    let house = House::new().await;
    house.pool.set_trigger(Trigger::UserMigration, |mut event| {
        if event["request"]["password"] != "Old-password-1" {
            return Err("unknown".to_owned());
        }
        event["response"]["userAttributes"] =
            json!({ "email": "old@example.com", "email_verified": "true" });
        event["response"]["finalUserStatus"] = json!("CONFIRMED");
        Ok(event)
    });

    let wrong = house.log_in("old", "wrong-Password-1").await;
    assert_eq!(wrong.error(), "UserLambdaValidationException");
    assert_eq!(house.log_in("old", "Old-password-1").await.status, 200);
    assert_eq!(house.pool.user_status("old").as_deref(), Some("CONFIRMED"));
    assert_eq!(
        house.pool.attribute("old", "email").as_deref(),
        Some("old@example.com")
    );
    let srp = json!({ "USERNAME": "other", "SRP_A": "abcdef" });
    let answer = house.begin("USER_SRP_AUTH", srp).await;
    assert_eq!(
        answer.error(),
        "UserNotFoundException",
        "SRP sends no password"
    );
}

#[tokio::test]
async fn functions_define_make_and_judge_challenges() {
    let house = House::new().await;
    house.pool.add_user(alice());
    house
        .pool
        .set_trigger(Trigger::DefineAuthChallenge, |mut event| {
            let session = event["request"]["session"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let is_right = |it: &Value| it["challengeResult"] == true;
            if session.iter().any(is_right) {
                event["response"]["issueTokens"] = json!(true);
            } else if session.len() >= 2 {
                event["response"]["failAuthentication"] = json!(true);
            } else {
                event["response"]["challengeName"] = json!("CUSTOM_CHALLENGE");
            }
            Ok(event)
        });
    house
        .pool
        .set_trigger(Trigger::CreateAuthChallenge, |mut event| {
            event["response"]["publicChallengeParameters"] = json!({ "question": "2 + 2" });
            event["response"]["privateChallengeParameters"] = json!({ "answer": "4" });
            Ok(event)
        });
    house
        .pool
        .set_trigger(Trigger::VerifyAuthChallengeResponse, |mut event| {
            let right = &event["request"]["privateChallengeParameters"]["answer"];
            let is_right = event["request"]["challengeAnswer"] == *right;
            event["response"]["answerCorrect"] = json!(is_right);
            Ok(event)
        });
    let begin = async || {
        house
            .begin("CUSTOM_AUTH", json!({ "USERNAME": "alice" }))
            .await
            .json()
    };
    let answer = async |asked: &Value, text: &str| {
        let responses = json!({ "USERNAME": "alice", "ANSWER": text });
        house
            .respond("CUSTOM_CHALLENGE", &asked["Session"], responses)
            .await
    };

    let asked = begin().await;
    assert_eq!(asked["ChallengeParameters"]["question"], "2 + 2");
    assert!(!asked.to_string().contains("\"4\""));
    let again = answer(&asked, "5").await.json();
    assert_eq!(again["ChallengeName"], "CUSTOM_CHALLENGE");
    let done = answer(&again, "4").await.json();
    assert!(done["AuthenticationResult"].is_object(), "{done}");

    let asked = begin().await;
    let again = answer(&asked, "5").await.json();
    assert_eq!(answer(&again, "6").await.error(), "NotAuthorizedException");
}

/// A program that takes events by HTTP, and answers each as it is told.
///
/// The answer is a status, with headers after it if need be, and a body.
fn serve(answer: impl Fn(Value) -> (&'static str, Value) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut reader = BufReader::new(stream.try_clone().expect("a handle"));
            let mut length = 0;
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).expect("a line");
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().expect("a number");
                }
                if line.trim().is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).expect("a body");
            let event = serde_json::from_slice(&body).expect("JSON");
            let (status, body) = answer(event);
            write!(stream, "HTTP/1.0 {status}\r\n\r\n{body}").expect("written");
        }
    });
    format!("http://{address}/2015-03-31/functions/hook/invocations")
}

#[tokio::test]
async fn a_program_is_asked_by_http() {
    let house = House::new().await;
    house.pool.set_trigger_url(
        Trigger::PreSignUp,
        &serve(|mut event| match event["userName"].as_str() {
            Some("refused") => {
                let body = json!({ "errorMessage": "no room", "errorType": "Error" });
                ("200 OK", body)
            }
            Some("broken") => ("200 OK", json!("not an event")),
            // What the invoke address of Lambda says of a function that has failed, whatever the body is.
            Some("failed") => (
                "200 OK\r\nX-Amz-Function-Error: Unhandled",
                json!({ "response": { "autoConfirmUser": true } }),
            ),
            Some("away") => ("502 Bad Gateway", json!("no runtime")),
            _ => {
                event["response"]["autoConfirmUser"] = json!(true);
                ("200 OK", event)
            }
        }),
    );

    let made = house.sign_up("carol", "carol@example.com").await.json();
    assert_eq!(made["UserConfirmed"], true);
    let refused = house.sign_up("refused", "r@example.com").await;
    assert_eq!(refused.error(), "UserLambdaValidationException");
    assert_eq!(refused.message(), "PreSignUp failed with error no room.");
    let broken = house.sign_up("broken", "b@example.com").await;
    assert_eq!(broken.error(), "InvalidLambdaResponseException");
    for name in ["failed", "away"] {
        let answer = house.sign_up(name, "f@example.com").await;
        assert_eq!(answer.error(), "UserLambdaValidationException", "{name}");
        assert!(house.pool.user_sub(name).is_none(), "{name}");
    }
    house
        .pool
        .set_trigger_url(Trigger::PreSignUp, "http://127.0.0.1:1/");
    let gone = house.sign_up("gone", "g@example.com").await;
    assert_eq!(gone.error(), "UnexpectedLambdaException");
}

#[tokio::test]
async fn a_function_may_call_the_pool_that_asks_it() {
    let pool = Pool::new("us-east-1_Tested");
    let client = AppClient::new("web").with_flows(ALL_FLOWS);
    let house = House::with(pool, client).await;
    house.pool.add_user(alice());
    let pool = house.pool.clone();
    house
        .pool
        .set_trigger(Trigger::PostAuthentication, move |event| {
            pool.set_attribute("alice", "custom:seen", "yes");
            Ok(event)
        });

    let token = house.access_token("alice", "Correct-horse-1").await;
    assert!(token.is_string());
    assert_eq!(
        house.pool.attribute("alice", "custom:seen").as_deref(),
        Some("yes")
    );
}

#[tokio::test]
async fn text_messages_are_sent_by_a_function() {
    let house = House::new().await;
    let by_phone = json!({ "AutoVerifiedAttributes": ["phone_number"] });
    let changed = house.admin("UpdateUserPool", by_phone).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let mails = watch(&house.pool, Trigger::CustomEmailSender);
    let sent = watch(&house.pool, Trigger::CustomSmsSender);
    let body = json!({
        "ClientId": house.client.id(), "Username": "carol", "Password": "Correct-horse-1",
        "UserAttributes": [{ "Name": "phone_number", "Value": "+442079460000" }],
    });

    assert_eq!(house.call("SignUp", body).await.status, 200);
    let event = sent.lock().expect("no panic").remove(0);
    assert_eq!(event["triggerSource"], "CustomSMSSender_SignUp");
    assert_eq!(event["request"]["type"], "customSMSSenderRequestV1");
    let attributes = &event["request"]["userAttributes"];
    assert_eq!(attributes["phone_number"], "+442079460000");
    let confirm = json!({
        "ClientId": house.client.id(), "Username": "carol",
        "ConfirmationCode": event["request"]["code"],
    });
    assert_eq!(house.call("ConfirmSignUp", confirm).await.status, 200);
    assert!(mails.lock().expect("no panic").is_empty());
}

#[tokio::test]
async fn version_three_changes_tokens_of_people_and_of_machines() {
    let house = House::new().await;
    house.pool.add_user(alice());
    let server = json!({
        "Identifier": "orders", "Name": "Orders",
        "Scopes": [{ "ScopeName": "read", "ScopeDescription": "Read" }],
    });
    let made = house.admin("CreateResourceServer", server).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let secret = "thesecretofonemachineclient";
    let machine = house.pool.add_client(
        AppClient::new("machine")
            .with_secret(secret)
            .with_flows([AuthFlow::ClientToken])
            .with_oauth_flows(["client_credentials"])
            .with_scopes(["orders/read"]),
    );
    let by_domain = async || {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", machine.id()),
            ("client_secret", secret),
            ("aws_client_metadata", "{\"tenant\":\"red\"}"),
        ];
        let answer = house.post("/oauth2/token", &fields, "").await;
        claims(&answer.json()["access_token"])
    };
    let older = watch(&house.pool, Trigger::PreTokenGenerationV2);
    assert_eq!(by_domain().await["scope"], "orders/read");
    assert!(
        older.lock().expect("no panic").is_empty(),
        "for people alone"
    );

    let events = Arc::<Mutex<Vec<Value>>>::default();
    let notes = Arc::clone(&events);
    house
        .pool
        .set_trigger(Trigger::PreTokenGenerationV3, move |mut event| {
            notes.lock().expect("no panic").push(event.clone());
            let tenant = event["request"]["clientMetadata"]["tenant"].clone();
            event["response"]["claimsAndScopeOverrideDetails"] = json!({
                "idTokenGeneration": { "claimsToAddOrOverride": { "seen": true } },
                "accessTokenGeneration": {
                    "claimsToAddOrOverride": { "tenant": tenant, "sub": "stolen", "version": 3 },
                    "scopesToAdd": ["orders/write"],
                },
            });
            Ok(event)
        });
    let access = by_domain().await;
    assert_eq!(access["tenant"], "red");
    assert_eq!(access["sub"], machine.id());
    assert_eq!(access["scope"], "orders/read orders/write");
    let body = json!({ "ClientId": machine.id(), "Secret": secret });
    let by_api = house.call("GetClientToken", body).await.json();
    let access = claims(&by_api["ClientAuthenticationResult"]["AccessToken"]);
    assert_eq!(access["scope"], "orders/read orders/write");
    let login = house.log_in("alice", "Correct-horse-1").await.json();
    assert_eq!(
        claims(&login["AuthenticationResult"]["IdToken"])["seen"],
        true
    );

    let events = events.lock().expect("no panic").clone();
    let sources: Vec<_> = events
        .iter()
        .map(|it| it["triggerSource"].clone())
        .collect();
    assert_eq!(
        sources,
        [
            "TokenGeneration_ClientCredentials",
            "TokenGeneration_ClientCredentials",
            "TokenGeneration_Authentication",
        ]
    );
    assert!(events.iter().all(|it| it["version"] == "3"));
    assert_eq!(events[0]["callerContext"]["clientId"], machine.id());
    assert_eq!(events[0]["request"]["scopes"], json!(["orders/read"]));
    assert!(
        older.lock().expect("no panic").is_empty(),
        "the newest alone"
    );
}

#[tokio::test]
async fn tokens_of_the_domain_name_their_source() {
    let client = AppClient::new("web")
        .with_flows(ALL_FLOWS)
        .with_callback_urls([CALLBACK])
        .with_oauth_flows(["code", "implicit"]);
    let house = House::with(Pool::new("us-east-1_Tested"), client).await;
    house.pool.add_user(alice());
    let asked = watch(&house.pool, Trigger::PreTokenGeneration);

    let back = house.log_in_at_domain(&house.query(&[])).await;
    assert!(
        asked.lock().expect("no panic").is_empty(),
        "a code is no token"
    );
    let tokens = house.redeem(&parameter(&back, "code"), &[]).await.json();
    let refresh = [
        ("grant_type", "refresh_token"),
        (
            "refresh_token",
            tokens["refresh_token"].as_str().expect("a token"),
        ),
        ("client_id", house.client.id()),
    ];
    assert_eq!(house.post("/oauth2/token", &refresh, "").await.status, 200);
    house
        .log_in_at_domain(&house.query(&[("response_type", "token")]))
        .await;
    let events = asked.lock().expect("no panic").clone();
    let sources: Vec<_> = events
        .iter()
        .map(|it| it["triggerSource"].clone())
        .collect();
    assert_eq!(
        sources,
        [
            "TokenGeneration_HostedAuth",
            "TokenGeneration_RefreshTokens",
            "TokenGeneration_HostedAuth",
        ]
    );
    assert_eq!(events[0]["userName"], "alice");
}

#[test]
fn the_command_line_names_functions() {
    let url = serve(|mut event| {
        event["response"]["autoConfirmUser"] = json!(true);
        ("200 OK", event)
    });
    let option = format!("pre-sign-up={url}");
    let program = Program::start(&["--demo", "--trigger", &option]);
    let body = json!({
        "ClientId": "emulated", "Username": "carol", "Password": "Correct-horse-1",
        "UserAttributes": [{ "Name": "email", "Value": "carol@example.com" }],
    });

    assert_eq!(program.call("SignUp", &body)["UserConfirmed"], true);
    for wrong in ["pre-sign-up", "no-such-moment=http://127.0.0.1:1/"] {
        let refused = std::process::Command::new(env!("CARGO_BIN_EXE_cognito-emulator"))
            .args(["--port", "0", "--trigger", wrong])
            .output()
            .expect("the program");
        assert!(!refused.status.success(), "{wrong}");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        let reason = if wrong.contains('=') {
            "there are CreateAuthChallenge"
        } else {
            "NAME=URL"
        };
        assert!(said.contains(reason), "{said}");
    }
}
