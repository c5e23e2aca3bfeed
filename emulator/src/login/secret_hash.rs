//! Proofs that the caller has the app client's secret.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::failure::Failure;
use crate::pool::AppClient;

/// Checks `SECRET_HASH`, which is `base64(HMAC(client secret, username | client id))`.
pub(crate) fn check_secret_hash(
    client: &AppClient,
    username: &str,
    given: Option<&str>,
) -> Result<(), Failure> {
    let id = client.id();
    if client.secrets.is_empty() {
        return Ok(());
    }
    let Some(given) = given else {
        return Err(Failure::not_authorized(format!(
            "Client {id} is configured with secret but SECRET_HASH was not received"
        )));
    };

    let is_right = client.secrets.iter().any(|secret| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.value.as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(username.as_bytes());
        mac.update(id.as_bytes());
        let expected = STANDARD.encode(mac.finalize().into_bytes());
        expected.as_bytes().ct_eq(given.as_bytes()).into()
    });
    if is_right {
        Ok(())
    } else {
        Err(Failure::not_authorized(format!(
            "Unable to verify secret hash for client {id}"
        )))
    }
}

/// Checks the plain secret, where an operation takes that.
pub(crate) fn check_secret(client: &AppClient, given: Option<&str>) -> Result<(), Failure> {
    let is_right = client.secrets.is_empty()
        || given.is_some_and(|given| {
            let mut secrets = client.secrets.iter();
            secrets.any(|secret| secret.value.as_bytes().ct_eq(given.as_bytes()).into())
        });
    if is_right {
        Ok(())
    } else {
        Err(Failure::not_authorized(format!(
            "Unable to verify secret for client {}",
            client.id()
        )))
    }
}
