use axum_cognito::challenge::{Challenge, WebAuthn};
use axum_cognito::cognito::{CognitoErrorKind, LoginRequest};
use cognito_emulator::Pool;
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::pool::{Cloud, challenge, complete};

const ORIGIN: &str = "http://localhost:3000";

async fn cloud() -> Cloud {
    Cloud::with(Pool::new("us-east-1_Keys").with_passkeys("localhost")).await
}

/// What the browser reads out of the options, for either ceremony.
fn challenge_in(options: &str) -> Value {
    let options: Value = serde_json::from_str(options).expect("JSON");
    options["challenge"].clone()
}

#[tokio::test]
async fn a_passkey_is_registered_and_logs_in() {
    let cloud = cloud().await;
    let (cognito, alice) = (cloud.cognito(), cloud.alice().await);
    let authenticator = Authenticator::new("localhost", ORIGIN);

    let options = alice.start_web_authn_registration().await.expect("started");
    let made = authenticator.create(&challenge_in(&options)).to_string();
    let done = alice.complete_web_authn_registration(&made).await;
    done.expect("registered");
    let listed = alice.list_web_authn_credentials().await.expect("a list");
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].relying_party, "localhost");
    assert!(listed[0].created_at.is_some());

    let request = LoginRequest::without_password("alice").with_preferred_challenge(WebAuthn::NAME);
    for (signer, right) in [
        (Authenticator::new("localhost", ORIGIN), false),
        (authenticator, true),
    ] {
        let asked = challenge(cognito.authenticate_with(&request).await);
        let Challenge::WebAuthn(asked) = asked else {
            panic!("another challenge: {asked:?}");
        };
        let options = asked.credential_request_options().expect("options");
        let signed = signer.get(&challenge_in(options)).to_string();
        let outcome = cognito.respond(&asked.answer(&signed)).await;

        match right {
            true => drop(complete(outcome)),
            false => assert_eq!(
                outcome.expect_err("a stranger").kind(),
                CognitoErrorKind::WrongPassword
            ),
        }
    }

    let deleted = alice.delete_web_authn_credential(&listed[0].id).await;
    deleted.expect("deleted");
    let again = alice.delete_web_authn_credential(&listed[0].id).await;
    let kind = again.expect_err("gone").kind();
    assert_eq!(kind, CognitoErrorKind::ResourceNotFound);
}

#[tokio::test]
async fn a_passkey_can_be_chosen() {
    let cloud = cloud().await;
    let (cognito, alice) = (cloud.cognito(), cloud.alice().await);
    let authenticator = Authenticator::new("localhost", ORIGIN);
    let options = alice.start_web_authn_registration().await.expect("started");
    let made = authenticator.create(&challenge_in(&options)).to_string();
    let done = alice.complete_web_authn_registration(&made).await;
    done.expect("registered");

    let request = LoginRequest::without_password("alice");
    let asked = challenge(cognito.authenticate_with(&request).await);
    let Challenge::SelectChallenge(asked) = asked else {
        panic!("another challenge: {asked:?}");
    };
    let chosen = asked.answer(WebAuthn::NAME).expect("offered");
    let Challenge::WebAuthn(asked) = challenge(cognito.respond(&chosen).await) else {
        panic!("another challenge");
    };
    let options = asked.credential_request_options().expect("options");
    let signed = authenticator.get(&challenge_in(options)).to_string();

    complete(cognito.respond(&asked.answer(&signed)).await);
}

#[tokio::test]
async fn what_is_wrong_with_a_registration_has_a_kind() {
    let cloud = cloud().await;
    let alice = cloud.alice().await;
    let options = alice.start_web_authn_registration().await.expect("started");
    let asked = challenge_in(&options);
    let by = |relying_party: &str, origin: &str, challenge: &Value| {
        let authenticator = Authenticator::new(relying_party, origin);
        authenticator.create(challenge).to_string()
    };
    let mut unsupported: Value =
        serde_json::from_str(&by("localhost", ORIGIN, &asked)).expect("JSON");
    unsupported["response"]["attestationObject"] = json!("AAAA");

    for (credential, kind) in [
        ("no JSON".to_owned(), CognitoErrorKind::InvalidParameter),
        (
            by("localhost", ORIGIN, &json!("other")),
            CognitoErrorKind::WebAuthnChallengeMismatch,
        ),
        (
            by("localhost", "http://evil.example", &asked),
            CognitoErrorKind::WebAuthnNotConfigured,
        ),
        (
            by("other", "http://localhost", &asked),
            CognitoErrorKind::WebAuthnNotConfigured,
        ),
        (
            unsupported.to_string(),
            CognitoErrorKind::WebAuthnCredentialNotSupported,
        ),
    ] {
        let refused = alice.complete_web_authn_registration(&credential).await;

        assert_eq!(refused.expect_err("refused").kind(), kind);
    }
}

#[tokio::test]
async fn a_pool_without_passkeys_says_so() {
    let cloud = Cloud::start().await;
    let alice = cloud.alice().await;

    let refused = alice.start_web_authn_registration().await;

    let kind = refused.expect_err("no passkeys").kind();
    assert_eq!(kind, CognitoErrorKind::WebAuthnNotConfigured);
}
