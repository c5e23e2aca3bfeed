//! What a verifier of tokens is compared with.

use std::io::{Read, Write};
use std::net::TcpStream;

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use axum_cognito::clock::{Clock, SystemClock};
use axum_cognito::token::AccessToken;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use crate::site::Cloud;

/// The key that signed a token, as the user pool publishes it.
#[derive(Deserialize)]
pub struct Jwk {
    kid: String,
    pub n: String,
    pub e: String,
}

impl Jwk {
    /// Asks the user pool for it.
    pub fn fetch(cloud: &Cloud, token: &AccessToken) -> Self {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Jwk>,
        }

        let host = cloud.emulator.endpoint().trim_start_matches("http://");
        let path = format!("/{}/.well-known/jwks.json", cloud.pool.id());
        let mut stream = TcpStream::connect(host).expect("a connection");
        write!(stream, "GET {path} HTTP/1.0\r\nhost: {host}\r\n\r\n").expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (_, json) = answer.split_once("\r\n\r\n").expect("a body");

        let set: Set = serde_json::from_str(json).expect("a key set");
        let header = token.expose().split('.').next().expect("a header");
        let header: Value = decoded(header).expect("a header");
        let mut keys = set.keys.into_iter();
        keys.find(|key| header["kid"] == key.kid).expect("the key")
    }
}

/// The least that a verifier has to do.
pub struct Reference {
    key: ParsedPublicKey,
    pub issuer: String,
    pub client: String,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

/// As in the library, for the same work: all claims become values of their own.
#[derive(Deserialize)]
#[expect(dead_code, reason = "read for the sake of reading")]
pub struct Claims {
    sub: String,
    iss: String,
    pub client_id: String,
    pub token_use: String,
    /// A machine has none.
    username: Option<String>,
    #[serde(rename = "cognito:groups", default)]
    groups: Vec<String>,
    #[serde(default)]
    scope: String,
    auth_time: Option<i64>,
    exp: i64,
    iat: i64,
    jti: Option<String>,
    origin_jti: Option<String>,
}

impl Reference {
    pub fn new(jwk: &Jwk, issuer: &str, client: &str) -> Self {
        let [n, e] = [&jwk.n, &jwk.e]
            .map(|number| BASE64_URL_SAFE_NO_PAD.decode(number).expect("base64url"));
        let key = RsaPublicKeyComponents { n: &n, e: &e }
            .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256);
        Self {
            key: key.expect("a key"),
            issuer: issuer.to_owned(),
            client: client.to_owned(),
        }
    }

    /// Whether it is a token of the user pool, for the app client.
    pub fn verify(&self, token: &str) -> bool {
        let Some((header, payload)) = self.signature_of(token) else {
            return false;
        };
        let (Some(header), Some(claims)) = (decoded::<Header>(header), decoded::<Claims>(payload))
        else {
            return false;
        };
        header.alg == "RS256"
            && claims.iss == self.issuer
            && claims.client_id == self.client
            && claims.token_use == "access"
            && claims.exp > SystemClock.now().unix_timestamp()
    }

    /// Gives the header and the claims, if the signature is right.
    pub fn signature_of<'a>(&self, token: &'a str) -> Option<(&'a str, &'a str)> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
        let verified = self.key.verify_sig(signed.as_bytes(), &signature);
        verified.ok().map(|()| (header, payload))
    }
}

fn decoded<T: for<'de> Deserialize<'de>>(part: &str) -> Option<T> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&json).ok()
}
