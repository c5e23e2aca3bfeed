//! What logins take while their users do nothing, for 100 000 of them: in the memory of the site
//! with each store of sessions that is in it, and in the databases.
//!
//! The databases are those at `TEST_POSTGRES_URL` and `TEST_REDIS_URL`, on the standard ports
//! unless set. The user agent is that of a browser, and the tokens are the emulator's.

use std::env;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use axum::Router;
use axum::http::HeaderValue;
use axum_cognito::{Auth, PostgresUsers, SqliteUsers, UserPool, UserStore, pages};
use axum_cognito_benches::process::{Process, end_with_parent, resident};
use axum_cognito_benches::site::{Cloud, Copier, copying, log_in};
use axum_cognito_benches::stack::{plain_record, postgres};
use sqlx::AssertSqlSafe;
use tokio::runtime::Builder;
use tower_sessions::session::Record;
use tower_sessions::{Expiry, MemoryStore, SessionStore};
use tower_sessions_moka_store::MokaStore;
use tower_sessions_redis_store::RedisStore;
use tower_sessions_redis_store::fred::prelude::{Client, ClientLike, Config};

const LOGINS: usize = 100_000;
const SCHEMA: &str = "idle_bench";

/// Each is measured in a process of its own, whose memory nothing else has used before.
const MEASURED: [(&str, &str); 7] = [
    (
        "bare",
        "session with the tokens in it, as a peer's, MemoryStore",
    ),
    ("memory", "session, MemoryStore"),
    ("moka", "session, MokaStore"),
    ("redis", "session, Redis"),
    ("sqlite-sessions", "session, SQLite"),
    (
        "sqlite-logins",
        "row of the registry with the tokens, SQLite",
    ),
    (
        "postgres-logins",
        "row of the registry with the tokens, PostgreSQL",
    ),
];

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    if let [measure, what] = &arguments[..]
        && measure == "measure"
    {
        return self::measure(what);
    }

    println!("\n{LOGINS} idle logins");
    println!("  {:<58} {:>9} {:>9}", "", "bytes", "MiB");
    for (what, title) in MEASURED {
        let process = Process::start(None, &["measure", what]);
        match process.said.parse::<f64>() {
            Ok(bytes) => {
                let each = bytes / LOGINS as f64;
                println!("  {title:<58} {each:>9.0} {:>9.1}", bytes / 1_048_576.0);
            }
            Err(_) => println!("  {title:<58} left out: {}", process.said),
        }
    }
}

/// In the other process: says how many bytes all of them take.
fn measure(what: &str) {
    end_with_parent();
    let runtime = Builder::new_current_thread().enable_all().build();
    let measured = runtime.expect("a runtime").block_on(async {
        let cloud = Cloud::start();
        match what {
            "bare" => {
                let record = plain_record(&cloud.cognito()).await;
                Ok(bare(MemoryStore::default(), &record).await)
            }
            "memory" => Ok(in_memory(&cloud, MemoryStore::default()).await),
            "moka" => Ok(in_memory(&cloud, MokaStore::new(None)).await),
            "redis" => in_redis(&cloud).await,
            "sqlite-sessions" => Ok(in_sqlite(&cloud, "browser_sessions").await),
            "sqlite-logins" => Ok(in_sqlite(&cloud, "logins").await),
            _ => in_postgres(&cloud).await,
        }
    });
    match measured {
        Ok(bytes) => println!("{bytes}"),
        Err(missing) => println!("{}", missing.replace('\n', " ")),
    }
}

/// A site, and a browser in which somebody has logged in there.
async fn site(
    cloud: &Cloud,
    users: impl UserStore,
    store: impl SessionStore + Clone,
) -> (Router, HeaderValue) {
    let auth = Auth::builder().with_pool(UserPool::with_client(cloud.cognito(), users));
    let auth = auth.build().await.expect("a site that is set up");
    // Those in Redis go by themselves.
    let sessions = auth
        .sessions(store)
        .with_expiry(Expiry::OnInactivity(time::Duration::MINUTE * 5));
    let router = pages::router()
        .merge(copying())
        .layer((auth.login_layer(), sessions));
    let cookie = log_in(&router).await;
    (router, cookie)
}

/// A site whose registry of logins is elsewhere.
async fn site_with(cloud: &Cloud, store: impl SessionStore + Clone) -> (Router, HeaderValue) {
    let users = SqliteUsers::connect("sqlite::memory:").await;
    site(cloud, users.expect("a database"), store).await
}

/// Makes as many sessions as there are logins.
async fn fill((router, cookie): &(Router, HeaderValue)) {
    let copier = Copier::new(router, cookie).await;
    for _ in 0..LOGINS {
        copier.copy().await;
    }
    // Moka does some of its work later.
    tokio::time::sleep(Duration::from_secs(1)).await;
}

async fn in_memory(cloud: &Cloud, store: impl SessionStore + Clone) -> u64 {
    let site = site_with(cloud, store).await;
    let before = resident("self");
    fill(&site).await;
    resident("self") - before
}

/// The same for sessions that have the tokens in them.
async fn bare(store: impl SessionStore, record: &Record) -> u64 {
    let before = resident("self");
    for _ in 0..LOGINS {
        let mut copy = Record {
            id: Default::default(),
            ..record.clone()
        };
        store.create(&mut copy).await.expect("a saved session");
    }
    resident("self") - before
}

async fn in_redis(cloud: &Cloud) -> Result<u64, String> {
    let url = env::var("TEST_REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379".to_owned());
    let parsed: url::Url = url.parse().map_err(|_| "TEST_REDIS_URL is not a URL")?;
    let host = parsed.host_str().ok_or("TEST_REDIS_URL names no host")?;
    let address = format!("{host}:{}", parsed.port().unwrap_or(6379));
    let config = Config::from_url_centralized(&url).map_err(|error| error.to_string())?;
    let client = Client::new(config, None, None, None);
    client.init().await.map_err(|error| error.to_string())?;
    let site = site_with(cloud, RedisStore::new(client)).await;
    let before = redis_memory(&address).map_err(|error| error.to_string())?;
    fill(&site).await;
    let after = redis_memory(&address).map_err(|error| error.to_string())?;
    Ok(after - before)
}

fn redis_memory(address: &str) -> std::io::Result<u64> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(b"INFO memory\r\nQUIT\r\n")?;
    let mut report = String::new();
    stream.read_to_string(&mut report)?;
    let line = report
        .lines()
        .find_map(|line| line.strip_prefix("used_memory:"));
    let number = line.and_then(|number| number.trim().parse().ok());
    Ok(number.expect("Redis tells its memory"))
}

async fn in_sqlite(cloud: &Cloud, table: &str) -> u64 {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("app.db");
    let users = SqliteUsers::connect(&format!("sqlite://{}", file.display())).await;
    let users = users.expect("a database");
    let (pool, sessions) = (users.pool().clone(), users.sessions());
    let site = site(cloud, users, sessions).await;

    let used = async || {
        let pages = sqlx::query_scalar(
            "select page_count * page_size from pragma_page_count, pragma_page_size",
        );
        pages
            .fetch_one(&pool)
            .await
            .map(|bytes: i64| bytes.unsigned_abs())
            .expect("a size")
    };
    let before = used().await;
    if table == "logins" {
        let copy = format!(
            "with recursive n(n) as (select 1 union all select n + 1 from n where n < {LOGINS}) \
             insert into logins ({COLUMNS}) select hex(randomblob(11)), n, n, {COPIED} \
             from logins, n"
        );
        let copied = sqlx::query(AssertSqlSafe(copy)).execute(&pool).await;
        copied.expect("rows");
    } else {
        fill(&site).await;
    }
    used().await - before
}

const COLUMNS: &str = "id, user_id, user_number, backend, version, tokens, expires_at, \
                       group_names, logged_in_at, renewed_at, seen_at, proved_at, methods, \
                       user_agent";

/// The columns that all have in common, with the user agent of a browser.
const COPIED: &str = "backend, version, tokens, expires_at, group_names, logged_in_at, renewed_at, \
                      seen_at, proved_at, methods, 'Mozilla/5.0 (X11; Linux x86_64) \
                      AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'";

async fn in_postgres(cloud: &Cloud) -> Result<u64, String> {
    let url = postgres::new_schema(SCHEMA).await;
    let url = url.map_err(|error| error.to_string())?;
    let users = PostgresUsers::connect(&url).await;
    let users = users.map_err(|error| error.to_string())?;
    let (pool, sessions) = (users.pool().clone(), users.sessions());
    let _site = site(cloud, users, sessions).await;

    let size = async || {
        let size = sqlx::query_scalar("select pg_total_relation_size('logins')");
        let size: i64 = size.fetch_one(&pool).await.expect("a size");
        size.unsigned_abs()
    };
    let before = size().await;
    let copy = format!(
        "insert into logins ({COLUMNS}) select left(md5(n::text), 22), n::text, n, {COPIED} \
         from logins, generate_series(1, {LOGINS}) n"
    );
    let copied = sqlx::query(AssertSqlSafe(copy)).execute(&pool).await;
    copied.map_err(|error| error.to_string())?;
    let bytes = size().await - before;
    postgres::drop_schema(SCHEMA).await;
    Ok(bytes)
}
