use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use super::json::Object;

/// A public key, parsed once for all the tokens that it verifies.
pub(super) type VerificationKey = Arc<ParsedPublicKey>;

/// Why a key set could not be fetched. Any error will do.
pub type KeySourceError = Box<dyn StdError + Send + Sync>;

/// Where the key set of a user pool comes from.
///
/// A [`KeySet`] is one itself: keys that are given by hand and never change. The trait is
/// `#[async_trait]`, so that it can be used as `Arc<dyn KeySource>`.
#[async_trait]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a source of verification keys",
    note = "implement `KeySource` for it, or give a `KeySet`"
)]
pub trait KeySource: Send + Sync + 'static {
    /// Gets the key set as it is now. The caller caches it, and knows when to ask again.
    async fn fetch(&self) -> Result<KeySet, KeySourceError>;
}

/// The public keys of a user pool, by their `kid`. Cheap to clone.
#[derive(Clone)]
pub struct KeySet {
    keys: Arc<HashMap<String, VerificationKey>>,
}

impl KeySet {
    /// A user pool has two keys, which makes 1 kB.
    const MAX_LENGTH: usize = 256 * 1024;

    /// Reads a JSON Web Key Set, as in section 5 of [RFC 7517].
    ///
    /// Keys that Cognito does not sign with are left out: all but RSA keys of 2048 to 8192 bits
    /// with the exponent 65537, a `kid`, and the use `sig` by `RS256`.
    ///
    /// # Errors
    ///
    /// It is too large, is no key set, has no key of that kind, or two with the same `kid`.
    ///
    /// [RFC 7517]: https://www.rfc-editor.org/rfc/rfc7517
    pub fn from_json(json: &[u8]) -> Result<Self, KeySetError> {
        if json.len() > Self::MAX_LENGTH {
            return Err(KeySetError("the key set is larger than 256 KiB"));
        }
        // Not derived: a list of values would do for an object, and a name could be there twice.
        let Some(Value::Array(set)) = Object::read(json).and_then(|mut set| set.take("keys"))
        else {
            return Err(KeySetError("not a JSON Web Key Set"));
        };

        let mut keys = HashMap::new();
        for key in set.into_iter().filter(Value::is_object) {
            let Some((key_id, key)) = JsonWebKey::deserialize(key).ok().and_then(parse) else {
                continue;
            };
            match keys.entry(key_id) {
                Entry::Vacant(place) => place.insert(Arc::new(key)),
                Entry::Occupied(_) => return Err(KeySetError("two keys have the same `kid`")),
            };
        }

        if keys.is_empty() {
            return Err(KeySetError(
                "no RSA key for RS256 signatures is in the key set",
            ));
        }
        Ok(Self {
            keys: Arc::new(keys),
        })
    }

    #[cfg(any(test, fuzzing))]
    pub(super) fn ids(&self) -> impl ExactSizeIterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    pub(super) fn get(&self, key_id: &str) -> Option<VerificationKey> {
        self.keys.get(key_id).cloned()
    }
}

#[async_trait]
impl KeySource for KeySet {
    async fn fetch(&self) -> Result<Self, KeySourceError> {
        Ok(self.clone())
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySet")
            .field("len", &self.keys.len())
            .finish_non_exhaustive()
    }
}

/// A key set that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("unusable key set: {0}")]
pub struct KeySetError(&'static str);

/// A key as sections 4 of RFC 7517 and 6.3.1 of RFC 7518 describe it.
#[derive(Deserialize)]
struct JsonWebKey {
    alg: String,
    e: String,
    kid: String,
    kty: String,
    n: String,
    #[serde(rename = "use")]
    usage: String,
}

/// Parses a key if it is one that Cognito signs with.
fn parse(key: JsonWebKey) -> Option<(String, ParsedPublicKey)> {
    let n = URL_SAFE_NO_PAD.decode(&key.n).ok()?;
    let e = URL_SAFE_NO_PAD.decode(&key.e).ok()?;
    let bits = 8 * n.len() - n.first()?.leading_zeros() as usize;

    let is_usable = key.kty == "RSA"
        && key.usage == "sig"
        && key.alg == "RS256"
        && e == [1, 0, 1]
        && (2048..=8192).contains(&bits);
    if !is_usable {
        return None;
    }

    let key_of = RsaPublicKeyComponents { n: &n, e: &e };
    let parsed = key_of
        .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
        .ok()?;
    Some((key.kid, parsed))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::signer::{ONE, OTHER, encode};
    use super::*;

    #[test]
    fn keeps_only_the_keys_that_cognito_signs_with() {
        let with = |name: &str, value: Value| {
            let mut key = OTHER.jwk();
            key[name] = value;
            key
        };
        for unusable in [
            with("alg", json!("RS512")),
            with("alg", json!(null)),
            with("use", json!("enc")),
            with("kty", json!("oct")),
            with("kty", json!("EC")),
            with("kid", json!(null)),
            with("e", json!("AQ")),
            with("e", json!("Aw")),
            with("e", json!("AAEAAQ")),
            with("n", json!("")),
            with("n", json!("AAAA")),
            with("n", json!("****")),
            with("n", json!(encode([0xff; 128]))),
            with("n", json!(encode([0xff; 255]))),
            with("n", json!(encode([0x7f; 256]))),
            with("n", json!(encode([0xff; 1025]))),
            json!({ "kty": "oct", "k": "AAAA" }),
            as_list(&OTHER.jwk()),
            json!(null),
        ] {
            let set = read(&json!({ "keys": [unusable, ONE.jwk()] })).expect("one key is usable");

            assert!(set.get(ONE.key_id).is_some(), "{unusable}");
            assert!(set.get(OTHER.key_id).is_none(), "{unusable}");
        }
    }

    #[test]
    fn refuses_what_is_no_key_set() {
        let twice = json!({ "keys": [ONE.jwk(), ONE.jwk()] });
        for set in [
            json!(null),
            json!([]),
            json!({}),
            json!({ "keys": [] }),
            json!({ "keys": [1] }),
            json!([[ONE.jwk()]]),
            twice,
        ] {
            assert!(read(&set).is_err(), "{set}");
        }
        for bytes in [&b""[..], b"<html>", b"{\"keys\":[", b"\xff"] {
            assert!(KeySet::from_json(bytes).is_err(), "{bytes:?}");
        }

        let key = ONE.jwk().to_string();
        let named_twice = key.replacen('{', r#"{"n":"AAAA","#, 1);
        for set in [
            format!(r#"{{"keys":[],"keys":[{key}]}}"#),
            format!(r#"{{"keys":[{named_twice}]}}"#),
        ] {
            assert!(KeySet::from_json(set.as_bytes()).is_err(), "{set}");
        }
    }

    #[test]
    fn bounds_the_length() {
        let mut json = json!({ "keys": [ONE.jwk()] }).to_string().into_bytes();
        json.resize(KeySet::MAX_LENGTH, b' ');
        assert!(KeySet::from_json(&json).is_ok());

        json.push(b' ');

        assert!(KeySet::from_json(&json).is_err());
    }

    /// A key as the list of its values, in the order that the reader names them in.
    fn as_list(key: &Value) -> Value {
        ["alg", "e", "kid", "kty", "n", "use"]
            .map(|name| key[name].clone())
            .as_slice()
            .into()
    }

    fn read(set: &Value) -> Result<KeySet, KeySetError> {
        KeySet::from_json(set.to_string().as_bytes())
    }
}
