//! A user pool's signing keys, for tests and fuzz targets.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::KeySet;

/// Two keys: making one takes a moment, so that all tests share them.
pub(in crate::token) static ONE: LazyLock<Signer> = LazyLock::new(|| Signer::new("key-one"));
#[cfg(test)]
pub(in crate::token) static OTHER: LazyLock<Signer> = LazyLock::new(|| Signer::new("key-other"));

pub(in crate::token) struct Signer {
    pub(in crate::token) key_id: &'static str,
    key: RsaKeyPair,
}

impl Signer {
    fn new(key_id: &'static str) -> Self {
        Self {
            key_id,
            key: RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"),
        }
    }

    pub(in crate::token) fn jwk(&self) -> Value {
        json!({
            "alg": "RS256",
            "e": "AQAB",
            "kid": self.key_id,
            "kty": "RSA",
            "n": encode(self.modulus()),
            "use": "sig",
        })
    }

    /// The modulus, out of the `RSAPublicKey` of RFC 8017: it ends with it and with five bytes
    /// of exponent.
    pub(in crate::token) fn modulus(&self) -> &[u8] {
        let der = self.key.public_key().as_ref();
        let end = der.len() - 5;
        &der[end - self.key.public_modulus_len()..end]
    }

    /// Signs the claims as Cognito does.
    pub(in crate::token) fn sign(&self, claims: &Value) -> String {
        let header = json!({ "alg": "RS256", "kid": self.key_id });
        self.sign_text(&header.to_string(), &claims.to_string())
    }

    /// Signs any text.
    pub(in crate::token) fn sign_text(&self, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", encode(header), encode(claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                signed.as_bytes(),
                &mut signature,
            )
            .expect("a signature");
        format!("{signed}.{}", encode(signature))
    }
}

pub(in crate::token) fn key_set(signers: &[&Signer]) -> KeySet {
    let keys: Vec<_> = signers.iter().map(|signer| signer.jwk()).collect();
    KeySet::from_json(json!({ "keys": keys }).to_string().as_bytes()).expect("a key set")
}

pub(in crate::token) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
