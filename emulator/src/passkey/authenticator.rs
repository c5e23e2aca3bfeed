//! What an authenticator says: its data, its key, its signature.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::cbor::{self, Item};
use crate::pool::PublicKey;

/// Names of algorithms in the registry of COSE.
pub(super) const ES256: i64 = -7;
pub(super) const RS256: i64 = -257;

const USER_PRESENT: u8 = 1;
const HAS_CREDENTIAL: u8 = 1 << 6;

/// The answer of a browser to the creation of a key.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Registration {
    #[serde(rename = "clientDataJSON")]
    pub(super) client_data_json: String,
    attestation_object: String,
    #[serde(default)]
    pub(super) transports: Vec<String>,
}

/// The answer of a browser to a request for a signature.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Assertion {
    #[serde(rename = "clientDataJSON")]
    pub(super) client_data_json: String,
    authenticator_data: String,
    signature: String,
}

/// A new key.
pub(super) struct Made {
    pub(super) id: String,
    pub(super) public_key: PublicKey,
    relying_party_hash: Vec<u8>,
}

impl Made {
    pub(super) fn is_for(&self, relying_party: &str) -> bool {
        Sha256::digest(relying_party)
            .as_slice()
            .ct_eq(&self.relying_party_hash)
            .into()
    }
}

impl Registration {
    /// Reads the attestation object: hash of the relying party, flags, counter, model, key id, key.
    pub(super) fn read(&self) -> Option<Made> {
        let object = URL_SAFE_NO_PAD.decode(&self.attestation_object).ok()?;
        let (object, _) = cbor::read(&object)?;
        let data = object.get_text("authData")?.bytes()?;
        let (hash, rest) = data.split_at_checked(32)?;
        let (&flags, rest) = rest.split_first()?;
        if flags & USER_PRESENT == 0 || flags & HAS_CREDENTIAL == 0 {
            return None;
        }
        let rest = rest.get(4 + 16..)?;
        let (length, rest) = rest.split_at_checked(2)?;
        let length = u16::from_be_bytes(length.try_into().ok()?);
        let (id, rest) = rest.split_at_checked(usize::from(length))?;
        let (key, _) = cbor::read(rest)?;

        Some(Made {
            id: URL_SAFE_NO_PAD.encode(id),
            public_key: public_key(&key)?,
            relying_party_hash: hash.to_vec(),
        })
    }
}

/// Reads a COSE key; its members have numbers for names.
fn public_key(key: &Item) -> Option<PublicKey> {
    match key.get_number(3)?.number()? {
        ES256 => {
            let (x, y) = (key.get_number(-2)?.bytes()?, key.get_number(-3)?.bytes()?);
            let fits = x.len() == 32 && y.len() == 32;
            fits.then(|| PublicKey::P256([&[4][..], x, y].concat()))
        }
        RS256 => Some(PublicKey::Rsa {
            n: key.get_number(-1)?.bytes()?.to_vec(),
            e: key.get_number(-2)?.bytes()?.to_vec(),
        }),
        _ => None,
    }
}

impl Assertion {
    /// Checks the signature, which is over the authenticator data and the hash of the client data.
    pub(super) fn is_signed_by(&self, key: &PublicKey, relying_party: &str) -> bool {
        self.check(key, relying_party).is_some()
    }

    fn check(&self, key: &PublicKey, relying_party: &str) -> Option<()> {
        let decode = |text: &String| URL_SAFE_NO_PAD.decode(text).ok();
        let data = decode(&self.authenticator_data)?;
        let client_data = decode(&self.client_data_json)?;
        let signature = decode(&self.signature)?;

        let (hash, rest) = data.split_at_checked(32)?;
        let is_ours = bool::from(Sha256::digest(relying_party).as_slice().ct_eq(hash));
        if !is_ours || rest.first()? & USER_PRESENT == 0 {
            return None;
        }
        let message = [&data[..], Sha256::digest(client_data).as_slice()].concat();
        match key {
            PublicKey::P256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point)
                .verify(&message, &signature)
                .ok(),
            PublicKey::Rsa { n, e } => RsaPublicKeyComponents { n, e }
                .verify(&RSA_PKCS1_2048_8192_SHA256, &message, &signature)
                .ok(),
        }
    }
}
