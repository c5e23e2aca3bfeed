//! The formulas of the handshake, one function each. The symbols are those of the module's table.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use num_bigint::BigUint;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::exponent::Exponent;
use super::group::{power_of_g, times_k};
use super::montgomery::{BYTES, Residue};
use super::pad::pad;
use super::{SrpError, SrpIdentity};

/// Computes `u = H(PAD(A) | PAD(B))`.
pub(super) fn scramble(client_public: &BigUint, server_public: &BigUint) -> BigUint {
    let mut hash = Sha256::new();
    hash.update(pad(&client_public.to_bytes_be()));
    hash.update(pad(&server_public.to_bytes_be()));
    BigUint::from_bytes_be(&hash.finalize())
}

/// Computes `x = H(PAD(salt) | H(I | ":" | password))`.
pub(super) fn private_key(identity: &SrpIdentity<'_>, password: &str, salt: &[u8]) -> Exponent {
    let mut inner = Sha256::new();
    for part in identity.parts() {
        inner.update(part);
    }
    inner.update(b":");
    inner.update(password);
    let inner = Zeroizing::new(<[u8; 32]>::from(inner.finalize()));

    let mut outer = Sha256::new();
    outer.update(pad(salt));
    outer.update(*inner);
    let outer = Zeroizing::new(<[u8; 32]>::from(outer.finalize()));
    Exponent::from_bytes(&*outer)
}

/// Computes `S = (B - k*g^x)^(a + u*x) % N`.
///
/// # Errors
///
/// `ScrambleIsZero`: then `S` would not depend on the password.
pub(super) fn shared_secret(
    client_private: &Exponent,
    server_public: &BigUint,
    scramble: &BigUint,
    private_key: &Exponent,
) -> Result<Zeroizing<[u8; BYTES]>, SrpError> {
    if *scramble == BigUint::ZERO {
        return Err(SrpError::ScrambleIsZero);
    }

    let masked = times_k(&power_of_g(private_key));
    let base = Residue::new(server_public).minus(&masked);
    let scramble = Exponent::from_bytes(&scramble.to_bytes_be());
    let exponent = client_private.plus_product(&scramble, private_key);
    Ok(base.pow(&exponent).to_bytes())
}

/// Computes the key of the MAC, `HKDF-SHA256(salt = PAD(u), ikm = PAD(S))`.
pub(super) fn session_key(scramble: &BigUint, shared_secret: &[u8]) -> Zeroizing<[u8; 16]> {
    let mut key = Zeroizing::new([0; 16]);

    Hkdf::<Sha256>::new(Some(&pad(&scramble.to_bytes_be())), &pad(shared_secret))
        .expand(b"Caldera Derived Key", &mut *key)
        .expect("HKDF gives up to 255 hashes, and 16 bytes are half of one");
    key
}

/// Computes `HMAC-SHA256(key, I | secret block | timestamp)`.
pub(super) fn claim_signature(
    key: &[u8; 16],
    identity: &SrpIdentity<'_>,
    secret_block: &[u8],
    timestamp: &str,
) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in identity.parts() {
        mac.update(part.as_bytes());
    }
    mac.update(secret_block);
    mac.update(timestamp.as_bytes());
    mac.finalize().into_bytes().into()
}
