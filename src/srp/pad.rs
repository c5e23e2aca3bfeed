use zeroize::Zeroizing;

/// Computes `PAD(n)`, the two's complement bytes of a positive integer.
///
/// Cognito follows Java's `BigInteger.toByteArray`; RFC 5054 pads to the width of `N`. The two
/// agree only for a value as wide as `N` whose top byte is below `80`, so a mix-up fails at random.
pub(super) fn pad(n: &[u8]) -> Zeroizing<Vec<u8>> {
    let leading_zeros = n.iter().take_while(|&&byte| byte == 0).count();
    let n = &n[leading_zeros..];

    let mut padded = Zeroizing::new(Vec::with_capacity(n.len() + 1));
    if n.first().is_none_or(|&top| top >= 0x80) {
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
