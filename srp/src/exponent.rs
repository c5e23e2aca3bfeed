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
