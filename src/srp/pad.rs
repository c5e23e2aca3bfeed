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
