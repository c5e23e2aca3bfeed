use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigUint;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::SrpError;
use super::exponent::Exponent;
use super::group::power_of_g;
use super::timestamp::timestamp;
use super::{formula, read};

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
/// use axum_cognito::srp::{PasswordChallenge, SrpClient, SrpError, SrpIdentity};
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
/// # use axum_cognito::srp::{PasswordChallenge, SrpClient, SrpIdentity};
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
    /// `Random`: the operating system gave no random bytes.
    pub fn new() -> Result<Self, SrpError> {
        Self::draw(getrandom::fill)
    }

    /// `A` as the `SRP_A` parameter of the API: lower-case hexadecimal, without padding.
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
    /// The server's values are malformed or unsafe. None of the errors means a wrong password.
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
            signature: STANDARD.encode(signature),
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
        let public = BigUint::from_bytes_be(&*power.to_bytes());
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

/// Who is proving something: `I` in the formulas.
#[derive(Clone, Copy)]
pub struct SrpIdentity<'a> {
    realm: &'a str,
    name: &'a str,
}

impl<'a> SrpIdentity<'a> {
    /// A user, by the **name** of the user pool (the part of its id after the underscore) and the
    /// `USER_ID_FOR_SRP` of the challenge, which need not be what the user typed.
    pub fn user(pool_name: &'a str, user_id_for_srp: &'a str) -> Self {
        Self {
            realm: pool_name,
            name: user_id_for_srp,
        }
    }

    /// A remembered device.
    pub fn device(device_group_key: &'a str, device_key: &'a str) -> Self {
        Self {
            realm: device_group_key,
            name: device_key,
        }
    }

    /// The parts of `I`, which stand side by side wherever it is hashed.
    pub(super) fn parts(&self) -> [&'a str; 2] {
        [self.realm, self.name]
    }
}

impl fmt::Debug for SrpIdentity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SrpIdentity").finish_non_exhaustive()
    }
}

/// The parameters of `PASSWORD_VERIFIER` or `DEVICE_PASSWORD_VERIFIER`, as received.
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
