//! What the server keeps instead of a password.

use std::fmt;

use num_bigint::BigUint;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::group::{GENERATOR, MODULUS};
use super::hex::{pad, parse_hex};

/// The SRP verifier of one identity, with its salt.
///
/// An identity has two parts. For a user they are the pool name and the name in `USER_ID_FOR_SRP`;
/// for a remembered device, its group key and its key.
#[derive(Clone, Deserialize, Serialize)]
#[serde(from = "Parts", into = "Parts")]
pub struct Verifier {
    realm: String,
    name: String,
    salt: BigUint,
    value: BigUint,
}

/// Realm, name, salt and value, as they are written to a file.
type Parts = (String, String, Vec<u8>, Vec<u8>);

impl From<Parts> for Verifier {
    fn from((realm, name, salt, value): Parts) -> Self {
        Self::from_parts(&realm, &name, &salt, &value)
    }
}

impl From<Verifier> for Parts {
    fn from(it: Verifier) -> Self {
        let (salt, value) = (it.salt.to_bytes_be(), it.value.to_bytes_be());
        (it.realm, it.name, salt, value)
    }
}

impl Verifier {
    /// Computes `v = g^x` with `x = H(PAD(s) | H(realm | name | ":" | password))`.
    pub fn new(realm: &str, name: &str, password: &str, salt: &[u8]) -> Self {
        let salt = BigUint::from_bytes_be(salt);
        let identity = Sha256::new()
            .chain_update(realm)
            .chain_update(name)
            .chain_update(":")
            .chain_update(password)
            .finalize();
        let x = Sha256::new()
            .chain_update(pad(&salt))
            .chain_update(identity)
            .finalize();
        let value = GENERATOR.modpow(&BigUint::from_bytes_be(&x), &MODULUS);

        Self {
            realm: realm.to_owned(),
            name: name.to_owned(),
            salt,
            value,
        }
    }

    /// Creates a verifier from what the other side computed, as `ConfirmDevice` sends it.
    pub fn from_parts(realm: &str, name: &str, salt: &[u8], value: &[u8]) -> Self {
        Self {
            realm: realm.to_owned(),
            name: name.to_owned(),
            salt: BigUint::from_bytes_be(salt),
            value: BigUint::from_bytes_be(value),
        }
    }

    /// Returns the salt in hex, as in the challenge parameter `SALT`.
    pub fn salt_hex(&self) -> String {
        self.salt.to_str_radix(16)
    }

    pub(super) fn realm(&self) -> &str {
        &self.realm
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn value(&self) -> &BigUint {
        &self.value
    }

    /// Returns whether `A` may be used at all: it is hex, and `A % N` is not zero.
    pub(crate) fn accepts_client_value(client_public_hex: &str) -> bool {
        parse_hex(client_public_hex).is_some_and(|value| value % &*MODULUS != BigUint::ZERO)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("realm", &self.realm)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
