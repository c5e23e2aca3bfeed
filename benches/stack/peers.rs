use std::collections::HashMap;
use std::sync::Arc;

use axum::http::HeaderValue;
use axum_cognito::SqliteUsers;
use serde_json::Value;
use sqlx::SqlitePool;
use tower::ServiceExt;
use tower_sessions::SessionStore;
use tower_sessions_sqlx_store::SqliteStore;

use super::{SESSIONS, Stack, USERS, add_strangers};
use crate::peer::{self, User, Users};
use crate::site::{cookies_of_copies, get, session_id};

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
    let answer = answer.expect("infallible");
    let cookie = answer.headers().get("set-cookie").expect("a cookie");
    let pair = cookie.to_str().expect("visible ASCII").split(';').next();
    let cookie = HeaderValue::from_str(pair.expect("a pair")).expect("a header");

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

/// The same tables and rows as ours, in a pool with the settings that a pool has by itself.
pub(super) async fn users(url: &str) -> SqlitePool {
    let users = SqliteUsers::connect(url).await.expect("a database");
    users.migrate().await.expect("the tables");
    let alice = "insert into users (id, username, sub, email, first_name, last_name, date_joined) \
                 values (1, 'alice', '5f1c5d0e-30a1-4b3c-9d7e-000000000001', 'alice@example.com', \
                 'Alice', 'Example', '2026-01-01T00:00:00Z')";
    let added = sqlx::query(alice).execute(users.pool()).await;
    added.expect("a user");
    add_strangers(users.pool()).await;
    SqlitePool::connect(url).await.expect("a pool")
}

pub(super) async fn sessions(url: &str) -> SqliteStore {
    let url = format!("{url}?mode=rwc");
    let pool = SqlitePool::connect(&url).await.expect("a pool");
    // As ours do: readers and a writer at once.
    let mode = sqlx::query("pragma journal_mode = wal")
        .execute(&pool)
        .await;
    mode.expect("a write-ahead log");
    let store = SqliteStore::new(pool);
    store.migrate().await.expect("the table of sessions");
    store
}
