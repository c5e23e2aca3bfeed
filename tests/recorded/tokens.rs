//! Tokens: what they say is recorded, and signed by a key of the test.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use axum_cognito::clock::ManualClock;
use axum_cognito::time::OffsetDateTime;
use axum_cognito::token::{KeySet, Principal, TokenVerifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::facts::{RecordedToken, tokens};
use crate::reading;

/// A user pool's key.
struct Signer {
    key: RsaKeyPair,
    header: Value,
}

impl Signer {
    fn new(header: Value) -> Self {
        Self {
            key: RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"),
            header,
        }
    }

    /// The key set, whose key has the members that are recorded, and the modulus.
    fn key_set(&self, members: &Value) -> KeySet {
        let der = self.key.public_key().as_ref();
        let end = der.len() - 5; // five bytes of exponent
        let modulus = &der[end - self.key.public_modulus_len()..end];
        let mut key = members.clone();
        key["n"] = URL_SAFE_NO_PAD.encode(modulus).into();

        let set = json!({ "keys": [key] }).to_string();
        KeySet::from_json(set.as_bytes()).expect("a key set")
    }

    fn sign(&self, token: &RecordedToken) -> String {
        let mut claims = token.claims.to_string();
        if token.escapes_slashes {
            claims = claims.replace('/', "\\/");
        }
        let header = URL_SAFE_NO_PAD.encode(self.header.to_string());
        let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        let random = SystemRandom::new();
        let done = self.key.sign(
            &RSA_PKCS1_SHA256,
            &random,
            signed.as_bytes(),
            &mut signature,
        );
        done.expect("a signature");

        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// The verifier of the user pool and the app client that a token is of, when it was issued.
fn verifier(keys: &KeySet, claims: &Value) -> TokenVerifier {
    let text = |name: &str| claims[name].as_str();
    let issuer = text("iss").expect("an issuer");
    let client = text("aud").or_else(|| text("client_id"));
    let client = client.expect("an app client").parse().expect("an id");
    let issued = claims["iat"].as_i64().expect("a time");
    let issued = OffsetDateTime::from_unix_timestamp(issued).expect("a time");

    TokenVerifier::new(issuer, client, Arc::new(keys.clone()))
        .with_clock(Arc::new(ManualClock::new(issued)))
}

#[tokio::test]
async fn each_token_is_accepted_and_read() {
    let recorded = tokens();
    let signer = Signer::new(recorded.header.members);
    let keys = signer.key_set(&recorded.key.members);

    for token in &recorded.tokens {
        if token.kind == "load balancer" {
            continue; // see `alb.rs`
        }
        let (signed, claims) = (signer.sign(token), &token.claims);
        let verifier = verifier(&keys, claims);

        let (sub, read) = match &*token.kind {
            "id" => {
                let id = verifier.verify_id(&signed.into()).await;
                let id = id.unwrap_or_else(|error| panic!("{}: {error:?}", token.source));
                let read = json!({
                    "username": id.username,
                    "groups": id.groups,
                    "email": id.email,
                    "nonce": id.nonce,
                    "identities": reading::identities(&id.identities),
                    "attributes": reading::attributes(&id.attributes()),
                });
                assert_eq!(
                    seconds(id.auth_time),
                    claims["auth_time"],
                    "{}",
                    token.source
                );
                (id.sub, read)
            }
            _ => match verifier.verify_principal(&signed.into()).await {
                Ok(Principal::Person(access)) if token.kind == "access" => {
                    let read = json!({
                        "username": access.username,
                        "groups": access.groups,
                        "scopes": access.scopes,
                        "origin_jti": access.origin_jti,
                        "device_key": access.device_key,
                    });
                    assert_eq!(access.client_id, claims["client_id"]);
                    assert_eq!(access.jti.as_deref(), claims["jti"].as_str());
                    assert_eq!(seconds(access.auth_time), claims["auth_time"]);
                    (access.sub, read)
                }
                Ok(Principal::Machine(machine)) if token.kind == "machine" => {
                    assert_eq!(machine.client_id, claims["client_id"]);
                    assert_eq!(machine.jti.as_deref(), claims["jti"].as_str());
                    (machine.sub, json!({ "scopes": machine.scopes }))
                }
                other => panic!("{} {}: {other:?}", token.kind, token.source),
            },
        };

        assert_eq!(sub.as_str(), claims["sub"], "{}", token.source);
        assert_eq!(read, token.read, "{}", token.source);
    }
}

fn seconds(at: Option<OffsetDateTime>) -> Value {
    at.map(OffsetDateTime::unix_timestamp).into()
}
