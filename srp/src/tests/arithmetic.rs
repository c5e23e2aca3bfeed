//! Padding and the shared secret, as Python's integers have them.

use num_bigint::BigUint;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::super::fuzzing::pad_hex;
use super::super::pad::pad;
use super::*;

const ARITHMETIC: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/vectors/arithmetic.json"
);

const BITS: usize = 3072;

#[derive(Deserialize)]
struct Arithmetic {
    pad_table: Vec<String>,
    /// Of a hundred numbers each.
    pad_batches: Vec<String>,
    shared_secrets: Vec<String>,
}

#[test]
fn pads_small_numbers_as_python_does() {
    let arithmetic: Arithmetic = known(ARITHMETIC);

    for (number, padded) in (0_u16..).zip(&arithmetic.pad_table) {
        assert_eq!(hex(&pad(&number.to_be_bytes())), *padded, "{number}");
    }
    assert_eq!(arithmetic.pad_table.len(), 257);
}

#[test]
fn pads_numbers_of_each_length_as_python_does() {
    let arithmetic: Arithmetic = known(ARITHMETIC);

    for (batch, digest) in arithmetic.pad_batches.iter().enumerate() {
        let mut padded = Vec::new();
        for index in batch * 100..(batch + 1) * 100 {
            let bytes = [vec![0; index % 3], number(index).to_bytes_be()].concat();
            pad_hex(&bytes);
            padded.push(hex(&pad(&bytes)));
        }

        assert_eq!(sha256(&padded.join(" "))[..16], **digest, "batch {batch}");
    }
    assert_eq!(arithmetic.pad_batches.len(), 200);
}

#[test]
fn computes_the_shared_secret_as_python_does() {
    let arithmetic: Arithmetic = known(ARITHMETIC);

    for (index, digest) in arithmetic.shared_secrets.iter().enumerate() {
        let drawn = stream(&format!("secret {index}"), 32 + 384 + 32 + 32);
        let [a, x] = [0..32, 448..480].map(|range| Exponent::from_bytes(&drawn[range]));
        let [b, u] = [32..416, 416..448].map(|range| BigUint::from_bytes_be(&drawn[range]));
        let secret = formula::shared_secret(&a, &(b % &*N), &u, &x).expect("u is not zero");
        let secret = BigUint::from_bytes_be(&*secret);

        assert_eq!(
            sha256(&secret.to_str_radix(16))[..16],
            **digest,
            "secret {index}"
        );
    }
    assert_eq!(arithmetic.shared_secrets.len(), 1000);
}

/// A random number of `index % BITS + 1` bits.
fn number(index: usize) -> BigUint {
    let bits = index % BITS + 1;
    let drawn = BigUint::from_bytes_be(&stream(&format!("pad {index}"), BITS / 8));
    let mut number = drawn >> (BITS - bits);
    number.set_bit(bits as u64 - 1, true);
    number
}

/// Bytes that `tests/vectors/make/group.py` makes too, from the same label.
fn stream(label: &str, length: usize) -> Vec<u8> {
    let blocks = (0..length.div_ceil(32)).map(|block| Sha256::digest(format!("{label} {block}")));
    blocks.flatten().take(length).collect()
}
