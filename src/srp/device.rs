use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::group::power_of_g;
use super::pad::pad;
use super::{SrpError, SrpIdentity, formula};

/// A password for a remembered device, and what Cognito keeps of it.
///
/// `ConfirmDevice` sends the salt and the verifier; the password stays on our side, and later
/// logins from the device prove it.
pub struct DeviceVerifier {
    password: SecretString,
    salt: String,
    verifier: String,
}

impl DeviceVerifier {
    /// Draws a password and a salt, and computes `v = g^x % N`.
    ///
    /// # Errors
    ///
    /// Returns `Random` if the operating system gives no random bytes.
    pub fn generate(device_group_key: &str, device_key: &str) -> Result<Self, SrpError> {
        let mut password = Zeroizing::new([0; 40]);
        let mut salt = [0; 16];
        getrandom::fill(&mut *password).map_err(|_| SrpError::Random)?;
        getrandom::fill(&mut salt).map_err(|_| SrpError::Random)?;
        let password = Zeroizing::new(STANDARD.encode(*password));

        let identity = SrpIdentity::device(device_group_key, device_key);
        let private_key = formula::private_key(&identity, &password, &salt);
        let verifier = power_of_g(&private_key).to_bytes();
        Ok(Self {
            password: SecretString::from(password.as_str()),
            salt: STANDARD.encode(pad(&salt)),
            verifier: STANDARD.encode(pad(&*verifier)),
        })
    }

    /// Returns the device's password, which is to be kept.
    pub fn password(&self) -> &SecretString {
        &self.password
    }

    /// Returns the `Salt` of `ConfirmDevice`.
    pub fn salt_base64(&self) -> &str {
        &self.salt
    }

    /// Returns the `PasswordVerifier` of `ConfirmDevice`.
    pub fn verifier_base64(&self) -> &str {
        &self.verifier
    }
}

impl fmt::Debug for DeviceVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceVerifier").finish_non_exhaustive()
    }
}
