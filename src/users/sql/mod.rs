//! Users, logins and sessions in a database.
//!
//! All of it is written once. A [`Dialect`] is what a database does in its own way; each has one in
//! a folder of its own.

mod columns;
mod dialect;
mod logins;
mod record;
mod rows;
mod schema;
#[cfg(test)]
mod session_tests;
mod sessions;
mod store_pool;
mod user_table;
mod users;
mod value;

use ::time::OffsetDateTime;

pub(super) use self::dialect::{Answer, Dialect, Sql, Wanted, execute, fetch};
pub use self::logins::SqlLogins;
pub(super) use self::store_pool::StorePool;
pub use self::user_table::UserTable;
pub use self::users::SqlUsers;
pub(super) use self::value::{Row, Value};
use super::{UserStoreError, UserStoreErrorKind};

/// A time as databases keep it: whole seconds since 1970.
fn time(at: i64) -> Result<OffsetDateTime, UserStoreError> {
    OffsetDateTime::from_unix_timestamp(at).map_err(|_| {
        UserStoreError::new(UserStoreErrorKind::Schema)
            .with_message("a column of the users' database holds no time")
    })
}
