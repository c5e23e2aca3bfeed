use std::time::Duration;

use axum_cognito::challenge::Challenge;
use axum_cognito::cognito::{Cognito, CognitoErrorKind, CognitoUser, LoginStep};
use axum_cognito::token::TokenErrorKind;
use cognito_emulator::{AppClient, Fault, FaultKind};
use secrecy::SecretString;

use crate::site::{ALICE, Cloud, NEWBIE, TOTP};

fn secret(text: &str) -> SecretString {
    text.to_owned().into()
}

async fn log_in(cognito: &Cognito, (name, password): (&str, &str)) -> CognitoUser {
    match cognito.authenticate(name, &secret(password)).await {
        Ok(LoginStep::Complete(user)) => user,
        other => panic!("no login: {other:?}"),
    }
}

async fn challenge(cognito: &Cognito, (name, password): (&str, &str)) -> Challenge {
    match cognito.authenticate(name, &secret(password)).await {
        Ok(LoginStep::Challenge(challenge)) => challenge,
        other => panic!("no challenge: {other:?}"),
    }
}

#[tokio::test]
async fn authenticates_by_srp_and_reads_the_user() {
    let cloud = Cloud::start().await;

    let alice = log_in(&cloud.cognito(), ALICE).await;
    let profile = alice.get_user().await.expect("a user");
    let verified = alice.verify_tokens().await.expect("good tokens");

    assert_eq!(profile.username, "alice");
    assert_eq!(profile.attributes.get("email"), Some("alice@example.com"));
    assert_eq!(Some(verified.access.sub), profile.sub());
    assert!(
        cloud
            .emulator
            .calls()
            .iter()
            .all(|call| !call.has_credentials)
    );
}

#[tokio::test]
async fn an_alias_and_a_client_secret_go_together() {
    for client in [
        AppClient::new("open"),
        AppClient::new("secret").with_secret("a_client_secret_of_the_tests"),
    ] {
        let cloud = Cloud::with_client(client).await;
        let cognito = cloud.cognito();

        for name in ["alice", "alice@example.com"] {
            let mut user = log_in(&cognito, (name, ALICE.1)).await;
            user.renew_access_token().await.expect("renewed");

            assert_eq!(user.username(), "alice", "by {name}");
        }
    }
}

#[tokio::test]
async fn wrong_passwords_are_refused() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();

    for password in ["correct-horse-1", "Correct-horse-1 ", "Correct-horse-", "x"] {
        let error = cognito
            .authenticate("alice", &secret(password))
            .await
            .expect_err("a wrong password");

        assert_eq!(error.kind(), CognitoErrorKind::WrongPassword, "{password}");
    }
}

#[tokio::test]
async fn passwords_are_taken_to_the_letter() {
    let cloud = Cloud::start().await;
    let composed = "P\u{e9}ssw\u{f6}rd-1";
    let decomposed = "Pe\u{301}sswo\u{308}rd-1";
    cloud
        .pool
        .add_user(cognito_emulator::User::new("unicode").with_password(composed));
    let cognito = cloud.cognito();

    log_in(&cognito, ("unicode", composed)).await;
    let refused = cognito.authenticate("unicode", &secret(decomposed)).await;

    assert!(refused.is_err());
}

#[tokio::test]
async fn a_wrong_client_secret_does_not_read_as_a_wrong_password() {
    let cloud = Cloud::start().await;
    let cognito = cloud
        .builder()
        .with_app_client_secret("not-the-secret".to_owned())
        .build()
        .expect("a client");

    let error = cognito
        .authenticate(ALICE.0, &secret(ALICE.1))
        .await
        .expect_err("refused");

    assert_eq!(error.kind(), CognitoErrorKind::WrongAppClientSecret);
}

#[tokio::test]
async fn a_new_password_is_set_and_used() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();
    let Challenge::NewPasswordRequired(asked) = challenge(&cognito, NEWBIE).await else {
        panic!("another challenge");
    };

    let answer = asked.answer(secret("Brand-new-pass-1"), &Default::default());
    let user = cognito.respond(&answer).await.expect("accepted");

    assert!(matches!(user, LoginStep::Complete(_)));
    log_in(&cognito, (NEWBIE.0, "Brand-new-pass-1")).await;
}

#[tokio::test]
async fn a_weak_new_password_can_be_tried_again() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();
    let asked = challenge(&cognito, NEWBIE).await;
    let record = asked.record().clone();

    for (password, accepted) in [("short", false), ("Brand-new-pass-1", true)] {
        let Challenge::NewPasswordRequired(asked) = Challenge::from(record.clone()) else {
            panic!("another challenge");
        };
        let answer = asked.answer(secret(password), &Default::default());
        let result = cognito.respond(&answer).await;

        assert_eq!(result.is_ok(), accepted, "{password}: {result:?}");
        if let Err(error) = result {
            assert_eq!(error.kind(), CognitoErrorKind::InvalidPassword);
            assert!(error.message().is_some());
        }
    }
}

#[tokio::test]
async fn an_authenticator_code_is_asked_for_and_answered_once() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();
    let asked = challenge(&cognito, TOTP).await;
    let record = asked.record().clone();
    let answer = |code: &str| match Challenge::from(record.clone()) {
        Challenge::SoftwareTokenMfa(asked) => asked.answer(secret(code)),
        other => panic!("another challenge: {other:?}"),
    };

    let wrong = cognito.respond(&answer("000000")).await.expect_err("wrong");
    assert_eq!(wrong.kind(), CognitoErrorKind::CodeMismatch);
    let code = cloud.pool.totp_code("totp").expect("a code");
    cognito.respond(&answer(&code)).await.expect("right");
    let again = cognito.respond(&answer(&code)).await.expect_err("used");
    assert_eq!(again.kind(), CognitoErrorKind::ChallengeExpired);
}

#[tokio::test]
async fn a_challenge_expires_after_three_minutes() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();
    let Challenge::SoftwareTokenMfa(asked) = challenge(&cognito, TOTP).await else {
        panic!("another challenge");
    };

    cloud.advance(Duration::from_secs(181));
    let code = cloud.pool.totp_code("totp").expect("a code");
    let error = cognito
        .respond(&asked.answer(secret(&code)))
        .await
        .expect_err("too late");

    assert_eq!(error.kind(), CognitoErrorKind::ChallengeExpired);
}

#[tokio::test]
async fn tokens_are_renewed_with_rotation_and_without() {
    let rotating = AppClient::new("r").with_refresh_token_rotation(Duration::ZERO);
    for (client, rotates) in [(AppClient::new("p"), false), (rotating, true)] {
        let cloud = Cloud::with_client(client).await;
        let mut user = log_in(&cloud.cognito(), ALICE).await;
        let before = user.tokens().clone();

        assert!(!user.check_token().await.expect("fresh"));
        cloud.advance(Duration::from_secs(3601));
        assert!(user.check_token().await.expect("renewed"));

        let refresh = |tokens: &axum_cognito::token::Tokens| {
            tokens
                .refresh
                .as_ref()
                .map(|token| token.expose().to_owned())
        };
        assert_eq!(refresh(user.tokens()) != refresh(&before), rotates);
        assert_ne!(user.tokens().access.expose(), before.access.expose());
        user.verify_tokens().await.expect("good tokens");
    }
}

#[tokio::test]
async fn tokens_are_renewed_in_the_very_second_in_which_they_expire() {
    let cloud = Cloud::start().await;
    let mut user = log_in(&cloud.cognito(), ALICE).await;
    let end = user.tokens().expires_at;

    cloud.clock.set(end - time::Duration::SECOND);
    assert!(!user.check_token().await.expect("good for a second"));
    cloud.clock.set(end);
    assert!(user.check_token().await.expect("renewed"));
}

#[tokio::test]
async fn a_rotated_refresh_token_cannot_be_used_again() {
    let rotating = AppClient::new("r").with_refresh_token_rotation(Duration::ZERO);
    let cloud = Cloud::with_client(rotating).await;
    let mut user = log_in(&cloud.cognito(), ALICE).await;
    let mut copy = user.clone();
    user.renew_access_token().await.expect("renewed");

    let error = copy.renew_access_token().await.expect_err("used before");

    assert_eq!(error.kind(), CognitoErrorKind::RefreshTokenReuse);
}

#[tokio::test]
async fn a_service_without_the_newer_operation_is_asked_the_older_way() {
    let cloud = Cloud::start().await;
    let mut user = log_in(&cloud.cognito(), ("alice@example.com", ALICE.1)).await;
    let unknown = FaultKind::error("UnknownOperationException");
    cloud
        .emulator
        .inject(Fault::on("GetTokensFromRefreshToken", unknown).times(1));

    user.renew_access_token().await.expect("renewed");

    assert_eq!(cloud.calls("InitiateAuth"), 2);
}

#[tokio::test]
async fn logout_ends_all_logins_and_revoke_this_one() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();
    let mut here = log_in(&cognito, ALICE).await;
    let mut there = log_in(&cognito, ALICE).await;

    here.revoke().await.expect("revoked");
    assert!(here.renew_access_token().await.is_err());
    there.renew_access_token().await.expect("another login");

    there.global_sign_out().await.expect("signed out");
    let error = there.renew_access_token().await.expect_err("ended");
    assert_eq!(error.kind(), CognitoErrorKind::TokenRefused);
    assert!(there.get_user().await.is_err());
}

#[tokio::test]
async fn an_admin_call_needs_credentials_and_says_so() {
    let cloud = Cloud::start().await;

    let error = cloud.cognito().admin().expect_err("no credentials");
    assert_eq!(error.kind(), CognitoErrorKind::MissingCredentials);
    assert_eq!(cloud.calls("AdminGetUser"), 0);

    let admin = cloud.builder().with_access_key("AKIDEXAMPLE", "emulated");
    let admin = admin.build().expect("a client");
    let admin = admin.admin().expect("credentials");
    let profile = admin.get_user("alice").await.expect("a user");
    assert_eq!(
        profile.status.map(|status| status.to_string()).as_deref(),
        Some("CONFIRMED")
    );
}

#[tokio::test]
async fn an_outage_reads_as_one() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();

    for kind in [
        FaultKind::Throttle,
        FaultKind::Status(500),
        FaultKind::Status(502),
        FaultKind::Garbage,
        FaultKind::Drop,
        FaultKind::error("InternalErrorException"),
    ] {
        let shown = format!("{kind:?}");
        for operation in ["InitiateAuth", "RespondToAuthChallenge"] {
            cloud
                .emulator
                .inject(Fault::on(operation, kind.clone()).times(1));
            let error = cognito
                .authenticate(ALICE.0, &secret(ALICE.1))
                .await
                .expect_err("an outage");

            assert!(
                error.kind().is_transient(),
                "{operation} {shown}: {error:?}"
            );
        }
    }
    log_in(&cognito, ALICE).await;
}

#[tokio::test]
async fn tokens_of_another_app_client_are_refused() {
    let cloud = Cloud::start().await;
    let other = cloud.pool.add_client(AppClient::new("other").with_flows([
        cognito_emulator::AuthFlow::UserSrp,
        cognito_emulator::AuthFlow::RefreshToken,
    ]));
    let pool = cloud.pool.id().parse().expect("a pool id");
    let stranger = Cognito::builder(pool, other.id().parse().expect("an id"))
        .with_endpoint(cloud.emulator.endpoint())
        .build()
        .expect("a client");
    let tokens = log_in(&stranger, ALICE).await.into_tokens();

    let error = cloud.cognito().verify_tokens(&tokens).await;

    assert_eq!(
        error.expect_err("refused").kind(),
        TokenErrorKind::WrongAudience
    );
}

#[tokio::test]
async fn after_a_warm_up_no_login_fetches_keys() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();

    cognito.warm_up();
    let fetched = async {
        while cloud.calls("jwks") == 0 {
            tokio::task::yield_now().await;
        }
    };
    let fetched = tokio::time::timeout(Duration::from_secs(10), fetched).await;
    fetched.expect("a fetch without a login");
    let alice = log_in(&cognito, ALICE).await;
    alice.verify_tokens().await.expect("good tokens");

    assert_eq!(cloud.calls("jwks"), 1);
}

#[tokio::test]
async fn rotated_signing_keys_are_fetched() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();
    log_in(&cognito, ALICE)
        .await
        .verify_tokens()
        .await
        .expect("good");

    cloud.pool.rotate_keys();
    cloud.advance(Duration::from_secs(61));

    log_in(&cognito, ALICE)
        .await
        .verify_tokens()
        .await
        .expect("good");
}
