//! What the SQL stores have in common: the rules of a login, the mapped columns and the errors.
//!
//! Each database writes its own SQL, in a folder of its own.

mod columns;
mod error;
mod logins;
mod migrations;
mod row;
mod store;
mod sync;
mod table;

pub(super) use self::columns::{MappedColumns, Statements};
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(super) use self::error::server_error;
#[cfg(feature = "postgres")]
pub(super) use self::logins::numbered;
pub(super) use self::logins::{Columns, RECORD, sql_logins, time, version};
pub(super) use self::migrations::{Migration, foreign_table, newest};
pub(super) use self::row::read;
pub(super) use self::store::SqlStore;
pub(super) use self::sync::{Found, Rows, whole_seconds};
pub(super) use self::table::{Table, TableColumn};
