//! A thousand logins a minute, on SQLite, for as many `MINUTES` as are set (1): does the memory of the site
//! stay as it is?
//!
//! Pin it to one core (`taskset -c 0`): then the site, the emulator and the visitors share that.

use std::env;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use axum_cognito::web::Limits;
use axum_cognito::{Auth, Cognito, SqliteUsers, UserPool, login_required, pages};
use axum_cognito_benches::process::{Process, end_with_parent, resident};
use axum_cognito_benches::site::{Cloud, cognito_at, log_in_over_tcp};
use cognito_emulator::User;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

const A_MINUTE: u32 = 1_000;
const USERS: u32 = 200;
const PASSWORD: &str = "Correct-horse-1";

/// Before that, the allocator and the caches of the database still grow: some 3 MiB.
const WARM: u32 = 30;

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    if let [serve, database, place @ ..] = &arguments[..]
        && serve == "serve"
    {
        return self::serve(Path::new(database), cognito_at(place));
    }

    let minutes = env::var("MINUTES").ok();
    let minutes: u32 = minutes.map_or(1, |minutes| minutes.parse().expect("a number"));
    let cloud = Cloud::start();
    for number in 0..USERS {
        let user = User::new(name(number)).with_password(PASSWORD);
        cloud.pool.add_user(user);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("site.db");
    let database = database.to_str().expect("a path in UTF-8");
    let site = Process::start(None, &[&["serve", database], &cloud.place()[..]].concat());

    println!("\n{A_MINUTE} logins a minute, {minutes} minutes");
    println!(
        "  {:>6} {:>12} {:>14} {:>16}",
        "minute", "site MiB", "us CPU a login", "slowest ms"
    );
    let (mut warm, mut last) = (0, 0);
    for minute in 1..=minutes {
        let before = site.cpu_time();
        let slowest = one_minute(&site.said, minute);
        let cpu = (site.cpu_time() - before) / A_MINUTE;
        last = resident(&site.id().to_string());
        if minute == WARM.min(minutes) {
            warm = last;
        }
        let mib = last as f64 / f64::from(1 << 20);
        println!(
            "  {minute:>6} {mib:>12.1} {:>14} {:>16}",
            cpu.as_micros(),
            slowest.as_millis()
        );
    }
    let growth = last as f64 / warm as f64;
    let verdict = if growth <= 1.05 { "met" } else { "missed" };
    println!("  memory at the end / after {WARM} minutes: {growth:.3} (target 1.05, {verdict})");
}

fn name(number: u32) -> String {
    format!("user{number}")
}

/// Logs in evenly for a minute. Returns how long the slowest login took.
fn one_minute(site: &str, minute: u32) -> Duration {
    let start = Instant::now();
    let mut slowest = Duration::ZERO;
    for number in 0..A_MINUTE {
        let due = start + Duration::from_secs(60) * number / A_MINUTE;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let began = Instant::now();
        log_in_over_tcp(site, &name((minute * A_MINUTE + number) % USERS), PASSWORD);
        slowest = slowest.max(began.elapsed());
    }
    slowest
}

/// In the site's process: says at which address it is.
fn serve(database: &Path, cognito: Cognito) {
    end_with_parent();
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let users = SqliteUsers::connect(&format!("sqlite:{}", database.display())).await;
        let users = users.expect("SQLite");
        let sessions = users.sessions();
        let auth = Auth::builder()
            .with_pool(UserPool::with_client(cognito, users))
            .with_limits(Limits::none())
            .build();
        let auth = auth.await.expect("a site that is set up");
        let router = Router::new()
            .route("/", get(async || "members"))
            .route_layer(login_required())
            .merge(pages::router())
            .layer(auth.layer(sessions));

        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("{}", listener.local_addr().expect("an address"));
        axum::serve(listener, router).await.expect("requests");
    });
}
