//! An authenticator and the browser before it, as far as WebAuthn lets the server see them.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub(crate) struct Authenticator {
    relying_party: String,
    origin: String,
    id: [u8; 16],
    key: EcdsaKeyPair,
}

impl Authenticator {
    pub(crate) fn new(relying_party: &str, origin: &str) -> Self {
        Self {
            relying_party: relying_party.to_owned(),
            origin: origin.to_owned(),
            id: [7; 16],
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key"),
        }
    }

    /// What the browser gives after `navigator.credentials.create`.
    pub(crate) fn create(&self, challenge: &Value) -> Value {
        let point = self.key.public_key().as_ref();
        let (x, y) = (&point[1..33], &point[33..]);
        // {1: 2, 3: -7, -1: 1, -2: x, -3: y}
        let mut data = self.data(0x41);
        data.extend([0; 16]);
        data.extend([0, 16]);
        data.extend(self.id);
        data.extend([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32]);
        data.extend(x);
        data.extend([0x22, 0x58, 32]);
        data.extend(y);
        // {"fmt": "none", "attStmt": {}, "authData": data}
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt");
        object.push(0x64);
        object.extend(b"none");
        object.push(0x67);
        object.extend(b"attStmt");
        object.extend([0xa0, 0x68]);
        object.extend(b"authData");
        object.extend([0x58, u8::try_from(data.len()).expect("short")]);
        object.extend(data);

        json!({
            "id": URL_SAFE_NO_PAD.encode(self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": self.client_data("webauthn.create", challenge),
                "attestationObject": URL_SAFE_NO_PAD.encode(object),
                "transports": ["internal"],
            },
        })
    }

    /// What the browser gives after `navigator.credentials.get`.
    pub(crate) fn get(&self, challenge: &Value) -> Value {
        let data = self.data(0x05);
        let client_data = self.client_data("webauthn.get", challenge);
        let decoded = URL_SAFE_NO_PAD.decode(&client_data).expect("base64url");
        let message = [&data[..], Sha256::digest(decoded).as_slice()].concat();
        let signature = self
            .key
            .sign(&SystemRandom::new(), &message)
            .expect("signed");

        json!({
            "id": URL_SAFE_NO_PAD.encode(self.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": client_data,
                "authenticatorData": URL_SAFE_NO_PAD.encode(data),
                "signature": URL_SAFE_NO_PAD.encode(signature),
            },
        })
    }

    /// Hash of the relying party, flags, counter.
    fn data(&self, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(&self.relying_party).to_vec();
        data.push(flags);
        data.extend([0; 4]);
        data
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> String {
        let data = json!({ "type": kind, "challenge": challenge, "origin": self.origin });
        URL_SAFE_NO_PAD.encode(data.to_string())
    }
}
