use std::str::FromStr;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::super::{UserStoreError, UserStoreErrorKind};

/// How long a task waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn open(url: &str) -> Result<PgPool, UserStoreError> {
    // sqlx would take the URL of any other server.
    if !url.starts_with("postgres:") && !url.starts_with("postgresql:") {
        return Err(UserStoreError::new(UserStoreErrorKind::Other).with_message(
            "not the URL of a PostgreSQL database: expected one like `postgres://app@localhost/app`",
        ));
    }

    Ok(PgPoolOptions::new()
        .acquire_timeout(PATIENCE)
        .connect_with(PgConnectOptions::from_str(url)?)
        .await?)
}
