//! Measures whether the time of SRP depends on its secrets, after "Dude, is my code constant time?"
//! (Reparaz, Balasch and Verbauwhede, DATE 2017): one secret again and again, and others, in random
//! turns; then Welch's t-test of the two classes. Above 4.5 they differ.
//!
//! It is a witness, not a proof, and wants a quiet machine. Its argument is the number of
//! measurements, 20,000 if there is none.

use std::arch::x86_64::_rdtsc;
use std::env;
use std::hint::black_box;

use axum_cognito_srp::{PasswordChallenge, SrpClient, SrpIdentity, proof};
use num_bigint::BigUint;
use time::OffsetDateTime;

/// Of all measurements, those above are taken for interruptions, at one bound or another.
const PERCENTILES: [usize; 5] = [50, 75, 90, 95, 100];

fn main() {
    let argument = env::args().nth(1);
    let count = argument.map_or(20_000, |count| count.parse().expect("a number"));

    contest("a, as far as A", count, public_value);
    contest("password, from the challenge to the proof", count, proof_of);
    contest("square and multiply, which is known to leak", count, leaky);
}

fn contest(name: &str, count: usize, measure: fn([u8; 32]) -> u64) {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..count {
        let is_other = random.next() & 1;
        let mut secret = [0; 32];
        secret[0] = 0x80;
        if is_other == 1 {
            secret.fill_with(|| random.next() as u8);
        }
        times[is_other as usize].push(measure(secret) as f64);
    }

    let mut all = times.concat();
    all.sort_by(f64::total_cmp);
    let t = PERCENTILES.map(|percentile| {
        let bound = all[(all.len() - 1) * percentile / 100];
        let [same, others] = [&times[0], &times[1]].map(|class| moments(class, bound));
        (same.0 - others.0) / (same.1 + others.1).sqrt()
    });
    let worst = t.into_iter().fold(0.0_f64, |worst, t| worst.max(t.abs()));
    println!(
        "{name}: |t| = {worst:.2}, median {} ticks",
        all[all.len() / 2]
    );
}

/// The mean of what is below the bound, and the variance of the mean.
fn moments(times: &[f64], bound: f64) -> (f64, f64) {
    let kept: Vec<f64> = times
        .iter()
        .copied()
        .filter(|time| *time <= bound)
        .collect();
    let count = kept.len() as f64;
    let mean = kept.iter().sum::<f64>() / count;
    let squares: f64 = kept.iter().map(|time| (time - mean).powi(2)).sum();
    (mean, squares / (count - 1.0) / count)
}

fn public_value(secret: [u8; 32]) -> u64 {
    ticks(|| proof::client(secret.to_vec()))
}

fn proof_of(secret: [u8; 32]) -> u64 {
    let client = proof::client(vec![0x5a; 32]);
    // 64 letters, whatever the secret is.
    let password: String = secret
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|half| char::from(b'@' | half))
        .collect();
    ticks(|| prove(client, &password))
}

fn prove(client: SrpClient, password: &str) -> String {
    let challenge = PasswordChallenge {
        salt: "d1c1181916afc59efe7eb71674d627c",
        srp_b: "afa2e18a1c62c9e1e515b08b8bed1417bed6e1988d02d34de218fbb264cffe7c",
        secret_block: "c2VjcmV0",
    };
    let identity = SrpIdentity::user("Pool", "alice");
    let proof = client.prove(&identity, password, &challenge, OffsetDateTime::UNIX_EPOCH);
    proof.expect("a sound challenge").signature
}

/// Multiplies for the bits that are set alone.
fn leaky(secret: [u8; 32]) -> u64 {
    let modulus = (BigUint::from(1_u8) << 521_u32) - 1_u8;
    let base = BigUint::from(0x1234_5678_9abc_def1_u64);
    ticks(|| {
        let mut power = BigUint::from(1_u8);
        for byte in secret {
            for bit in (0..8).rev() {
                power = &power * &power % &modulus;
                if byte >> bit & 1 == 1 {
                    power = &power * &base % &modulus;
                }
            }
        }
        power
    })
}

fn ticks<T>(work: impl FnOnce() -> T) -> u64 {
    // SAFETY: each x86-64 has the counter.
    let start = unsafe { _rdtsc() };
    let done = black_box(work());
    // SAFETY: as above.
    let end = unsafe { _rdtsc() };
    drop(done);
    end - start
}

/// Xorshift, by Marsaglia: nobody has to be surprised by it.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32
    }
}
