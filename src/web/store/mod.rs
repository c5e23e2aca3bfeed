//! Session stores: what lies between tower-sessions and whatever keeps the records.
//!
//! No store sees a session id, and none can be read beside a login by accident: a store that is
//! given to `Auth` is wrapped in [`ProtectedStore`] by its shape.

mod along;
mod fresh;
mod protected;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod table;
pub(super) mod unsaved;

pub(super) use self::along::{is_protected, read_along};
pub use self::protected::ProtectedStore;
#[cfg(any(test, fuzzing))]
pub(super) use self::protected::hashed;
