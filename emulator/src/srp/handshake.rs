//! One login: the server's values, and the check of the client's proof.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use num_bigint::BigUint;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::group::{GENERATOR, MODULUS, MULTIPLIER};
use super::hex::{pad, parse_hex};
use super::verifier::Verifier;
use crate::random;

/// The server's side of one SRP login.
pub struct ServerHandshake {
    verifier: Verifier,
    secret: BigUint,
    public: BigUint,
}

/// What the client sends to prove that it knows the password.
#[derive(Clone, Copy)]
pub struct Claim<'a> {
    /// `A` in hex, as in `SRP_A`.
    pub client_public_hex: &'a str,
    /// The bytes of the challenge's `SECRET_BLOCK`, decoded from base64.
    pub secret_block: &'a [u8],
    /// The text of `TIMESTAMP`. Only its bytes count here.
    pub timestamp: &'a str,
    /// The bytes of `PASSWORD_CLAIM_SIGNATURE`, decoded from base64.
    pub signature: &'a [u8],
}

impl ServerHandshake {
    /// Starts a login with a random 256-bit `b`.
    pub fn new(verifier: Verifier) -> Self {
        Self::with_secret(verifier, &random::bytes::<32>())
    }

    /// Starts a login with a given `b`, big-endian: for vectors and for going on with a kept login.
    pub fn with_secret(verifier: Verifier, secret: &[u8]) -> Self {
        let secret = BigUint::from_bytes_be(secret);
        let masked = &*MULTIPLIER * verifier.value();
        let public = (masked + GENERATOR.modpow(&secret, &MODULUS)) % &*MODULUS;

        Self {
            verifier,
            secret,
            public,
        }
    }

    /// Returns the salt in hex, as in the challenge parameter `SALT`.
    pub fn salt_hex(&self) -> String {
        self.verifier.salt_hex()
    }

    /// Returns `B` in hex, as in the challenge parameter `SRP_B`.
    pub fn server_public_hex(&self) -> String {
        self.public.to_str_radix(16)
    }

    /// The secret value `b`, to go on with this login later.
    pub(crate) fn secret_bytes(&self) -> Vec<u8> {
        self.secret.to_bytes_be()
    }

    /// Returns whether the claim proves knowledge of the password.
    ///
    /// The signature is `HMAC(key, realm | name | secret block | timestamp)`.
    pub fn verify(&self, claim: &Claim<'_>) -> bool {
        let Some(key) = self.key(claim.client_public_hex) else {
            return false;
        };
        let expected = hmac(
            &key,
            &[
                self.verifier.realm().as_bytes(),
                self.verifier.name().as_bytes(),
                claim.secret_block,
                claim.timestamp.as_bytes(),
            ],
        );

        expected.ct_eq(claim.signature).into()
    }

    /// Computes the first 16 bytes of `HKDF(salt = PAD(u), secret = PAD(S), info = "Caldera Derived Key")`.
    ///
    /// There is no key when `A % N` or `u` is zero: with such values anybody could compute it.
    fn key(&self, client_public_hex: &str) -> Option<[u8; 16]> {
        let client_public = parse_hex(client_public_hex)?;
        if &client_public % &*MODULUS == BigUint::ZERO {
            return None;
        }
        let scramble = Sha256::new()
            .chain_update(pad(&client_public))
            .chain_update(pad(&self.public))
            .finalize();
        let scramble = BigUint::from_bytes_be(&scramble);
        if scramble == BigUint::ZERO {
            return None;
        }

        let base = client_public * self.verifier.value().modpow(&scramble, &MODULUS);
        let shared = base.modpow(&self.secret, &MODULUS);
        let extracted = hmac(&pad(&scramble), &[&pad(&shared)]);
        let expanded = hmac(&extracted, &[b"Caldera Derived Key", &[1]]);

        expanded[..16].try_into().ok()
    }
}

impl fmt::Debug for ServerHandshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerHandshake")
            .field("verifier", &self.verifier)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Claim<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}

/// Computes `HMAC-SHA256(key, parts joined)`.
fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
