//! The site's own users: one row for each person who ever logged in.
//!
//! This module alone knows SQL. It knows nothing of Cognito: what a login writes comes to it as a
//! [`UserSync`].

mod error;
mod login_store;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod user;
mod user_store;

pub use self::error::{UserStoreError, UserStoreErrorKind};
pub use self::login_store::{Lease, LiveLogin, LoginRecord, LoginStore};
#[cfg(feature = "mysql")]
pub use self::mysql::MySqlUsers;
#[cfg(feature = "postgres")]
pub use self::postgres::PostgresUsers;
#[cfg(feature = "sqlite")]
pub use self::sqlite::SqliteUsers;
pub use self::user::User;
pub use self::user_store::{Synced, UserStore, UserSync};
