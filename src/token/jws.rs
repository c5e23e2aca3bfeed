//! The outside of a token: a JSON Web Signature in compact form, section 7.1 of [RFC 7515].
//!
//! [RFC 7515]: https://www.rfc-editor.org/rfc/rfc7515

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::json::Object;
use super::key_set::VerificationKey;
use super::{TokenError, TokenErrorKind};

/// Header parameters that change what the signature covers or how it is read. We know none.
pub(super) const REFUSED_PARAMETERS: [&str; 3] = ["b64", "crit", "zip"];

/// A token in its parts. Nothing of it is to be believed before [`verify`](Self::verify).
pub(super) struct Jws<'a> {
    key_id: String,
    signed: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
}

impl<'a> Jws<'a> {
    /// Takes a token apart.
    ///
    /// The header chooses among our keys by `kid`, and nothing else: keys that it brings along
    /// (`jwk`, `x5c`) or points to (`jku`, `x5u`) are not looked at.
    pub(super) fn read(token: &'a str, max_length: usize) -> Result<Self, TokenError> {
        if token.len() > max_length {
            return Err(TokenError::malformed("it is too long"));
        }

        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenError::malformed("it does not have three parts"));
        };

        let header_json = decode(header)?;
        let mut parameters = Object::read(&header_json)
            .ok_or_else(|| TokenError::malformed("the header is not a JSON object"))?;
        if parameters.get("alg").and_then(Value::as_str) != Some("RS256") {
            return Err(TokenError::malformed("the algorithm is not RS256"));
        }
        if REFUSED_PARAMETERS
            .iter()
            .any(|name| parameters.get(name).is_some())
        {
            return Err(TokenError::malformed("the header asks for an extension"));
        }
        let Some(Value::String(key_id)) = parameters.take("kid") else {
            return Err(TokenError::malformed("the header names no key"));
        };

        Ok(Self {
            key_id,
            signed: &token[..header.len() + 1 + payload.len()],
            payload,
            signature: decode(signature)?,
        })
    }

    /// Returns the `kid` of the key that is said to have signed.
    pub(super) fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Checks the signature, and only then decodes the claims.
    pub(super) fn verify(&self, key: &VerificationKey) -> Result<Payload, TokenError> {
        key.verify_sig(self.signed.as_bytes(), &self.signature)
            .map_err(|_| TokenErrorKind::BadSignature)?;

        decode(self.payload).map(Payload)
    }
}

/// The claims of a token whose signature is right, as text.
pub(super) struct Payload(Vec<u8>);

impl Payload {
    #[cfg(feature = "alb")]
    pub(super) fn new(json: Vec<u8>) -> Self {
        Self(json)
    }

    pub(super) fn claims(&self) -> Result<Object<'_>, TokenError> {
        Object::read(&self.0)
            .ok_or_else(|| TokenError::malformed("the claims are not a JSON object"))
    }
}

/// Decodes base64url without padding. Any other spelling of the same bytes is refused.
pub(super) fn decode(part: &str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| TokenError::malformed("a part is not base64url"))
}
