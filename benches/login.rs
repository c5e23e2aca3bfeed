//! A login as a whole: what it asks of Cognito and of the database, and what it costs.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::Duration;

use axum::Router;
use axum_cognito::backend::{LoginSettings, ProfileSource};
use axum_cognito::cognito::ManagedLogin;
use axum_cognito::pages::{JsonApi, Pages};
use axum_cognito::srp::{PasswordChallenge, SrpClient, SrpIdentity};
use axum_cognito::web::Limits;
use axum_cognito::{Auth, SqliteUsers, UserPool};
use axum_cognito_benches::measure::Contest;
use axum_cognito_benches::site::{
    CALLBACK, Cloud, DomainVisitor, authenticate, begin_managed_login, come_back, log_in,
    log_in_by_json,
};
use cpu_time::{ProcessTime, ThreadTime};
use sqlx::{AssertSqlSafe, Row, SqlitePool};
use time::OffsetDateTime;
use tokio::runtime::Builder;

const ROUNDS: usize = 20;
const LOGINS: u32 = 5;
const CALLS: u32 = 20;

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let cloud = Cloud::start();
    let folder = tempfile::tempdir().expect("a folder");
    let database = |name| format!("sqlite://{}", folder.path().join(name).display());
    let (router, pool) = runtime.block_on(site(&cloud, &database("app.db"), |_| ()));
    let managed = ManagedLogin::new(cloud.emulator.endpoint(), CALLBACK).expect("addresses");
    let url = database("managed.db");
    let managed_site = site(&cloud, &url, |login| {
        login.managed_login = Some(managed);
        login.profile_source = ProfileSource::IdToken;
    });
    let (managed, managed_pool) = runtime.block_on(managed_site);
    let domain = runtime.block_on(DomainVisitor::log_in(&cloud, &managed));

    runtime.block_on(async {
        watch(&pool).await;
        for title in ["The first login of a user", "The next login"] {
            clear(&cloud, &pool).await;
            log_in(&router).await;
            tell(title, &cloud, &pool).await;
        }
        unwatch(&pool).await;

        watch(&managed_pool).await;
        for title in ["The first callback of managed login", "The next callback"] {
            let returning = domain.go(&managed).await;
            clear(&cloud, &managed_pool).await;
            come_back(&managed, returning).await;
            tell(title, &cloud, &managed_pool).await;
        }
        unwatch(&managed_pool).await;
    });

    // One login is measured, and divided among those who have a part in it.
    let whole = "a login, with the emulator";
    let emulator = "of that, the emulator";
    let site = "of that, the site";
    let srp = "of the site, the arithmetic of SRP";
    let json = "the same by JSON, with the emulator";
    let begun = "the visit that begins a managed login";
    let callback = "the callback of managed login, with the emulator";
    let callback_site = "of the callback, the site";
    let call = "a call through the SDK (GetUser), without the emulator";
    let shares = Cell::new((Duration::ZERO, Duration::ZERO));

    let alice = runtime.block_on(authenticate(&cloud.cognito()));
    let mut contest = Contest::new("A login by POST /login, SQLite users and sessions", ROUNDS);
    contest.add(whole, LOGINS, || {
        let before = cloud.cpu_time();
        let start = ProcessTime::now();
        runtime.block_on(async {
            for _ in 0..LOGINS {
                log_in(&router).await;
            }
        });
        let all = start.elapsed();
        let emulator = cloud.cpu_time() - before;
        shares.set((emulator, all.saturating_sub(emulator)));
        all
    });
    contest.add(emulator, LOGINS, || shares.get().0);
    contest.add(site, LOGINS, || shares.get().1);
    contest.add(srp, LOGINS, arithmetic);
    contest.add(json, LOGINS, || {
        let start = ProcessTime::now();
        runtime.block_on(async {
            for _ in 0..LOGINS {
                log_in_by_json(&router).await;
            }
        });
        start.elapsed()
    });
    contest.add(begun, LOGINS, || {
        let start = ProcessTime::now();
        runtime.block_on(async {
            for _ in 0..LOGINS {
                begin_managed_login(&managed).await;
            }
        });
        start.elapsed()
    });
    let callback_share = Cell::new(Duration::ZERO);
    contest.add(callback, LOGINS, || {
        let mut returning = Vec::new();
        for _ in 0..LOGINS {
            returning.push(runtime.block_on(domain.go(&managed)));
        }
        let before = cloud.cpu_time();
        let start = ProcessTime::now();
        runtime.block_on(async {
            for returning in returning {
                come_back(&managed, returning).await;
            }
        });
        let all = start.elapsed();
        callback_share.set(all.saturating_sub(cloud.cpu_time() - before));
        all
    });
    contest.add(callback_site, LOGINS, || callback_share.get());
    contest.add(call, CALLS, || {
        let before = cloud.cpu_time();
        let start = ProcessTime::now();
        runtime.block_on(async {
            for _ in 0..CALLS {
                let profile = alice.get_user().await;
                profile.expect("a user");
            }
        });
        start.elapsed().saturating_sub(cloud.cpu_time() - before)
    });

    let results = contest.run();
    let rest = results.micros(site) - results.micros(srp);
    results.ratio(json, whole, 1.05);
    let a_minute = 60e6 / results.micros(whole);
    let verdict = if rest <= 1200.0 { "met" } else { "missed" };
    println!("  the site without SRP: {rest:.0} us (target 1200, {verdict})");
    let of_callback = results.micros(callback_site);
    for (what, micros) in [
        ("the callback", of_callback),
        (
            "the callback and the visit that began it",
            of_callback + results.micros(begun),
        ),
    ] {
        let verdict = if micros < 3000.0 { "met" } else { "missed" };
        println!("  {what}, the site: {micros:.0} us (target 3000, {verdict})");
    }
    let verdict = if a_minute >= 5000.0 { "met" } else { "missed" };
    println!(
        "  logins a minute on one core, emulator and site together: {a_minute:.0} (target 5000, {verdict})"
    );
}

async fn site(
    cloud: &Cloud,
    url: &str,
    configure: impl FnOnce(&mut LoginSettings),
) -> (Router, SqlitePool) {
    let users = SqliteUsers::connect(url).await.expect("a database");
    let (pool, sessions) = (users.pool().clone(), users.sessions());
    let auth = Auth::builder()
        .with_pool(UserPool::with_client(cloud.cognito(), users).configure(configure))
        .with_limits(Limits::none())
        .build();
    let auth = auth.await.expect("a site that is set up");

    let api = JsonApi::new(Pages::new()).router();
    let routes = Pages::new().router().merge(api);
    (routes.layer(auth.layer(sessions)), pool)
}

const TABLES: [&str; 4] = ["browser_sessions", "login_ends", "logins", "users"];
const CHANGES: [&str; 3] = ["delete", "insert", "update"];

/// Lets the database itself count the rows that are written.
async fn watch(pool: &SqlitePool) {
    run(pool, "create table written (what text not null)").await;
    for table in TABLES {
        for change in CHANGES {
            let sql = format!(
                "create trigger {table}_{change} after {change} on {table} \
                 begin insert into written values ('{change} in {table}'); end"
            );
            run(pool, &sql).await;
        }
    }
}

async fn unwatch(pool: &SqlitePool) {
    for table in TABLES {
        for change in CHANGES {
            run(pool, &format!("drop trigger {table}_{change}")).await;
        }
    }
}

async fn run(pool: &SqlitePool, sql: &str) {
    sqlx::query(AssertSqlSafe(sql))
        .execute(pool)
        .await
        .expect("a change");
}

async fn clear(cloud: &Cloud, pool: &SqlitePool) {
    cloud.emulator.clear_calls();
    run(pool, "delete from written").await;
}

async fn tell(title: &str, cloud: &Cloud, pool: &SqlitePool) {
    println!("\n{title}");
    let mut calls = BTreeMap::new();
    for call in cloud.emulator.calls() {
        *calls.entry(call.operation).or_insert(0) += 1;
    }
    for (operation, times) in calls {
        println!("  call {operation:<32} {times:>3}");
    }
    let sql = "select what, count(*) from written group by what order by what";
    let rows = sqlx::query(sql).fetch_all(pool).await.expect("counts");
    for row in rows {
        let (what, times): (String, i64) = (row.get(0), row.get(1));
        println!("  row  {what:<32} {times:>3}");
    }
}

/// The client's arithmetic, with any numbers: it takes as long for all.
fn arithmetic() -> Duration {
    let server = SrpClient::new().expect("random bytes");
    let identity = SrpIdentity::user("Benchmark", "alice");
    let challenge = PasswordChallenge {
        salt: "6f1c8e5ad7f0c2349be1a05c7d3e8f21",
        srp_b: server.srp_a(),
        secret_block: "c2VjcmV0IGJsb2Nr",
    };

    let start = ThreadTime::now();
    for _ in 0..LOGINS {
        let client = SrpClient::new().expect("random bytes");
        let proof = client.prove(
            &identity,
            "Correct-horse-1",
            &challenge,
            OffsetDateTime::UNIX_EPOCH,
        );
        proof.expect("a sound challenge");
    }
    start.elapsed()
}
