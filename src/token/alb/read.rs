//! The outside of a load balancer's token.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use super::keys::Key;
use crate::token::json::Object;
use crate::token::jws::{Payload, REFUSED_PARAMETERS};
use crate::token::{TokenError, TokenErrorKind};

/// A load balancer refuses users with more than 11 kB of claims, which make 15 kB in base64.
const MAX_LENGTH: usize = 16 * 1024;

/// With the padding that a load balancer writes, or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A token in its parts. Nothing of it is to be believed before [`verify`](Self::verify).
pub(super) struct AlbToken<'a> {
    header: Vec<u8>,
    key_id: String,
    /// As it came, padding and all: that is what was signed.
    signed: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
}

impl<'a> AlbToken<'a> {
    /// Takes a token apart.
    pub(super) fn read(token: &'a str) -> Result<Self, TokenError> {
        if token.len() > MAX_LENGTH {
            return Err(TokenError::malformed("it is too long"));
        }
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenError::malformed("it does not have three parts"));
        };

        let json = decode(header)?;
        let mut parameters = read_header(&json)?;
        if parameters.get("alg").and_then(Value::as_str) != Some("ES256") {
            return Err(TokenError::malformed("the algorithm is not ES256"));
        }
        if REFUSED_PARAMETERS
            .iter()
            .any(|name| parameters.get(name).is_some())
        {
            return Err(TokenError::malformed("the header asks for an extension"));
        }
        let key_id = match parameters.take("kid") {
            Some(Value::String(key_id)) if is_uuid(&key_id) => key_id,
            _ => return Err(TokenError::malformed("the key id is no UUID")),
        };
        drop(parameters);

        Ok(Self {
            header: json,
            key_id,
            signed: &token[..header.len() + 1 + payload.len()],
            payload,
            signature: decode(signature)?,
        })
    }

    pub(super) fn header(&self) -> Result<Object<'_>, TokenError> {
        read_header(&self.header)
    }

    /// Returns the `kid` of the key that is said to have signed: a UUID.
    pub(super) fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Checks the signature, and only then decodes the claims.
    pub(super) fn verify(&self, key: &Key) -> Result<Payload, TokenError> {
        key.verify_sig(self.signed.as_bytes(), &self.signature)
            .map_err(|_| TokenErrorKind::BadSignature)?;

        decode(self.payload).map(Payload::new)
    }
}

fn read_header(json: &[u8]) -> Result<Object<'_>, TokenError> {
    Object::read(json).ok_or_else(|| TokenError::malformed("the header is not a JSON object"))
}

fn decode(part: &str) -> Result<Vec<u8>, TokenError> {
    BASE64
        .decode(part)
        .map_err(|_| TokenError::malformed("a part is not base64url"))
}

fn is_uuid(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_right = |(place, byte): (usize, &u8)| match place {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };

    bytes.len() == 36 && bytes.iter().enumerate().all(is_right)
}
