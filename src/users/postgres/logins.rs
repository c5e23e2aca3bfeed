use async_trait::async_trait;
use time::OffsetDateTime;

use super::PostgresUsers;
use crate::users::sql::{Columns, RECORD, numbered, sql_logins};
use crate::users::{Lease, LiveLogin, LoginRecord, LoginStore, UserStoreError};

sql_logins!(PostgresUsers, sqlx::postgres::PgRow, numbered);
