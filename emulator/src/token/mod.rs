//! What tokens are made with, and which were given out.

mod key;
mod seal;
mod store;

pub(crate) use self::key::{Key, KeyRing};
pub(crate) use self::seal::Sealer;
pub(crate) use self::store::{Grant, RefreshEntry, TokenStore};
