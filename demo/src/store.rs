use std::time::Duration;

use axum_cognito::SqliteUsers;
use axum_cognito::tower_sessions::cookie::SameSite;
use axum_cognito::tower_sessions::{ExpiredDeletion, Expiry, SessionManagerLayer};
use sqlx::SqlitePool;
use tower_sessions_sqlx_store::SqliteStore;
use tracing::warn;

use crate::settings::Failure;

/// How long a login lasts that nobody uses.
const IDLE: time::Duration = time::Duration::days(7);

const CLEAN_UP_EVERY: Duration = Duration::from_secs(60);

pub(crate) async fn open_users(url: &str) -> Result<SqliteUsers, Failure> {
    SqliteUsers::connect(url)
        .await
        .map_err(|error| Failure::Setting(format!("DATABASE_URL: {error}")))
}

pub(crate) async fn open_sessions(pool: &SqlitePool) -> Result<SqliteStore, Failure> {
    let store = SqliteStore::new(pool.clone());
    store
        .migrate()
        .await
        .map_err(|error| Failure::Start(format!("the table of sessions: {error}")))?;
    Ok(store)
}

/// Cookies that a script cannot read and another site's form does not bring along. Over
/// https they are for this very host alone.
pub(crate) fn session_layer(store: SqliteStore, https: bool) -> SessionManagerLayer<SqliteStore> {
    SessionManagerLayer::new(store)
        .with_name(if https { "__Host-session" } else { "session" })
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(IDLE))
}

/// Deletes expired sessions every minute. An error today does not stop it tomorrow.
pub(crate) fn clean_up(store: SqliteStore) {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(CLEAN_UP_EVERY).await;
            if let Err(error) = store.delete_expired().await {
                warn!(%error, "expired sessions were not deleted");
            }
        }
    });
}
