//! What holds for whatever is said to be of a load balancer.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use tokio::runtime::{Builder, Runtime};

use super::{AlbClaims, AlbKeySource, AlbKeys, AlbRules};
use crate::clock::ManualClock;
use crate::token::fuzzing::{APP_CLIENT, ISSUER, NOW, change};
use crate::token::{KeySourceError, TokenError, TokenVerifier};

const SIGNER: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc6c495c0c9188";
const KEY_ID: &str = "c0f9a1f2-7e6c-4a2b-9f53-0d2f0f4f3e11";

/// Only what our load balancer signed for our app client is accepted, and nothing that a stranger can make
/// up has a key fetched.
///
/// The bytes are as in [`jwt`](crate::fuzzing::jwt).
pub fn alb(bytes: &[u8]) {
    match bytes {
        [b's', rest @ ..] => {
            let text = String::from_utf8_lossy(rest);
            signed(text.split_once('\n').unwrap_or((HEADER.as_str(), &text)));
        }
        [b'm', rest @ ..] => changed(rest),
        _ => {
            let (claims, _) = verify(&String::from_utf8_lossy(bytes));
            assert!(claims.is_err(), "a key that nobody has");
        }
    }
}

/// A header and claims with the right signature: what is accepted has all that it must have, and so has the
/// header if a key was asked for.
fn signed((header, claims): (&str, &str)) {
    let token = sign(header, claims);
    let (result, asked) = verify(&token);
    if asked == 0 {
        assert!(result.is_err(), "there is no other way to a key");
        return;
    }

    let read = |json| serde_json::from_str::<Map<String, Value>>(json).expect("an object");
    let header = Value::Object(read(header));
    let not_expired = |exp: &Value| {
        exp.as_u64()
            .is_some_and(|exp| exp > (NOW - 5).unsigned_abs())
    };
    assert_eq!(asked, 1);
    assert_eq!(header["alg"], "ES256");
    assert_eq!(header["signer"], SIGNER);
    assert_eq!(header["iss"], ISSUER);
    assert_eq!(header["client"], APP_CLIENT);
    assert!(not_expired(&header["exp"]), "{header}");
    for refused in ["b64", "crit", "zip"] {
        assert_eq!(header.get(refused), None);
    }

    let Ok(accepted) = result else {
        return;
    };
    let claims = Value::Object(read(claims));
    assert_eq!(header["kid"], KEY_ID);
    assert!(claims.get("iss").is_none_or(|iss| iss == ISSUER));
    assert!(claims.get("exp").is_none_or(not_expired));
    assert_eq!(claims["sub"], accepted.sub.as_str());
    assert_eq!(claims["username"], accepted.username);
    assert!(!accepted.sub.as_str().is_empty() && !accepted.username.is_empty());
}

/// A good token that is changed is refused, unless it is the padding of the signature, which nothing covers.
fn changed(changes: &[u8]) {
    let Some(token) = change(&GOOD, changes) else {
        return;
    };

    let (claims, _) = verify(&token);
    let covered = |token: &str| token.trim_end_matches('=').to_owned();
    if claims.is_ok() {
        assert_eq!(covered(&token), covered(&GOOD));
    } else {
        assert_ne!(token, *GOOD);
    }
}

static HEADER: LazyLock<String> = LazyLock::new(|| header().to_string());

fn header() -> Value {
    json!({
        "typ": "JWT", "alg": "ES256", "kid": KEY_ID, "iss": ISSUER, "client": APP_CLIENT,
        "signer": SIGNER, "exp": NOW + 120,
    })
}

/// A good token of the process's key.
static GOOD: LazyLock<String> = LazyLock::new(|| {
    let claims = json!({
        "sub": "sub-of-alice", "username": "alice", "email": "alice@example.com",
        "exp": NOW + 120, "iss": ISSUER,
    });
    sign(&HEADER, &claims.to_string())
});

static KEY: LazyLock<EcdsaKeyPair> = LazyLock::new(|| {
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    EcdsaKeyPair::generate(algorithm).expect("a key")
});

static PEM: LazyLock<String> = LazyLock::new(|| {
    let der = KEY.public_key().as_der().expect("DER");
    let body = STANDARD.encode(der.as_ref());
    format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
});

/// Signs as a load balancer does: with padding, and over it.
fn sign(header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", URL_SAFE.encode(header), URL_SAFE.encode(claims));
    let signature = KEY.sign(&SystemRandom::new(), signed.as_bytes());
    format!(
        "{signed}.{}",
        URL_SAFE.encode(signature.expect("a signature"))
    )
}

/// The keys at AWS: one, and a count of how often they were asked for.
#[derive(Default)]
struct OneKey {
    asked: AtomicUsize,
}

#[async_trait]
impl AlbKeySource for Arc<OneKey> {
    async fn fetch(&self, key_id: &str) -> Result<Option<String>, KeySourceError> {
        assert_eq!(key_id.len(), 36, "a UUID, before a URL is made of it");
        let is_in = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
        assert!(key_id.bytes().all(is_in), "{key_id:?}");

        self.asked.fetch_add(1, Ordering::Relaxed);
        Ok((key_id == KEY_ID).then(|| PEM.clone()))
    }
}

/// Returns also how often a key was asked for.
fn verify(token: &str) -> (Result<AlbClaims, TokenError>, usize) {
    static RUNTIME: LazyLock<Runtime> =
        LazyLock::new(|| Builder::new_current_thread().build().expect("a runtime"));

    let signers = [SIGNER.to_owned()];
    let rules = AlbRules {
        signers: &signers,
        issuer: ISSUER,
        app_client: APP_CLIENT,
        leeway: TokenVerifier::DEFAULT_LEEWAY,
    };
    let source = Arc::new(OneKey::default());
    let keys = AlbKeys::new(Arc::new(source.clone()));
    let now = OffsetDateTime::from_unix_timestamp(NOW).expect("a time");
    let clock = ManualClock::new(now);
    let claims = RUNTIME.block_on(super::verify(token, &rules, &keys, &clock));

    (claims, source.asked.load(Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::token::TokenErrorKind;
    use crate::token::fuzzing::tests::object;

    fn fields_of_header() -> Vec<(&'static str, Value)> {
        vec![
            ("alg", json!("ES256")),
            ("kid", json!(KEY_ID)),
            ("iss", json!(ISSUER)),
            ("client", json!(APP_CLIENT)),
            ("signer", json!(SIGNER)),
            ("exp", json!(NOW + 120)),
        ]
    }

    fn any_header() -> impl Strategy<Value = String> {
        let extended = prop::sample::select(vec!["b64", "crit", "zip", "jwk", "x5u", "typ"]);
        let extended =
            extended.prop_map(|name| HEADER.replacen('{', &format!("{{\"{name}\":[],"), 1));
        let key_ids = prop_oneof![
            Just(KEY_ID.replace('c', "d")),
            Just(KEY_ID.to_uppercase()),
            Just(format!("../{}", &KEY_ID[3..])),
            "[0-9a-f-]{36}",
            "[ -~]{36}",
        ];
        let other_keys = key_ids.prop_map(|key_id| {
            let mut header = header();
            header["kid"] = key_id.into();
            header.to_string()
        });
        prop_oneof![
            2 => Just(HEADER.clone()),
            4 => object(fields_of_header()),
            2 => extended,
            2 => other_keys,
        ]
    }

    fn any_claims() -> impl Strategy<Value = String> {
        object(vec![
            ("sub", json!("sub-of-alice")),
            ("username", json!("alice")),
            ("email", json!("alice@example.com")),
            ("exp", json!(NOW + 120)),
            ("iss", json!(ISSUER)),
        ])
    }

    #[test]
    fn the_unchanged_token_is_accepted() {
        alb(b"m");

        let (claims, asked) = verify(&GOOD);
        assert_eq!(claims.expect("claims").username, "alice");
        assert_eq!(asked, 1);
    }

    #[test]
    fn counts_the_leeway_to_the_second() {
        let leeway = TokenVerifier::DEFAULT_LEEWAY.as_secs().cast_signed();
        let over = NOW - leeway;

        for (by_header, by_claims, kind) in [
            (over, NOW, Some(TokenErrorKind::Expired)),
            (over + 1, NOW, None),
            (NOW, over, Some(TokenErrorKind::Expired)),
            (NOW, over + 1, None),
        ] {
            let mut header = header();
            header["exp"] = by_header.into();
            let claims = json!({ "sub": "sub-of-alice", "username": "alice", "exp": by_claims });

            let (result, _) = verify(&sign(&header.to_string(), &claims.to_string()));
            let refused = result.err().map(|error| error.kind());
            assert_eq!(refused, kind, "{by_header}, {by_claims}");
        }
    }

    #[test]
    fn bounds_the_length_to_the_byte() {
        let token = |filler: usize| {
            let claims = json!({ "sub": "s", "username": "u", "x": "x".repeat(filler) });
            let token = sign(&HEADER, &claims.to_string());
            // Nothing covers the padding of the signature.
            token.trim_end_matches('=').to_owned()
        };
        // Three more make four in base64.
        let most = (0..3)
            .map(|more| more + 3 * ((16 * 1024 - token(0).len()) / 4))
            .find(|filler| token(*filler).len() == 16 * 1024 && token(filler + 1).len() > 16 * 1024)
            .expect("one of three is the last of its length");

        assert!(verify(&token(most)).0.is_ok());
        let (result, asked) = verify(&token(most + 1));
        let refused = result.err().map(|error| error.kind());
        assert_eq!(
            (refused, asked),
            (Some(TokenErrorKind::Malformed), 0),
            "a key is asked for"
        );
    }

    proptest! {
        #[test]
        fn signed_tokens(header in any_header(), claims in any_claims()) {
            alb(format!("s{header}\n{claims}").as_bytes());
        }

        #[test]
        fn changed_tokens(changes in prop::collection::vec(any::<[u8; 4]>(), 1..4)) {
            alb(&[&b"m"[..], &changes.concat()].concat());
        }

        #[test]
        fn tokens_of_others(
            header in any_header(),
            claims in any_claims(),
            signature in prop_oneof![any::<Vec<u8>>(), prop::collection::vec(any::<u8>(), 64)],
        ) {
            let parts = [header.as_bytes(), claims.as_bytes(), &signature];

            alb(parts.map(|part| URL_SAFE.encode(part)).join(".").as_bytes());
        }

        #[test]
        fn any_bytes(bytes in any::<Vec<u8>>()) {
            alb(&bytes);
        }
    }
}
