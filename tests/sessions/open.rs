//! The session stores, each with users in a database beside it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum_cognito::tower_sessions::session::{Id, Record};
use axum_cognito::tower_sessions::session_store::Result;
use axum_cognito::tower_sessions::{MemoryStore, SessionStore};
use axum_cognito::users::UserStore;
use axum_cognito::{MySqlUsers, PostgresUsers, SqliteUsers};
use sqlx::mysql::MySqlPoolOptions;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, MySqlConnection, PgConnection};
use tower_sessions_redis_store::RedisStore;
use tower_sessions_redis_store::fred::prelude::{ClientLike, Config, Pool};
use tower_sessions_sqlx_store::{MySqlStore, PostgresStore, SqliteStore};

use crate::server::{self, Fresh};

/// A store of sessions and one of users.
pub(crate) struct Stores {
    pub(crate) sessions: AnyStore,
    pub(crate) users: Arc<dyn UserStore>,
    _fresh: Vec<Fresh>,
}

impl Stores {
    fn new(sessions: impl SessionStore, users: impl UserStore, fresh: Vec<Fresh>) -> Option<Self> {
        Some(Self {
            sessions: AnyStore(Arc::new(sessions)),
            users: Arc::new(users),
            _fresh: fresh,
        })
    }
}

pub(crate) async fn memory() -> Option<Stores> {
    Stores::new(MemoryStore::default(), sqlite_users().await, Vec::new())
}

pub(crate) async fn sqlite() -> Option<Stores> {
    let users = sqlite_users().await;
    let sessions = SqliteStore::new(users.pool().clone());
    sessions.migrate().await.expect("a table of sessions");
    Stores::new(sessions, users, Vec::new())
}

async fn sqlite_users() -> SqliteUsers {
    let folder = tempfile::tempdir().expect("a folder").keep();
    let url = format!("sqlite://{}", folder.join("site.db").display());
    SqliteUsers::connect(&url).await.expect("a database")
}

async fn postgres_users() -> Option<(PostgresUsers, String, Fresh)> {
    let server = server::url(
        "TEST_POSTGRES_URL",
        "postgres://postgres@127.0.0.1:5432/postgres",
        "PostgreSQL",
        async |url| PgConnection::connect(&url).await,
    )
    .await?;
    let name = server::fresh_name();
    let execute = async |url: String, sql: String| {
        let mut connection = PgConnection::connect(&url).await.expect("a server");
        let done = sqlx::raw_sql(&sql).execute(&mut connection).await;
        done.expect("done");
    };
    execute(server.clone(), format!("create schema {name}")).await;
    let separator = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{separator}options[search_path]={name}");
    let schema = name.clone();
    let fresh = Fresh::new(async move || {
        let mut connection = PgConnection::connect(&server).await.expect("a server");
        let sql = format!("drop schema {schema} cascade");
        let _ = sqlx::raw_sql(&sql).execute(&mut connection).await;
    });

    let pool = PgPoolOptions::new().max_connections(8);
    let users = PostgresUsers::new(pool.connect(&url).await.expect("a database"));
    users.migrate().await.expect("tables");
    Some((users, name, fresh))
}

pub(crate) async fn postgres() -> Option<Stores> {
    let (users, schema, fresh) = postgres_users().await?;
    let sessions = PostgresStore::new(users.pool().clone())
        .with_schema_name(schema)
        .expect("a name");
    sessions.migrate().await.expect("a table of sessions");
    Stores::new(sessions, users, vec![fresh])
}

pub(crate) async fn mysql() -> Option<Stores> {
    let server = server::url(
        "TEST_MYSQL_URL",
        "mysql://root@127.0.0.1:3306",
        "MySQL or MariaDB",
        async |url| MySqlConnection::connect(&url).await,
    )
    .await?;
    let name = server::fresh_name();
    let mut connection = MySqlConnection::connect(&server).await.expect("a server");
    let sql = format!("create database {name}");
    let created = sqlx::raw_sql(&sql).execute(&mut connection).await;
    created.expect("a database");
    let url = format!("{}/{name}", server.trim_end_matches('/'));
    let database = name.clone();
    let fresh = Fresh::new(async move || {
        let mut connection = MySqlConnection::connect(&server).await.expect("a server");
        let sql = format!("drop database {database}");
        let _ = sqlx::raw_sql(&sql).execute(&mut connection).await;
    });

    let pool = MySqlPoolOptions::new().max_connections(8);
    let users = MySqlUsers::new(pool.connect(&url).await.expect("a database"));
    users.migrate().await.expect("tables");
    // Before its own migration: the id of a session is not one thing in any case.
    let table = "create table tower_sessions (id char(22) character set ascii collate ascii_bin \
                 primary key not null, data mediumblob not null, expiry_date timestamp(6) not null)";
    sqlx::query(table)
        .execute(users.pool())
        .await
        .expect("a table");
    let sessions = MySqlStore::new(users.pool().clone())
        .with_schema_name(name)
        .expect("a name")
        .with_table_name("tower_sessions")
        .expect("a name");
    sessions.migrate().await.expect("a table of sessions");
    Stores::new(sessions, users, vec![fresh])
}

pub(crate) async fn redis() -> Option<Stores> {
    let (users, _, fresh) = postgres_users().await?;
    let url = server::url(
        "TEST_REDIS_URL",
        "redis://127.0.0.1:6379",
        "Redis",
        async |url| {
            let config = Config::from_url(&url)?;
            let pool = Pool::new(config, None, None, None, 1)?;
            pool.init().await?;
            pool.quit().await
        },
    )
    .await?;
    let config = Config::from_url(&url).expect("a URL");
    let pool = Pool::new(config, None, None, None, 4).expect("a pool");
    tokio::time::timeout(Duration::from_secs(5), pool.init())
        .await
        .expect("in time")
        .expect("a connection");
    Stores::new(RedisStore::new(pool), users, vec![fresh])
}

/// One of the session stores.
#[derive(Clone)]
pub(crate) struct AnyStore(Arc<dyn SessionStore>);

#[async_trait]
impl SessionStore for AnyStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        self.0.create(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.0.save(record).await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        self.0.load(id).await
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.delete(id).await
    }
}

impl fmt::Debug for AnyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnyStore")
    }
}
