//! The RSA keys that a pool signs with, and their public set.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};

use crate::keep;
use crate::random;

/// One RSA key with its id.
#[derive(Debug, Deserialize)]
#[serde(try_from = "(String, String)")]
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

/// The id and the key, as PKCS #8 in base64.
impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().expect("a generated key has a form");
        (&self.kid, STANDARD.encode(der.as_ref())).serialize(serializer)
    }
}

impl TryFrom<(String, String)> for Key {
    type Error = &'static str;

    fn try_from((kid, der): (String, String)) -> Result<Self, Self::Error> {
        let der = STANDARD.decode(der).map_err(|_| "a key is not base64")?;
        let pair = KeyPair::from_pkcs8(&der).map_err(|_| "a key is no RSA key")?;
        Ok(Self { kid, pair })
    }
}

/// The two keys in use, one for each kind of token.
#[derive(Debug, Deserialize, Serialize)]
struct Pair {
    id: Key,
    access: Key,
}

impl Pair {
    fn new() -> Self {
        Self {
            id: Key::new(),
            access: Key::new(),
        }
    }

    /// Gives the pair of this number, the same to every emulator of this process.
    ///
    /// Two keys take a third of a second in a debug build. A test binary starts an emulator for each test, and would
    /// spend most of its time on keys; the pools of one emulator still have different ones.
    fn from_stock(number: usize) -> Arc<Self> {
        static STOCK: Mutex<BTreeMap<usize, Arc<Pair>>> = Mutex::new(BTreeMap::new());

        let mut stock = STOCK.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(stock.entry(number).or_insert_with(|| Arc::new(Self::new())))
    }
}

/// The keys of a pool, generated when they are first needed.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct KeyRing {
    #[serde(with = "keep::arc")]
    current: Option<Arc<Pair>>,
    #[serde(with = "keep::arcs")]
    old: Vec<Arc<Pair>>,
    #[serde(skip)]
    stock_number: Option<usize>,
}

impl KeyRing {
    fn current(&mut self) -> &Pair {
        let number = self.stock_number;
        self.current
            .get_or_insert_with(|| number.map_or_else(|| Arc::new(Pair::new()), Pair::from_stock))
    }

    /// Takes the first keys from the stock of the process.
    pub(crate) fn use_stock(&mut self, number: usize) {
        self.stock_number = Some(number);
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
        self.current();
        self.old.extend(self.current.take());
        self.stock_number = None;
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
