//! What the two sides send each other after `A`.

use std::fmt;

/// The parameters of `PASSWORD_VERIFIER` or `DEVICE_PASSWORD_VERIFIER`, as received.
// Exhaustive: the protocol has these three, and a caller puts them together.
#[derive(Clone, Copy)]
pub struct PasswordChallenge<'a> {
    /// `SALT`: hexadecimal.
    pub salt: &'a str,
    /// `SRP_B`: hexadecimal.
    pub srp_b: &'a str,
    /// `SECRET_BLOCK`: base64.
    pub secret_block: &'a str,
}

impl fmt::Debug for PasswordChallenge<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordChallenge").finish_non_exhaustive()
    }
}

/// The proof that the password is known, as the API wants it.
#[non_exhaustive]
pub struct PasswordProof {
    /// `PASSWORD_CLAIM_SIGNATURE`: base64.
    pub signature: String,
    /// `TIMESTAMP`: when the proof was made.
    pub timestamp: String,
    /// `PASSWORD_CLAIM_SECRET_BLOCK`: that of the challenge, unchanged.
    pub secret_block: String,
}

impl fmt::Debug for PasswordProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordProof")
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}
