//! Deletes expired sessions.
//!
//! The stores bring a task for this, which ends for good at its first error.

use std::time::Duration;

use axum_cognito::tower_sessions::ExpiredDeletion;
use tracing::{info, warn};

const EVERY: Duration = Duration::from_secs(60);

/// After errors the pause grows, to so many times the usual one.
const AT_MOST: u32 = 16;

/// How long a database may take. One that has gone silent would hold the task for ever.
const PATIENCE: Duration = Duration::from_secs(30);

/// Deletes expired sessions now, and every minute from then on.
pub(super) fn start(store: impl ExpiredDeletion) {
    tokio::spawn(run(store, EVERY));
}

/// An error today does not stop it tomorrow: each makes the next pause twice as long.
async fn run(store: impl ExpiredDeletion, every: Duration) {
    let mut pause = every;

    loop {
        let deleted = tokio::time::timeout(PATIENCE, store.delete_expired()).await;
        let why = match deleted {
            Ok(Ok(())) => {
                if pause > every {
                    info!("expired sessions are deleted again");
                }
                pause = every;
                tokio::time::sleep(pause).await;
                continue;
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the database does not answer".to_owned(),
        };

        pause = (AT_MOST * every).min(2 * pause);
        warn!(
            next_try_in_seconds = pause.as_secs(),
            "expired sessions were not deleted: {why}"
        );
        tokio::time::sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use axum_cognito::tower_sessions::session::{Id, Record};
    use axum_cognito::tower_sessions::{ExpiredDeletion, SessionStore};
    use sqlx::SqlitePool;
    use time::OffsetDateTime;
    use tower_sessions_sqlx_store::SqliteStore;

    use super::*;

    async fn rows(pool: &SqlitePool) -> i64 {
        let rows = sqlx::query_scalar("select count(*) from tower_sessions");
        rows.fetch_one(pool).await.expect("a number")
    }

    #[tokio::test]
    async fn goes_on_after_many_errors() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("x.db").display());
        let pool = SqlitePool::connect(&url).await.expect("a database");
        let store = SqliteStore::new(pool.clone());
        assert!(store.delete_expired().await.is_err(), "there is no table");

        let every = Duration::from_millis(2);
        let task = tokio::spawn(run(store.clone(), every));
        // Ten errors with pauses of 4, 8, 16, and then 32 milliseconds.
        tokio::time::sleep(Duration::from_millis(300)).await;
        store.migrate().await.expect("a table");
        let expired = Record {
            id: Id::default(),
            data: Default::default(),
            expiry_date: OffsetDateTime::UNIX_EPOCH,
        };
        store.save(&expired).await.expect("saved");

        for _ in 0..200 {
            if rows(&pool).await == 0 {
                assert!(!task.is_finished());
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the expired session is still there");
    }
}
