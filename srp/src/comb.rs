//! Powers of a base that is known beforehand, by Lim and Lee's comb.
//!
//! `g^a` and `g^x` are always powers of the same base, so what does not depend on the exponent is
//! computed once in the life of the process: a power then takes 55 multiplications, where plain
//! exponentiation takes over 300. See "More flexible exponentiation with precomputation" (Lim and
//! Lee, CRYPTO '94).
//!
//! More teeth would save multiplications, but each of them reads all of its block of the table.

use super::exponent::Exponent;
use super::montgomery::Residue;

/// The exponent's bits are written in this many rows, a tooth of the comb for each.
const TEETH: usize = 6;

/// A row is cut in this many blocks, which share the squarings.
const BLOCKS: usize = 4;

/// The columns of a block.
const COLUMNS: usize = COMB_BITS.div_ceil(TEETH * BLOCKS);

/// The bits of a row. Rows are read in as many columns, one bit of each row at a time.
const ROW: usize = COLUMNS * BLOCKS;

/// The longest exponent that the comb covers. `a` and `x` have 256 bits.
const COMB_BITS: usize = 256;

/// The powers of one base.
pub(super) struct Comb {
    base: Residue,
    /// For each block, the products of the teeth for each column: bit `i` of the index says
    /// whether row `i` has its bit set. 256 numbers, 113 kB.
    blocks: Vec<Vec<Residue>>,
}

impl Comb {
    /// Computes the table. This takes as long as a few exponentiations.
    pub(super) fn new(base: Residue) -> Self {
        // The teeth of the first block: `base^(2^(ROW * row))`.
        let mut teeth = vec![base];
        while teeth.len() < TEETH {
            teeth.push(raise(&teeth[teeth.len() - 1], ROW));
        }

        let mut blocks = Vec::new();
        for _ in 0..BLOCKS {
            let mut products = vec![Residue::one()];
            for tooth in &teeth {
                let with_tooth: Vec<_> = products
                    .iter()
                    .map(|product| product.times(tooth))
                    .collect();
                products.extend(with_tooth);
            }
            blocks.push(products);

            for tooth in &mut teeth {
                *tooth = raise(tooth, COLUMNS);
            }
        }

        Self { base, blocks }
    }

    /// Computes `base^exponent % N`.
    pub(super) fn pow(&self, exponent: &Exponent) -> Residue {
        if exponent.bits() > COMB_BITS {
            return self.base.pow(exponent);
        }

        let mut power = Residue::one();
        for column in (0..COLUMNS).rev() {
            power = power.squared();
            for (block, products) in self.blocks.iter().enumerate() {
                let index = teeth_of(exponent, block * COLUMNS + column);
                power = power.times(&Residue::select(products, index));
            }
        }
        power
    }
}

/// Reads a column of the exponent: which rows have their bit set.
fn teeth_of(exponent: &Exponent, column: usize) -> u32 {
    (0..TEETH)
        .map(|row| exponent.bit(row * ROW + column) << row)
        .sum()
}

/// Computes `n^(2^squarings) % N`.
fn raise(n: &Residue, squarings: usize) -> Residue {
    (0..squarings).fold(*n, |n, _| n.squared())
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;

    use super::super::group::G;
    use super::super::modulus::N;
    use super::*;

    #[test]
    fn raises_to_the_longest_exponent_of_the_comb_and_to_a_longer_one() {
        let comb = Comb::new(Residue::new(&G.into()));
        for length in [32_u8, 33] {
            // The first of them is not zero.
            let bytes: Vec<u8> = (1..=length).map(|n| n.wrapping_mul(0x9d)).collect();
            let expected = BigUint::from(G).modpow(&BigUint::from_bytes_be(&bytes), &N);

            let power = comb.pow(&Exponent::from_bytes(&bytes));

            assert_eq!(
                BigUint::from_bytes_be(&*power.to_bytes()),
                expected,
                "{length} bytes"
            );
        }
    }

    #[test]
    fn raises_as_modpow_does() {
        let comb = Comb::new(Residue::new(&G.into()));
        let one = BigUint::from(1_u8);
        let all_ones = (&one << COMB_BITS) - 1_u8;
        let mut exponents = vec![
            BigUint::ZERO,
            one.clone(),
            all_ones.clone() / 3_u8,
            all_ones,
        ];
        // Each bit alone, and what the table does not reach.
        exponents.extend((0..=COMB_BITS).map(|bit| &one << bit));
        exponents.extend([300_u32, 1023].map(|bit| (&one << bit) + 12_345_u16));

        for exponent in exponents {
            let power = comb.pow(&Exponent::from_bytes(&exponent.to_bytes_be()));
            let expected = BigUint::from(G).modpow(&exponent, &N);

            assert_eq!(
                BigUint::from_bytes_be(&*power.to_bytes()),
                expected,
                "exponent = {exponent:x}"
            );
        }
    }
}
