//! Powers of a base that is known beforehand, by Lim and Lee's comb.
//!
//! `g^a` and `g^x` are always powers of the same base, so what does not depend on the exponent is
//! computed once in the life of the process: a power then takes 47 multiplications, where plain
//! exponentiation takes over 300. See "More flexible exponentiation with precomputation" (Lim and
//! Lee, CRYPTO '94).

use num_bigint::BigUint;

/// The exponent's bits are written in this many rows, a tooth of the comb for each.
const TEETH: u64 = 8;

/// The bits of a row. Rows are read in as many columns, one bit of each row at a time.
const ROW: u64 = COMB_BITS / TEETH;

/// A row is cut in this many blocks, which share the squarings.
const BLOCKS: u64 = 2;

/// The columns of a block.
const COLUMNS: u64 = ROW / BLOCKS;

/// The longest exponent that the comb covers. `a` and `x` have 256 bits.
const COMB_BITS: u64 = 256;

/// The powers of one base to one modulus.
pub(super) struct Comb {
    base: BigUint,
    modulus: BigUint,
    /// For each block, the products of the teeth for each column: bit `i` of the index says
    /// whether row `i` has its bit set. 512 numbers, 200 kB.
    blocks: Vec<Vec<BigUint>>,
}

impl Comb {
    /// Computes the table. This takes as long as a few exponentiations.
    pub(super) fn new(base: &BigUint, modulus: &BigUint) -> Self {
        // The teeth of the first block: `base^(2^(ROW * row))`.
        let mut teeth = vec![base % modulus];
        while (teeth.len() as u64) < TEETH {
            teeth.push(raise(&teeth[teeth.len() - 1], ROW, modulus));
        }

        let mut blocks = Vec::new();
        for _ in 0..BLOCKS {
            let mut products = vec![BigUint::from(1_u8)];
            for tooth in &teeth {
                let with_tooth: Vec<_> = products
                    .iter()
                    .map(|product| product * tooth % modulus)
                    .collect();
                products.extend(with_tooth);
            }
            blocks.push(products);

            for tooth in &mut teeth {
                *tooth = raise(tooth, COLUMNS, modulus);
            }
        }

        Self {
            base: base.clone(),
            modulus: modulus.clone(),
            blocks,
        }
    }

    /// Computes `base^exponent % modulus`.
    pub(super) fn pow(&self, exponent: &BigUint) -> BigUint {
        if exponent.bits() > COMB_BITS {
            return self.base.modpow(exponent, &self.modulus);
        }

        let mut power = BigUint::from(1_u8);
        for column in (0..COLUMNS).rev() {
            power = &power * &power % &self.modulus;
            for (block, products) in (0_u64..).zip(&self.blocks) {
                let index = teeth_of(exponent, block * COLUMNS + column);
                power = power * &products[index] % &self.modulus;
            }
        }
        power
    }
}

/// Reads a column of the exponent: which rows have their bit set.
fn teeth_of(exponent: &BigUint, column: u64) -> usize {
    (0..TEETH)
        .map(|row| usize::from(exponent.bit(row * ROW + column)) << row)
        .sum()
}

/// Computes `n^(2^squarings) % modulus`.
fn raise(n: &BigUint, squarings: u64, modulus: &BigUint) -> BigUint {
    (0..squarings).fold(n.clone(), |n, _| &n * &n % modulus)
}

#[cfg(test)]
mod tests {
    use super::super::group::{G, N};
    use super::*;

    #[test]
    fn raises_as_modpow_does() {
        let comb = Comb::new(&G.into(), &N);
        let one = BigUint::from(1_u8);
        let all_ones = (&one << COMB_BITS) - 1_u8;
        let mut exponents = vec![
            BigUint::ZERO,
            one.clone(),
            all_ones.clone() / 3_u8,
            all_ones,
        ];
        // Each bit alone, and one that the table does not reach.
        exponents.extend((0..=COMB_BITS).map(|bit| &one << bit));
        exponents.push((&one << 1023_u32) + 12_345_u16);

        for exponent in exponents {
            let expected = BigUint::from(G).modpow(&exponent, &N);

            assert_eq!(comb.pow(&exponent), expected, "exponent = {exponent:x}");
        }
    }
}
