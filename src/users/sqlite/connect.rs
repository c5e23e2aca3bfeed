use std::fs;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};

use super::super::{UserStoreError, UserStoreErrorKind};

/// How long a statement waits for another connection's lock, and a task for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens a pool. A file and its folder are created, unless the URL has a `mode` of its own.
pub(super) async fn open(url: &str) -> Result<SqlitePool, UserStoreError> {
    // sqlx would take any other text for the name of a file.
    if !url.starts_with("sqlite:") {
        return Err(UserStoreError::new(UserStoreErrorKind::Other).with_message(
            "not the URL of a SQLite database: expected one like `sqlite://app.db`",
        ));
    }

    let options = SqliteConnectOptions::from_str(url)
        .map_err(UserStoreError::from)?
        .busy_timeout(PATIENCE)
        .foreign_keys(true);
    // A file does not hang up: to test each connection before its use would cost a fifth of it.
    let pool = SqlitePoolOptions::new()
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false);

    let (options, pool) = if is_in_memory(url) {
        // The database is gone with its last connection, so there is one, and it stays.
        let pool = pool
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None);
        (options, pool)
    } else if url.contains("mode=") {
        (options, pool)
    } else {
        create_folder_of(options.get_filename())?;
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal);
        (options, pool)
    };

    pool.connect_with(options)
        .await
        .map_err(UserStoreError::from)
}

fn is_in_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

fn create_folder_of(file: &Path) -> Result<(), UserStoreError> {
    match file.parent() {
        Some(folder) => fs::create_dir_all(folder).map_err(|error| {
            UserStoreError::new(UserStoreErrorKind::Unavailable)
                .with_message("the folder of the SQLite database cannot be created")
                .with_source(error)
        }),
        None => Ok(()),
    }
}
