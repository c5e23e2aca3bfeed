use async_trait::async_trait;
use time::OffsetDateTime;

use super::SqliteUsers;
use crate::users::sql::{Columns, RECORD, sql_logins};
use crate::users::{Lease, LiveLogin, LoginRecord, LoginStore, UserStoreError};

sql_logins!(SqliteUsers, sqlx::sqlite::SqliteRow, str::to_owned);
