//! Numbers as bytes and as text.

use num_bigint::BigUint;

/// Twice the width of `N` in hex digits.
const MAX_DIGITS: usize = 2 * 768;

/// Computes `PAD(n)`, the bytes that Java's `BigInteger.toByteArray` gives for a positive number.
pub(super) fn pad(n: &BigUint) -> Vec<u8> {
    let mut bytes = n.to_bytes_be();
    if bytes.first().is_some_and(|&top| top >= 0x80) {
        bytes.insert(0, 0);
    }
    bytes
}

/// Reads a number in hex as a client sends it: digits only, at most as many as twice the width of `N`.
pub(super) fn parse_hex(text: &str) -> Option<BigUint> {
    let fits = (1..=MAX_DIGITS).contains(&text.len());
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
