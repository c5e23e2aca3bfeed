//! What a guarded request costs, against the bare session and against axum-login.
//!
//! Everybody has 1000 sessions with the same tokens in them, and 10 000 users. The time is that of
//! the process: sqlx runs each connection to SQLite on a thread of its own. Pin it to one CPU
//! (`taskset -c 0`) for the numbers to be quiet.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderValue, StatusCode};
use axum::routing;
use axum_cognito::clock::{Clock, SystemClock};
use axum_cognito::{
    AuthLayer, CurrentUser, SqliteUsers, UserPoolBackend, UserStore, login_required, pages,
};
use axum_cognito_benches::measure::Contest;
use axum_cognito_benches::peer;
use axum_cognito_benches::site::{Cloud, MemoryUsers, cookies_of_copies, get, log_in, session_id};
use cpu_time::ProcessTime;
use serde_json::{Value, json};
use sqlx::SqlitePool;
use tokio::runtime::Builder;
use tower::ServiceExt;
use tower_sessions::session::Record;
use tower_sessions::{MemoryStore, Session, SessionManagerLayer, SessionStore};
use tower_sessions_sqlx_store::SqliteStore;

const SESSIONS: usize = 1_000;
const USERS: i64 = 10_000;

const BARE: &str = "bare handler";
const UNREAD: &str = "tower-sessions, not read";
const READ: &str = "tower-sessions, a small value read";
const READ_TOKENS: &str = "tower-sessions, the tokens read as JSON";
const READ_SQLITE: &str = "tower-sessions on SQLite, a small value read";
const OURS_PUBLIC: &str = "axum-cognito, public route";
const OURS_PUBLIC_AT_ONCE: &str = "axum-cognito, public route, both layers at once";
const OURS_MEMORY_AT_ONCE: &str = "axum-cognito, users in a map, both layers at once";
const OURS_MEMORY: &str = "axum-cognito, users in a map";
const OURS_USERS: &str = "axum-cognito, SQLite users";
const OURS_SQLITE: &str = "axum-cognito, SQLite users and sessions";
const OURS_USERS_WARM: &str = "axum-cognito, SQLite users, kept warm for 10 s";
const OURS_SQLITE_WARM: &str = "axum-cognito, SQLite users and sessions, users kept warm";
const PEER_MEMORY: &str = "axum-login, users in a map";
const PEER_USERS: &str = "axum-login, SQLite users";
const PEER_SQLITE: &str = "axum-login, SQLite users and sessions";

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let cloud = Cloud::start();
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("app.db").display());
    let (in_memory, on_sqlite) = runtime.block_on(stacks(&cloud, &url));

    let run = |title, rounds, requests: u32, stacks: Vec<Stack>| {
        let mut contest = Contest::new(title, rounds);
        for mut stack in stacks {
            let runtime = &runtime;
            contest.add(stack.name, requests, move || {
                runtime.block_on(stack.round(requests))
            });
        }
        contest.run()
    };

    let results = run("A request, all in memory", 60, 1_000, in_memory);
    results.ratio(OURS_MEMORY, READ, 1.25);
    results.ratio(OURS_MEMORY_AT_ONCE, READ, 1.25);
    results.ratio(OURS_MEMORY, PEER_MEMORY, 1.0);
    results.ratio(OURS_MEMORY_AT_ONCE, PEER_MEMORY, 1.0);
    results.ratio(OURS_USERS_WARM, READ, 1.25);
    results.ratio(OURS_USERS_WARM, PEER_MEMORY, 1.0);
    results.ratio(OURS_PUBLIC, UNREAD, 1.10);
    results.ratio(OURS_PUBLIC_AT_ONCE, UNREAD, 1.10);
    let results = run("A request, SQLite", 60, 200, on_sqlite);
    results.ratio(OURS_USERS, PEER_USERS, 0.85);
    results.ratio(OURS_USERS_WARM, PEER_USERS, 0.85);
    results.ratio(OURS_SQLITE, PEER_SQLITE, 0.65);
    results.ratio(OURS_SQLITE_WARM, PEER_SQLITE, 0.65);
}

/// All sites: those that have nothing to do with a database, and the others.
async fn stacks(cloud: &Cloud, url: &str) -> (Vec<Stack>, Vec<Stack>) {
    let users = SqliteUsers::connect(url).await.expect("a database");
    users.migrate().await.expect("the tables");
    let memory_users = MemoryUsers::default().with_strangers(USERS);
    let ours_memory = Ours::log_in(cloud, memory_users, MemoryStore::default()).await;
    let ours_users = Ours::log_in(cloud, users.clone(), MemoryStore::default()).await;
    let our_sessions = SqliteStore::new(users.pool().clone());
    our_sessions.migrate().await.expect("the table of sessions");
    let ours_sqlite = Ours::log_in(cloud, users.clone(), our_sessions).await;
    add_strangers(users.pool()).await;

    let tokens = ours_memory.record.data["axum_cognito.tokens"].clone();
    println!(
        "The tokens in the session: {} bytes of JSON.",
        tokens.to_string().len()
    );

    // The peers' own pool on the same file, with the settings that a pool has by itself.
    let pool = SqlitePool::connect(url).await.expect("a pool");
    let mut map: HashMap<_, _> = (1_000_000..1_000_000 + USERS)
        .map(|id| (id, peer::User::new(id, "stranger")))
        .collect();
    map.insert(1, peer::User::new(1, "alice"));
    let map = peer::Users::Map(Arc::new(map));
    let sqlite = peer::Users::Sqlite(pool.clone());
    let peer_sessions = SqliteStore::new(pool.clone());

    let plain = Plain::new(tokens.clone());
    let memory = MemoryStore::default();
    let in_memory = vec![
        Stack::new(BARE, public(), "/", ours_memory.cookies.clone()),
        plain.stack(UNREAD, "/", MemoryStore::default()).await,
        plain.stack(READ, "/small", MemoryStore::default()).await,
        plain.stack(READ_TOKENS, "/tokens", memory).await,
        ours_memory.stack(OURS_PUBLIC, "/"),
        ours_memory.stack_at_once(OURS_PUBLIC_AT_ONCE, "/"),
        ours_memory.stack(OURS_MEMORY, "/members"),
        ours_memory.stack_at_once(OURS_MEMORY_AT_ONCE, "/members"),
        ours_users.stack_warm(OURS_USERS_WARM, "/members"),
        peers(PEER_MEMORY, map, MemoryStore::default(), &tokens).await,
    ];
    let on_sqlite = vec![
        ours_users.stack(OURS_USERS, "/members"),
        ours_users.stack_warm(OURS_USERS_WARM, "/members"),
        peers(PEER_USERS, sqlite.clone(), MemoryStore::default(), &tokens).await,
        plain
            .stack(READ_SQLITE, "/small", SqliteStore::new(pool))
            .await,
        ours_sqlite.stack(OURS_SQLITE, "/members"),
        ours_sqlite.stack_warm(OURS_SQLITE_WARM, "/members"),
        peers(PEER_SQLITE, sqlite, peer_sessions, &tokens).await,
    ];
    (in_memory, on_sqlite)
}

async fn add_strangers(pool: &SqlitePool) {
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

/// A router, a route of it, and the sessions that its requests have in turn.
struct Stack {
    name: &'static str,
    router: Router,
    path: &'static str,
    cookies: Vec<HeaderValue>,
    next: usize,
}

impl Stack {
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
        }
    }

    async fn round(&mut self, requests: u32) -> Duration {
        let mut ready = Vec::new();
        for _ in 0..requests {
            ready.push(get(self.path, &self.cookies[self.next]));
            self.next = (self.next + 1) % self.cookies.len();
        }

        let start = ProcessTime::now();
        for request in ready {
            let answer = self.router.clone().oneshot(request).await;
            assert_eq!(answer.expect("infallible").status(), StatusCode::OK);
        }
        start.elapsed()
    }
}

fn public() -> Router {
    Router::new().route("/", routing::get(async || "public"))
}

/// A site on this library, in which Alice has logged in.
struct Ours {
    router: Router,
    /// The same with one call of `Router::layer`. Each call makes a box of every route.
    at_once: Router,
    warm: Router,
    record: Record,
    cookies: Vec<HeaderValue>,
}

impl Ours {
    async fn log_in(
        cloud: &Cloud,
        users: impl UserStore,
        store: impl SessionStore + Clone,
    ) -> Self {
        let backend = UserPoolBackend::with_client(cloud.cognito(), users);
        let members = Router::new()
            .route("/members", routing::get(greet))
            .route_layer(login_required());
        let auth = AuthLayer::new(backend);
        let sessions = SessionManagerLayer::new(store.clone());
        let routes = public().merge(members).merge(pages::router());
        let at_once = routes.clone().layer((sessions.clone(), auth.clone()));
        let warm = auth.clone().with_warm_logins(Duration::from_secs(10));
        let warm = routes.clone().layer(warm).layer(sessions.clone());
        let router = routes.layer(auth).layer(sessions);

        let cookie = log_in(&router).await;
        let record = store.load(&session_id(&cookie)).await;
        let record = record.expect("a store").expect("a session");
        Self {
            router,
            at_once,
            warm,
            cookies: cookies_of_copies(&store, &record, SESSIONS).await,
            record,
        }
    }

    fn stack(&self, name: &'static str, path: &'static str) -> Stack {
        Stack::new(name, self.router.clone(), path, self.cookies.clone())
    }

    fn stack_warm(&self, name: &'static str, path: &'static str) -> Stack {
        Stack::new(name, self.warm.clone(), path, self.cookies.clone())
    }

    fn stack_at_once(&self, name: &'static str, path: &'static str) -> Stack {
        Stack::new(name, self.at_once.clone(), path, self.cookies.clone())
    }
}

async fn greet(user: CurrentUser) -> String {
    format!("Hello {} <{}> #{}", user.first_name, user.username, user.id)
}

/// The session alone, with a record of the same size.
struct Plain {
    record: Record,
}

impl Plain {
    fn new(tokens: Value) -> Self {
        let data = [("tokens", tokens), ("user", json!({ "user_id": 1 }))];
        Self {
            record: Record {
                id: Default::default(),
                data: data.map(|(key, value)| (key.to_owned(), value)).into(),
                expiry_date: SystemClock.now() + time::Duration::DAY,
            },
        }
    }

    async fn stack(
        &self,
        name: &'static str,
        path: &'static str,
        store: impl SessionStore + Clone,
    ) -> Stack {
        let cookies = cookies_of_copies(&store, &self.record, SESSIONS).await;
        let router = public()
            .route("/small", routing::get(read_small))
            .route("/tokens", routing::get(read_tokens))
            .layer(SessionManagerLayer::new(store));
        Stack::new(name, router, path, cookies)
    }
}

async fn read_small(session: Session) -> String {
    let user: Value = session.get("user").await.expect("a store").expect("a user");
    format!("Hello Alice <alice> #{}", user["user_id"])
}

async fn read_tokens(session: Session) -> String {
    let tokens = session.get_value("tokens").await;
    let tokens = tokens.expect("a store").expect("tokens");
    format!("Hello Alice <alice> #{}", tokens["user_id"])
}

/// axum-login, logged in by a handler of its own.
async fn peers(
    name: &'static str,
    users: peer::Users,
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
