//! The powers of SRP by crypto-bigint, in the fastest way that it has in constant time: Montgomery
//! form with a comb for `g`, as our own, and almost Montgomery multiplication for the other base.

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{CtAssign, CtEq, Odd, U256, U3072, Uint};

type Number = FixedMontyForm<{ U3072::LIMBS }>;

const TEETH: u32 = 6;
const BLOCKS: u32 = 4;
const COLUMNS: u32 = 256_u32.div_ceil(TEETH * BLOCKS);
const ROW: u32 = COLUMNS * BLOCKS;

/// The group, with what can be computed beforehand.
pub struct Group {
    params: FixedMontyParams<{ U3072::LIMBS }>,
    multiplier: Number,
    blocks: Vec<Vec<Number>>,
}

impl Group {
    pub fn new(modulus: &[u8], multiplier: &[u8]) -> Self {
        let modulus = Odd::new(number(modulus)).expect("a prime");
        let params = FixedMontyParams::new_vartime(modulus);
        let mut teeth = vec![Number::new(&U3072::from_u8(2), &params)];
        while teeth.len() < TEETH as usize {
            teeth.push(teeth[teeth.len() - 1].square_repeat_vartime(ROW));
        }

        let mut blocks = Vec::new();
        for _ in 0..BLOCKS {
            let mut products = vec![Number::one(&params)];
            for tooth in &teeth {
                let with_tooth: Vec<_> = products.iter().map(|one| one.mul(tooth)).collect();
                products.extend(with_tooth);
            }
            blocks.push(products);
            for tooth in &mut teeth {
                *tooth = tooth.square_repeat_vartime(COLUMNS);
            }
        }
        Self {
            multiplier: Number::new(&number(multiplier), &params),
            params,
            blocks,
        }
    }

    /// Computes `A = g^a % N`.
    pub fn public_value(&self, private: &U256) -> U3072 {
        self.power_of_g(private).retrieve()
    }

    /// Computes `S = (B - k*g^x)^(a + u*x) % N`.
    pub fn shared_secret(
        &self,
        private: &U256,
        server_public: &U3072,
        u: &U256,
        x: &U256,
    ) -> U3072 {
        let masked = self.multiplier.mul(&self.power_of_g(x));
        let base = Number::new(server_public, &self.params) - masked;
        let product: Uint<{ 2 * U256::LIMBS }> = u.concatenating_mul(x);
        let exponent: U3072 = product.resize();
        let exponent = exponent.wrapping_add(&private.resize());
        base.pow_amm_bounded_exp(&exponent, 513).retrieve()
    }

    fn power_of_g(&self, exponent: &U256) -> Number {
        let bit = |index| u32::from(exponent.bit(index).to_bool());
        let mut power = Number::one(&self.params);
        for column in (0..COLUMNS).rev() {
            power = power.square();
            for (block, products) in (0..).zip(&self.blocks) {
                let at = block * COLUMNS + column;
                let index = (0..TEETH).map(|row| bit(row * ROW + at) << row).sum();
                power = power.mul(&self.select(products, index));
            }
        }
        power
    }

    /// Reads all of the table.
    fn select(&self, table: &[Number], index: u32) -> Number {
        let mut selected = U3072::ZERO;
        for (place, entry) in (0_u32..).zip(table) {
            selected.ct_assign(entry.as_montgomery(), place.ct_eq(&index));
        }
        Number::from_montgomery(selected, &self.params)
    }
}

pub fn number(bytes: &[u8]) -> U3072 {
    let mut wide = [0; U3072::BYTES];
    let start = wide.len() - bytes.len();
    wide[start..].copy_from_slice(bytes);
    U3072::from_be_slice(&wide)
}
