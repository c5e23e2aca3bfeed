//! What holds for whatever Cognito sends in an SRP challenge.

use num_bigint::{BigInt, BigUint, Sign};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::modulus::N;
use super::pad::pad;
use super::{PasswordChallenge, SrpClient, SrpError, SrpIdentity, read};

/// A challenge is answered if, and only if, each parameter follows the protocol: `B` is a number
/// in `0 < B < N`, the salt is one of 256 bytes at most, the secret block is base64.
///
/// The bytes are the three parameters, in lines: salt, `B`, secret block.
pub fn srp_challenge(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.splitn(3, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let challenge = PasswordChallenge {
        salt: line(),
        srp_b: line(),
        secret_block: line(),
    };

    let accepted = read::server_public(challenge.srp_b);
    let b = number(challenge.srp_b);
    assert_eq!(
        accepted.as_ref().ok(),
        b.as_ref().filter(|b| is_element(b)),
        "B is read as the number that it spells, and taken in 0 < B < N"
    );
    if challenge.srp_b.len() <= 768 && b.is_none() {
        let parameter = "SRP_B";
        assert_eq!(accepted, Err(SrpError::Malformed { parameter }));
    }

    let salt = read::salt(challenge.salt).ok();
    let is_salt = challenge.salt.len() <= 512;
    assert_eq!(
        salt.as_deref().map(BigUint::from_bytes_be),
        number(challenge.salt).filter(|_| is_salt),
        "the salt is read as the number that it spells"
    );

    let secret_block = read::secret_block(challenge.secret_block);
    if let Ok(block) = &secret_block {
        assert_eq!(base64(block), challenge.secret_block, "one spelling only");
    }

    let is_good = accepted.is_ok() && salt.is_some() && secret_block.is_ok();
    let proof = client().prove(
        &SrpIdentity::user("Pool", "alice"),
        "Correct-horse-1",
        &challenge,
        OffsetDateTime::UNIX_EPOCH,
    );
    assert_eq!(proof.is_ok(), is_good, "the proof is of these parameters");
    if let Ok(proof) = proof {
        assert_eq!(proof.secret_block, challenge.secret_block, "sent back");
        assert_eq!(proof.signature.len(), 44, "32 bytes in base64");
    }
}

/// `PAD` is the shortest two's complement spelling of the number, which num-bigint knows too.
pub fn pad_hex(bytes: &[u8]) {
    let padded = pad(bytes);

    let number = BigInt::from_bytes_be(Sign::Plus, bytes);
    assert_eq!(*padded, number.to_signed_bytes_be());
    assert_eq!(BigInt::from_signed_bytes_be(&padded), number, "unchanged");
    assert_eq!(pad(&padded), padded, "padded once is padded");
}

/// The number that a text of hexadecimal digits spells. num-bigint takes `+1` and `1_0` too.
fn number(digits: &str) -> Option<BigUint> {
    digits
        .bytes()
        .all(|digit| digit.is_ascii_hexdigit())
        .then(|| BigUint::parse_bytes(digits.as_bytes(), 16))
        .flatten()
}

fn is_element(b: &BigUint) -> bool {
    *b > BigUint::ZERO && *b < *N
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;

    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// A client whose `a` is always the same, so that a failure happens again.
fn client() -> SrpClient {
    SrpClient::from_private_value(Zeroizing::new(vec![0x5a; 32]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::modulus::N_HEX;
    use super::*;

    /// Numbers as Cognito writes them, at the bounds too, and what is none.
    fn digits() -> impl Strategy<Value = String> {
        let bounds = [
            BigUint::ZERO,
            1_u8.into(),
            &*N - 1_u8,
            N.clone(),
            &*N + 1_u8,
        ];
        let bounds = bounds.map(|bound| bound.to_str_radix(16)).to_vec();

        prop_oneof![
            6 => "[0-9a-fA-F]{1,767}",
            2 => prop::sample::select(bounds),
            1 => "0{1,770}",
            1 => (0..3_usize).prop_map(|zeros| "0".repeat(zeros) + N_HEX),
            1 => "[0-9a-f+_x -]{0,20}",
            1 => any::<String>(),
        ]
    }

    fn secret_block() -> impl Strategy<Value = String> {
        prop_oneof![
            6 => prop::collection::vec(any::<u8>(), 1..1200).prop_map(|block| base64(&block)),
            1 => "[A-Za-z0-9+/_=-]{0,9}",
            1 => any::<String>(),
        ]
    }

    proptest! {
        #[test]
        fn challenges(salt in digits(), srp_b in digits(), block in secret_block()) {
            srp_challenge(format!("{salt}\n{srp_b}\n{block}").as_bytes());
        }

        #[test]
        fn numbers(bytes in prop::collection::vec(any::<u8>(), 0..=384), zeros in 0..3_usize) {
            pad_hex(&[vec![0; zeros], bytes].concat());
        }
    }
}
