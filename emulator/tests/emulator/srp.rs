//! The proof of the password, step by step.

use cognito_emulator::srp::{Claim, MODULUS_HEX, ServerHandshake, Verifier};
use cognito_emulator::{AppClient, Pool, User};
use serde_json::json;

use crate::client::{ALL_FLOWS, House};

#[tokio::test]
async fn a_zero_from_the_client_is_refused() {
    let house = House::new().await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));

    for value in ["0", "00", MODULUS_HEX, "", "+1", "-1", "xyz"] {
        let start = json!({ "USERNAME": "alice", "SRP_A": value });
        let answer = house.begin("USER_SRP_AUTH", start).await;
        assert_eq!(answer.status, 400, "A = {value}");
    }
}

#[tokio::test]
async fn a_claim_without_the_password_is_refused_whatever_it_looks_like() {
    let house = House::new().await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    let start = json!({ "USERNAME": "alice", "SRP_A": "abcdef" });
    let challenge = house.begin("USER_SRP_AUTH", start).await.json();
    let block = &challenge["ChallengeParameters"]["SECRET_BLOCK"];
    let good_form = "A".repeat(43) + "=";

    for (block, signature, timestamp) in [
        (
            block.clone(),
            good_form.as_str(),
            "Wed Apr 5 22:42:34 UTC 2017",
        ),
        (block.clone(), "not base64", "Wed Apr 5 22:42:34 UTC 2017"),
        (
            json!("AAAA"),
            good_form.as_str(),
            "Wed Apr 5 22:42:34 UTC 2017",
        ),
        (json!("not base64"), good_form.as_str(), "now"),
    ] {
        let responses = json!({
            "USERNAME": "alice",
            "PASSWORD_CLAIM_SECRET_BLOCK": block,
            "PASSWORD_CLAIM_SIGNATURE": signature,
            "TIMESTAMP": timestamp,
        });
        let answer = house
            .respond("PASSWORD_VERIFIER", &json!(null), responses)
            .await;
        assert_eq!(
            answer.message(),
            "Incorrect username or password.",
            "{timestamp}"
        );
    }
}

#[tokio::test]
async fn a_client_with_a_secret_has_to_prove_it() {
    let client = AppClient::new("web")
        .with_id("client")
        .with_secret("secret")
        .with_flows(ALL_FLOWS);
    let house = House::with(Pool::new("us-east-1_Tested"), client).await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    let start = |hash: &str| json!({ "USERNAME": "alice", "PASSWORD": "Correct-horse-1", "SECRET_HASH": hash });

    let missing = house.log_in("alice", "Correct-horse-1").await;
    assert_eq!(
        missing.message(),
        "Client client is configured with secret but SECRET_HASH was not received"
    );
    let wrong = house.begin("USER_PASSWORD_AUTH", start("AAAA")).await;
    assert_eq!(
        wrong.message(),
        "Unable to verify secret hash for client client"
    );
    // printf aliceclient | openssl dgst -sha256 -hmac secret -binary | base64
    let right = house
        .begin(
            "USER_PASSWORD_AUTH",
            start("RTsve+FQ659UKyESgvLg9GYmZEL+QjzQsW/OjL77/b0="),
        )
        .await;
    assert_eq!(right.status, 200);
}

#[test]
fn a_handshake_can_be_taken_up_again() {
    let verifier = Verifier::new("Tested", "alice", "Correct-horse-1", &[7; 16]);
    let one = ServerHandshake::with_secret(verifier.clone(), &[9; 32]);
    let two = ServerHandshake::with_secret(verifier, &[9; 32]);

    assert_eq!(one.server_public_hex(), two.server_public_hex());
    assert_eq!(one.salt_hex(), "07".repeat(16).trim_start_matches('0'));
    let claim = Claim {
        client_public_hex: "0",
        secret_block: b"",
        timestamp: "",
        signature: &[0; 32],
    };
    assert!(!one.verify(&claim));
}
