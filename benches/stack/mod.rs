//! The sites whose requests are compared: a router, a route, and sessions for its requests.
//!
//! Each has 1000 sessions and 10 000 users. The peers' sessions have the same tokens in them.

mod ours;
mod peers;
mod plain;
pub mod postgres;

use std::time::{Duration, Instant};

use axum::Router;
use axum::http::{HeaderValue, StatusCode};
use axum::routing;
use axum_cognito::Cognito;
use cpu_time::ProcessTime;
use serde_json::Value;
use sqlx::{PgPool, SqlitePool};
use tempfile::TempDir;
use tower::ServiceExt;
use tower_sessions::{CachingSessionStore, MemoryStore};
use tower_sessions_moka_store::MokaStore;

use self::ours::{Shape, ours};
use self::peers::axum_login;
pub use self::plain::plain_record;
use self::plain::tower_sessions;
use crate::peer;
use crate::site::{MemoryUsers, get};

pub const BARE: &str = "bare handler";
pub const UNREAD: &str = "tower-sessions, not read";
pub const READ: &str = "tower-sessions, a small value read";
pub const READ_TOKENS: &str = "tower-sessions, the tokens read as JSON";
pub const READ_SQLITE: &str = "tower-sessions on SQLite, a small value read";
pub const OURS_PUBLIC: &str = "axum-cognito, public route";
pub const OURS_PUBLIC_IN_TWO: &str = "axum-cognito, public route, two calls of layer";
pub const OURS_MEMORY: &str = "axum-cognito, users in a map";
pub const OURS_MEMORY_IN_TWO: &str = "axum-cognito, users in a map, two calls of layer";
pub const OURS_USERS: &str = "axum-cognito, SQLite users";
pub const OURS_USERS_WARM: &str = "axum-cognito, SQLite users, kept warm for 10 s";
pub const OURS_SQLITE: &str = "axum-cognito, SQLite users and sessions";
pub const OURS_SQLITE_WARM: &str = "axum-cognito, SQLite users and sessions, users kept warm";
pub const OURS_ALL_WARM: &str = "axum-cognito, SQLite users and sessions, both kept warm";
pub const PEER_MEMORY: &str = "axum-login, users in a map";
pub const PEER_USERS: &str = "axum-login, SQLite users";
pub const PEER_SQLITE: &str = "axum-login, SQLite users and sessions";
pub const OURS_POSTGRES: &str = "axum-cognito, PostgreSQL users and sessions";
pub const OURS_POSTGRES_USERS: &str = "axum-cognito, PostgreSQL users";
pub const PEER_POSTGRES: &str = "axum-login, PostgreSQL users and sessions";
pub const PEER_POSTGRES_USERS: &str = "axum-login, PostgreSQL users";

/// Those that have nothing to do with a database when they answer.
pub const IN_MEMORY: [&str; 10] = [
    BARE,
    UNREAD,
    READ,
    READ_TOKENS,
    OURS_PUBLIC,
    OURS_PUBLIC_IN_TWO,
    OURS_MEMORY,
    OURS_MEMORY_IN_TWO,
    OURS_USERS_WARM,
    PEER_MEMORY,
];

/// The others, and those that are compared with them.
pub const ON_SQLITE: [&str; 8] = [
    OURS_USERS,
    OURS_USERS_WARM,
    PEER_USERS,
    READ_SQLITE,
    OURS_SQLITE,
    OURS_SQLITE_WARM,
    OURS_ALL_WARM,
    PEER_SQLITE,
];

/// Part of the work is the server's, in processes of its own.
pub const ON_POSTGRES: [&str; 4] = [
    OURS_POSTGRES,
    PEER_POSTGRES,
    OURS_POSTGRES_USERS,
    PEER_POSTGRES_USERS,
];

const SESSIONS: usize = 1_000;
const USERS: i64 = 10_000;

/// A router, a route of it, and the sessions that its requests have in turn.
pub struct Stack {
    pub name: &'static str,
    pub router: Router,
    pub path: &'static str,
    pub cookies: Vec<HeaderValue>,
    next: usize,
    /// Where its database is, until it goes.
    _folder: Option<TempDir>,
}

impl Stack {
    /// Builds one by its name.
    pub async fn build(name: &'static str, cognito: &Cognito) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("app.db").display());
        let stack = Self::build_on(name, cognito, &url).await;
        Self {
            _folder: Some(folder),
            ..stack
        }
    }

    async fn build_on(name: &'static str, cognito: &Cognito, url: &str) -> Self {
        let memory = MemoryStore::default;
        let map = || MemoryUsers::default().with_strangers(USERS);
        let tokens = plain::tokens(cognito).await;

        match name {
            BARE => Self::new(name, public(), "/", vec![HeaderValue::from_static("a=b")]),
            UNREAD => tower_sessions(name, "/", memory(), tokens).await,
            READ => tower_sessions(name, "/small", memory(), tokens).await,
            READ_TOKENS => tower_sessions(name, "/tokens", memory(), tokens).await,
            READ_SQLITE => {
                let store = peers::sessions(url).await;
                tower_sessions(name, "/small", store, tokens).await
            }
            OURS_PUBLIC => ours(name, "/", Shape::Plain, cognito, map(), memory()).await,
            OURS_PUBLIC_IN_TWO => ours(name, "/", Shape::TwoCalls, cognito, map(), memory()).await,
            OURS_MEMORY => ours(name, MEMBERS, Shape::Plain, cognito, map(), memory()).await,
            OURS_MEMORY_IN_TWO => {
                ours(name, MEMBERS, Shape::TwoCalls, cognito, map(), memory()).await
            }
            OURS_USERS | OURS_USERS_WARM => {
                let (users, _) = ours::on_sqlite(url).await;
                ours(name, MEMBERS, warm(name), cognito, users, memory()).await
            }
            OURS_SQLITE | OURS_SQLITE_WARM => {
                let (users, sessions) = ours::on_sqlite(url).await;
                ours(name, MEMBERS, warm(name), cognito, users, sessions).await
            }
            OURS_ALL_WARM => {
                let (users, sessions) = ours::on_sqlite(url).await;
                let sessions = CachingSessionStore::new(MokaStore::new(None), sessions);
                ours(name, MEMBERS, Shape::Warm, cognito, users, sessions).await
            }
            PEER_MEMORY => axum_login(name, peers::in_a_map(), memory(), &tokens).await,
            PEER_USERS => {
                let users = peer::Users::Sqlite(peers::on_sqlite(url).await);
                axum_login(name, users, memory(), &tokens).await
            }
            PEER_SQLITE => {
                let pool = peers::on_sqlite(url).await;
                let store = peers::sessions_on_sqlite(pool.clone()).await;
                axum_login(name, peer::Users::Sqlite(pool), store, &tokens).await
            }
            _ => Self::build_on_postgres(name, cognito, tokens).await,
        }
    }

    async fn build_on_postgres(name: &'static str, cognito: &Cognito, tokens: Value) -> Self {
        let schema = schema_of(name);
        let url = postgres::new_schema(schema).await.expect("PostgreSQL");
        let memory = MemoryStore::default;

        match name {
            OURS_POSTGRES => {
                let (users, sessions) = ours::on_postgres(&url).await;
                ours(name, MEMBERS, Shape::Plain, cognito, users, sessions).await
            }
            OURS_POSTGRES_USERS => {
                let (users, _) = ours::on_postgres(&url).await;
                ours(name, MEMBERS, Shape::Plain, cognito, users, memory()).await
            }
            PEER_POSTGRES => {
                let pool = peers::on_postgres(&url).await;
                let store = peers::sessions_on_postgres(pool.clone(), schema).await;
                axum_login(name, peer::Users::Postgres(pool), store, &tokens).await
            }
            PEER_POSTGRES_USERS => {
                let users = peer::Users::Postgres(peers::on_postgres(&url).await);
                axum_login(name, users, memory(), &tokens).await
            }
            other => panic!("there is no stack {other:?}"),
        }
    }

    fn new(
        name: &'static str,
        router: Router,
        path: &'static str,
        cookies: Vec<HeaderValue>,
    ) -> Self {
        Self {
            name,
            // As `axum::serve` does it: otherwise each request makes the layers anew.
            router: router.with_state(()),
            path,
            cookies,
            next: 0,
            _folder: None,
        }
    }

    /// Answers requests. Gives the CPU time that the process took for it: sqlx runs each connection
    /// to SQLite on a thread of its own.
    pub async fn answer(&mut self, requests: u32) -> Duration {
        self.timed(requests).await.0
    }

    /// Answers requests. Gives the time that passed.
    pub async fn answer_on_the_wall(&mut self, requests: u32) -> Duration {
        self.timed(requests).await.1
    }

    async fn timed(&mut self, requests: u32) -> (Duration, Duration) {
        let mut ready = Vec::new();
        for _ in 0..requests {
            ready.push(get(self.path, &self.cookies[self.next]));
            self.next = (self.next + 1) % self.cookies.len();
        }

        let (wall, start) = (Instant::now(), ProcessTime::now());
        for request in ready {
            let answer = self.router.clone().oneshot(request).await;
            assert_eq!(answer.expect("infallible").status(), StatusCode::OK);
        }
        (start.elapsed(), wall.elapsed())
    }
}

/// The schema of a site on PostgreSQL.
pub fn schema_of(name: &str) -> &'static str {
    match name {
        OURS_POSTGRES => "bench_ours",
        OURS_POSTGRES_USERS => "bench_ours_users",
        PEER_POSTGRES => "bench_peer",
        PEER_POSTGRES_USERS => "bench_peer_users",
        other => panic!("there is no stack {other:?}"),
    }
}

const MEMBERS: &str = "/members";

fn warm(name: &str) -> Shape {
    match name {
        OURS_USERS_WARM | OURS_SQLITE_WARM => Shape::Warm,
        _ => Shape::Plain,
    }
}

fn public() -> Router {
    Router::new().route("/", routing::get(async || "public"))
}

/// Adds users who never log in.
async fn fill_sqlite(pool: &SqlitePool) {
    sqlx::query(
        "with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ?1) \
         insert into users (username, date_joined) \
         select 'stranger' || n, '2026-01-01T00:00:00Z' from numbers",
    )
    .bind(USERS)
    .execute(pool)
    .await
    .expect("strangers");
}

async fn fill_postgres(pool: &PgPool) {
    sqlx::query(
        "insert into users (username, date_joined) \
         select 'stranger' || n, now() from generate_series(1, $1) n",
    )
    .bind(USERS)
    .execute(pool)
    .await
    .expect("strangers");
}
