//! A password as the pool keeps it.

use std::fmt;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::random;
use crate::srp::Verifier;

/// The password of one user, with the SRP verifier made from it.
///
/// Cognito keeps no clear text. The emulator does, in memory only, so that seeding a thousand users costs nothing:
/// the verifier is computed at the first login.
#[derive(Deserialize, Serialize)]
pub(crate) struct Credential {
    realm: String,
    username: String,
    password: String,
    salt: [u8; 16],
    #[serde(skip)]
    verifier: OnceLock<Verifier>,
}

impl Credential {
    pub(crate) fn new(pool_name: &str, username: &str, password: &str) -> Self {
        Self::with_salt(pool_name, username, password, random::bytes())
    }

    pub(crate) fn with_salt(
        pool_name: &str,
        username: &str,
        password: &str,
        salt: [u8; 16],
    ) -> Self {
        Self {
            realm: pool_name.to_owned(),
            username: username.to_owned(),
            password: password.to_owned(),
            salt,
            verifier: OnceLock::new(),
        }
    }

    /// The verifier, which takes milliseconds to compute the first time: not under a lock.
    pub(crate) fn verifier(&self) -> &Verifier {
        self.verifier
            .get_or_init(|| Verifier::new(&self.realm, &self.username, &self.password, &self.salt))
    }

    pub(crate) fn is(&self, password: &str) -> bool {
        self.password.as_bytes().ct_eq(password.as_bytes()).into()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").finish_non_exhaustive()
    }
}
