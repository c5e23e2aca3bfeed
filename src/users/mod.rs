//! The site's own users: one row for each person who ever logged in.
//!
//! This module alone knows SQL. It knows nothing of Cognito: what a login writes comes to it as a
//! [`UserSync`].

mod error;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "sqlite")]
mod sync;
mod user;
mod user_store;

pub use self::error::{UserStoreError, UserStoreErrorKind};
#[cfg(feature = "sqlite")]
pub use self::sqlite::SqliteUsers;
pub use self::user::User;
pub use self::user_store::{Synced, UserStore, UserSync};
