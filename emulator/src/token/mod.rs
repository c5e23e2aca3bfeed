//! The three tokens of a login: making them, keeping them, checking them.

mod access;
mod claims;
mod key;
mod seal;
mod store;

pub(crate) use self::access::{Access, issuer_of};
pub(crate) use self::claims::{Grant, sign};
pub(crate) use self::key::KeyRing;
pub(crate) use self::seal::Sealer;
pub(crate) use self::store::{RefreshEntry, TokenStore};
