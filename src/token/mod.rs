//! The three tokens of a login, and the verification of the two that are JSON Web Tokens.
//!
//! | token | form | says |
//! |---|---|---|
//! | ID token | JWT, for this site | who the user is: [`IdClaims`] |
//! | access token | JWT, for APIs | what the user may do: [`AccessClaims`] |
//! | refresh token | opaque | nothing; it buys new ones |
//!
//! An app client can have an access token of its own (client credentials), which says what a
//! machine may do: [`MachineClaims`]. Whoever calls an API is one or the other, a [`Principal`].
//!
//! Verification is offline, against the user pool's key set. A token that was revoked stays
//! good until it expires.

#[cfg(feature = "alb")]
pub(crate) mod alb;
mod claims;
mod error;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod json;
mod jws;
mod key_cache;
mod key_set;
mod principal;
mod rules;
#[cfg(any(test, fuzzing))]
mod signer;
mod tokens;
mod unverified;
mod verifier;

#[cfg(test)]
mod tests;

#[cfg(feature = "alb")]
pub(crate) use self::alb::{AlbClaims, AlbKeySource, AlbKeys, AlbRules, verify as verify_alb};
pub use self::claims::{AccessClaims, FederatedIdentity, IdClaims, VerifiedTokens};
pub use self::error::{TokenError, TokenErrorKind};
pub use self::key_set::{KeySet, KeySetError, KeySource, KeySourceError};
pub use self::principal::{MachineClaims, Principal};
pub use self::tokens::{AccessToken, IdToken, RefreshToken, Tokens};
pub use self::verifier::TokenVerifier;
