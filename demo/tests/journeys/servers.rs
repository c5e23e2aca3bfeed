//! Users in a PostgreSQL database of their own, and sessions in Redis: as a site of several processes has them.

use std::collections::hash_map::RandomState;
use std::env;
use std::hash::{BuildHasher, Hasher};
use std::io::Write;
use std::time::Duration;

use axum_cognito::PostgresUsers;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tower_sessions_redis_store::RedisStore;
use tower_sessions_redis_store::fred::prelude::{Builder, Client, ClientLike, Config};

/// The servers of one site. Its database goes with it.
pub(crate) struct Servers {
    server: String,
    database: String,
}

impl Servers {
    /// Connects to both, if they are there.
    pub(crate) async fn connect() -> Option<(Self, PostgresUsers, RedisStore<Client>)> {
        let server = address("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432");
        let redis = address("TEST_REDIS_URL", "redis://127.0.0.1:6379");
        let reached = PgConnection::connect(&format!("{server}/postgres")).await;
        let (Ok(mut postgres), Some(redis)) = (reached, connect_redis(&redis).await) else {
            let _ = writeln!(
                std::io::stderr(),
                "left out: no PostgreSQL at {server}, or no Redis at {redis}"
            );
            return None;
        };

        let number = RandomState::new().build_hasher().finish();
        let database = format!("axum_cognito_journey_{number:x}");
        let create = AssertSqlSafe(format!("create database {database}"));
        postgres.execute(create).await.expect("a database");
        let url = format!("{server}/{database}");
        let users = PostgresUsers::connect(&url).await;
        let users = users.expect("the new database");
        Some((Self { server, database }, users, RedisStore::new(redis)))
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        let server = format!("{}/postgres", self.server);
        let database = &self.database;
        let drop = AssertSqlSafe(format!("drop database if exists {database} with (force)"));
        // A destructor cannot wait on the runtime that it is dropped in.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                if let Ok(mut server) = PgConnection::connect(&server).await {
                    let _ = server.execute(drop).await;
                }
            });
        });
        let _ = dropped.join();
    }
}

/// Of a server, without the name of a database.
fn address(variable: &str, standard: &str) -> String {
    let address = env::var(variable).unwrap_or_else(|_| standard.to_owned());
    match address.splitn(4, '/').collect::<Vec<_>>()[..] {
        [scheme, empty, host, ..] => [scheme, empty, host].join("/"),
        _ => address,
    }
}

async fn connect_redis(address: &str) -> Option<Client> {
    let client = Builder::from_config(Config::from_url(address).ok()?).build();
    let client = client.ok()?;
    let connected = tokio::time::timeout(Duration::from_secs(5), client.init()).await;
    connected.ok()?.ok()?;
    Some(client)
}
