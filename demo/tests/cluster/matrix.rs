//! Every database with every session store.

use sqlx::{AssertSqlSafe, Connection, Executor, MySqlConnection};

use crate::http::Browser;
use crate::service::{Cloud, Demo, connect, fresh_name, is_there};

const REDIS: &str = "redis://127.0.0.1:6379";
const MYSQL: &str = "mysql://root@127.0.0.1:3306";

/// Logs in, starts the demo anew, and logs out, on each store of sessions.
async fn walk(database: &str) {
    let cloud = Cloud::start().await;
    for (sessions, survive) in [("memory", false), ("database", true), (REDIS, true)] {
        if sessions == REDIS && !is_there("Redis", 6379).await {
            continue;
        }
        let mut demo = Demo::start(&cloud, database, sessions).await;
        let mut alice = Browser::at(demo.port);
        alice.log_in("alice", "Correct-horse-1").await;
        let page = alice.get("/profile").await;
        assert_eq!(page.status, 200, "{database} {sessions}: {}", page.body);

        let mut thief = alice.clone();
        thief.cookie = alice.cookie.as_deref().map(flip_case);
        let page = thief.get("/profile").await;
        assert_eq!(page.status, 303, "{database} {sessions}: another id");

        demo.kill();
        demo = Demo::start(&cloud, database, sessions).await;
        let mut alice = alice.moved_to(demo.port);
        let status = if survive { 200 } else { 303 };
        let page = alice.get("/profile").await;
        assert_eq!(page.status, status, "{database} {sessions}: {}", page.body);
        alice.post("/logout", "").await;
        assert_eq!(alice.get("/profile").await.status, 303);
    }
}

/// The same id in the other case, which is another id.
fn flip_case(cookie: &str) -> String {
    let (name, id) = cookie.split_once('=').expect("a pair");
    let flip = |c: char| match c.is_ascii_lowercase() {
        true => c.to_ascii_uppercase(),
        false => c.to_ascii_lowercase(),
    };
    format!("{name}={}", id.chars().map(flip).collect::<String>())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_with_every_session_store() {
    let folder = tempfile::tempdir().expect("a folder");
    walk(&format!("sqlite://{}/site.db", folder.path().display())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_with_every_session_store() {
    if !is_there("PostgreSQL", 5432).await {
        return;
    }
    let name = fresh_name();
    let mut server = connect("postgres").await;
    let create = AssertSqlSafe(format!("create database {name}"));
    server.execute(create).await.expect("a database");

    walk(&format!("postgres://postgres@127.0.0.1:5432/{name}")).await;

    let drop = AssertSqlSafe(format!("drop database {name} with (force)"));
    server.execute(drop).await.expect("dropped");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_with_every_session_store() {
    if !is_there("MySQL or MariaDB", 3306).await {
        return;
    }
    let name = fresh_name();
    let mut server = MySqlConnection::connect(MYSQL).await.expect("a server");
    let create = AssertSqlSafe(format!("create database {name}"));
    server.execute(create).await.expect("a database");

    walk(&format!("{MYSQL}/{name}")).await;

    let drop = AssertSqlSafe(format!("drop database {name}"));
    server.execute(drop).await.expect("dropped");
}
