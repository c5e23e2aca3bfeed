use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use cognito_emulator::{AppClient, Emulator, Pool, User};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::NamedTempFile;
use tokio::net::{TcpListener, TcpStream};

use crate::http::Browser;
use crate::proxy::Proxy;

pub(crate) const POSTGRES: u16 = 5432;
pub(crate) const REDIS: u16 = 6379;
const SEALING_KEY: &str = "qXZtVN0J1y2iW0p1Xj4cJ9vG6xOZk3mJm0h8Qe5rT2A=";

/// Two demos on one user pool, one database and one store of sessions.
pub(crate) struct Service {
    cloud: Cloud,
    pub(crate) postgres: Proxy,
    pub(crate) redis: Proxy,
    database: String,
    pub(crate) demos: Vec<Demo>,
}

/// A demo in a process of its own.
pub(crate) struct Demo {
    process: Child,
    pub(crate) port: u16,
    log: NamedTempFile,
}

/// The user pool of all demos.
pub(crate) struct Cloud {
    pub(crate) emulator: Emulator,
    pool: Pool,
    client: AppClient,
}

impl Cloud {
    pub(crate) async fn start() -> Self {
        Self::with_client(AppClient::new("site")).await
    }

    pub(crate) async fn with_client(client: AppClient) -> Self {
        let emulator = Emulator::start().await.expect("the emulator starts");
        let pool = emulator.add_pool(Pool::new("us-east-1_Cluster1"));
        let client = pool.add_client(client);
        pool.add_user(User::new("alice").with_password("Correct-horse-1"));

        Self {
            emulator,
            pool,
            client,
        }
    }
}

impl Service {
    pub(crate) async fn start() -> Option<Self> {
        if !is_there("PostgreSQL", POSTGRES).await || !is_there("Redis", REDIS).await {
            return None;
        }

        let database = fresh_name();
        let mut server = connect("postgres").await;
        let create = AssertSqlSafe(format!("create database {database}"));
        server.execute(create).await.expect("a database");

        let mut service = Self {
            cloud: Cloud::start().await,
            postgres: Proxy::to(POSTGRES).await,
            redis: Proxy::to(REDIS).await,
            database,
            demos: Vec::new(),
        };
        for _ in 0..2 {
            let demo = service.start_demo().await;
            service.demos.push(demo);
        }
        Some(service)
    }

    /// Starts a demo on the database and the sessions that all share.
    pub(crate) async fn start_demo(&self) -> Demo {
        let postgres = self.postgres.port;
        let database = format!("postgres://postgres@127.0.0.1:{postgres}/{}", self.database);
        let sessions = format!("redis://127.0.0.1:{}", self.redis.port);

        Demo::start(&self.cloud, &database, &sessions).await
    }

    /// A browser in which alice is logged in, at one of the demos.
    pub(crate) async fn alice(&self, demo: usize) -> Browser {
        let mut browser = Browser::at(self.demos[demo].port);
        let answer = browser.log_in("alice", "Correct-horse-1").await;
        assert_eq!(
            answer.location, "/members",
            "{}: {}",
            answer.status, answer.body
        );
        browser
    }

    /// How many rows the users have.
    pub(crate) async fn rows(&self) -> i64 {
        let mut database = connect(&self.database).await;
        let rows = sqlx::query_scalar("select count(*) from users").fetch_one(&mut database);
        rows.await.expect("a number")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.demos.clear();
        let drop = AssertSqlSafe(format!(
            "drop database if exists {} with (force)",
            self.database
        ));
        // A destructor cannot wait on the runtime that it is dropped in.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let _ = connect("postgres").await.execute(drop).await;
            });
        });
        let _ = dropped.join();
    }
}

impl Demo {
    /// Starts a demo, and waits until it serves.
    pub(crate) async fn start(cloud: &Cloud, database: &str, sessions: &str) -> Self {
        Self::start_at(cloud, cloud.emulator.endpoint(), database, sessions).await
    }

    /// Starts a demo that has another way to its user pool.
    pub(crate) async fn start_at(
        cloud: &Cloud,
        endpoint: &str,
        database: &str,
        sessions: &str,
    ) -> Self {
        // A port that is free now may be taken in a moment.
        for _ in 0..5 {
            if let Some(demo) = Self::try_start(cloud, endpoint, database, sessions).await {
                return demo;
            }
        }
        panic!("the demo ends at its start: {database}, {sessions}");
    }

    async fn try_start(
        cloud: &Cloud,
        endpoint: &str,
        database: &str,
        sessions: &str,
    ) -> Option<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let log = NamedTempFile::new().expect("a file");
        let issuer = format!("{}/{}", cloud.emulator.endpoint(), cloud.pool.id());
        let process = Command::new(env!("CARGO_BIN_EXE_demo"))
            .env("DEMO_LISTEN", format!("127.0.0.1:{port}"))
            .env("DATABASE_URL", database)
            .env("SESSION_STORE", sessions)
            .env("COGNITO_USER_POOL_ID", cloud.pool.id())
            .env("COGNITO_APP_ID", cloud.client.id())
            .env("COGNITO_ENDPOINT", endpoint)
            .env("COGNITO_ISSUER", issuer)
            .env("SEALING_KEYS", SEALING_KEY)
            .env("RUST_LOG", "error")
            .stdout(Stdio::null())
            .stderr(log.reopen().expect("the file"))
            .spawn()
            .expect("the demo starts");

        let mut demo = Self { process, port, log };
        for _ in 0..200 {
            let serves = Browser::at(port).get("/healthz").await.status == 200;
            // Whoever took the port answers in its place.
            if demo.process.try_wait().expect("a process").is_some() {
                return None;
            }
            if serves {
                return Some(demo);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the demo does not serve: {database}, {sessions}");
    }

    /// What has gone wrong so far, a line for each event.
    #[allow(dead_code, reason = "the hard tests do not")]
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log.path()).expect("text")
    }

    #[allow(dead_code, reason = "the hard tests use it")]
    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// As `kill -9` does it.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("killed");
        self.process.wait().expect("ended");
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) async fn connect(database: &str) -> PgConnection {
    let url = format!("postgres://postgres@127.0.0.1:{POSTGRES}/{database}");
    PgConnection::connect(&url).await.expect("a server")
}

pub(crate) fn fresh_name() -> String {
    let number = RandomState::new().build_hasher().finish();
    format!("axum_cognito_{number:x}")
}

pub(crate) async fn is_there(server: &str, port: u16) -> bool {
    let is_there = TcpStream::connect(("127.0.0.1", port)).await.is_ok();
    if !is_there {
        let _ = writeln!(
            std::io::stderr(),
            "left out: no {server} at 127.0.0.1:{port}"
        );
    }
    is_there
}
