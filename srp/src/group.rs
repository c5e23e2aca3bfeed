//! The group that Cognito computes in.

use std::sync::LazyLock;

use num_bigint::BigUint;
use sha2::{Digest, Sha256};

use super::comb::Comb;
use super::exponent::Exponent;
use super::modulus::N;
use super::montgomery::Residue;
use super::pad::pad;

/// The multiplier, `k = H(PAD(N) | PAD(g))`.
pub(super) static K: LazyLock<BigUint> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    hash.update(pad(&N.to_bytes_be()));
    hash.update(pad(&[G]));
    BigUint::from_bytes_be(&hash.finalize())
});

/// The generator.
pub(super) const G: u8 = 2;

static POWERS_OF_G: LazyLock<Comb> = LazyLock::new(|| Comb::new(Residue::new(&G.into())));

static MULTIPLIER: LazyLock<Residue> = LazyLock::new(|| Residue::new(&K));

/// Computes `g^exponent % N`.
pub(super) fn power_of_g(exponent: &Exponent) -> Residue {
    POWERS_OF_G.pow(exponent)
}

/// Computes `k*n % N`.
pub(super) fn times_k(n: &Residue) -> Residue {
    MULTIPLIER.times(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected value: SHA-256 of the byte 00, the digits of RFC 5054's appendix A, and the byte 02.
    #[test]
    fn has_the_multiplier_of_cognito() {
        let expected = "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6";

        assert_eq!(K.to_str_radix(16), expected);
    }
}
