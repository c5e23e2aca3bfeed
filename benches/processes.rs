//! Logins with one process of the site and with two, on PostgreSQL and Redis.
//!
//! The databases are those at `TEST_POSTGRES_URL` and `TEST_REDIS_URL`, on the standard ports
//! unless set. All of it shares the machine: the sites, the emulator, the databases and the
//! visitors. So beside the logins a second, what counts is the CPU time of the sites for one.

use std::cell::Cell;
use std::env;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use axum_cognito::users::PostgresUsers;
use axum_cognito::web::Limits;
use axum_cognito::{Auth, Cognito, UserPool, login_required, pages};
use axum_cognito_benches::measure::Contest;
use axum_cognito_benches::process::{Process, end_with_parent};
use axum_cognito_benches::site::{Cloud, cognito_at, log_in_over_tcp};
use axum_cognito_benches::stack::postgres;
use cognito_emulator::User;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tower_sessions::Expiry;
use tower_sessions_redis_store::RedisStore;
use tower_sessions_redis_store::fred::prelude::{Client, ClientLike, Config};

const ROUNDS: usize = 8;
const TIME: Duration = Duration::from_secs(3);
const VISITORS: usize = 8;
const USERS: usize = 50;
const PASSWORD: &str = "Correct-horse-1";
const SCHEMA: &str = "processes_bench";

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    if let [serve, place @ ..] = &arguments[..]
        && serve == "serve"
    {
        return self::serve(cognito_at(place));
    }

    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    if let Err(missing) = runtime.block_on(prepare()) {
        println!("left out: {missing}");
        return;
    }

    let cloud = Cloud::start();
    for number in 0..USERS {
        cloud
            .pool
            .add_user(User::new(name(number)).with_password(PASSWORD));
    }
    let arguments = [&["serve"], &cloud.place()[..]].concat();
    let sites = [(); 2].map(|()| Process::start(None, &arguments));

    let one = "CPU time of the sites, one process";
    let two = "CPU time of the sites, two processes";
    let emulator = "CPU time of the emulator";
    let emulated = Cell::new(Duration::ZERO);
    let best = [Cell::new(0.0_f64), Cell::new(0.0)];
    let round = |count: usize| {
        let before = cpu_time(&sites);
        let emulated_before = cloud.cpu_time();
        let start = Instant::now();
        let logins = log_in_for_a_while(&sites[..count]);
        let a_second = f64::from(logins) / start.elapsed().as_secs_f64();
        let best = &best[count - 1];
        best.set(best.get().max(a_second));
        emulated.set((cloud.cpu_time() - emulated_before) / logins);
        (cpu_time(&sites) - before) / logins
    };

    let mut contest = Contest::new("A login on PostgreSQL and Redis", ROUNDS);
    contest.add(one, 1, || round(1));
    contest.add(two, 1, || round(2));
    contest.add(emulator, 1, || emulated.get());
    let results = contest.run();
    results.ratio(two, one, 1.10);
    for (count, best) in (1..).zip(&best) {
        println!("  logins a second with {count}: {:.0}", best.get());
    }

    runtime.block_on(postgres::drop_schema(SCHEMA));
}

fn name(number: usize) -> String {
    format!("user{number}")
}

fn cpu_time(sites: &[Process]) -> Duration {
    sites.iter().map(Process::cpu_time).sum()
}

/// Visitors log in, each as soon as the last login is done. Gives how many did.
fn log_in_for_a_while(sites: &[Process]) -> u32 {
    let logins = AtomicU32::new(0);
    let start = Instant::now();
    thread::scope(|scope| {
        for visitor in 0..VISITORS {
            let logins = &logins;
            scope.spawn(move || {
                let site = &sites[visitor % sites.len()].said;
                while start.elapsed() < TIME {
                    let number = logins.fetch_add(1, Ordering::Relaxed);
                    log_in_over_tcp(site, &name(number as usize % USERS), PASSWORD);
                }
            });
        }
    });
    logins.into_inner()
}

/// Makes the tables, and looks whether Redis is there.
async fn prepare() -> Result<(), String> {
    let url = postgres::new_schema(SCHEMA).await;
    let url = url.map_err(|error| format!("PostgreSQL ({error})"))?;
    let connected = PostgresUsers::connect(&url).await;
    connected.map_err(|error| format!("PostgreSQL ({error})"))?;

    redis().await.map(|_| ())
}

async fn redis() -> Result<Client, String> {
    let url = env::var("TEST_REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379".to_owned());
    let failed = |error| format!("Redis ({error})");
    let config = Config::from_url_centralized(&url).map_err(failed)?;
    let client = Client::new(config, None, None, None);
    client.init().await.map_err(failed)?;
    Ok(client)
}

/// In a site's process: says at which address it is.
fn serve(cognito: Cognito) {
    end_with_parent();
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let users = PostgresUsers::connect(&postgres::in_schema(SCHEMA)).await;
        let users = users.expect("PostgreSQL");
        let auth = Auth::builder()
            .with_pool(UserPool::with_client(cognito, users))
            .with_limits(Limits::none())
            .build();
        let auth = auth.await.expect("a site that is set up");
        let sessions = auth
            .sessions(RedisStore::new(redis().await.expect("Redis")))
            .with_expiry(Expiry::OnInactivity(time::Duration::MINUTE));
        let members = Router::new()
            .route("/", get(async || "members"))
            .route_layer(login_required());
        let router = members
            .merge(pages::router())
            .layer((auth.login_layer(), sessions));

        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("{}", listener.local_addr().expect("an address"));
        axum::serve(listener, router).await.expect("requests");
    });
}
