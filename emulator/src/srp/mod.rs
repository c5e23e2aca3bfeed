//! The server half of Secure Remote Password, as Cognito speaks it.
//!
//! | symbol | meaning |
//! |---|---|
//! | `N`, `g` | 3072-bit prime of RFC 5054 and generator 2 |
//! | `k` | `H(PAD(N) \| PAD(g))` |
//! | `s` | salt |
//! | `x`, `v` | secret exponent from the password, and the verifier `v = g^x` that the server keeps |
//! | `a`, `A` | client secret value and public value, `A = g^a` |
//! | `b`, `B` | server secret value and public value, `B = k*v + g^b` |
//! | `u` | `H(PAD(A) \| PAD(B))` |
//! | `S` | shared secret; here `S = (A * v^u)^b` |
//! | `PAD(n)` | big-endian bytes, with a leading zero byte if the top bit is set |
//!
//! All arithmetic is modulo `N`. The module shares no code with the library that it judges.

mod group;
mod handshake;
mod hex;
mod timestamp;
mod verifier;

pub use self::group::MODULUS_HEX;
pub use self::handshake::{Claim, ServerHandshake};
pub(crate) use self::timestamp::parse_timestamp;
pub use self::verifier::Verifier;
