//! The session stores, each with users in a database beside it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum_cognito::seal::SealingKeys;
use axum_cognito::tower_sessions::session::{Id, Record};
use axum_cognito::tower_sessions::session_store::Result;
use axum_cognito::tower_sessions::{MemoryStore, SessionStore};
use axum_cognito::users::UserStore;
use axum_cognito::web::SealedStore;
use axum_cognito::{MySqlUsers, PostgresUsers, SqliteUsers};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryStreamExt};
use sqlx::mysql::MySqlPoolOptions;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, MySqlConnection, PgConnection};
use tower_sessions_redis_store::RedisStore;
use tower_sessions_redis_store::fred::prelude::{ClientLike, Config, KeysInterface, Pool};
use tower_sessions_sqlx_store::{MySqlStore, PostgresStore, SqliteStore};

use crate::server::{self, Fresh};

/// A store of sessions and one of users.
pub(crate) struct Stores {
    pub(crate) sessions: AnyStore,
    pub(crate) users: Arc<dyn UserStore>,
    fresh: Arc<Vec<Fresh>>,
    dump: Dump,
    /// The same stores without encryption.
    in_clear: (AnyStore, Arc<dyn UserStore>),
}

/// Reads all that the stores keep.
type Dump = Arc<dyn Fn() -> BoxFuture<'static, String> + Send + Sync>;

impl Stores {
    /// Seals what goes into the stores.
    fn new<S: SessionStore>(
        sessions: S,
        (users, sealed): (impl UserStore, impl UserStore),
        fresh: Vec<Fresh>,
        dump: impl Fn() -> BoxFuture<'static, String> + Send + Sync + 'static,
    ) -> Option<Self> {
        let in_clear = AnyStore(Arc::new(sessions));
        Some(Self {
            sessions: AnyStore(Arc::new(SealedStore::new(in_clear.clone(), keys()))),
            users: Arc::new(sealed),
            fresh: Arc::new(fresh),
            dump: Arc::new(dump),
            in_clear: (in_clear, Arc::new(users)),
        })
    }

    /// The same stores without encryption.
    pub(crate) fn in_clear(&self) -> Self {
        Self {
            sessions: self.in_clear.0.clone(),
            users: self.in_clear.1.clone(),
            fresh: self.fresh.clone(),
            dump: self.dump.clone(),
            in_clear: self.in_clear.clone(),
        }
    }

    /// The same stores, whose sessions are sealed with other keys.
    pub(crate) fn with_session_keys(&self, keys: &str) -> Self {
        let keys = keys.parse().expect("keys");
        Self {
            sessions: AnyStore(Arc::new(SealedStore::new(self.in_clear.0.clone(), keys))),
            ..self.in_clear()
        }
    }

    /// All that is kept, as somebody finds it who got hold of the files.
    pub(crate) async fn dump(&self) -> String {
        (self.dump)().await
    }
}

pub(crate) const KEY: &str = "qXZtVN0J1y2iW0p1Xj4cJ9vG6xOZk3mJm0h8Qe5rT2A=";
pub(crate) const OTHER_KEY: &str = "c2hvcnQgdGV4dCBvZiB0aGlydHktdHdvIGJ5dGVzLi4=";

fn keys() -> SealingKeys {
    KEY.parse().expect("keys")
}

/// Rows of one column, as text.
async fn rows<'c, D>(pool: &sqlx::Pool<D>, sql: &'static str) -> String
where
    D: sqlx::Database,
    for<'a> &'a sqlx::Pool<D>: sqlx::Executor<'a, Database = D>,
    for<'a> <D as sqlx::Database>::Arguments<'a>: sqlx::IntoArguments<'a, D>,
    for<'r> Vec<u8>: sqlx::Decode<'r, D>,
    usize: sqlx::ColumnIndex<D::Row>,
{
    let rows = sqlx::query(sql).fetch_all(pool).await.expect("rows");
    let text = |row: &D::Row| {
        let bytes: Option<Vec<u8>> = sqlx::Row::try_get_unchecked(row, 0).expect("a column");
        String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
    };
    rows.iter().map(text).collect()
}

pub(crate) async fn memory() -> Option<Stores> {
    let (users, folder) = sqlite_users().await;
    let sessions = MemoryStore::default();
    let seen = sessions.clone();
    let dump = move || {
        let text = format!("{seen:?}{}", files(&folder));
        async move { text }.boxed()
    };
    let sealed = users.clone().with_sealing_keys(keys());
    Stores::new(sessions, (users, sealed), Vec::new(), dump)
}

pub(crate) async fn sqlite() -> Option<Stores> {
    let (users, folder) = sqlite_users().await;
    let sessions = SqliteStore::new(users.pool().clone());
    sessions.migrate().await.expect("a table of sessions");
    let dump = move || {
        let text = files(&folder);
        async move { text }.boxed()
    };
    let sealed = users.clone().with_sealing_keys(keys());
    Stores::new(sessions, (users, sealed), Vec::new(), dump)
}

async fn sqlite_users() -> (SqliteUsers, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder").keep();
    let url = format!("sqlite://{}", folder.join("site.db").display());
    (
        SqliteUsers::connect(&url).await.expect("a database"),
        folder,
    )
}

/// The database and its write-ahead log, byte by byte.
fn files(folder: &Path) -> String {
    let files = std::fs::read_dir(folder).expect("a folder");
    let read = |file: std::io::Result<std::fs::DirEntry>| {
        let bytes = std::fs::read(file.expect("a file").path()).expect("readable");
        String::from_utf8_lossy(&bytes).into_owned()
    };
    files.map(read).collect()
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
    let pool = users.pool().clone();
    let dump = move || {
        let pool = pool.clone();
        async move {
            let logins = rows(&pool, "select tokens from logins").await;
            logins + &rows(&pool, "select data from session").await
        }
        .boxed()
    };
    let sealed = users.clone().with_sealing_keys(keys());
    Stores::new(sessions, (users, sealed), vec![fresh], dump)
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
    let pool = users.pool().clone();
    let dump = move || {
        let pool = pool.clone();
        async move {
            let logins = rows(&pool, "select tokens from logins").await;
            logins + &rows(&pool, "select data from tower_sessions").await
        }
        .boxed()
    };
    let sealed = users.clone().with_sealing_keys(keys());
    Stores::new(sessions, (users, sealed), vec![fresh], dump)
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
    let (redis, database) = (pool.clone(), users.pool().clone());
    let dump = move || {
        let (redis, database) = (redis.clone(), database.clone());
        async move {
            let mut text = rows(&database, "select tokens from logins").await;
            let mut keys = Box::pin(redis.next().scan_buffered("*", Some(1000), None));
            while let Some(key) = keys.try_next().await.expect("keys") {
                let value: Option<Vec<u8>> = redis.get(key).await.unwrap_or_default();
                text += &String::from_utf8_lossy(&value.unwrap_or_default());
            }
            text
        }
        .boxed()
    };
    let sealed = users.clone().with_sealing_keys(keys());
    Stores::new(RedisStore::new(pool), (users, sealed), vec![fresh], dump)
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
