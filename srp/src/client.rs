use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigUint;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::disclosed::disclosed;
use super::exponent::Exponent;
use super::group::power_of_g;
use super::timestamp::timestamp;
use super::{PasswordChallenge, PasswordProof, SrpError, SrpIdentity, formula, read};

/// The bytes of `a`. RFC 5054 asks for 256 bits at least; more would double the work, and the
/// group is not stronger than that.
const PRIVATE_VALUE_BYTES: usize = 32;

/// One login attempt: the client's secret value `a`, and `A`, which goes to Cognito.
///
/// It is used up by [`prove`](Self::prove), so that no `a` serves twice.
///
/// # Examples
///
/// ```
/// use axum_cognito_srp::{PasswordChallenge, SrpClient, SrpError, SrpIdentity};
/// use time::OffsetDateTime;
///
/// # fn log_in(challenge: PasswordChallenge<'_>, now: OffsetDateTime) -> Result<(), SrpError> {
/// let client = SrpClient::new()?;
/// println!("InitiateAuth with SRP_A = {}", client.srp_a());
///
/// let identity = SrpIdentity::user("Ab12Cd34E", "alice");
/// let proof = client.prove(&identity, "Correct-horse-1", &challenge, now)?;
/// println!("RespondToAuthChallenge with TIMESTAMP = {}", proof.timestamp);
/// # Ok(())
/// # }
/// ```
///
/// ```compile_fail,E0382
/// # use axum_cognito_srp::{PasswordChallenge, SrpClient, SrpIdentity};
/// # fn twice(client: SrpClient, identity: SrpIdentity<'_>, challenge: PasswordChallenge<'_>) {
/// # let now = time::OffsetDateTime::UNIX_EPOCH;
/// let first = client.prove(&identity, "one password", &challenge, now);
/// let second = client.prove(&identity, "another", &challenge, now); // `client` is gone
/// # }
/// ```
pub struct SrpClient {
    private: Zeroizing<Vec<u8>>,
    public: BigUint,
    srp_a: String,
}

impl SrpClient {
    /// Draws `a` from the operating system and computes `A = g^a % N`.
    ///
    /// Blocks for a fraction of a millisecond; the first call in a process for several.
    ///
    /// # Errors
    ///
    /// Returns `Random` if the operating system gives no random bytes.
    pub fn new() -> Result<Self, SrpError> {
        Self::draw(getrandom::fill)
    }

    /// Returns `A` as the `SRP_A` parameter of the API: lower-case hexadecimal, without padding.
    pub fn srp_a(&self) -> &str {
        &self.srp_a
    }

    /// Answers the challenge: proves that the password is known, without telling it.
    ///
    /// This is several milliseconds of arithmetic: async callers run it on a thread for
    /// blocking work. Cognito takes the proof for a few seconds only. The password is hashed
    /// verbatim, as the user typed it.
    ///
    /// # Errors
    ///
    /// Returns an error if the server's values are malformed or unsafe. None means a wrong
    /// password.
    pub fn prove(
        self,
        identity: &SrpIdentity<'_>,
        password: &str,
        challenge: &PasswordChallenge<'_>,
        at: OffsetDateTime,
    ) -> Result<PasswordProof, SrpError> {
        let server_public = read::server_public(challenge.srp_b)?;
        let salt = read::salt(challenge.salt)?;
        let secret_block = read::secret_block(challenge.secret_block)?;

        let scramble = formula::scramble(&self.public, &server_public);
        let private_key = formula::private_key(identity, password, &salt);
        let private = Exponent::from_bytes(&self.private);
        let shared_secret =
            formula::shared_secret(&private, &server_public, &scramble, &private_key)?;
        let key = formula::session_key(&scramble, &*shared_secret);

        let timestamp = timestamp(at);
        let signature = formula::claim_signature(&key, identity, &secret_block, &timestamp);
        Ok(PasswordProof {
            signature: STANDARD.encode(disclosed(signature)),
            timestamp,
            secret_block: challenge.secret_block.to_owned(),
        })
    }

    /// Draws `a` from the given source.
    pub(super) fn draw<E>(fill: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<Self, SrpError> {
        let mut private = Zeroizing::new(vec![0; PRIVATE_VALUE_BYTES]);
        fill(&mut private).map_err(|_| SrpError::Random)?;
        Ok(Self::from_private_value(private))
    }

    pub(super) fn from_private_value(private: Zeroizing<Vec<u8>>) -> Self {
        let power = power_of_g(&Exponent::from_bytes(&private));
        let public = BigUint::from_bytes_be(&disclosed(*power.to_bytes()));
        Self {
            srp_a: public.to_str_radix(16),
            public,
            private,
        }
    }
}

impl fmt::Debug for SrpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SrpClient").finish_non_exhaustive()
    }
}
