use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::disclosed::disclosed;
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
        Self::draw(device_group_key, device_key, getrandom::fill)
    }

    /// Draws from the given source.
    pub(super) fn draw<E>(
        device_group_key: &str,
        device_key: &str,
        mut fill: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, SrpError> {
        let mut password = Zeroizing::new([0; 40]);
        let mut salt = [0; 16];
        fill(&mut *password).map_err(|_| SrpError::Random)?;
        fill(&mut salt).map_err(|_| SrpError::Random)?;
        let password = letters(&*password);

        let identity = SrpIdentity::device(device_group_key, device_key);
        let private_key = formula::private_key(&identity, &password, &salt);
        let verifier = disclosed(*power_of_g(&private_key).to_bytes());
        Ok(Self {
            password: SecretString::from(password.as_str()),
            salt: STANDARD.encode(pad(&salt)),
            verifier: STANDARD.encode(pad(&verifier)),
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

/// Spells each half of a byte as one of `@`, `A` to `O`.
///
/// Base64 and the usual hexadecimal look their digits up in a table, at an address that depends on
/// the secret.
fn letters(bytes: &[u8]) -> Zeroizing<String> {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    let mut letters = Zeroizing::new(String::with_capacity(2 * bytes.len()));
    letters.extend(halves.map(|half| char::from(b'@' | half)));
    letters
}

impl fmt::Debug for DeviceVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceVerifier").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_each_half_of_a_byte_as_a_letter_of_its_own() {
        assert_eq!(*letters(&[0x00, 0x1f, 0xa5, 0xf0]), "@@AOJEO@");
        assert_eq!(
            *letters(&[0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]),
            "@ABCDEFGHIJKLMNO"
        );
    }
}
