//! What holds for any token, and for any key set.

use std::sync::{Arc, LazyLock};

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use tokio::runtime::{Builder, Runtime};

use super::signer::{ONE, key_set as set_of};
use super::{
    AccessClaims, AccessToken, IdClaims, IdToken, KeySet, Principal, TokenError, TokenErrorKind,
    TokenVerifier, jws,
};
use crate::clock::ManualClock;

pub(crate) const ISSUER: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab12Cd34E";
pub(crate) const APP_CLIENT: &str = "1h57kf5cpq17m0eml12EXAMPLE";
pub(crate) const NOW: i64 = 1_800_000_000;

/// Only what the user pool signed is accepted, and only with all the claims.
///
/// The first byte tells what the rest is: `s` a header and, in the next line, claims, which the
/// right key signs; `m` changes to a good token, in threes of place, kind and byte; anything else
/// a token as it comes.
pub fn jwt(bytes: &[u8]) {
    match bytes {
        [b's', rest @ ..] => {
            let text = String::from_utf8_lossy(rest);
            signed(text.split_once('\n').unwrap_or((HEADER.as_str(), &text)));
        }
        [b'm', rest @ ..] => changed(rest),
        _ => {
            let token = String::from_utf8_lossy(bytes).into_owned();
            let (id, access) = verify(&token);
            assert!(id.is_err() && access.is_err(), "a key that nobody has");
        }
    }
}

/// A key set has the keys that Cognito signs with, and no others.
pub fn key_set(bytes: &[u8]) {
    let Ok(set) = KeySet::from_json(bytes) else {
        return;
    };

    let json: Value = serde_json::from_slice(bytes).expect("JSON");
    let keys = json["keys"].as_array().expect("a list of keys");
    assert_ne!(set.ids().len(), 0, "not empty");
    for id in set.ids() {
        let usable = keys
            .iter()
            .filter(|key| key["kid"] == id && is_usable(key))
            .count();
        assert_eq!(usable, 1, "a `kid` is that of one usable key");

        let key = set.get(id).expect("it is in the set");
        assert!(key.verify_sig(b"text", &[0; 256]).is_err());
        assert!(key.verify_sig(b"text", &[]).is_err());
    }
}

/// Whether a key is RSA for RS256 signatures, has 2048 to 8192 bits and the exponent 65537.
fn is_usable(key: &Value) -> bool {
    let n = key["n"].as_str().and_then(|n| jws::decode(n).ok());
    let Some(n) = n.filter(|n| n.first().is_some_and(|top| *top != 0)) else {
        return false;
    };

    let bits = n.len() * 8 - n[0].leading_zeros() as usize;
    [
        ("kty", "RSA"),
        ("use", "sig"),
        ("alg", "RS256"),
        ("e", "AQAB"),
    ]
    .iter()
    .all(|(name, value)| key[name] == *value)
        && (2048..=8192).contains(&bits)
}

static HEADER: LazyLock<String> =
    LazyLock::new(|| json!({ "alg": "RS256", "kid": ONE.key_id }).to_string());

/// The key set of the process, for sites that verify the good token.
pub(crate) fn keys() -> KeySet {
    set_of(&[&ONE])
}

/// A good access token of the process's key.
pub(crate) static GOOD: LazyLock<String> = LazyLock::new(|| {
    let claims = json!({
        "iss": ISSUER, "token_use": "access", "client_id": APP_CLIENT, "sub": "sub-of-alice",
        "exp": NOW + 3600, "iat": NOW, "username": "alice",
    });
    ONE.sign(&claims)
});

/// A header and claims with the right signature: what is accepted has all that it must have.
fn signed((header, claims): (&str, &str)) {
    let token = ONE.sign_text(header, claims);
    let (id, access) = verify(&token);
    if let Err(error) = &access
        && error.kind() == TokenErrorKind::NoUser
    {
        return machine(claims);
    }
    if id.is_err() && access.is_err() {
        return;
    }
    assert!(id.is_err() || access.is_err(), "one use alone");

    let read = |json| serde_json::from_str::<Map<String, Value>>(json).expect("an object");
    let (header, claims) = (read(header), Value::Object(read(claims)));
    assert_eq!(header["alg"], "RS256");
    assert_eq!(header["kid"], ONE.key_id);
    for refused in ["b64", "crit", "zip"] {
        assert!(!header.contains_key(refused), "{refused}");
    }

    let exp = claims["exp"].as_u64().expect("a time");
    assert!(exp > (NOW - 5).unsigned_abs(), "not expired");
    let nbf = claims.get("nbf").map(|nbf| nbf.as_u64().expect("a time"));
    assert!(nbf.is_none_or(|nbf| nbf <= (NOW + 5).unsigned_abs()));
    assert!(claims["iat"].is_u64());
    assert_eq!(claims["iss"], ISSUER);
    if let Ok(id) = id {
        assert_eq!(claims["token_use"], "id");
        assert_eq!(claims["aud"], APP_CLIENT);
        assert_eq!(claims["sub"], id.sub.as_str());
        assert_eq!(claims["cognito:username"], id.username);
        assert!(!id.sub.as_str().is_empty() && !id.username.is_empty());
        is_list(&claims["cognito:groups"], &id.groups);
        let sub = id.attributes().get("sub").map(str::to_owned);
        assert_eq!(sub.as_deref(), Some(id.sub.as_str()));
    }
    if let Ok(access) = access {
        assert_eq!(claims["token_use"], "access");
        assert_eq!(claims["client_id"], APP_CLIENT);
        assert_eq!(claims["sub"], access.sub.as_str());
        assert_eq!(claims["username"], access.username);
        assert!(!access.sub.as_str().is_empty() && !access.username.is_empty());
        is_list(&claims["cognito:groups"], &access.groups);
    }
}

/// No token that the login of a user has left anything in is a machine's.
fn machine(claims: &str) {
    let claims: Map<_, _> = serde_json::from_str(claims).expect("an object");
    assert_eq!(claims["token_use"], "access");
    assert_eq!(claims["client_id"], APP_CLIENT);
    for of_a_user in ["username", "cognito:username", "origin_jti", "device_key"] {
        assert!(!claims.contains_key(of_a_user), "{of_a_user}");
    }
}

/// Nobody is in a group that the token does not name.
fn is_list(claim: &Value, groups: &[String]) {
    match claim {
        Value::Null => assert!(groups.is_empty()),
        claim => assert_eq!(*claim, json!(groups)),
    }
}

/// A good token that is changed: unless it is the same again, it is refused.
fn changed(changes: &[u8]) {
    let Some(token) = change(&GOOD, changes) else {
        return;
    };

    let (id, access) = verify(&token);
    assert!(id.is_err(), "it is an access token");
    assert_eq!(access.is_ok(), token == *GOOD, "{token}");
}

/// Sets bytes, puts some in, takes others out. `None`: it is not UTF-8 any more.
pub(in crate::token) fn change(good: &str, changes: &[u8]) -> Option<String> {
    let mut token = good.as_bytes().to_owned();
    for change in changes.chunks_exact(4).take(16) {
        let at = usize::from(u16::from_be_bytes([change[0], change[1]])) % token.len();
        match change[2] % 4 {
            0 => token[at] = change[3],
            1 => token.insert(at, change[3]),
            2 if token.len() > 1 => drop(token.remove(at)),
            _ => token[at] ^= 1 << (change[3] % 8),
        }
    }
    String::from_utf8(token).ok()
}

type Verified = (
    Result<IdClaims, TokenError>,
    Result<AccessClaims, TokenError>,
);

fn verify(token: &str) -> Verified {
    static VERIFIER: LazyLock<(Runtime, TokenVerifier)> = LazyLock::new(|| {
        let now = OffsetDateTime::from_unix_timestamp(NOW).expect("a time");
        let app_client = APP_CLIENT.parse().expect("an id");
        let verifier = TokenVerifier::new(ISSUER, app_client, Arc::new(keys()))
            .with_clock(Arc::new(ManualClock::new(now)));
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        (runtime, verifier)
    });

    let (runtime, verifier) = &*VERIFIER;
    runtime.block_on(async {
        let id = verifier.verify_id(&IdToken::new(token)).await;
        let token = AccessToken::new(token);
        let access = verifier.verify_access(&token).await;
        let principal = verifier.verify_principal(&token).await;
        match &access {
            Ok(_) => assert!(matches!(principal, Ok(Principal::Person(_)))),
            Err(error) if error.kind() == TokenErrorKind::NoUser => {
                assert!(matches!(principal, Ok(Principal::Machine(_))));
            }
            Err(_) => assert!(principal.is_err()),
        }
        (id, access)
    })
}

#[cfg(test)]
pub(in crate::token) mod tests {
    use proptest::prelude::*;

    use super::super::signer::{OTHER, encode};
    use super::*;

    /// A wrong value for a claim, or none at all.
    fn wrong() -> impl Strategy<Value = Option<Value>> {
        prop_oneof![
            1 => Just(None),
            1 => Just(Some(Value::Null)),
            1 => Just(Some(json!([ISSUER, APP_CLIENT]))),
            6 => prop::sample::select(vec![ISSUER, APP_CLIENT, "id", "access", "", "x"])
                .prop_map(|text| Some(text.into())),
            4 => (NOW - 9..NOW + 9).prop_map(|number| Some(number.into())),
            1 => any::<i64>().prop_map(|number| Some(number.into())),
            1 => any::<f64>().prop_map(|number| Some(number.into())),
        ]
    }

    /// An object in which all is right, but for two fields at most.
    pub(in crate::token) fn object(
        fields: Vec<(&'static str, Value)>,
    ) -> impl Strategy<Value = String> {
        let changes = prop::collection::vec((0..fields.len(), wrong()), 0..3);

        changes.prop_map(move |changes| {
            let mut object: Map<_, _> = fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect();
            for (at, value) in changes {
                match value {
                    Some(value) => drop(object.insert(fields[at].0.to_owned(), value)),
                    None => drop(object.remove(fields[at].0)),
                }
            }
            Value::Object(object).to_string()
        })
    }

    fn header() -> impl Strategy<Value = String> {
        let exact = Just(HEADER.clone());
        let fields = vec![("alg", json!("RS256")), ("kid", json!(ONE.key_id))];
        let extended = prop::sample::select(vec!["b64", "crit", "zip", "jwk", "x5c", "typ"]);
        let extended =
            extended.prop_map(|name| HEADER.replacen('{', &format!("{{\"{name}\":[],"), 1));
        prop_oneof![6 => exact, 1 => object(fields), 2 => extended]
    }

    fn claims() -> impl Strategy<Value = String> {
        let common = vec![
            ("iss", json!(ISSUER)),
            ("sub", json!("sub-of-alice")),
            ("exp", json!(NOW + 3600)),
            ("iat", json!(NOW)),
            ("cognito:groups", json!(["admins"])),
            ("nbf", json!(NOW)),
        ];
        let id = [
            ("token_use", json!("id")),
            ("aud", json!(APP_CLIENT)),
            ("cognito:username", json!("alice")),
        ];
        let access = [
            ("token_use", json!("access")),
            ("client_id", json!(APP_CLIENT)),
            ("username", json!("alice")),
        ];
        let machine = [
            ("token_use", json!("access")),
            ("client_id", json!(APP_CLIENT)),
        ];
        prop_oneof![
            object([common.clone(), id.to_vec()].concat()),
            object([common.clone(), machine.to_vec()].concat()),
            object([common, access.to_vec()].concat()),
        ]
    }

    fn key() -> impl Strategy<Value = Value> {
        let jwk = prop::bool::ANY.prop_map(|one| if one { ONE.jwk() } else { OTHER.jwk() });
        let modulus = prop::collection::vec(any::<u8>(), 0..1100);
        let change = prop_oneof![
            3 => Just(None),
            2 => modulus.prop_map(|n| Some(("n", Value::from(encode(n))))),
            3 => (
                prop::sample::select(vec!["alg", "e", "kid", "kty", "n", "use"]),
                wrong(),
            )
                .prop_map(|(name, value)| Some((name, value.unwrap_or_default()))),
        ];
        (jwk, change).prop_map(|(mut jwk, change)| {
            if let Some((name, value)) = change {
                jwk[name] = value;
            }
            jwk
        })
    }

    #[test]
    fn the_unchanged_token_is_accepted() {
        jwt(b"m");

        assert!(verify(&GOOD).1.is_ok());
    }

    proptest! {
        #[test]
        fn signed_tokens(header in header(), claims in claims()) {
            jwt(format!("s{header}\n{claims}").as_bytes());
        }

        #[test]
        fn changed_tokens(changes in prop::collection::vec(any::<[u8; 4]>(), 1..4)) {
            jwt(&[&b"m"[..], &changes.concat()].concat());
        }

        #[test]
        fn tokens_of_others(header in header(), claims in claims(), signature in any::<Vec<u8>>()) {
            let parts = [encode(&header), encode(&claims), encode(signature)];

            jwt(parts.join(".").as_bytes());
            jwt(OTHER.sign_text(&header, &claims).as_bytes());
        }

        #[test]
        fn key_sets(keys in prop::collection::vec(key(), 0..3)) {
            key_set(json!({ "keys": keys }).to_string().as_bytes());
        }
    }
}
