//! Code that tells its secrets, each in a way of its own. If memcheck found nothing here, what it
//! says of the rest would be worth nothing.

use std::hint::black_box;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigUint;

use crate::valgrind;

pub fn power() {
    let secret = marked(&[0x5a; 32]);
    let modulus = (BigUint::from(1_u8) << 521_u32) - 1_u8;
    let power = BigUint::from(2_u8).modpow(&BigUint::from_bytes_be(&secret), &modulus);
    drop(black_box(power));
}

pub fn spelling() {
    drop(black_box(STANDARD.encode(marked(&[0x5a; 40]))));
}

pub fn index() {
    let table: [u32; 32] = std::array::from_fn(|n| n as u32 * 3);
    let secret = marked(&[0x1a]);
    black_box(black_box(&table)[usize::from(secret[0] & 31)]);
}

pub fn comparison() {
    let secret = marked(b"Correct-horse-1");
    let typed = black_box(b"Correct-horse-2");
    let is_equal = secret.iter().zip(typed).all(|(one, other)| one == other);
    black_box(is_equal);
}

fn marked(bytes: &[u8]) -> Vec<u8> {
    let secret = bytes.to_vec();
    valgrind::mark(&secret);
    black_box(secret)
}
