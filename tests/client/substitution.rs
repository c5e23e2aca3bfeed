//! Whose tokens a login ends with.

use axum_cognito::challenge::{Challenge, ChallengeRecord, EmailOtp};
use axum_cognito::cognito::{CognitoErrorKind, LoginRequest, LoginStep};
use axum_cognito::token::TokenErrorKind;
use cognito_emulator::{Pool, User};
use serde_json::{Value, json};

use crate::between::Between;
use crate::pool::{Cloud, PASSWORD, challenge, complete, log_in, secret};

async fn cloud() -> Cloud {
    let pool = Pool::new("us-east-1_Choice").with_first_factors(["PASSWORD", "EMAIL_OTP"]);
    let cloud = Cloud::with(pool.with_alias_attributes(["email"])).await;
    cloud.pool.add_user(
        User::new("bob")
            .with_password(PASSWORD)
            .with_attribute("email", "bob@example.com"),
    );
    cloud
}

/// What the service answers at the end of a login of bob's.
async fn tokens_of_bob(cloud: &Cloud, between: &Between) -> Value {
    let bob = log_in(&between.cognito(cloud), "bob", PASSWORD).await;
    let tokens = bob.tokens();

    json!({
        "AuthenticationResult": {
            "IdToken": tokens.id.expose(),
            "AccessToken": tokens.access.expose(),
            "RefreshToken": "refresh",
            "ExpiresIn": 3600,
        },
    })
}

#[tokio::test]
async fn who_proved_the_password_is_kept_over_challenges_and_processes() {
    let cloud = cloud().await;
    let carol = User::new("carol").with_password(PASSWORD);
    cloud
        .pool
        .add_user(carol.with_totp_secret("JBSWY3DPEHPK3PXP"));
    let between = Between::start(&cloud);
    let bob = tokens_of_bob(&cloud, &between).await;
    let cognito = between.cognito(&cloud);
    let asked = challenge(cognito.authenticate("carol", &secret(PASSWORD)).await);
    let kept = serde_json::to_string(asked.record()).expect("kept in a session");
    let record: ChallengeRecord = serde_json::from_str(&kept).expect("read again");
    let Challenge::SoftwareTokenMfa(asked) = Challenge::from(record) else {
        panic!("another challenge: {kept}");
    };

    between.answer("RespondToAuthChallenge", 200, bob);
    let answer = asked.answer(secret("123456"));
    let error = between.cognito(&cloud).respond(&answer).await;

    let error = error.expect_err("refused");
    assert_eq!(error.kind(), CognitoErrorKind::WrongUser);
    assert!(!format!("{error:?}").contains("bob"), "{error:?}");
}

#[tokio::test]
async fn tokens_of_another_user_than_the_one_who_was_typed_are_refused() {
    let cloud = cloud().await;
    let between = Between::start(&cloud);
    let bob = tokens_of_bob(&cloud, &between).await;
    let cognito = between.cognito(&cloud);

    for (typed, accepted) in [
        ("alice", false),
        ("alice@example.com", false),
        ("bob", true),
        ("BOB", true),
        ("bob@example.com", true),
        (" Bob@Example.com ", true),
    ] {
        let request = LoginRequest::without_password(typed);
        let request = request.with_preferred_challenge(EmailOtp::NAME);
        between.answer("InitiateAuth", 200, bob.clone());
        let user = complete(cognito.authenticate_with(&request).await);

        match user.verify_tokens().await {
            Ok(verified) => {
                assert!(accepted, "{typed}");
                assert_eq!(verified.id.username, "bob");
            }
            Err(error) => {
                assert!(!accepted, "{typed}: {error}");
                assert_eq!(error.kind(), TokenErrorKind::WrongUser, "{typed}");
            }
        }
    }
}

#[tokio::test]
async fn a_service_that_names_another_user_for_the_proof_gets_nobody_in() {
    let cloud = cloud().await;
    let between = Between::start(&cloud);
    let bob = tokens_of_bob(&cloud, &between).await;
    let cognito = between.cognito(&cloud);
    // The challenge is bob's, and so are the tokens.
    let of_bob = json!({
        "ChallengeName": "PASSWORD_VERIFIER",
        "ChallengeParameters": {
            "USER_ID_FOR_SRP": "bob", "USERNAME": "bob", "SALT": "a1", "SRP_B": "b2",
            "SECRET_BLOCK": "QUJD",
        },
    });
    between.answer("InitiateAuth", 200, of_bob);
    between.answer("RespondToAuthChallenge", 200, bob);

    let step = cognito.authenticate("alice", &secret(PASSWORD)).await;

    let LoginStep::Complete(user) = step.expect("tokens, not verified yet") else {
        panic!("another step");
    };
    assert_eq!(user.proved_username(), Some("bob"));
    let error = user.verify_tokens().await.expect_err("refused");
    assert_eq!(error.kind(), TokenErrorKind::WrongUser);
}

#[tokio::test]
async fn stored_tokens_are_restored_by_the_strings_alone() {
    let cloud = cloud().await;
    let cognito = cloud.cognito();
    let tokens = log_in(&cognito, "alice", PASSWORD).await.into_tokens();
    let refresh = tokens
        .refresh
        .as_ref()
        .map(|token| token.expose().to_owned());

    let stored = axum_cognito::token::Tokens::new(
        tokens.id.expose(),
        tokens.access.expose(),
        refresh.map(Into::into),
    );
    assert_eq!(stored.expires_at, tokens.expires_at);
    let mut alice = cognito.restore_user(stored).expect("a user");

    assert_eq!(alice.username(), "alice");
    alice.verify_tokens().await.expect("good tokens");
    assert!(!alice.check_token().await.expect("nothing to renew"));
    alice.renew_access_token().await.expect("renewed");
    let nobody = axum_cognito::token::Tokens::new("a", "b", None);
    let error = cognito.restore_user(nobody).expect_err("nobody");
    assert_eq!(error.kind(), TokenErrorKind::Malformed);
}

/// The token does not name what the app client may not read, so that an address says nothing against it.
#[tokio::test]
async fn an_address_that_the_app_client_may_not_read_is_taken_and_another_name_is_not() {
    let cloud = cloud().await;
    let client = cloud.client.clone().with_read_attributes(["given_name"]);
    cloud.pool.add_client(client);
    let between = Between::start(&cloud);
    let bob = tokens_of_bob(&cloud, &between).await;
    let cognito = between.cognito(&cloud);

    for (typed, accepted) in [
        ("bob", true),
        ("bob@example.com", true),
        ("+12065550100", true),
        ("alice", false),
        ("al+ice", false),
    ] {
        let request = LoginRequest::without_password(typed);
        let request = request.with_preferred_challenge(EmailOtp::NAME);
        between.answer("InitiateAuth", 200, bob.clone());
        let user = complete(cognito.authenticate_with(&request).await);

        let refused = user.verify_tokens().await.err();

        let kind = refused.map(|error| error.kind());
        let expected = (!accepted).then_some(TokenErrorKind::WrongUser);
        assert_eq!(kind, expected, "{typed}");
    }
}
