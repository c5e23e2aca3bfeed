//! Arithmetic modulo `N`, written to take the same time and to touch the same memory whatever the
//! numbers are.
//!
//! | symbol | meaning |
//! |---|---|
//! | digit | 28 bits: a number is 110 of them, the lowest first |
//! | `R` | `2^(28 * 110)`; a number `n` is kept as its residue `n*R % N` |
//! | column | a sum of products of digits that have the same weight, not carried yet |
//!
//! Digits are short so that columns can wait with their carries: 220 products of 56 bits fit into
//! 64 bits, which is one multiplication and its reduction. So the inner loop has no carry at all,
//! and the compiler makes it a loop of vectors: on each x86-64, whose SSE2 has a product of 32
//! bits. NEON has one too, but nobody has looked. In limbs of 64 bits, without the instructions of
//! newer processors, carries cost more than the products do.
//!
//! The reduction is that of "Modular multiplication without trial division" (Montgomery,
//! Mathematics of Computation 44, 1985), with the product first and ten rows at a time, after
//! "Analyzing and comparing Montgomery multiplication algorithms" (Koc, Acar and Kaliski, IEEE
//! Micro 16, 1996). `N` makes it easy: its lowest 64 bits are ones, so what has to be added to
//! clear a digit is the digit itself times `N`. And `R` has eight bits more than `N`, so nothing
//! has to be subtracted in the end: what is below `2*N` stays below it.
//!
//! There is no branch and no address that depends on a number or an exponent; lengths are taken
//! to be public. `proofs/constant_time` looks for one in the machine code of x86-64, and measures
//! the time. Residues are not wiped from memory.

use std::hint::black_box;
use std::sync::LazyLock;

use num_bigint::BigUint;
use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

use super::exponent::Exponent;
use super::modulus::N;

const DIGIT_BITS: usize = 28;

const DIGIT: u64 = (1 << DIGIT_BITS) - 1;

const DIGITS: usize = 110;

/// The lower half of a column.
const LOW: u64 = 0xffff_ffff;

/// The rows that are multiplied at a time: as many as vector registers can hold.
const ROWS: usize = 10;

/// The bytes of `N`.
pub(super) const BYTES: usize = 384;

/// The bits of an exponent that are taken at a time.
const WINDOW: usize = 5;

/// The columns of a product.
type Columns = [u64; 2 * DIGITS];

/// A number between two paddings of zeros, which stand for the digits beside it: so each row of a
/// product is as long as the others.
type Padded = [u64; ROWS + DIGITS + ROWS];

struct Modulus {
    n: [u32; DIGITS],
    /// `N + 1`, whose two lowest digits are zero, and zeros above it.
    n_plus_1: [u64; DIGITS + ROWS],
    /// The residue of one.
    one: Residue,
}

static MODULUS: LazyLock<Modulus> = LazyLock::new(|| {
    let mut n_plus_1 = [0; DIGITS + ROWS];
    n_plus_1[..DIGITS].copy_from_slice(&digits(&(&*N + 1_u8)).map(u64::from));
    Modulus {
        n: digits(&N),
        n_plus_1,
        one: Residue::new(&1_u8.into()),
    }
});

/// A number modulo `N`, as `n*R % N` or that plus `N`.
#[derive(Clone, Copy)]
pub(super) struct Residue([u32; DIGITS]);

impl Residue {
    /// Takes a number in; this is num-bigint's division, and meant for public numbers.
    pub(super) fn new(n: &BigUint) -> Self {
        Self(digits(&((n << (DIGIT_BITS * DIGITS)) % &*N)))
    }

    pub(super) fn one() -> Self {
        MODULUS.one
    }

    /// Returns the number, between 0 and `N - 1`, in big-endian bytes.
    pub(super) fn to_bytes(self) -> Zeroizing<[u8; BYTES]> {
        let mut columns = [0; 2 * DIGITS];
        columns[..DIGITS].copy_from_slice(&self.0.map(u64::from));
        // `R - 1` times `N` and less than `R`, by `R`: at most `N`.
        let reduced = subtract_n_once(&reduce(&mut columns));

        let mut bytes = Zeroizing::new([0; BYTES]);
        for (index, digit) in reduced.into_iter().enumerate() {
            let (byte, shift) = (index * DIGIT_BITS / 8, index * DIGIT_BITS % 8);
            let places = bytes.iter_mut().rev().skip(byte);
            for (place, part) in places.zip((u64::from(digit) << shift).to_le_bytes()) {
                *place |= part;
            }
        }
        bytes
    }

    /// Computes `self * other % N`.
    pub(super) fn times(&self, other: &Self) -> Self {
        Self(reduce(&mut product(&self.0, &other.0)))
    }

    /// Computes `self^2 % N`.
    pub(super) fn squared(&self) -> Self {
        Self(reduce(&mut square(&self.0)))
    }

    /// Computes `(self - other) % N`.
    pub(super) fn minus(&self, other: &Self) -> Self {
        let mut difference = [0; DIGITS];
        let mut carry = 0;
        for (index, digit) in difference.iter_mut().enumerate() {
            // `other` is below `2*N`.
            carry += i64::from(self.0[index]) + 2 * i64::from(MODULUS.n[index]);
            carry -= i64::from(other.0[index]);
            *digit = (carry as u64 & DIGIT) as u32;
            carry >>= DIGIT_BITS;
        }
        // Below `4*N`, until it is multiplied.
        Self(difference).times(&MODULUS.one)
    }

    /// Computes `self^exponent % N`, in windows of five bits.
    pub(super) fn pow(&self, exponent: &Exponent) -> Self {
        let mut table = vec![MODULUS.one, *self];
        while table.len() < 1 << WINDOW {
            let even = table[table.len() / 2].squared();
            table.extend([even, even.times(self)]);
        }

        let mut power = MODULUS.one;
        for window in (0..exponent.bits().div_ceil(WINDOW)).rev() {
            for _ in 0..WINDOW {
                power = power.squared();
            }
            let bits = (0..WINDOW).map(|bit| exponent.bit(window * WINDOW + bit) << bit);
            power = power.times(&Self::select(&table, bits.sum()));
        }
        power
    }

    /// Reads `table[index]` by reading all of the table.
    pub(super) fn select(table: &[Self], index: u32) -> Self {
        let mut selected = [0; DIGITS];
        for (place, residue) in (0_u32..).zip(table) {
            // Behind the black box, the compiler cannot make a branch of it.
            let mask = u32::conditional_select(&0, &u32::MAX, place.ct_eq(&index));
            let mask = black_box(mask);
            for (digit, other) in selected.iter_mut().zip(&residue.0) {
                *digit |= other & mask;
            }
        }
        Self(selected)
    }
}

/// Computes the columns of `x * y`.
fn product(x: &[u32; DIGITS], y: &[u32; DIGITS]) -> Columns {
    let y = padded(&y.map(u64::from));
    let mut columns = [0; 2 * DIGITS];
    for (x, at) in x.as_chunks().0.iter().zip((0..).step_by(ROWS)) {
        add_rows(&mut columns[at..at + DIGITS + ROWS], x, &y);
    }
    columns
}

/// Computes the columns of `x * x`: each product of two digits counts twice, a digit times itself
/// once.
fn square(x: &[u32; DIGITS]) -> Columns {
    // Behind the rows the digits are doubled, before them they are taken out.
    let mut y = padded(&x.map(|digit| 2 * u64::from(digit)));
    let mut columns = [0; 2 * DIGITS];
    for (x, at) in x.as_chunks().0.iter().zip((0..).step_by(ROWS)) {
        y[ROWS + at..][..ROWS].copy_from_slice(&x.map(u64::from));
        add_rows(&mut columns[2 * at..at + DIGITS + ROWS], x, &y[at..]);
        y[ROWS + at..][..ROWS].fill(0);
    }
    columns
}

/// Computes `columns / R % N`, as a number below `columns / R + N`.
fn reduce(columns: &mut Columns) -> [u32; DIGITS] {
    let mut carry = 0;
    for at in (0..DIGITS).step_by(ROWS) {
        let (low, high) = columns[at..].split_at_mut(ROWS);
        let multiples = clear(low, &mut carry);
        add_rows(&mut high[..DIGITS], &multiples, &MODULUS.n_plus_1);
    }

    let mut digits = [0; DIGITS];
    for (digit, column) in digits.iter_mut().zip(&columns[DIGITS..]) {
        carry += column;
        *digit = (carry & DIGIT) as u32;
        carry >>= DIGIT_BITS;
    }
    digits
}

/// Finds the multiples of `N` that clear the columns, one for each.
///
/// To add `m*N` is to take `m` away, which clears the column, and to add `m*(N + 1)`, which begins
/// two columns later.
fn clear(columns: &[u64], carry: &mut u64) -> [u32; ROWS] {
    let mut multiples = [0; ROWS];
    for (index, column) in columns.iter().enumerate().take(ROWS) {
        *carry += column;
        for (row, multiple) in multiples[..index.saturating_sub(1)].iter().enumerate() {
            *carry += u64::from(*multiple) * MODULUS.n_plus_1[index - row];
        }
        multiples[index] = (*carry & DIGIT) as u32;
        *carry >>= DIGIT_BITS;
    }
    multiples
}

/// Computes `columns[c] += x[0] * y[c + 10] + ... + x[9] * y[c + 1]`.
///
/// The time is spent here, and so it is written out. On its own, and with the masks, which tell
/// that the factors have 32 bits, LLVM makes it a loop of vectors; inlined, or without them, it
/// takes twice as long. With iterators a build that is not optimised takes four times as long.
#[inline(never)]
fn add_rows(columns: &mut [u64], x: &[u32; ROWS], y: &[u64]) {
    let [x0, x1, x2, x3, x4, x5, x6, x7, x8, x9] = x.map(u64::from);
    let length = columns.len();
    let y = &y[..length + ROWS];

    let mut c = 0;
    while c < length {
        columns[c] += (x0 & LOW) * (y[c + 10] & LOW)
            + (x1 & LOW) * (y[c + 9] & LOW)
            + (x2 & LOW) * (y[c + 8] & LOW)
            + (x3 & LOW) * (y[c + 7] & LOW)
            + (x4 & LOW) * (y[c + 6] & LOW)
            + (x5 & LOW) * (y[c + 5] & LOW)
            + (x6 & LOW) * (y[c + 4] & LOW)
            + (x7 & LOW) * (y[c + 3] & LOW)
            + (x8 & LOW) * (y[c + 2] & LOW)
            + (x9 & LOW) * (y[c + 1] & LOW);
        c += 1;
    }
}

/// Subtracts `N` unless the number is below it.
fn subtract_n_once(digits: &[u32; DIGITS]) -> [u32; DIGITS] {
    let mut difference = [0; DIGITS];
    let mut borrow = 0;
    for (index, digit) in difference.iter_mut().enumerate() {
        borrow += i64::from(digits[index]) - i64::from(MODULUS.n[index]);
        *digit = (borrow as u64 & DIGIT) as u32;
        borrow >>= DIGIT_BITS;
    }

    let is_below = borrow.ct_eq(&-1);
    for (digit, own) in difference.iter_mut().zip(digits) {
        digit.conditional_assign(own, is_below);
    }
    difference
}

fn padded(digits: &[u64; DIGITS]) -> Padded {
    let mut padded = [0; ROWS + DIGITS + ROWS];
    padded[ROWS..][..DIGITS].copy_from_slice(digits);
    padded
}

/// The digits of a number below `R`.
fn digits(n: &BigUint) -> [u32; DIGITS] {
    let mut bytes = n.to_bytes_le();
    bytes.resize(DIGITS * DIGIT_BITS / 8 + 8, 0);
    std::array::from_fn(|index| {
        let (byte, shift) = (index * DIGIT_BITS / 8, index * DIGIT_BITS % 8);
        let part = bytes[byte..].first_chunk().expect("padded bytes");
        (u64::from_le_bytes(*part) >> shift & DIGIT) as u32
    })
}

#[cfg(test)]
mod tests {
    use std::env;

    use super::*;

    /// Numbers where carries, windows and digits begin and end.
    fn edges() -> Vec<BigUint> {
        let one = BigUint::from(1_u8);
        let mut edges = vec![BigUint::ZERO, one.clone(), &*N - 1_u8, &*N - 2_u8, &*N >> 1];
        for bits in [27, 28, 29, 56, 64, 279, 280, 281, 1536, 3051, 3052, 3071] {
            let power = &one << bits;
            edges.extend([&power - 1_u8, &*N - &power, power]);
        }
        edges
    }

    fn random() -> BigUint {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).expect("random bytes");
        BigUint::from_bytes_be(&bytes) % &*N
    }

    fn value(residue: &Residue) -> BigUint {
        BigUint::from_bytes_be(&*residue.to_bytes())
    }

    /// The residue plus `N`, which stands for the same number.
    fn larger(n: &BigUint) -> Residue {
        Residue(digits(&((n << (DIGIT_BITS * DIGITS)) % &*N + &*N)))
    }

    fn agrees(x: &BigUint, y: &BigUint) {
        for (x_residue, y_residue) in [
            (Residue::new(x), Residue::new(y)),
            (larger(x), larger(y)),
            (Residue::new(x), larger(y)),
        ] {
            let what = format!("x = {x:x}, y = {y:x}");
            assert_eq!(value(&x_residue), *x, "{what}");
            assert_eq!(value(&x_residue.times(&y_residue)), x * y % &*N, "{what}");
            assert_eq!(value(&x_residue.squared()), x * x % &*N, "{what}");
            let difference = (x + &*N - y) % &*N;
            assert_eq!(value(&x_residue.minus(&y_residue)), difference, "{what}");
        }
    }

    #[test]
    fn multiplies_squares_and_subtracts_as_num_bigint_does() {
        let edges = edges();
        for x in &edges {
            edges.iter().for_each(|y| agrees(x, y));
        }
        let tries = env::var("KERNEL_TRIES").map_or(500, |tries| tries.parse().expect("a number"));
        for _ in 0..tries {
            agrees(&random(), &random());
        }
    }

    /// Nothing brings a column nearer to its 64 bits.
    #[test]
    fn multiplies_the_largest_digits() {
        let mut largest = [DIGIT as u32; DIGITS];
        largest[DIGITS - 1] = (1 << 21) - 2;
        let largest = Residue(largest);
        let n = (BigUint::from((1_u32 << 21) - 1) << 3052_u32) - 1_u8;
        assert!(n < &*N * 2_u8 && digits(&n) == largest.0, "a residue");

        // The number that it is the residue of.
        let r = BigUint::from(1_u8) << (DIGIT_BITS * DIGITS);
        let n = n * r.modinv(&N).expect("N is odd") % &*N;
        assert_eq!(value(&largest), n);
        assert_eq!(value(&largest.times(&largest)), &n * &n % &*N);
        assert_eq!(value(&largest.squared()), &n * &n % &*N);
    }

    /// The residues are at the bounds, not the numbers that they stand for.
    #[test]
    fn computes_with_the_outermost_residues() {
        let one = BigUint::from(1_u8);
        let residues = [
            BigUint::ZERO,
            one.clone(),
            &*N - 1_u8,
            N.clone(),
            &*N + 1_u8,
            (&one << 3072_u32) - 1_u8,
            &*N * 2_u8 - 1_u8,
        ];
        let r = &one << (DIGIT_BITS * DIGITS);
        let inverse = r.modinv(&N).expect("N is odd");
        let number = |residue: &BigUint| residue * &inverse % &*N;

        for x in &residues {
            let (x_residue, x) = (Residue(digits(x)), number(x));
            assert_eq!(value(&Residue::new(&x)), x);
            assert_eq!(value(&x_residue), x);
            assert_eq!(value(&x_residue.squared()), &x * &x % &*N, "x = {x:x}");
            for y in &residues {
                let (y_residue, y) = (Residue(digits(y)), number(y));
                let what = format!("x = {x:x}, y = {y:x}");
                assert_eq!(value(&x_residue.times(&y_residue)), &x * &y % &*N, "{what}");
                let difference = (&x + &*N - &y) % &*N;
                assert_eq!(value(&x_residue.minus(&y_residue)), difference, "{what}");
            }
        }
    }

    #[test]
    fn reads_an_exponent_window_by_window() {
        // Each value that a window can have, zero aside.
        let exponent = (1..32_u8).fold(BigUint::ZERO, |windows, window| {
            (windows << WINDOW) + window
        });
        let base = BigUint::from(3_u8);

        let power = Residue::new(&base).pow(&Exponent::from_bytes(&exponent.to_bytes_be()));

        assert_eq!(value(&power), base.modpow(&exponent, &N));
    }

    #[test]
    fn raises_to_powers_as_num_bigint_does() {
        let mut exponents = vec![vec![], vec![0], vec![1], vec![0xff; 65], vec![0; 32]];
        exponents.extend((0..8).map(|bit| vec![1 << bit, 0, 0, 0]));
        exponents.push(random().to_bytes_be());
        let bases = [BigUint::ZERO, 1_u8.into(), &*N - 1_u8, random()];

        for base in &bases {
            for exponent in &exponents {
                let expected = base.modpow(&BigUint::from_bytes_be(exponent), &N);
                let power = Residue::new(base).pow(&Exponent::from_bytes(exponent));

                assert_eq!(value(&power), expected, "{base:x} to {exponent:x?}");
            }
        }
    }

    #[test]
    fn reads_each_place_of_a_table() {
        let table: Vec<_> = (0..64_u8).map(|n| Residue::new(&n.into())).collect();
        for (index, residue) in (0_u32..).zip(&table) {
            assert_eq!(Residue::select(&table, index).0, residue.0);
        }
    }
}
