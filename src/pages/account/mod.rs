//! The pages with which people look after their accounts at Cognito.
//!
//! Those for strangers (sign-up, reset) answer alike whether or not there is such an account.

pub(super) mod data;
mod destinations;
pub(super) mod devices;
pub(super) mod forgot;
#[cfg(feature = "managed-login")]
pub(super) mod identities;
pub(super) mod logins;
pub(super) mod mfa;
pub(super) mod owner;
pub(super) mod passkey_offer;
pub(super) mod passkeys;
pub(super) mod password;
pub(super) mod profile_edit;
pub(super) mod security;
pub(super) mod sign_up;
pub(super) mod verify;
