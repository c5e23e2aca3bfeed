//! The RSA keys that a pool signs with, and their public set.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::random;

/// One RSA key with its id.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) kid: String,
    pair: KeyPair,
}

impl Key {
    fn new() -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("RSA keys can be generated");
        Self {
            kid: STANDARD.encode(random::bytes::<32>()),
            pair,
        }
    }

    /// Signs by RS256.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message,
                &mut signature,
            )
            .expect("a generated key signs");
        signature
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair.public_key().as_ref())
            .verify(message, signature)
            .is_ok()
    }

    fn jwk(&self) -> Value {
        let public = self.pair.public_key();
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({
            "alg": "RS256",
            "e": number(public.exponent().big_endian_without_leading_zero()),
            "kid": self.kid,
            "kty": "RSA",
            "n": number(public.modulus().big_endian_without_leading_zero()),
            "use": "sig",
        })
    }
}

/// The two keys in use, one for each kind of token.
#[derive(Debug)]
struct Pair {
    id: Key,
    access: Key,
}

/// The keys of a pool, generated when they are first needed.
#[derive(Debug, Default)]
pub(crate) struct KeyRing {
    current: Option<Pair>,
    old: Vec<Pair>,
}

impl KeyRing {
    fn current(&mut self) -> &Pair {
        self.current.get_or_insert_with(|| Pair {
            id: Key::new(),
            access: Key::new(),
        })
    }

    pub(crate) fn id(&mut self) -> &Key {
        &self.current().id
    }

    pub(crate) fn access(&mut self) -> &Key {
        &self.current().access
    }

    /// Finds a key that access tokens are or were signed with.
    pub(crate) fn find_access(&self, kid: &str) -> Option<&Key> {
        self.current
            .iter()
            .chain(&self.old)
            .map(|pair| &pair.access)
            .find(|key| key.kid == kid)
    }

    pub(crate) fn rotate(&mut self) {
        self.old.extend(self.current.take());
    }

    pub(crate) fn drop_old(&mut self) {
        self.old.clear();
    }

    /// The JSON Web Key Set.
    pub(crate) fn jwks(&mut self) -> Value {
        self.current();
        let keys: Vec<_> = self
            .current
            .iter()
            .chain(&self.old)
            .flat_map(|pair| [pair.id.jwk(), pair.access.jwk()])
            .collect();
        json!({ "keys": keys })
    }
}
