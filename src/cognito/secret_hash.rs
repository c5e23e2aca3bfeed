use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Cognito;

impl Cognito {
    /// Computes `SECRET_HASH = base64(HMAC-SHA256(client secret, username | client id))`, or
    /// nothing when the app client has no secret.
    ///
    /// In `InitiateAuth` the name is what was typed; from then on it is the name that
    /// Cognito returned. See "Computing secret hash values" in the AWS developer guide.
    pub(super) fn secret_hash(&self, username: &str) -> Option<String> {
        let secret = self.inner.app_client_secret.as_ref()?;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(username.as_bytes());
        mac.update(self.inner.app_client.as_str().as_bytes());

        Some(BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    }
}
