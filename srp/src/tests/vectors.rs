//! Logins that other clients computed.

use std::collections::{BTreeMap, BTreeSet};
use std::env;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigUint;
use serde::Deserialize;
use time::OffsetDateTime;

use super::*;

const ONE_MAKER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/srp.json");

const TWO_MAKERS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/vectors/srp_two_makers.json"
);

/// Each has one vector.
const EDGES: [&str; 7] = [
    "a_one",
    "a_widest",
    "b_largest",
    "b_one",
    "s_base_minus_one",
    "s_one",
    "s_zero",
];

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Vector>,
    #[serde(default)]
    salt_spellings: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    kind: String,
    user_pool_id: String,
    user_id_for_srp: String,
    password: String,
    small_a: String,
    srp_a: String,
    salt: String,
    srp_b: String,
    secret_block: String,
    unix_time: i64,
    timestamp: String,
    u: String,
    x: String,
    s: String,
    key: String,
    password_claim_signature: String,
    other_signature: Option<String>,
}

impl Vector {
    fn challenge(&self) -> PasswordChallenge<'_> {
        PasswordChallenge {
            salt: &self.salt,
            srp_b: &self.srp_b,
            secret_block: &self.secret_block,
        }
    }
}

#[test]
fn srp_vectors() {
    let path = env::var("SRP_VECTORS").unwrap_or_else(|_| ONE_MAKER.to_owned());
    let vectors: Vectors = known(&path);

    assert!(!vectors.cases.is_empty(), "{path} has no cases");
    for (index, vector) in vectors.cases.iter().enumerate() {
        check(vector, &format!("case {index}, {}", vector.kind));
    }
}

/// Each hash by itself, of what the steps before it are known to give.
#[test]
fn hashes_as_another_client_does() {
    let vectors: Vectors = known(ONE_MAKER);

    for (index, vector) in vectors.cases.iter().enumerate() {
        let case = format!("case {index}, {}", vector.kind);
        let (_, pool_name) = vector.user_pool_id.split_once('_').expect(&case);
        let identity = SrpIdentity::user(pool_name, &vector.user_id_for_srp);
        let salt = read::salt(&vector.salt).expect(&case);
        let block = read::secret_block(&vector.secret_block).expect(&case);

        let scramble = formula::scramble(&integer(&vector.srp_a), &integer(&vector.srp_b));
        assert_eq!(scramble, integer(&vector.u), "u of {case}");
        let private_key = formula::private_key(&identity, &vector.password, &salt);
        assert_eq!(value_of(&private_key), integer(&vector.x), "x of {case}");
        let key = formula::session_key(&scramble, &integer(&vector.s).to_bytes_be());
        assert_eq!(hex(&*key), vector.key, "key of {case}");
        let signature = formula::claim_signature(&key, &identity, &block, &vector.timestamp);
        assert_eq!(
            STANDARD.encode(signature),
            vector.password_claim_signature,
            "password_claim_signature of {case}"
        );
    }
    assert_eq!(vectors.cases.len(), 52);
}

#[test]
fn answers_as_two_other_clients_do() {
    let vectors: Vectors = known(TWO_MAKERS);

    let mut checked = BTreeMap::new();
    for (index, vector) in vectors.cases.iter().enumerate() {
        let case = format!("case {index}, {}", vector.kind);
        let values = check(vector, &case);
        if let Some((value, shape)) = shape_in(&vector.kind) {
            assert_eq!(shape_of(&values[value], value), shape, "{value} of {case}");
        }
        *checked.entry(&*vector.kind).or_insert(0) += 1;
    }

    let values = ["a", "b", "s", "salt", "u"];
    let shapes = ["high", "odd", "short", "short_high"];
    let kinds: Vec<_> = values
        .iter()
        .flat_map(|value| shapes.map(|shape| format!("{value}_{shape}")))
        .collect();
    let mut expected: BTreeMap<&str, _> = kinds.iter().map(|kind| (&**kind, 25)).collect();
    expected.extend([("password", 40), ("user", 13)]);
    expected.extend(EDGES.map(|edge| (edge, 1)));
    assert_eq!(checked, expected);
    let answers = vectors.cases.iter().map(|it| &it.password_claim_signature);
    let answers: BTreeSet<_> = answers.collect();
    assert_eq!(
        answers.len(),
        vectors.cases.len(),
        "no vector is there twice"
    );
}

#[test]
fn takes_a_salt_as_the_number_that_it_spells() {
    let vectors: Vectors = known(TWO_MAKERS);

    let mut spelled_otherwise = 0;
    for vector in &vectors.salt_spellings {
        check(vector, &format!("salt {}", vector.salt));
        if let Some(other) = &vector.other_signature {
            assert_ne!(*other, vector.password_claim_signature, "{}", vector.salt);
            spelled_otherwise += 1;
        }
    }
    assert_eq!((vectors.salt_spellings.len(), spelled_otherwise), (24, 6));
}

/// Checks all that the vector tells, and returns the values that were padded.
fn check(vector: &Vector, case: &str) -> BTreeMap<&'static str, BigUint> {
    let (_, pool_name) = vector.user_pool_id.split_once('_').expect(case);
    let identity = SrpIdentity::user(pool_name, &vector.user_id_for_srp);
    let computed = compute(
        &identity,
        &vector.password,
        &vector.small_a,
        &vector.challenge(),
    );
    assert_told(&computed.srp_a, &vector.srp_a, &format!("srp_a of {case}"));
    assert_eq!(computed.scramble, integer(&vector.u), "u of {case}");
    assert_eq!(computed.private_key, integer(&vector.x), "x of {case}");
    let secret = computed.shared_secret.to_str_radix(16);
    assert_told(&secret, &vector.s, &format!("s of {case}"));
    assert_eq!(computed.key, vector.key, "key of {case}");

    let at = OffsetDateTime::from_unix_timestamp(vector.unix_time).expect(case);
    let proof = client(&vector.small_a).prove(&identity, &vector.password, &vector.challenge(), at);
    let proof = proof.expect(case);
    assert_eq!(proof.timestamp, vector.timestamp, "timestamp of {case}");
    assert_eq!(
        proof.secret_block, vector.secret_block,
        "secret_block of {case}"
    );
    assert_eq!(
        proof.signature, vector.password_claim_signature,
        "password_claim_signature of {case}"
    );

    BTreeMap::from([
        ("a", integer(&computed.srp_a)),
        ("b", integer(&vector.srp_b)),
        ("s", computed.shared_secret),
        ("u", computed.scramble),
        ("salt", integer(&vector.salt)),
    ])
}

/// Compares digits with those of the file, which has of long ones the SHA-256 alone.
fn assert_told(digits: &str, told: &str, what: &str) {
    match told.strip_prefix("sha256:") {
        Some(digest) => assert_eq!(sha256(digits), digest, "{what}: {digits}"),
        None => assert_eq!(digits, told, "{what}"),
    }
}

/// The value and the shape that a kind is named for, if it is.
fn shape_in(kind: &str) -> Option<(&str, &str)> {
    let named = kind.split_once('_');
    named.filter(|_| !EDGES.contains(&kind))
}

/// Which rule of padding a value needs, by its top bytes.
fn shape_of(value: &BigUint, name: &str) -> &'static str {
    let width = match name {
        "salt" => 16,
        "u" => 32,
        _ => 384,
    };
    let bytes = value.to_bytes_be();
    let mut wide = vec![0; width - bytes.len()];
    wide.extend(bytes);
    match (wide[0], wide[1]) {
        (0, 0x80..) => "short_high",
        (0, _) => "short",
        (0x01..0x10, _) => "odd",
        (0x80.., _) => "high",
        _ => "plain",
    }
}
