mod arithmetic;
mod published;
mod vectors;

use num_bigint::BigUint;
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::exponent::Exponent;
use super::group::K;
use super::modulus::N;
use super::*;

const AT: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

#[test]
fn draws_a_new_private_value_each_time() {
    let first = SrpClient::new().expect("random bytes");
    let second = SrpClient::new().expect("random bytes");

    assert_ne!(first.srp_a(), second.srp_a());
}

#[test]
fn draws_a_new_password_and_salt_for_each_device() {
    let first = DeviceVerifier::generate("group", "key").expect("random bytes");
    let second = DeviceVerifier::generate("group", "key").expect("random bytes");

    let password = first.password().expose_secret();
    assert_ne!(password, second.password().expose_secret());
    assert_eq!(password.len(), 80, "320 bits");
    assert_ne!(first.salt_base64(), second.salt_base64());
    assert_ne!(first.verifier_base64(), second.verifier_base64());
}

#[test]
fn fails_without_random_bytes() {
    let client = SrpClient::draw(|_| Err("no entropy"));
    let device = DeviceVerifier::draw("group", "key", |_| Err("no entropy"));

    assert_eq!(client.err(), Some(SrpError::Random));
    assert_eq!(device.err(), Some(SrpError::Random));
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
    let one = Exponent::from_bytes(&[1]);

    let secret = formula::shared_secret(&one, &1_u8.into(), &BigUint::ZERO, &one);

    assert_eq!(secret, Err(SrpError::ScrambleIsZero));
}

#[test]
fn survives_a_shared_secret_of_zero() {
    let private_key = Exponent::from_bytes(&[7]);
    let scramble = BigUint::from(3_u8);
    let masked = &*K << 7_u32;

    let secret = formula::shared_secret(&private_key, &masked, &scramble, &private_key);

    let zero = Zeroizing::new([0; 384]);
    assert_eq!(secret, Ok(zero.clone()));
    formula::session_key(&scramble, &*zero);
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
    let challenge = PasswordChallenge {
        salt: "canary",
        srp_b: "canary",
        secret_block: "canary",
    };
    let shown = format!(
        "{client:?} {proof:?} {challenge:?} {:?} {:?}",
        SrpIdentity::user("pool", "canary"),
        DeviceVerifier::generate("group", "canary").expect("random bytes"),
    );

    for canary in ["c0ffee", client.srp_a(), &proof.signature, "canary"] {
        assert!(!shown.contains(canary), "{canary}");
    }
    assert_eq!(
        shown,
        "SrpClient { .. } PasswordProof { timestamp: \"Thu Jan 1 00:00:00 UTC 1970\", .. } \
         PasswordChallenge { .. } SrpIdentity { .. } DeviceVerifier { .. }"
    );
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

/// The values on the way to a proof.
struct Computed {
    srp_a: String,
    scramble: BigUint,
    private_key: BigUint,
    shared_secret: BigUint,
    key: String,
}

fn compute(
    identity: &SrpIdentity<'_>,
    password: &str,
    small_a: &str,
    challenge: &PasswordChallenge<'_>,
) -> Computed {
    let srp_a = client(small_a).srp_a().to_owned();
    let server_public = read::server_public(challenge.srp_b).expect("B");
    let salt = read::salt(challenge.salt).expect("a salt");
    let private = Exponent::from_bytes(&integer(small_a).to_bytes_be());

    let scramble = formula::scramble(&integer(&srp_a), &server_public);
    let private_key = formula::private_key(identity, password, &salt);
    let secret = formula::shared_secret(&private, &server_public, &scramble, &private_key);
    let shared_secret = BigUint::from_bytes_be(&*secret.expect("u is not zero"));
    let key = formula::session_key(&scramble, &shared_secret.to_bytes_be());
    Computed {
        srp_a,
        scramble,
        private_key: value_of(&private_key),
        shared_secret,
        key: hex(&*key),
    }
}

fn value_of(exponent: &Exponent) -> BigUint {
    let mut value = BigUint::ZERO;
    for bit in 0..exponent.bits() {
        value.set_bit(bit as u64, exponent.bit(bit) == 1);
    }
    value
}

fn integer(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.as_bytes(), 16).expect("hexadecimal digits")
}

/// Reads a file of known answers; `tests/vectors/README.md` tells their makers.
fn known<T: DeserializeOwned>(path: &str) -> T {
    let file = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&file).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
