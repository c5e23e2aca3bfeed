//! The session stores, each with users in a database beside it.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum_cognito::seal::SealingKeys;
use axum_cognito::tower_sessions::session::{Id, Record};
use axum_cognito::tower_sessions::session_store::Result;
use axum_cognito::tower_sessions::{MemoryStore, SessionStore};
use axum_cognito::users::UserStore;
use axum_cognito::{MySqlUsers, PostgresUsers, SqliteUsers};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryStreamExt};
use sqlx::mysql::MySqlPoolOptions;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, MySqlConnection};
use tower_sessions_redis_store::RedisStore;
use tower_sessions_redis_store::fred::prelude::{ClientLike, Config, KeysInterface, Pool};

use crate::pg_server::empty_schema;
use crate::server::{self, Fresh};

/// A store of sessions and one of users.
#[derive(Clone)]
pub(crate) struct Stores {
    pub(crate) sessions: AnyStore,
    pub(crate) users: Arc<dyn UserStore>,
    /// Whether the sessions are beside the logins, so that one query reads both.
    pub(crate) reads_along: bool,
    keys: Option<SealingKeys>,
    dump: Dump,
    _fresh: Arc<Vec<Fresh>>,
}

/// Reads all that the stores keep.
type Dump = Arc<dyn Fn() -> BoxFuture<'static, Vec<u8>> + Send + Sync>;

impl Stores {
    /// Stores of a site with sealing keys.
    fn new<S: SessionStore>(
        sessions: S,
        users: impl UserStore,
        fresh: Vec<Fresh>,
        dump: impl Fn() -> BoxFuture<'static, Vec<u8>> + Send + Sync + 'static,
    ) -> Option<Self> {
        Some(Self {
            sessions: AnyStore {
                store: Arc::new(sessions),
                created: Arc::default(),
                instead: Arc::default(),
            },
            users: Arc::new(users),
            reads_along: false,
            keys: Some(KEY.parse().expect("keys")),
            dump: Arc::new(dump),
            _fresh: Arc::new(fresh),
        })
    }

    fn beside_the_logins(self) -> Self {
        Self {
            reads_along: true,
            ..self
        }
    }

    /// The sealing keys of the site.
    pub(crate) fn keys(&self) -> Option<SealingKeys> {
        self.keys.clone()
    }

    /// The same stores without encryption.
    pub(crate) fn in_clear(&self) -> Self {
        Self {
            keys: None,
            ..self.clone()
        }
    }

    /// The same stores of a site with other keys.
    pub(crate) fn with_keys(&self, keys: &str) -> Self {
        Self {
            keys: Some(keys.parse().expect("keys")),
            ..self.clone()
        }
    }

    /// All that is kept, as somebody finds it who got hold of the files.
    pub(crate) async fn dump(&self) -> Vec<u8> {
        (self.dump)().await
    }
}

pub(crate) const KEY: &str = "qXZtVN0J1y2iW0p1Xj4cJ9vG6xOZk3mJm0h8Qe5rT2A=";
pub(crate) const OTHER_KEY: &str = "c2hvcnQgdGV4dCBvZiB0aGlydHktdHdvIGJ5dGVzLi4=";

/// Rows of one column, one after the other.
async fn rows<'c, D>(pool: &sqlx::Pool<D>, sql: &'static str) -> Vec<u8>
where
    D: sqlx::Database,
    for<'a> &'a sqlx::Pool<D>: sqlx::Executor<'a, Database = D>,
    <D as sqlx::Database>::Arguments: sqlx::IntoArguments<D>,
    for<'r> Vec<u8>: sqlx::Decode<'r, D>,
    usize: sqlx::ColumnIndex<D::Row>,
{
    let rows = sqlx::query(sql).fetch_all(pool).await.expect("rows");
    let bytes = |row: &D::Row| {
        let bytes: Option<Vec<u8>> = sqlx::Row::try_get_unchecked(row, 0).expect("a column");
        bytes.unwrap_or_default()
    };
    rows.iter().flat_map(bytes).collect()
}

pub(crate) async fn memory() -> Option<Stores> {
    let (users, folder) = sqlite_users().await;
    let sessions = MemoryStore::default();
    let seen = sessions.clone();
    let dump = move || {
        let bytes = [format!("{seen:?}").into_bytes(), files(&folder)].concat();
        async move { bytes }.boxed()
    };
    Stores::new(sessions, users, Vec::new(), dump)
}

pub(crate) async fn sqlite() -> Option<Stores> {
    let (users, folder) = sqlite_users().await;
    let sessions = users.sessions();
    let dump = move || {
        let bytes = files(&folder);
        async move { bytes }.boxed()
    };
    Stores::new(sessions, users, Vec::new(), dump).map(Stores::beside_the_logins)
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
fn files(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).expect("a folder");
    let read = |file: std::io::Result<std::fs::DirEntry>| {
        std::fs::read(file.expect("a file").path()).expect("readable")
    };
    files.flat_map(read).collect()
}

async fn postgres_users() -> Option<(PostgresUsers, Fresh)> {
    let (url, fresh) = empty_schema().await?;
    let pool = PgPoolOptions::new().max_connections(8);
    let users = PostgresUsers::new(pool.connect(&url).await.expect("a database"));
    users.migrate().await.expect("tables");
    Some((users, fresh))
}

pub(crate) async fn postgres() -> Option<Stores> {
    let (users, fresh) = postgres_users().await?;
    let sessions = users.sessions();
    let pool = users.pool().clone();
    let dump = move || {
        let pool = pool.clone();
        async move {
            let logins = rows(&pool, "select tokens from logins").await;
            let sessions = rows(&pool, "select data || id from browser_sessions").await;
            [logins, sessions].concat()
        }
        .boxed()
    };
    Stores::new(sessions, users, vec![fresh], dump).map(Stores::beside_the_logins)
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
    let created = sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(&mut connection)
        .await;
    created.expect("a database");
    let url = format!("{}/{name}", server.trim_end_matches('/'));
    let database = name.clone();
    let fresh = Fresh::new(async move || {
        let mut connection = MySqlConnection::connect(&server).await.expect("a server");
        let sql = format!("drop database {database}");
        let _ = sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(&mut connection)
            .await;
    });

    let pool = MySqlPoolOptions::new().max_connections(8);
    let users = MySqlUsers::new(pool.connect(&url).await.expect("a database"));
    users.migrate().await.expect("tables");
    let sessions = users.sessions();
    let pool = users.pool().clone();
    let dump = move || {
        let pool = pool.clone();
        async move {
            let logins = rows(&pool, "select tokens from logins").await;
            let sessions = rows(&pool, "select concat(data, id) from browser_sessions").await;
            [logins, sessions].concat()
        }
        .boxed()
    };
    Stores::new(sessions, users, vec![fresh], dump).map(Stores::beside_the_logins)
}

pub(crate) async fn redis() -> Option<Stores> {
    let (users, fresh) = postgres_users().await?;
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
            let mut bytes = rows(&database, "select tokens from logins").await;
            let mut keys = Box::pin(redis.next().scan_buffered("*", Some(1000), None));
            while let Some(key) = keys.try_next().await.expect("keys") {
                let value: Option<Vec<u8>> = redis.get(key).await.unwrap_or_default();
                bytes.extend(value.unwrap_or_default());
            }
            bytes
        }
        .boxed()
    };
    Stores::new(RedisStore::new(pool), users, vec![fresh], dump)
}

/// One of the session stores. It remembers which ids it was given for new sessions, and can give the
/// record of one session for that of another.
#[derive(Clone)]
pub(crate) struct AnyStore {
    store: Arc<dyn SessionStore>,
    created: Arc<Mutex<Vec<Id>>>,
    instead: Arc<Mutex<HashMap<Id, Id>>>,
}

impl AnyStore {
    pub(crate) fn created(&self) -> Vec<Id> {
        self.created.lock().expect("a lock").clone()
    }

    /// Gives the whole record of `other`, its id too, to whoever asks for `asked`.
    pub(crate) fn give_instead(&self, asked: Id, other: Id) {
        self.instead.lock().expect("a lock").insert(asked, other);
    }
}

#[async_trait]
impl SessionStore for AnyStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        self.store.create(record).await?;
        self.created.lock().expect("a lock").push(record.id);
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.store.save(record).await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let instead = self.instead.lock().expect("a lock").get(id).copied();
        self.store.load(&instead.unwrap_or(*id)).await
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.store.delete(id).await
    }
}

impl fmt::Debug for AnyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnyStore")
    }
}
