//! The proof of the password, step by step.

use cognito_emulator::srp::{Claim, MODULUS_HEX, ServerHandshake, Verifier};
use cognito_emulator::{AppClient, Pool, User};
use hmac::{Hmac, KeyInit, Mac};
use num_bigint::BigUint;
use serde_json::json;
use sha2::{Digest, Sha256};

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

/// The client's half, as short as the mathematics: it shares nothing with the server's but the formulas.
pub(crate) struct Prover {
    secret: BigUint,
    modulus: BigUint,
}

impl Prover {
    pub(crate) fn new(secret: u64) -> Self {
        Self {
            // Long enough for `A` to wrap around the modulus.
            secret: BigUint::from(secret).pow(20),
            modulus: BigUint::parse_bytes(MODULUS_HEX.as_bytes(), 16).expect("hex"),
        }
    }

    pub(crate) fn public_hex(&self) -> String {
        let two = BigUint::from(2u8);
        two.modpow(&self.secret, &self.modulus).to_str_radix(16)
    }

    pub(crate) fn sign(
        &self,
        names: [&str; 2],
        password: &str,
        challenge: [&str; 2],
        tail: &[u8],
    ) -> Vec<u8> {
        let number = |hex: &str| BigUint::parse_bytes(hex.as_bytes(), 16).expect("hex");
        let [salt, server_public] = challenge.map(number);
        let two = BigUint::from(2u8);
        let hash = |parts: &[&[u8]]| BigUint::from_bytes_be(&Sha256::digest(parts.concat()));

        let inner = Sha256::digest(format!("{}{}:{password}", names[0], names[1]));
        let x = hash(&[&java(&salt), &inner]);
        let k = hash(&[&java(&self.modulus), &[2]]);
        let u = hash(&[&java(&number(&self.public_hex())), &java(&server_public)]);
        let masked = k * two.modpow(&x, &self.modulus) % &self.modulus;
        let base = (server_public + &self.modulus - masked) % &self.modulus;
        let shared = base.modpow(&(&self.secret + u.clone() * x), &self.modulus);

        let extracted = mac(&java(&u), &java(&shared));
        let key = mac(&extracted, b"Caldera Derived Key\x01");
        let message = [names[0].as_bytes(), names[1].as_bytes(), tail].concat();
        mac(&key[..16], &message)
    }
}

/// The bytes of Java's `BigInteger.toByteArray`: one more than needed for the bits, to hold the sign.
fn java(number: &BigUint) -> Vec<u8> {
    let length = usize::try_from(number.bits() / 8 + 1).expect("small");
    let bytes = number.to_bytes_be();
    [vec![0; length.saturating_sub(bytes.len())], bytes].concat()
}

fn mac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

#[test]
fn right_proofs_are_accepted_and_wrong_ones_are_not() {
    for round in 0..40u64 {
        let password = format!("Pässwörd-{round}-🔑");
        // Every other salt starts with a zero byte or with the top bit set.
        let salt = [(round % 4 * 0x50) as u8; 16];
        let verifier = Verifier::new("Tested", "alice", &password, &salt);
        let handshake = ServerHandshake::with_secret(verifier, &[round as u8 + 1; 32]);
        let prover = Prover::new(u64::MAX - round);
        let (salt_hex, public_hex) = (handshake.salt_hex(), handshake.server_public_hex());
        let prove = |password: &str| {
            let tail = b"blockWed Apr 5 22:42:34 UTC 2017";
            prover.sign(
                ["Tested", "alice"],
                password,
                [&salt_hex, &public_hex],
                tail,
            )
        };
        let client_public = prover.public_hex();
        let verify = |signature: &[u8], timestamp: &str| {
            handshake.verify(&Claim {
                client_public_hex: &client_public,
                secret_block: b"block",
                timestamp,
                signature,
            })
        };

        let timestamp = "Wed Apr 5 22:42:34 UTC 2017";
        assert!(verify(&prove(&password), timestamp), "round {round}");
        assert!(!verify(&prove("wrong"), timestamp), "round {round}");
        assert!(!verify(&prove(&password), "Wed Apr 5 22:42:35 UTC 2017"));
        assert!(!verify(&prove(&password)[..31], timestamp));
    }
}
