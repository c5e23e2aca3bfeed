//! PgBouncer between us and the server, as a rule with another connection for each transaction.

use std::fs;
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum_cognito::users::{PostgresUsers, UserStore, UserStoreError};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::pg_server::{self, execute};
use super::server::{self, Fresh};
use super::server_rights::{keeps_a_session, logs_in};
use super::site::login;

/// The connections of the pooler to the server.
const CONNECTIONS: u32 = 4;

/// A pooler in front of an empty database.
struct Pooler {
    process: Child,
    url: String,
    _folder: TempDir,
    _database: Fresh,
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // Before the database is dropped, whose connections it holds.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn pooler(mode: &str) -> Option<Pooler> {
    let server = pg_server::url().await?;
    let options: PgConnectOptions = server.parse().expect("a URL");
    let name = server::fresh_name();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pgbouncer.ini");
    let settings = format!(
        "[databases]\n\
         {name} = host={} port={} user={}\n\
         [pgbouncer]\n\
         listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
         auth_type = any\npool_mode = {mode}\ndefault_pool_size = {CONNECTIONS}\n",
        options.get_host(),
        options.get_port(),
        options.get_username(),
    );
    fs::write(&file, settings).expect("a file");

    // It refuses to be root, and reads its file before it is somebody else.
    let is_root = Command::new("id").arg("-u").output();
    let is_root = is_root.is_ok_and(|output| output.stdout == b"0\n");
    let mut command = Command::new("pgbouncer");
    if is_root {
        command.args(["-u", "nobody"]);
    }
    let started = command
        .arg(&file)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(process) = started else {
        let _ = writeln!(std::io::stderr(), "left out: no pgbouncer on this machine");
        return None;
    };

    execute(&server, format!("create database {name}")).await;
    let url = format!("postgres://app@127.0.0.1:{port}/{name}");
    let ending = async move || {
        execute(&server, format!("drop database {name} with (force)")).await;
    };
    let pooler = Pooler {
        process,
        url,
        _folder: folder,
        _database: Fresh::new(ending),
    };
    for _ in 0..50 {
        if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return Some(pooler);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("pgbouncer does not answer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn is_named_when_statements_get_lost() {
    let Some(pooler) = pooler("transaction").await else {
        return;
    };
    let mut message = String::new();
    for _ in 0..4 {
        if let Err(error) = PostgresUsers::connect(&pooler.url).await {
            message = error.to_string();
        }
    }
    assert!(message.contains("statement-cache-capacity=0"), "{message}");
}

/// Sixteen processes, one after another and at once, on four connections of the server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn works_through_a_pooler_of_transactions() {
    let Some(pooler) = pooler("transaction").await else {
        return;
    };
    let url = format!("{}?statement-cache-capacity=0", pooler.url);
    PostgresUsers::connect(&url).await.expect("the first start");
    let mut processes = JoinSet::new();
    for number in 0..16 {
        let url = url.clone();
        processes.spawn(async move {
            let users = PostgresUsers::connect(&url).await?;
            for round in 0..20 {
                let name = format!("user-{}", (number + round) % 5);
                users
                    .sync(&login(&name, &[("email", "ann@example.com")]))
                    .await?;
                let user = users.find_by_username(&name).await?;
                assert_eq!(user.expect("a row").email, "ann@example.com");
            }
            logs_in(&users, &format!("user-{number}")).await?;
            keeps_a_session(users.sessions()).await;
            Ok::<_, UserStoreError>(())
        });
    }
    for done in processes.join_all().await {
        done.expect("every statement");
    }
}

/// A process that has as many connections as the pooler has for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn works_through_a_pooler_of_sessions() {
    let Some(pooler) = pooler("session").await else {
        return;
    };
    let options: PgConnectOptions = pooler.url.parse().expect("a URL");
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .connect_with(options.extra_float_digits(None));
    let users = PostgresUsers::new(pool.await.expect("a pool"));
    users.migrate().await.expect("tables");

    let mut logins = JoinSet::new();
    for number in 0..80 {
        let users = users.clone();
        logins.spawn(async move { logs_in(&users, &format!("user-{number}")).await });
    }
    for done in logins.join_all().await {
        done.expect("every login");
    }
    keeps_a_session(users.sessions()).await;
    users.pool().close().await;
}
