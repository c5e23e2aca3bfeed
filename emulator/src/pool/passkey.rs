//! Passkeys that users have registered.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// One passkey of a user.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Passkey {
    /// The credential id, base64url without padding.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) public_key: PublicKey,
    pub(crate) transports: Vec<String>,
    pub(crate) attachment: Option<String>,
    pub(crate) created: OffsetDateTime,
}

/// The public half of a passkey.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) enum PublicKey {
    /// ES256: the uncompressed point.
    P256(Vec<u8>),
    /// RS256: modulus and exponent.
    Rsa { n: Vec<u8>, e: Vec<u8> },
}
