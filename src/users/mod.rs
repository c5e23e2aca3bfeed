//! The site's own users: one row for each person who ever logged in.
//!
//! This module alone knows SQL. It knows nothing of Cognito: what a login writes comes to it as a
//! [`UserSync`].

#[cfg(any(feature = "mysql", feature = "postgres"))]
mod connect;
#[cfg(any(test, feature = "contract"))]
pub mod contract;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod database_error;
mod error;
mod ids;
mod login_store;
mod memory_logins;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod session_table;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod sqlx_error;
mod user;
mod user_search;
mod user_store;

pub use self::error::{UserStoreError, UserStoreErrorKind};
pub use self::ids::{LoginId, UserId};
pub use self::login_store::{Lease, LiveLogin, LoginRecord, LoginStore, StoreTime, StoredLogin};
pub use self::memory_logins::MemoryLogins;
#[cfg(feature = "mysql")]
pub use self::mysql::MySqlUsers;
#[cfg(feature = "postgres")]
pub use self::postgres::PostgresUsers;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
pub(crate) use self::session_table::SessionTable;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
pub use self::session_table::SqlSessions;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
pub(crate) use self::session_table::StoredSession;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
pub use self::sql::{SqlLogins, SqlUsers, UserTable};
#[cfg(feature = "sqlite")]
pub use self::sqlite::SqliteUsers;
pub use self::user::User;
pub use self::user_search::{Place, UserSearch};
pub use self::user_store::{Synced, UserStore, UserSync};
/// The version of sqlx whose pools the stores take.
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
pub use sqlx;
