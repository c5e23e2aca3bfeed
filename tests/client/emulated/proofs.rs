//! Proofs of a password and of a device: which are right, for whom, and for how long.

use std::time::Duration;

use axum_cognito::clock::{Clock, SystemClock};
use axum_cognito::srp::{DeviceVerifier, PasswordChallenge, SrpClient, SrpIdentity};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cognito_emulator::srp::{Claim, MODULUS_HEX, ServerHandshake, Verifier};
use cognito_emulator::{AppClient, Emulator, Pool, state};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{house, house_of};
use crate::by_hand::{ALL_FLOWS, Answer, House};
use crate::pool::PASSWORD;

const REFUSED: &str = "Incorrect username or password.";
const THREE_MINUTES: Duration = Duration::from_secs(3 * 60);

fn pool() -> Pool {
    Pool::new("us-east-1_Proofs")
}

/// Begins a login of alice's by SRP, and proves her password.
pub(super) async fn prove_password(house: &House, flow: &str, mut start: Value) -> Value {
    let client = SrpClient::new().expect("random bytes");
    start["USERNAME"] = json!("alice");
    start["SRP_A"] = json!(client.srp_a());
    let asked = house.begin(flow, start).await.json();
    assert_eq!(asked["ChallengeName"], "PASSWORD_VERIFIER", "{asked}");
    let (_, pool) = house.pool.id().split_once('_').expect("a pool id");

    prove(client, &SrpIdentity::user(pool, "alice"), PASSWORD, &asked)
}

/// The right answer to a challenge that asks for a proof.
fn prove(client: SrpClient, identity: &SrpIdentity<'_>, password: &str, asked: &Value) -> Value {
    let parameters = &asked["ChallengeParameters"];
    let text = |name: &str| parameters[name].as_str().expect("a parameter");
    let challenge = PasswordChallenge {
        salt: text("SALT"),
        srp_b: text("SRP_B"),
        secret_block: text("SECRET_BLOCK"),
    };
    let proof = client.prove(identity, password, &challenge, SystemClock.now());
    let proof = proof.expect("good values");

    json!({
        "USERNAME": text("USERNAME"),
        "PASSWORD_CLAIM_SECRET_BLOCK": proof.secret_block,
        "PASSWORD_CLAIM_SIGNATURE": proof.signature,
        "TIMESTAMP": proof.timestamp,
    })
}

/// Sends a proof by this app client.
async fn send(house: &House, challenge: &str, client: &str, proof: &Value) -> Answer {
    let body = json!({
        "ClientId": client, "ChallengeName": challenge, "ChallengeResponses": proof,
    });
    house.call("RespondToAuthChallenge", body).await
}

#[tokio::test]
async fn a_proof_is_good_for_its_user_at_its_app_client_for_three_minutes() {
    let house = house(pool().with_alias_attributes(["email"])).await;
    let other = AppClient::new("other").with_flows(ALL_FLOWS);
    let other = house.pool.add_client(other);
    let own = house.client.id();

    for (name, client, message) in [
        ("alice", own, ""),
        ("alice@example.com", own, ""),
        ("bob", own, REFUSED),
        ("alice", other.id(), REFUSED),
    ] {
        let mut proof = prove_password(&house, "USER_SRP_AUTH", json!({})).await;
        proof["USERNAME"] = json!(name);
        let answer = send(&house, "PASSWORD_VERIFIER", client, &proof).await;
        assert_eq!(answer.message(), message, "{name} at {client}");
    }

    let proof = prove_password(&house, "USER_SRP_AUTH", json!({})).await;
    house.emulator.advance(THREE_MINUTES);
    let late = send(&house, "PASSWORD_VERIFIER", own, &proof).await;
    assert_eq!(late.message(), REFUSED);
}

#[tokio::test]
async fn each_answer_proves_the_secret_of_the_app_client() {
    let client = AppClient::new("web")
        .with_id("client")
        .with_secret("secret");
    let house = house_of(pool(), client).await;
    let hash = STANDARD.encode(mac(b"secret", b"aliceclient"));

    for (sent, message) in [
        (
            None,
            "Client client is configured with secret but SECRET_HASH was not received",
        ),
        (
            Some("AAAA"),
            "Unable to verify secret hash for client client",
        ),
        (Some(hash.as_str()), ""),
    ] {
        let start = json!({ "SECRET_HASH": hash });
        let mut proof = prove_password(&house, "USER_SRP_AUTH", start).await;
        if let Some(sent) = sent {
            proof["SECRET_HASH"] = json!(sent);
        }
        let answer = send(&house, "PASSWORD_VERIFIER", "client", &proof).await;
        assert_eq!(answer.message(), message);
    }
}

#[tokio::test]
async fn only_a_number_that_is_not_zero_begins_a_proof() {
    let house = house(pool()).await;
    let long = "f".repeat(2 * MODULUS_HEX.len() + 1);

    for (value, message) in [
        ("0", REFUSED),
        ("00", REFUSED),
        (MODULUS_HEX, REFUSED),
        ("+1", REFUSED),
        ("1_0", REFUSED),
        ("xyz", REFUSED),
        (long.as_str(), REFUSED),
        ("abcdef", ""),
    ] {
        let start = json!({ "USERNAME": "alice", "SRP_A": value });
        let answer = house.begin("USER_SRP_AUTH", start).await;
        assert_eq!(answer.message(), message, "A = {value}");
    }
}

#[test]
fn a_proof_counts_whatever_the_salt_begins_with() {
    let identity = SrpIdentity::user("Proofs", "alice");

    for first in [0x01, 0x7f, 0x80, 0xff] {
        let verifier = Verifier::new("Proofs", "alice", PASSWORD, &[first; 16]);
        let server = ServerHandshake::new(verifier);
        let client = SrpClient::new().expect("random bytes");
        let client_public = client.srp_a().to_owned();
        let challenge = PasswordChallenge {
            salt: &server.salt_hex(),
            srp_b: &server.server_public_hex(),
            secret_block: "YmxvY2s=",
        };
        let proof = client.prove(&identity, PASSWORD, &challenge, SystemClock.now());
        let proof = proof.expect("good values");

        let is_right = server.verify(&Claim {
            client_public_hex: &client_public,
            secret_block: b"block",
            timestamp: &proof.timestamp,
            signature: &STANDARD.decode(&proof.signature).expect("base64"),
        });
        assert!(is_right, "{first:x}");
    }
}

/// With `A = 0` the secret of both sides is 0 whatever the password is, and anybody could compute
/// the key.
#[test]
fn a_zero_proves_nothing_though_its_key_is_known() {
    let server = |verifier| ServerHandshake::with_secret(verifier, &[9; 32]);
    let alice = server(Verifier::new("Proofs", "alice", PASSWORD, &[7; 16]));
    // A verifier of 0 has the same effect for any `A`: what is forged here would be right.
    let empty = server(Verifier::from_parts("Proofs", "alice", &[7; 16], &[0]));

    assert!(takes_a_proof_of_nothing(&empty, "2"));
    for zero in ["0", MODULUS_HEX] {
        assert!(!takes_a_proof_of_nothing(&alice, zero), "A = {zero}");
    }
}

/// Says whether a proof is taken that is made as if the secret of both sides were 0.
fn takes_a_proof_of_nothing(server: &ServerHandshake, client_public: &str) -> bool {
    let timestamp = "Wed Apr 5 22:42:34 UTC 2017";
    let both = [
        java(&from_hex(client_public)),
        java(&from_hex(&server.server_public_hex())),
    ];
    let scramble = java(&Sha256::digest(both.concat()));
    let extracted = mac(&scramble, &[0]);
    let key = mac(&extracted, b"Caldera Derived Key\x01");
    let message = format!("Proofsaliceblock{timestamp}");

    server.verify(&Claim {
        client_public_hex: client_public,
        secret_block: b"block",
        timestamp,
        signature: &mac(&key[..16], message.as_bytes()),
    })
}

fn from_hex(digits: &str) -> Vec<u8> {
    let width = digits.len().next_multiple_of(2);
    let digits = format!("{digits:0>width$}");
    let pairs = (0..width).step_by(2).map(|at| &digits[at..at + 2]);
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).expect("hex"))
        .collect()
}

/// The bytes of Java's `BigInteger.toByteArray`.
fn java(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let number = &number[zeros.min(number.len() - 1)..];
    let sign = vec![0; usize::from(number[0] >= 0x80)];
    [sign.as_slice(), number].concat()
}

fn mac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

#[test]
fn what_proofs_are_judged_by_is_not_shown() {
    let verifier = Verifier::new("Proofs", "alice", PASSWORD, &[7; 16]);
    let shown = r#"Verifier { realm: "Proofs", name: "alice", .. }"#;
    assert_eq!(format!("{verifier:?}"), shown);

    let server = ServerHandshake::with_secret(verifier, &[9; 32]);
    let shown = format!("ServerHandshake {{ verifier: {shown}, .. }}");
    assert_eq!(format!("{server:?}"), shown);

    let claim = Claim {
        client_public_hex: "abcdef",
        secret_block: b"block",
        timestamp: "now",
        signature: b"signature",
    };
    assert_eq!(format!("{claim:?}"), r#"Claim { timestamp: "now", .. }"#);
}

/// A device of alice's.
struct Device {
    key: String,
    group: String,
    password: String,
    /// Of the login in which the pool named it.
    tokens: Value,
}

impl Device {
    /// Logs alice in, and confirms the device.
    async fn confirm(house: &House) -> Self {
        let login = house.log_in("alice", PASSWORD).await.json();
        let tokens = login["AuthenticationResult"].clone();
        let named = |name: &str| {
            let text = tokens["NewDeviceMetadata"][name].as_str();
            text.expect("a new device").to_owned()
        };
        let (key, group) = (named("DeviceKey"), named("DeviceGroupKey"));
        let verifier = DeviceVerifier::generate(&group, &key).expect("random bytes");
        let body = json!({
            "AccessToken": tokens["AccessToken"],
            "DeviceKey": key,
            "DeviceName": "laptop",
            "DeviceSecretVerifierConfig": {
                "Salt": verifier.salt_base64(),
                "PasswordVerifier": verifier.verifier_base64(),
            },
        });
        let confirmed = house.call("ConfirmDevice", body).await;
        assert_eq!(confirmed.status, 200, "{}", confirmed.text);

        Self {
            key,
            group,
            password: verifier.password().expose_secret().to_owned(),
            tokens,
        }
    }

    /// Logs alice in with it, and returns the next step.
    async fn log_in(&self, house: &House) -> Value {
        let start = json!({
            "USERNAME": "alice", "PASSWORD": PASSWORD, "DEVICE_KEY": self.key,
        });
        house.begin("USER_PASSWORD_AUTH", start).await.json()
    }

    /// Logs alice in with it, up to its proof.
    async fn prove(&self, house: &House) -> Value {
        let asked = self.log_in(house).await;
        assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH", "{asked}");
        let client = SrpClient::new().expect("random bytes");
        let start = json!({
            "USERNAME": "alice", "DEVICE_KEY": self.key, "SRP_A": client.srp_a(),
        });
        let asked = house
            .respond("DEVICE_SRP_AUTH", &asked["Session"], start)
            .await
            .json();
        let identity = SrpIdentity::device(&self.group, &self.key);
        let mut proof = prove(client, &identity, &self.password, &asked);
        proof["DEVICE_KEY"] = json!(self.key);
        proof
    }
}

#[tokio::test]
async fn a_device_proves_itself_by_its_key_at_its_app_client_for_three_minutes() {
    let house = house(pool().with_device_tracking()).await;
    let other = AppClient::new("other").with_flows(ALL_FLOWS);
    let other = house.pool.add_client(other);
    let own = house.client.id();
    let device = Device::confirm(&house).await;

    for (key, client, message) in [
        (device.key.as_str(), own, ""),
        ("us-east-1_another", own, REFUSED),
        (device.key.as_str(), other.id(), REFUSED),
    ] {
        let mut proof = device.prove(&house).await;
        proof["DEVICE_KEY"] = json!(key);
        let answer = send(&house, "DEVICE_PASSWORD_VERIFIER", client, &proof).await;
        assert_eq!(answer.message(), message, "{key} at {client}");
    }

    let proof = device.prove(&house).await;
    house.emulator.advance(THREE_MINUTES);
    let late = send(&house, "DEVICE_PASSWORD_VERIFIER", own, &proof).await;
    assert_eq!(late.message(), REFUSED);
}

#[tokio::test]
async fn a_device_is_asked_for_a_proof_while_it_is_remembered() {
    let house = house(pool().with_device_tracking()).await;
    let device = Device::confirm(&house).await;

    for (status, is_asked) in [("not_remembered", false), ("remembered", true)] {
        let body = json!({
            "AccessToken": device.tokens["AccessToken"],
            "DeviceKey": device.key,
            "DeviceRememberedStatus": status,
        });
        assert_eq!(house.call("UpdateDeviceStatus", body).await.status, 200);
        let step = device.log_in(&house).await;
        assert_eq!(step["ChallengeName"] == "DEVICE_SRP_AUTH", is_asked);
        assert_eq!(step["AuthenticationResult"].is_null(), is_asked);
    }
}

#[tokio::test]
async fn a_device_proves_itself_after_a_restart_too() {
    let before = house(pool().with_device_tracking()).await;
    let device = Device::confirm(&before).await;
    let emulator = Emulator::start().await.expect("a free port");
    let kept = state::dump(&before.emulator);
    state::load(&emulator, &kept).expect("its own form");
    let after = House {
        pool: emulator.pool(before.pool.id()).expect("the pool"),
        emulator,
        client: before.client.clone(),
    };

    let proof = device.prove(&after).await;
    let client = after.client.id();
    let answer = send(&after, "DEVICE_PASSWORD_VERIFIER", client, &proof).await;

    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn tokens_are_renewed_for_a_device_that_is_confirmed_and_named() {
    let house = house(pool().with_device_tracking()).await;
    let login = house.log_in("alice", PASSWORD).await.json();
    let unconfirmed = &login["AuthenticationResult"];
    let device = Device::confirm(&house).await;
    let invalid = "Invalid Refresh Token";

    for (tokens, key, message) in [
        (
            unconfirmed,
            &unconfirmed["NewDeviceMetadata"]["DeviceKey"],
            invalid,
        ),
        (&device.tokens, &Value::Null, invalid),
        (&device.tokens, &json!("us-east-1_another"), invalid),
        (&device.tokens, &json!(device.key), ""),
    ] {
        let start = json!({ "REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": key });
        let answer = house.begin("REFRESH_TOKEN_AUTH", start).await;
        assert_eq!(answer.message(), message, "{key}");
    }
}
