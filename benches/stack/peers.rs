use std::collections::HashMap;
use std::sync::Arc;

use axum::http::HeaderValue;
use axum_cognito::{PostgresUsers, SqliteUsers};
use peer_sqlx::{PgPool, SqlitePool};
use serde_json::Value;
use tower::ServiceExt;
use tower_sessions::SessionStore;
use tower_sessions_sqlx_store::{PostgresStore, SqliteStore};

use super::{SESSIONS, Stack, USERS, fill_postgres, fill_sqlite};
use crate::peer::{self, User, Users};
use crate::site::{cookie_of, cookies_of_copies, get, session_id};

/// axum-login, logged in by a handler of its own.
pub(super) async fn axum_login(
    name: &'static str,
    users: Users,
    store: impl SessionStore + Clone,
    tokens: &Value,
) -> Stack {
    let router = peer::router(users, store.clone(), tokens.clone());
    let nobody = HeaderValue::from_static("a=b");
    let answer = router.clone().oneshot(get("/login", &nobody)).await;
    let cookie = cookie_of(&answer.expect("infallible"));

    let record = store.load(&session_id(&cookie)).await;
    let record = record.expect("a store").expect("a session");
    let cookies = cookies_of_copies(&store, &record, SESSIONS).await;
    Stack::new(name, router, "/members", cookies)
}

pub(super) fn in_a_map() -> Users {
    let mut map: HashMap<_, _> = (1_000_000..1_000_000 + USERS)
        .map(|id| (id, User::new(id, "stranger")))
        .collect();
    map.insert(1, User::new(1, "alice"));
    Users::Map(Arc::new(map))
}

/// The first one, so she is number 1.
const ALICE: &str = "insert into users (username, sub, email, first_name, last_name, date_joined) \
                     values ('alice', '5f1c5d0e-30a1-4b3c-9d7e-000000000001', \
                     'alice@example.com', 'Alice', 'Example', '2026-01-01T00:00:00Z')";

/// The same tables and rows as ours, in a pool with the settings that a pool has by itself.
pub(super) async fn on_sqlite(url: &str) -> SqlitePool {
    let users = SqliteUsers::connect(url).await.expect("a database");
    let added = sqlx::query(ALICE).execute(users.pool()).await;
    added.expect("a user");
    fill_sqlite(users.pool()).await;
    SqlitePool::connect(url).await.expect("a pool")
}

/// Likewise.
pub(super) async fn on_postgres(url: &str) -> PgPool {
    let users = PostgresUsers::connect(url).await.expect("a database");
    let added = sqlx::query(ALICE).execute(users.pool()).await;
    added.expect("a user");
    fill_postgres(users.pool()).await;
    PgPool::connect(url).await.expect("a pool")
}

pub(super) async fn sessions_on_sqlite(pool: SqlitePool) -> SqliteStore {
    let store = SqliteStore::new(pool);
    store.migrate().await.expect("the table of sessions");
    store
}

pub(super) async fn sessions_on_postgres(pool: PgPool, schema: &str) -> PostgresStore {
    let store = PostgresStore::new(pool).with_schema_name(schema);
    let store = store.expect("a name");
    store.migrate().await.expect("the table of sessions");
    store
}

/// A file with nothing but sessions.
pub(super) async fn sessions(url: &str) -> SqliteStore {
    let pool = SqlitePool::connect(&format!("{url}?mode=rwc")).await;
    let pool = pool.expect("a pool");
    // As ours do: readers and a writer at once.
    let mode = peer_sqlx::query("pragma journal_mode = wal")
        .execute(&pool)
        .await;
    mode.expect("a write-ahead log");
    sessions_on_sqlite(pool).await
}
