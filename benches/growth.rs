//! What a guarded request costs with ten, ten thousand and a million users, logins and sessions.
//!
//! In SQLite, and in PostgreSQL at `TEST_POSTGRES_URL` (the standard port unless set), if there is
//! one. The time is that of a clock on the wall: part of the work is done by the server.

use std::time::{Duration, Instant};

use axum::Router;
use axum::http::{HeaderValue, StatusCode};
use axum_cognito::users::SqlUsers;
use axum_cognito::web::Limits;
use axum_cognito::{
    Auth, CurrentUser, PostgresUsers, SqliteUsers, UserPool, login_required, pages,
};
use axum_cognito_benches::measure::Contest;
use axum_cognito_benches::site::{Cloud, copies, copying, get, log_in};
use axum_cognito_benches::stack::postgres;
use tokio::runtime::Builder;
use tower::ServiceExt;

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

    let postgres = runtime.block_on(async {
        let mut sites = Vec::new();
        for (name, size) in SIZES {
            sites.push((name, postgres(&cloud, size).await?));
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
            postgres::drop_schema(&schema(size)).await;
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
    results.ratio(largest, smallest, 1.1);
}

struct Site {
    router: Router,
    cookies: Vec<HeaderValue>,
}

impl Site {
    async fn new<DB: sqlx::Database>(cloud: &Cloud, users: SqlUsers<DB>) -> Self {
        let sessions = users.sessions();
        let auth = Auth::builder()
            .with_pool(UserPool::with_client(cloud.cognito(), users))
            .with_limits(Limits::none())
            .build();
        let auth = auth.await.expect("a site that is set up");
        let router = Router::new()
            .route(
                "/members",
                axum::routing::get(async |user: CurrentUser| user.username.clone()),
            )
            .route_layer(login_required())
            .merge(copying())
            .merge(pages::router())
            .layer(auth.layer(sessions));

        let cookie = log_in(&router).await;
        let cookies = copies(&router, &cookie, SESSIONS).await;
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
     insert into logins (id, backend, user_id, user_number, version, group_names, user_agent,
     logged_in_at, renewed_at, seen_at, proved_at, methods)
     select hex(randomblob(11)), 'cognito', n, n, 0, '[]', '', 0, 0, 0, 0, '[]' from n",
    "with recursive n(n) as (select 1 union all select n + 1 from n where n < ?1)
     insert into browser_sessions (id, data, expires_at)
     select hex(randomblob(11)), hex(randomblob(100)), 2000000000 from n",
];

async fn sqlite(cloud: &Cloud, url: &str, size: i64) -> Site {
    let users = SqliteUsers::connect(url).await.expect("a database");
    for sql in FILL_SQLITE {
        let filled = sqlx::query(sql).bind(size).execute(users.pool()).await;
        filled.expect("rows");
    }
    Site::new(cloud, users).await
}

const FILL_POSTGRES: [&str; 3] = [
    "insert into users (username, date_joined) select 'stranger' || n, now()
     from generate_series(1, $1) n",
    "insert into logins (id, backend, user_id, user_number, version, group_names, user_agent,
     logged_in_at, renewed_at, seen_at, proved_at, methods)
     select md5(random()::text || n), 'cognito', n::text, n, 0, '[]', '', 0, 0, 0, 0, '[]'
     from generate_series(1, $1) n",
    "insert into browser_sessions (id, data, expires_at)
     select md5(random()::text || n), repeat(md5(random()::text), 6), 2000000000
     from generate_series(1, $1) n",
];

async fn postgres(cloud: &Cloud, size: i64) -> Result<Site, sqlx::Error> {
    let url = postgres::new_schema(&schema(size)).await?;
    let users = PostgresUsers::connect(&url).await.expect("tables");
    for sql in FILL_POSTGRES {
        sqlx::query(sql).bind(size).execute(users.pool()).await?;
    }
    sqlx::raw_sql("analyze").execute(users.pool()).await?;
    Ok(Site::new(cloud, users).await)
}

fn schema(size: i64) -> String {
    format!("growth_{size}")
}
