//! State that a client carries for us and cannot read.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::random;

/// Encrypts and authenticates values by AES-256-GCM with a key of this process.
pub(crate) struct Sealer {
    key: RandomizedNonceKey,
    /// For answers about users that do not exist, which must be the same each time.
    pub(crate) disguise: [u8; 32],
}

impl Sealer {
    pub(crate) fn new() -> Self {
        let key = RandomizedNonceKey::new(&AES_256_GCM, &random::bytes::<32>())
            .expect("the key has the cipher's length");
        Self {
            key,
            disguise: random::bytes(),
        }
    }

    /// Seals a value for one purpose.
    pub(crate) fn seal(&self, purpose: &str, value: &impl Serialize) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(value).expect("sealed values are plain data");
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from(purpose), &mut bytes)
            .expect("a short message can be sealed");
        [nonce.as_ref().as_slice(), &bytes].concat()
    }

    /// Opens what was sealed for the same purpose.
    pub(crate) fn open<T: DeserializeOwned>(&self, purpose: &str, sealed: &[u8]) -> Option<T> {
        let (nonce, bytes) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut bytes = bytes.to_vec();
        let opened = self
            .key
            .open_in_place(nonce, Aad::from(purpose), &mut bytes)
            .ok()?;
        serde_json::from_slice(opened).ok()
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").finish_non_exhaustive()
    }
}
