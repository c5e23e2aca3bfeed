//! The demo is killed before each message that it sends or gets while it logs somebody in, renews
//! tokens or logs somebody out: between it and Cognito, the database and the store of sessions.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use cognito_emulator::AppClient;
use sqlx::{AssertSqlSafe, Executor};

use crate::http::Browser;
use crate::proxy::{Proxy, Watcher};
use crate::service::{Cloud, Demo, POSTGRES, REDIS, connect, fresh_name, is_there};

/// No visitor waits longer for a page after a demo was killed.
const PATIENCE: Duration = Duration::from_secs(8);

/// Kills a process before the next message but so many.
#[derive(Default)]
struct Trap {
    pid: AtomicU32,
    messages: AtomicI64,
}

impl Trap {
    fn arm(&self, pid: u32, messages: i64) {
        self.pid.store(pid, Ordering::SeqCst);
        self.messages.store(messages, Ordering::SeqCst);
    }

    /// Returns whether it has struck.
    fn disarm(&self) -> bool {
        self.messages.swap(0, Ordering::SeqCst) <= -1
    }

    fn watcher(self: &Arc<Self>) -> Watcher {
        let trap = self.clone();
        Arc::new(move || {
            // 0 is unarmed, 1 the last message; what is below has struck.
            let before = trap
                .messages
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| match left {
                    0 => None,
                    1 => Some(-1),
                    left => Some(if left > 0 { left - 1 } else { left }),
                });
            match before {
                Ok(1) => {
                    let pid = trap.pid.load(Ordering::SeqCst).to_string();
                    let killed = Command::new("kill").args(["-9", &pid]).status();
                    assert!(killed.expect("kill runs").success());
                    false
                }
                Ok(left) => left > 0,
                Err(_) => true,
            }
        })
    }
}

/// A demo whose messages all go through the trap.
struct Place {
    cloud: Cloud,
    trap: Arc<Trap>,
    endpoint: String,
    database: String,
    sessions: String,
    name: String,
    _proxies: [Proxy; 3],
}

impl Place {
    async fn start() -> Option<Self> {
        if !is_there("PostgreSQL", POSTGRES).await || !is_there("Redis", REDIS).await {
            return None;
        }
        let name = fresh_name();
        let create = AssertSqlSafe(format!("create database {name}"));
        let mut server = connect("postgres").await;
        server.execute(create).await.expect("a database");

        // Tokens that are about to expire as soon as they are there: each request renews them.
        let minute = Duration::from_secs(60);
        let client = AppClient::new("site")
            .with_access_token_validity(minute)
            .with_id_token_validity(minute)
            .with_refresh_token_rotation(minute);
        let cloud = Cloud::with_client(client).await;
        let trap = Arc::<Trap>::default();
        let cognito = cloud.emulator.endpoint().rsplit(':').next();
        let cognito = cognito.and_then(|port| port.trim_end_matches('/').parse().ok());
        let cognito = Proxy::watched(cognito.expect("a port"), trap.watcher()).await;
        let postgres = Proxy::watched(POSTGRES, trap.watcher()).await;
        let redis = Proxy::watched(REDIS, trap.watcher()).await;

        Some(Self {
            endpoint: format!("http://127.0.0.1:{}", cognito.port),
            database: format!("postgres://postgres@127.0.0.1:{}/{name}", postgres.port),
            sessions: format!("redis://127.0.0.1:{}", redis.port),
            cloud,
            trap,
            name,
            _proxies: [cognito, postgres, redis],
        })
    }

    async fn demo(&self) -> Demo {
        Demo::start_at(&self.cloud, &self.endpoint, &self.database, &self.sessions).await
    }

    async fn number(&self, sql: &'static str) -> i64 {
        let mut database = connect(&self.name).await;
        let number = sqlx::query_scalar(sql).fetch_one(&mut database);
        number.await.expect("a number")
    }

    async fn end(self) {
        let drop = format!("drop database if exists {} with (force)", self.name);
        let drop = AssertSqlSafe(drop);
        let mut server = connect("postgres").await;
        server.execute(drop).await.expect("dropped");
    }
}

async fn timely(browser: &mut Browser, path: &str) -> u16 {
    let asked = Instant::now();
    let status = browser.get(path).await.status;
    assert!(asked.elapsed() < PATIENCE, "{path}: {:?}", asked.elapsed());
    status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_that_is_killed_at_any_message_leaves_nothing_half_done() {
    let Some(place) = Place::start().await else {
        return;
    };
    let mut demo = place.demo().await;
    let mut messages = 0;

    loop {
        messages += 1;
        let mut alice = Browser::at(demo.port);
        alice.get("/login").await;
        place.trap.arm(demo.pid(), messages);
        let answer = alice.log_in("alice", "Correct-horse-1").await;
        if !place.trap.disarm() {
            assert_eq!(answer.location, "/members");
            break;
        }
        demo.kill();

        demo = place.demo().await;
        let mut alice = alice.moved_to(demo.port);
        // A message that nobody waits for may follow the answer: what was answered stands.
        if answer.location == "/members" {
            assert_eq!(timely(&mut alice, "/members").await, 200);
            continue;
        }
        // On a busy machine it may have given up before, and was killed while it said so.
        let is_no_login = [0, 503].contains(&answer.status);
        assert!(is_no_login, "message {messages}: {}", answer.status);
        assert_eq!(
            timely(&mut alice, "/members").await,
            303,
            "message {messages}"
        );
        alice.log_in("alice", "Correct-horse-1").await;
        assert_eq!(
            timely(&mut alice, "/members").await,
            200,
            "message {messages}"
        );
        assert!(place.number("select count(*) from users").await == 1);
    }

    println!("killed at each of {} messages of a login", messages - 1);
    assert!(messages > 12, "{messages}");
    place.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_or_a_logout_that_is_killed_loses_no_login_and_keeps_none() {
    let Some(place) = Place::start().await else {
        return;
    };
    let mut demo = place.demo().await;
    for refreshes in [true, false] {
        let mut messages = 0;
        loop {
            messages += 1;
            let mut alice = Browser::at(demo.port);
            alice.log_in("alice", "Correct-horse-1").await;
            place.trap.arm(demo.pid(), messages);
            let answer = match refreshes {
                true => alice.get("/members").await,
                false => alice.post("/logout", "").await,
            };
            if !place.trap.disarm() {
                assert!([200, 303].contains(&answer.status), "{}", answer.status);
                break;
            }
            demo.kill();

            demo = place.demo().await;
            let mut alice = alice.moved_to(demo.port);
            let status = timely(&mut alice, "/members").await;
            match refreshes {
                true => assert_eq!(status, 200, "refresh, message {messages}"),
                false => assert!([200, 303].contains(&status), "logout, {messages}: {status}"),
            }
            let copy = alice.clone();
            alice.post("/logout", "").await;
            assert_eq!(timely(&mut copy.moved_to(demo.port), "/members").await, 303);
        }
        let what = if refreshes { "refresh" } else { "logout" };
        println!("killed at each of {} messages of a {what}", messages - 1);
        assert!(messages > 6, "{what}: {messages}");
    }
    place.end().await;
}
