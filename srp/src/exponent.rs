use zeroize::Zeroizing;

/// A secret exponent. Its length is public, and kept apart from its value.
pub(super) struct Exponent {
    limbs: Zeroizing<Vec<u64>>,
    bits: usize,
}

impl Exponent {
    /// Reads big-endian bytes; leading zeros count as length.
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let mut limbs = Zeroizing::new(vec![0; bytes.len().div_ceil(8)]);
        for (index, byte) in bytes.iter().rev().enumerate() {
            limbs[index / 8] |= u64::from(*byte) << (index % 8 * 8);
        }
        Self {
            limbs,
            bits: 8 * bytes.len(),
        }
    }

    /// Computes `self + u*x`.
    pub(super) fn plus_product(&self, u: &Self, x: &Self) -> Self {
        let length = self.limbs.len().max(u.limbs.len() + x.limbs.len()) + 1;
        let mut sum = Zeroizing::new(vec![0; length]);
        sum[..self.limbs.len()].copy_from_slice(&self.limbs);
        for (at, u) in u.limbs.iter().enumerate() {
            let mut carry = 0;
            let factors = x.limbs.iter().chain(std::iter::repeat(&0));
            for (limb, x) in sum[at..].iter_mut().zip(factors) {
                let column = u128::from(*limb) + u128::from(*u) * u128::from(*x) + carry;
                *limb = column as u64;
                carry = column >> 64;
            }
        }
        Self {
            limbs: sum,
            bits: self.bits.max(u.bits + x.bits) + 1,
        }
    }

    /// The most bits that an exponent of this length can have.
    pub(super) fn bits(&self) -> usize {
        self.bits
    }

    /// A bit, or 0 above the length.
    pub(super) fn bit(&self, index: usize) -> u32 {
        let limb = self.limbs.get(index / 64).copied().unwrap_or(0);
        (limb >> (index % 64) & 1) as u32
    }
}

#[cfg(test)]
mod tests {
    use hex_literal::hex;
    use num_bigint::BigUint;

    use super::*;

    fn assert_is(exponent: &Exponent, number: &BigUint) {
        for index in 0..exponent.bits() + 128 {
            let bit = number.bit(index as u64);
            assert_eq!(
                exponent.bit(index),
                u32::from(bit),
                "bit {index} of {number:x}"
            );
        }
        assert!(number.bits() <= exponent.bits() as u64, "{number:x}");
    }

    #[test]
    fn reads_each_bit_and_counts_leading_zeros_as_length() {
        let bytes = hex!("00 80 5a 00 ff 01 c3 7e 12 35");

        let exponent = Exponent::from_bytes(&bytes);

        assert_is(&exponent, &BigUint::from_bytes_be(&bytes));
        assert_eq!(exponent.bits(), 80);
    }

    #[test]
    fn adds_a_product_with_all_its_carries() {
        // The bytes of `a`, `u` and `x`: in a login, with an `a` as other clients draw it, and where
        // `u` begins with zeros.
        for lengths in [[32_usize, 32, 32], [128, 32, 32], [32, 7, 32]] {
            let bytes = lengths.map(|length| vec![0xff_u8; length]);
            let [a, u, x] = bytes.each_ref().map(|bytes| Exponent::from_bytes(bytes));

            let sum = a.plus_product(&u, &x);

            let [a, u, x] = bytes.map(|bytes| BigUint::from_bytes_be(&bytes));
            assert_is(&sum, &(a + u * x));
            // Each bit more is a squaring more.
            let [a, u, x] = lengths;
            assert_eq!(sum.bits(), 8 * a.max(u + x) + 1, "{lengths:?}");
        }
    }
}
