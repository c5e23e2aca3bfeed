//! Secure Remote Password, as Cognito speaks it: the client's half of SRP-6a.
//!
//! | symbol | meaning |
//! |---|---|
//! | `N`, `g` | 3072-bit prime of RFC 5054 and generator; Cognito takes `g = 2`, RFC 5054 takes 5 |
//! | `k` | multiplier, `k = H(PAD(N) \| PAD(g))` |
//! | `H` | SHA-256 |
//! | `PAD(n)` | big-endian bytes, with a leading zero byte if the top bit is set |
//! | `a`, `A` | client secret value and public value, `A = g^a % N` |
//! | `B` | server public value |
//! | `I` | identity: user pool name and user id, or device group key and device key |
//! | `x` | what the password becomes, `x = H(PAD(salt) \| H(I \| ":" \| password))` |
//! | `v` | verifier, `v = g^x % N`; all that the server keeps of the password |
//! | `u` | scramble, `u = H(PAD(A) \| PAD(B))` |
//! | `S` | the secret that both sides find, `S = (B - k*g^x)^(a + u*x) % N` |
//!
//! A login is two messages: `A` goes out, and the answer to `B` is a MAC keyed by `S`. Cognito
//! proves nothing in return, so it is TLS that tells us who the server is.
//!
//! The big integers stay inside this crate. What depends on the password or on `a` goes through
//! `montgomery` and `exponent`, which have no branch and no index that depends on a value; only
//! the length of `PAD(S)` tells whether `S` begins with zeros. `proofs/constant_time` holds the
//! machine code of x86-64 to it. num-bigint has the public values. The numbers of `montgomery` are
//! not wiped from memory; every other secret value is.

mod client;
mod comb;
mod device;
mod disclosed;
mod error;
mod exponent;
mod formula;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod group;
mod identity;
mod message;
mod modulus;
mod montgomery;
mod pad;
#[cfg(valgrind)]
pub mod proof;
mod read;
mod timestamp;

#[cfg(test)]
mod round_trips;
#[cfg(test)]
mod tests;

pub use self::client::SrpClient;
pub use self::device::DeviceVerifier;
pub use self::error::SrpError;
pub use self::identity::SrpIdentity;
pub use self::message::{PasswordChallenge, PasswordProof};
pub use {secrecy, time};
