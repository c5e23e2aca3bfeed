use std::{env, fs};

use num_bigint::BigUint;
use serde::Deserialize;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::group::{K, N, power_of_g};
use super::*;

const AT: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

/// See `tests/vectors/README.md` for the maker of the file.
#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Vector>,
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
}

#[test]
fn srp_vectors() {
    let path = env::var("SRP_VECTORS").unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/srp.json").to_owned()
    });
    let file = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let vectors: Vectors =
        serde_json::from_str(&file).unwrap_or_else(|error| panic!("{path}: {error}"));

    assert!(!vectors.cases.is_empty(), "{path} has no cases");
    for (index, vector) in vectors.cases.iter().enumerate() {
        check(vector, &format!("case {index}, {}", vector.kind));
    }
}

fn check(vector: &Vector, case: &str) {
    let (_, pool_name) = vector.user_pool_id.split_once('_').expect(case);
    let identity = SrpIdentity::user(pool_name, &vector.user_id_for_srp);
    let client = client(&vector.small_a);
    assert_eq!(client.srp_a(), vector.srp_a, "srp_a of {case}");

    let server_public = read::server_public(&vector.srp_b).expect(case);
    let scramble = formula::scramble(&integer(&vector.srp_a), &server_public);
    assert_eq!(scramble, integer(&vector.u), "u of {case}");

    let salt = read::salt(&vector.salt).expect(case);
    let private_key = formula::private_key(&identity, &vector.password, &salt);
    assert_eq!(private_key, integer(&vector.x), "x of {case}");

    let private = integer(&vector.small_a);
    let secret = formula::shared_secret(&private, &server_public, &scramble, &private_key);
    let secret = secret.expect(case);
    assert_eq!(secret, integer(&vector.s), "s of {case}");

    let key = formula::session_key(&scramble, &secret);
    let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(key, vector.key, "key of {case}");

    let at = OffsetDateTime::from_unix_timestamp(vector.unix_time).expect(case);
    let challenge = PasswordChallenge {
        salt: &vector.salt,
        srp_b: &vector.srp_b,
        secret_block: &vector.secret_block,
    };
    let proof = client.prove(&identity, &vector.password, &challenge, at);
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
}

#[test]
fn draws_a_new_private_value_each_time() {
    let first = SrpClient::new().expect("random bytes");
    let second = SrpClient::new().expect("random bytes");

    assert_ne!(first.srp_a(), second.srp_a());
}

#[test]
fn fails_without_random_bytes() {
    let client = SrpClient::draw(|_| Err("no entropy"));

    assert_eq!(client.err(), Some(SrpError::Random));
}

#[test]
fn refuses_unsafe_server_values() {
    let n = N.to_str_radix(16);
    let above_n = (&*N + 1_u8).to_str_radix(16);
    let zeros = "0".repeat(n.len());
    let too_long = "1".repeat(1 << 20);
    for (srp_b, error) in [
        ("0", SrpError::ServerValueIsZero),
        ("00", SrpError::ServerValueIsZero),
        (&zeros, SrpError::ServerValueIsZero),
        (&n, SrpError::ServerValueTooLarge),
        (&above_n, SrpError::ServerValueTooLarge),
        (&too_long, SrpError::ServerValueTooLarge),
        ("", SrpError::Malformed { parameter: "SRP_B" }),
    ] {
        assert_eq!(
            prove("pw", "ab", srp_b).err(),
            Some(error),
            "B = {srp_b:.80}"
        );
    }
}

#[test]
fn accepts_the_outermost_server_values() {
    let largest = (&*N - 1_u8).to_str_radix(16);
    for srp_b in ["1", &largest] {
        assert!(prove("pw", "ab", srp_b).is_ok(), "B = {srp_b:.80}");
    }
}

#[test]
fn refuses_a_scramble_of_zero() {
    let one = BigUint::from(1_u8);

    let secret = formula::shared_secret(&one, &one, &BigUint::ZERO, &one);

    assert_eq!(secret, Err(SrpError::ScrambleIsZero));
}

#[test]
fn survives_a_shared_secret_of_zero() {
    let private_key = BigUint::from(7_u8);
    let scramble = BigUint::from(3_u8);
    let masked = &*K * power_of_g(&private_key) % &*N;

    let secret = formula::shared_secret(&scramble, &masked, &scramble, &private_key);

    assert_eq!(secret, Ok(BigUint::ZERO));
    formula::session_key(&scramble, &BigUint::ZERO);
}

#[test]
fn takes_the_salt_as_an_integer() {
    for (one, other) in [
        ("ab", "00ab"),
        ("ab", "AB"),
        ("0", "00"),
        ("7f01", "007f01"),
        ("abc", "0abc"),
    ] {
        assert_eq!(
            signature("pw", one),
            signature("pw", other),
            "{one} and {other}"
        );
    }
    assert_ne!(signature("pw", "ab"), signature("pw", "ab00"));
}

#[test]
fn takes_the_password_verbatim() {
    let composed = "\u{e9}";
    for other in [
        "e\u{301}",
        "\u{e9} ",
        " \u{e9}",
        "\u{feff}\u{e9}",
        "\u{e9}\0",
        "\u{c9}",
        "",
    ] {
        assert_ne!(
            signature(composed, "ab"),
            signature(other, "ab"),
            "{other:?}"
        );
    }
}

#[test]
fn hides_secrets() {
    let client = client("c0ffee");
    let proof = prove("pw", "ab", "1").expect("a proof");
    let shown = format!(
        "{client:?} {proof:?} {:?} {:?}",
        SrpIdentity::user("pool", "canary"),
        DeviceVerifier::generate("group", "canary").expect("random bytes"),
    );

    for canary in ["c0ffee", client.srp_a(), &proof.signature, "canary"] {
        assert!(!shown.contains(canary), "{canary}");
    }
}

fn client(private: &str) -> SrpClient {
    SrpClient::from_private_value(Zeroizing::new(integer(private).to_bytes_be()))
}

fn prove(password: &str, salt: &str, srp_b: &str) -> Result<PasswordProof, SrpError> {
    let challenge = PasswordChallenge {
        salt,
        srp_b,
        secret_block: "c2VjcmV0",
    };
    client("c0ffee").prove(&SrpIdentity::user("pool", "user"), password, &challenge, AT)
}

fn signature(password: &str, salt: &str) -> String {
    prove(password, salt, "c0ffee").expect("a proof").signature
}

fn integer(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.as_bytes(), 16).expect("hexadecimal digits")
}
