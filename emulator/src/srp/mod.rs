//! The server half of Secure Remote Password, as Cognito speaks it.
//!
//! | symbol | meaning |
//! |---|---|
//! | `N`, `g` | 3072-bit prime of RFC 5054 and generator 2 |
//! | `k` | `H(PAD(N) \| PAD(g))` |
//! | `s` | salt |
//! | `x`, `v` | secret exponent from the password, and the verifier `v = g^x` that the server keeps |
//! | `a`, `A` | client secret value and public value, `A = g^a` |
//! | `b`, `B` | server secret value and public value, `B = k*v + g^b` |
//! | `u` | `H(PAD(A) \| PAD(B))` |
//! | `S` | shared secret; here `S = (A * v^u)^b` |
//! | `PAD(n)` | big-endian bytes, with a leading zero byte if the top bit is set |
//!
//! All arithmetic is modulo `N`. The module shares no code with the library that it judges.

mod group;
mod handshake;
mod timestamp;
mod verifier;

use num_bigint::BigUint;

pub use self::group::MODULUS_HEX;
pub use self::handshake::{Claim, ServerHandshake};
pub(crate) use self::timestamp::parse_timestamp;
pub use self::verifier::Verifier;

/// Computes `PAD(n)`, the bytes that Java's `BigInteger.toByteArray` gives for a positive number.
fn pad(n: &BigUint) -> Vec<u8> {
    let mut bytes = n.to_bytes_be();
    if bytes.first().is_some_and(|&top| top >= 0x80) {
        bytes.insert(0, 0);
    }
    bytes
}

/// Reads a number in hex as a client sends it: digits only, at most as many as twice the width of `N`.
fn parse_hex(text: &str) -> Option<BigUint> {
    let fits = (1..=MODULUS_HEX.len() * 2).contains(&text.len());
    if !fits || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    BigUint::parse_bytes(text.as_bytes(), 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected bytes: `BigInteger.valueOf(n).toByteArray()` in Java.
    #[test]
    fn pads_as_java_does() {
        for (n, padded) in [
            (0u32, &[0u8][..]),
            (0x7f, &[0x7f]),
            (0x80, &[0, 0x80]),
            (0xff, &[0, 0xff]),
            (0x100, &[1, 0]),
            (0x8000, &[0, 0x80, 0]),
        ] {
            assert_eq!(pad(&BigUint::from(n)), padded, "n = {n:x}");
        }
    }

    #[test]
    fn reads_hex_digits_and_nothing_else() {
        for text in ["", "+1", "-1", "1_0", " 1", "0x1", "１", "1\0"] {
            assert!(parse_hex(text).is_none(), "text = {text:?}");
        }
        assert!(parse_hex(&"f".repeat(2_000)).is_none());
        assert_eq!(parse_hex("aBc"), Some(BigUint::from(0xabcu32)));
    }
}
