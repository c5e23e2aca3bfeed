//! Deletes expired sessions.
//!
//! The stores bring a task for this, which ends for good at its first error.

use std::time::Duration;

use axum_cognito::tower_sessions::ExpiredDeletion;
use tracing::{info, warn};

const EVERY: Duration = Duration::from_secs(60);

/// The longest pause after errors.
const AT_MOST: Duration = Duration::from_secs(16 * 60);

/// How long a database may take. One that has gone silent would hold the task for ever.
const PATIENCE: Duration = Duration::from_secs(30);

/// Deletes expired sessions now, and every minute from then on.
pub(super) fn start(store: impl ExpiredDeletion) {
    tokio::spawn(run(store));
}

/// An error today does not stop it tomorrow: each makes the next pause twice as long.
async fn run(store: impl ExpiredDeletion) {
    let mut pause = EVERY;

    loop {
        let deleted = tokio::time::timeout(PATIENCE, store.delete_expired()).await;
        let why = match deleted {
            Ok(Ok(())) => {
                if pause > EVERY {
                    info!("expired sessions are deleted again");
                }
                pause = EVERY;
                tokio::time::sleep(pause).await;
                continue;
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the database does not answer".to_owned(),
        };

        pause = AT_MOST.min(2 * pause);
        warn!(
            next_try_in_seconds = pause.as_secs(),
            "expired sessions were not deleted: {why}"
        );
        tokio::time::sleep(pause).await;
    }
}
