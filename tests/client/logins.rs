//! The flows beside the plain login by SRP.

use axum_cognito::challenge::{Challenge, ChallengeRecord, EmailOtp, Password, PasswordSrp};
use axum_cognito::cognito::{CallContext, CognitoErrorKind, LoginRequest, SignUp};
use cognito_emulator::Pool;

use crate::pool::{Cloud, PASSWORD, attributes, challenge, complete, secret};

async fn choosing() -> Cloud {
    let pool = Pool::new("us-east-1_Choice").with_alias_attributes(["email"]);
    Cloud::with(pool.with_first_factors(["PASSWORD", "EMAIL_OTP"])).await
}

/// What was sent by the last call, by name.
fn last_sent(cloud: &Cloud) -> Vec<String> {
    let calls = cloud.emulator.calls();
    calls.last().expect("a call").parameters.clone()
}

#[tokio::test]
async fn a_user_chooses_a_code_by_mail() {
    let cloud = choosing().await;
    let cognito = cloud.cognito();

    let request = LoginRequest::without_password("alice");
    let asked = challenge(cognito.authenticate_with(&request).await);
    let kept = serde_json::to_string(asked.record()).expect("kept in a session");
    let record: ChallengeRecord = serde_json::from_str(&kept).expect("read again");
    let Challenge::SelectChallenge(asked) = Challenge::from(record) else {
        panic!("another challenge");
    };
    assert_eq!(asked.options(), ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"]);
    let answer = asked.answer(EmailOtp::NAME).expect("offered");
    let Challenge::EmailOtp(asked) = challenge(cognito.respond(&answer).await) else {
        panic!("another challenge");
    };
    assert_eq!(asked.delivery_medium(), Some("EMAIL"));
    assert!(asked.destination().is_some());
    let answer = asked.answer(secret(&cloud.code("alice")));
    let alice = complete(cognito.respond(&answer).await);

    assert_eq!(alice.username(), "alice");
}

#[tokio::test]
async fn a_login_can_begin_with_what_the_user_prefers() {
    let cloud = choosing().await;
    let cognito = cloud.cognito();
    let request = LoginRequest::without_password("alice@example.com");

    let request = request.with_preferred_challenge(EmailOtp::NAME);
    let asked = challenge(cognito.authenticate_with(&request).await);
    let record = asked.record().clone();
    let answer = |code: &str| match Challenge::from(record.clone()) {
        Challenge::EmailOtp(asked) => asked.answer(secret(code)),
        other => panic!("another challenge: {other:?}"),
    };
    let wrong = cognito.respond(&answer("00000000")).await;
    let kind = wrong.expect_err("wrong").kind();
    assert_eq!(kind, CognitoErrorKind::CodeMismatch);
    let right = answer(&cloud.code("alice"));
    let alice = complete(cognito.respond(&right).await);

    assert_eq!(alice.username(), "alice");
}

#[tokio::test]
async fn a_password_that_is_chosen_is_proved_and_not_sent() {
    let cloud = choosing().await;
    let cognito = cloud.cognito();
    let request = LoginRequest::without_password("alice");

    for (password, right) in [("not it", false), (PASSWORD, true)] {
        let asked = challenge(cognito.authenticate_with(&request).await);
        let Challenge::SelectChallenge(asked) = asked else {
            panic!("another challenge: {asked:?}");
        };
        assert!(asked.offers_password());
        let answer = asked.answer_with_password(secret(password));
        let outcome = cognito.respond(&answer.expect("offered")).await;

        assert_eq!(outcome.is_ok(), right, "{outcome:?}");
        if let Err(error) = outcome {
            assert_eq!(error.kind(), CognitoErrorKind::WrongPassword);
        }
    }
    for call in cloud.emulator.calls() {
        assert!(!call.parameters.iter().any(|it| it == "PASSWORD"));
    }
}

#[tokio::test]
async fn password_challenges_are_answered_on_their_own() {
    let cloud = choosing().await;
    let cognito = cloud.cognito();
    let request = LoginRequest::without_password("alice");

    for option in ["PASSWORD", "PASSWORD_SRP"] {
        let Challenge::SelectChallenge(asked) =
            challenge(cognito.authenticate_with(&request).await)
        else {
            panic!("another challenge");
        };
        let chosen = asked.answer(option).expect("offered");
        let answer = match challenge(cognito.respond(&chosen).await) {
            Challenge::Password(asked) => asked.answer(secret(PASSWORD)),
            Challenge::PasswordSrp(asked) => asked.answer(secret(PASSWORD)),
            other => panic!("another challenge: {other:?}"),
        };
        complete(cognito.respond(&answer).await);

        let sends = last_sent(&cloud).iter().any(|it| it == "PASSWORD");
        assert_eq!(sends, option == Password::NAME, "{option}");
    }
}

#[tokio::test]
async fn a_choice_with_a_password_at_hand_is_one_step() {
    let cloud = choosing().await;
    let request = LoginRequest::new("alice@example.com", secret(PASSWORD)).with_choice();

    let alice = complete(cloud.cognito().authenticate_with(&request).await);

    assert_eq!(alice.username(), "alice");
    let kinds: Vec<_> = cloud.emulator.calls();
    let kinds: Vec<_> = kinds.iter().filter_map(|it| it.kind.as_deref()).collect();
    assert_eq!(kinds, ["USER_AUTH", "PASSWORD_VERIFIER"]);
}

/// The session of a sign-up that was just confirmed stands in for a proof, once.
#[tokio::test]
async fn a_sign_up_leads_to_a_login_without_a_password() {
    let cloud = choosing().await;
    let cognito = cloud.cognito();
    let sign_up = SignUp::new("bob", secret(PASSWORD));
    let sign_up = sign_up.with_attributes(&attributes(&[("email", "bob@example.com")]));
    let registration = cognito.register_with(&sign_up).await.expect("signed up");
    let signed_up = registration.session.expect("a session");
    let early = LoginRequest::after_sign_up("bob", signed_up.clone());
    let early = cognito.authenticate_with(&early).await;
    assert!(early.is_err(), "not confirmed: {early:?}");

    let code = cloud.code("bob");
    let confirmed = cognito.confirm_sign_up_in(&signed_up, "bob", &code).await;
    let session = confirmed.expect("confirmed").expect("another session");
    let request = LoginRequest::after_sign_up("bob", session);
    let bob = complete(cognito.authenticate_with(&request).await);
    assert_eq!(bob.username(), "bob");

    let again = cognito.authenticate_with(&request).await;
    let kind = again.expect_err("once").kind();
    assert_eq!(kind, CognitoErrorKind::ChallengeExpired);
}

#[tokio::test]
async fn a_custom_flow_goes_without_a_password_too() {
    let pool = Pool::new("us-east-1_Custom")
        .with_custom_question([("question", "A colour?")], "blue")
        .with_custom_question([("question", "A name?")], "Arthur");
    let cloud = Cloud::with(pool).await;
    let cognito = cloud.cognito();
    let request = LoginRequest::without_password("alice").with_custom_flow();

    let mut outcome = cognito.authenticate_with(&request).await;
    for (question, answer) in [("A colour?", "blue"), ("A name?", "Arthur")] {
        let Challenge::Custom(asked) = challenge(outcome) else {
            panic!("another challenge");
        };
        assert_eq!(asked.parameter("question"), Some(question));
        outcome = cognito.respond(&asked.answer(secret(answer))).await;
    }

    complete(outcome);
    assert!(!cloud.emulator.calls().iter().any(|call| {
        let sent = &call.parameters;
        sent.iter().any(|name| name == "SRP_A")
    }));
}

#[tokio::test]
async fn a_password_is_sent_only_to_who_asks_for_that() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();

    let plain = LoginRequest::new("alice@example.com", secret(PASSWORD));
    let plain = plain.dangerous_with_plain_password();
    let alice = complete(cognito.authenticate_with(&plain).await);

    // Cognito asked nothing, so that its name for the user comes with the tokens alone.
    assert_eq!(alice.username(), "alice");
    assert!(last_sent(&cloud).iter().any(|name| name == "PASSWORD"));
    cloud.emulator.clear_calls();
    complete(cognito.authenticate("alice", &secret(PASSWORD)).await);
    for call in cloud.emulator.calls() {
        assert!(!call.parameters.iter().any(|name| name == "PASSWORD"));
    }
}

/// Tries are counted for the account, by whatever name it is tried.
#[tokio::test]
async fn a_wrong_password_names_the_account_behind_an_alias() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();
    let password = secret("not it");

    let wrong = cognito.authenticate("alice@example.com", &password).await;
    let nobody = cognito.authenticate("nobody", &password).await;

    assert_eq!(wrong.expect_err("wrong").username(), Some("alice"));
    assert_eq!(nobody.expect_err("unknown").username(), None);
}

#[tokio::test]
async fn metadata_and_address_do_not_stand_in_the_way() {
    let cloud = Cloud::start().await;
    let context = CallContext::new()
        .with_client_metadata("shop", "north")
        .with_ip_address([192, 0, 2, 7].into());

    let cognito = cloud.cognito().with_context(context);
    complete(cognito.authenticate("alice", &secret(PASSWORD)).await);
}

#[tokio::test]
async fn a_flow_that_the_app_client_lacks_is_said() {
    let cloud = Cloud::start().await;
    let bare = cloud.pool.add_client(
        cognito_emulator::AppClient::new("bare").with_flows([cognito_emulator::AuthFlow::UserSrp]),
    );
    let pool = cloud.pool.id().parse().expect("a pool id");
    let cognito =
        axum_cognito::Cognito::builder(pool, bare.id().parse().expect("an app client id"))
            .with_endpoint(cloud.emulator.endpoint())
            .build()
            .expect("a client");
    let request = || LoginRequest::new("alice", secret(PASSWORD));

    for request in [
        request().with_choice(),
        request().with_custom_flow(),
        request().dangerous_with_plain_password(),
    ] {
        let error = cognito.authenticate_with(&request).await;

        let error = error.expect_err("refused");
        assert_eq!(error.kind(), CognitoErrorKind::FlowNotEnabled);
    }
}

#[tokio::test]
async fn a_trigger_cannot_make_an_administrator_answer() {
    let forged = [("axum_cognito.attempt", r#"{"by_admin":true}"#)];
    let pool = Pool::new("us-east-1_Custom").with_custom_question(forged, "blue");
    let cloud = Cloud::with(pool).await;
    let admin = cloud.admin();
    let request = LoginRequest::without_password("alice").with_custom_flow();

    let cognito = admin.cognito();
    let Challenge::Custom(asked) = challenge(cognito.authenticate_with(&request).await) else {
        panic!("another challenge");
    };
    complete(cognito.respond(&asked.answer(secret("blue"))).await);

    let calls = cloud.emulator.calls();
    let last = calls.last().expect("a call");
    assert_eq!(last.operation, "RespondToAuthChallenge");
}

#[tokio::test]
async fn an_administrator_can_have_the_password_proved_too() {
    let cloud = choosing().await;
    let admin = cloud.admin();
    let with_password = || LoginRequest::new("alice@example.com", secret(PASSWORD));
    let by_mail = LoginRequest::without_password("alice");

    for request in [with_password(), with_password().with_choice()] {
        let alice = complete(admin.authenticate_with(&request).await);
        assert_eq!(alice.username(), "alice");
    }
    let by_mail = by_mail.with_preferred_challenge(EmailOtp::NAME);
    let asked = challenge(admin.authenticate_with(&by_mail).await);
    let Challenge::EmailOtp(asked) = asked else {
        panic!("another challenge: {asked:?}");
    };
    let answer = asked.answer(secret(&cloud.code("alice")));
    complete(admin.cognito().respond(&answer).await);

    for call in cloud.emulator.calls() {
        assert!(call.operation.starts_with("Admin"), "{call:?}");
        assert!(!call.parameters.iter().any(|name| name == "PASSWORD"));
    }
}

#[tokio::test]
async fn a_password_at_hand_is_proved_where_the_login_begins_with_that_and_kept_otherwise() {
    let cloud = choosing().await;
    let cognito = cloud.cognito();
    let request = || LoginRequest::new("alice", secret(PASSWORD));

    let proving = request().with_preferred_challenge(PasswordSrp::NAME);
    complete(cognito.authenticate_with(&proving).await);
    let by_mail = request().with_preferred_challenge(EmailOtp::NAME);
    let asked = challenge(cognito.authenticate_with(&by_mail).await);

    assert_eq!(asked.name(), EmailOtp::NAME);
    let sent = last_sent(&cloud);
    for name in ["PASSWORD", "SRP_A"] {
        assert!(!sent.iter().any(|it| it == name), "{sent:?}");
    }
}
