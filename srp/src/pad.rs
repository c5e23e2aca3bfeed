use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

use super::disclosed::disclosed;

/// Computes `PAD(n)`, the two's complement bytes of a positive integer.
///
/// Cognito follows Java's `BigInteger.toByteArray`; RFC 5054 pads to the width of `N`. The two
/// agree only for a value as wide as `N` whose top byte is below `80`, so a mix-up fails at random.
///
/// The length is all that can be told from the time that it takes.
pub(super) fn pad(n: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut is_leading = Choice::from(1);
    let mut leading_zeros = 0;
    for byte in n {
        is_leading &= byte.ct_eq(&0);
        leading_zeros += usize::from(is_leading.unwrap_u8());
    }
    let n = &n[disclosed(leading_zeros)..];
    let needs_zero = n.first().is_none_or(|top| disclosed(top >> 7) == 1);

    let mut padded = Zeroizing::new(Vec::with_capacity(n.len() + 1));
    if needs_zero {
        padded.push(0);
    }
    padded.extend_from_slice(n);
    padded
}

#[cfg(test)]
mod tests {
    use hex_literal::hex;

    use super::*;

    // Expected bytes: `BigInteger.valueOf(n).toByteArray()` in Java.
    #[test]
    fn pads_as_java_does() {
        for (n, padded) in [
            (&hex!("")[..], &hex!("00")[..]),
            (&hex!("00"), &hex!("00")),
            (&hex!("00 00"), &hex!("00")),
            (&hex!("01"), &hex!("01")),
            (&hex!("7f"), &hex!("7f")),
            (&hex!("80"), &hex!("00 80")),
            (&hex!("ff"), &hex!("00 ff")),
            (&hex!("00 ff"), &hex!("00 ff")),
            (&hex!("01 00"), &hex!("01 00")),
            (&hex!("00 01 00"), &hex!("01 00")),
            (&hex!("7f ff"), &hex!("7f ff")),
            (&hex!("80 00"), &hex!("00 80 00")),
        ] {
            assert_eq!(*pad(n), padded, "n = {n:02x?}");
        }
    }
}
