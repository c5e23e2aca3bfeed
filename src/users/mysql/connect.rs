use std::str::FromStr;
use std::time::Duration;

use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::{Executor, MySqlPool};

use super::super::{UserStoreError, UserStoreErrorKind};

/// How long a task waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// Outside strict mode MySQL cuts a value to the width of its column, and two names become one.
/// The server's other modes stay.
const BE_STRICT: &str = "set session sql_mode = concat(@@session.sql_mode, ',STRICT_ALL_TABLES')";

pub(super) async fn open(url: &str) -> Result<MySqlPool, UserStoreError> {
    // sqlx would take the URL of any other server.
    if !url.starts_with("mysql:") && !url.starts_with("mariadb:") {
        return Err(UserStoreError::new(UserStoreErrorKind::Other).with_message(
            "not the URL of a MySQL database: expected one like `mysql://app@localhost/app`",
        ));
    }

    Ok(MySqlPoolOptions::new()
        .acquire_timeout(PATIENCE)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(BE_STRICT).await?;
                Ok(())
            })
        })
        .connect_with(MySqlConnectOptions::from_str(url)?)
        .await?)
}
