use async_trait::async_trait;
use time::OffsetDateTime;

use super::MySqlUsers;
use crate::users::sql::{Columns, RECORD, sql_logins};
use crate::users::{Lease, LiveLogin, LoginRecord, LoginStore, UserStoreError};

sql_logins!(MySqlUsers, sqlx::mysql::MySqlRow, str::to_owned);
