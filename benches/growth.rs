//! What a guarded request costs with ten, ten thousand and a million users, logins and sessions.
//!
//! In SQLite, and in PostgreSQL at `TEST_POSTGRES_URL` (the standard port unless set), if there is
//! one. The time is that of a clock on the wall: part of the work is done by the server.

use std::time::{Duration, Instant};

use axum::Router;
use axum::http::{HeaderValue, StatusCode};
use axum_cognito::users::PostgresUsers;
use axum_cognito::web::Limits;
use axum_cognito::{
    AuthLayer, CurrentUser, SqliteUsers, UserPoolBackend, UserStore, login_required, pages,
};
use axum_cognito_benches::measure::Contest;
use axum_cognito_benches::site::{Cloud, cookies_of_copies, get, log_in, session_id};
use sqlx::postgres::PgPoolOptions;
use tokio::runtime::Builder;
use tower::ServiceExt;
use tower_sessions::{SessionManagerLayer, SessionStore};
use tower_sessions_sqlx_store::{PostgresStore, SqliteStore};

const SIZES: [(&str, i64); 3] = [
    ("10 of each", 10),
    ("10 000 of each", 10_000),
    ("1 000 000 of each", 1_000_000),
];
const SESSIONS: usize = 200;
const REQUESTS: u32 = 200;
const ROUNDS: usize = 30;

fn main() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let cloud = Cloud::start();
    let folder = tempfile::tempdir().expect("a folder");

    let sqlite = runtime.block_on(async {
        let mut sites = Vec::new();
        for (name, size) in SIZES {
            let url = format!(
                "sqlite://{}",
                folder.path().join(format!("{size}.db")).display()
            );
            sites.push((name, sqlite(&cloud, &url, size).await));
        }
        sites
    });
    contest(
        "A guarded request, SQLite users and sessions",
        &runtime,
        sqlite,
    );

    let server = std::env::var("TEST_POSTGRES_URL")
        .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/postgres".to_owned());
    let postgres = runtime.block_on(async {
        let mut sites = Vec::new();
        for (name, size) in SIZES {
            sites.push((name, postgres(&cloud, &server, size).await?));
        }
        Ok::<_, sqlx::Error>(sites)
    });
    match postgres {
        Ok(sites) => contest(
            "A guarded request, PostgreSQL users and sessions",
            &runtime,
            sites,
        ),
        Err(error) => println!("left out: PostgreSQL ({error})"),
    }
    runtime.block_on(async {
        for (_, size) in SIZES {
            if let Ok(pool) = PgPoolOptions::new().connect(&server).await {
                let drop = format!("drop schema if exists growth_{size} cascade");
                let _ = sqlx::raw_sql(&drop).execute(&pool).await;
            }
        }
    });
}

fn contest(
    title: &'static str,
    runtime: &tokio::runtime::Runtime,
    sites: Vec<(&'static str, Site)>,
) {
    let mut contest = Contest::new(title, ROUNDS);
    for (name, site) in &sites {
        contest.add(name, REQUESTS, move || runtime.block_on(site.round()));
    }
    let results = contest.run();
    let (largest, smallest) = (sites[2].0, sites[0].0);
    results.ratio(largest, smallest, 1.3);
}

struct Site {
    router: Router,
    cookies: Vec<HeaderValue>,
}

impl Site {
    async fn new(
        cloud: &Cloud,
        users: impl UserStore,
        sessions: impl SessionStore + Clone,
    ) -> Self {
        let backend = UserPoolBackend::with_client(cloud.cognito(), users);
        let router = Router::new()
            .route(
                "/members",
                axum::routing::get(async |user: CurrentUser| user.username.clone()),
            )
            .route_layer(login_required())
            .merge(pages::router())
            .layer(AuthLayer::new(backend).with_limits(Limits::none()))
            .layer(SessionManagerLayer::new(sessions.clone()));
        let cookie = log_in(&router).await;
        let record = sessions
            .load(&session_id(&cookie))
            .await
            .expect("an answer");
        let record = record.expect("the session");
        let cookies = cookies_of_copies(&sessions, &record, SESSIONS).await;
        Self { router, cookies }
    }

    async fn round(&self) -> Duration {
        let start = Instant::now();
        for number in 0..REQUESTS as usize {
            let request = get("/members", &self.cookies[number % SESSIONS]);
            let answer = self
                .router
                .clone()
                .oneshot(request)
                .await
                .expect("infallible");
            assert_eq!(answer.status(), StatusCode::OK);
        }
        start.elapsed()
    }
}

const FILL_SQLITE: [&str; 3] = [
    "with recursive n(n) as (select 1 union all select n + 1 from n where n < ?1)
     insert into users (username, date_joined) select 'stranger' || n, '2026-01-01T00:00:00Z' from n",
    "with recursive n(n) as (select 1 union all select n + 1 from n where n < ?1)
     insert into logins (id, user_id, backend, group_names, logged_in_at, renewed_at)
     select hex(randomblob(11)), n, 'cognito', '[]', 0, 0 from n",
    "with recursive n(n) as (select 1 union all select n + 1 from n where n < ?1)
     insert into tower_sessions (id, data, expiry_date)
     select hex(randomblob(11)), randomblob(200), '2036-01-01' from n",
];

async fn sqlite(cloud: &Cloud, url: &str, size: i64) -> Site {
    let users = SqliteUsers::connect(url).await.expect("a database");
    let sessions = SqliteStore::new(users.pool().clone());
    sessions.migrate().await.expect("a table");
    for sql in FILL_SQLITE {
        let filled = sqlx::query(sql).bind(size).execute(users.pool()).await;
        filled.expect("rows");
    }
    Site::new(cloud, users, sessions).await
}

const FILL_POSTGRES: [&str; 4] = [
    "insert into users (username, date_joined) select 'stranger' || n, now()
     from generate_series(1, $1) n",
    "insert into logins (id, user_id, backend, group_names, logged_in_at, renewed_at)
     select md5(random()::text || n), n, 'cognito', '[]', 0, 0 from generate_series(1, $1) n",
    "insert into session (id, data, expiry_date)
     select md5(random()::text || n), decode(repeat(md5(random()::text), 12), 'hex'),
     now() + interval '1 year' from generate_series(1, $1) n",
    "select $1",
];

async fn postgres(cloud: &Cloud, server: &str, size: i64) -> Result<Site, sqlx::Error> {
    let schema = format!("growth_{size}");
    let admin = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(3))
        .connect(server)
        .await?;
    let create = format!("drop schema if exists {schema} cascade; create schema {schema}");
    sqlx::raw_sql(&create).execute(&admin).await?;

    let separator = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{separator}options[search_path]={schema}");
    let pool = PgPoolOptions::new()
        .max_connections(4)
        .connect(&url)
        .await?;
    let users = PostgresUsers::new(pool.clone());
    users.migrate().await.expect("tables");
    let sessions = PostgresStore::new(pool.clone())
        .with_schema_name(&schema)
        .expect("a name");
    sessions.migrate().await?;
    for sql in FILL_POSTGRES {
        sqlx::query(sql).bind(size).execute(&pool).await?;
    }
    sqlx::raw_sql("analyze").execute(&pool).await?;
    Ok(Site::new(cloud, users, sessions).await)
}
