//! Sessions in memory, beside the users, or in Redis.

mod clean_up;
mod memory;
mod mysql;
mod redis;

use std::sync::Arc;

use async_trait::async_trait;
use axum_cognito::seal::SealingKeys;
use axum_cognito::tower_sessions::cookie::SameSite;
use axum_cognito::tower_sessions::session::{Id, Record};
use axum_cognito::tower_sessions::{Expiry, SessionManagerLayer, SessionStore, session_store};
use axum_cognito::web::SealedStore;
use tower_sessions_redis_store::fred::prelude::Config;
use tower_sessions_sqlx_store::{PostgresStore, SqliteStore};

use crate::database::Database;
use crate::settings::{Failure, shown};

const WANTED: &str = "SESSION_STORE: expected `memory`, `database` (beside the users) or \
                      `redis://<user>:<password>@<host>:<port>/<number>`";

/// How long a login lasts that nobody uses.
const IDLE: time::Duration = time::Duration::days(7);

/// What `SESSION_STORE` says.
pub(crate) enum StoreSetting {
    Memory,
    Database,
    Redis {
        config: Box<Config>,
        /// Without user and password.
        shown: String,
    },
}

impl StoreSetting {
    /// Reads `SESSION_STORE`. What is wrong with it is told without repeating it: there may be a
    /// password in it.
    pub(crate) fn parse(setting: &str) -> Result<Self, Failure> {
        match setting {
            "memory" => Ok(Self::Memory),
            "database" => Ok(Self::Database),
            url if url.starts_with("redis://") || url.starts_with("rediss://") => {
                let config = redis::parse(url)
                    .map_err(|why| Failure::Setting(format!("{WANTED}: {why}")))?;
                Ok(Self::Redis {
                    config: Box::new(config),
                    shown: shown(url),
                })
            }
            _ => Err(Failure::Setting(WANTED.to_owned())),
        }
    }
}

/// One store of sessions, whichever it is: the layer wants one type.
#[derive(Clone, Debug)]
pub(crate) struct Sessions(Arc<dyn SessionStore>);

impl Sessions {
    /// Opens the store, encrypts what goes into it, and keeps it free of expired sessions.
    pub(crate) async fn open(
        setting: &StoreSetting,
        users: &Database,
        keys: SealingKeys,
    ) -> Result<Self, Failure> {
        let store = match setting {
            StoreSetting::Memory => Self(Arc::new(memory::open())),
            StoreSetting::Database => Self::beside(users).await?,
            StoreSetting::Redis { config, shown } => {
                Self(Arc::new(redis::open(config, shown).await?))
            }
        };
        Ok(Self(Arc::new(SealedStore::new(store, keys))))
    }

    async fn beside(users: &Database) -> Result<Self, Failure> {
        let failed =
            |error: sqlx::Error| Failure::Start(format!("the table of the sessions: {error}"));

        match users {
            Database::Sqlite(users) => {
                let store = SqliteStore::new(users.pool().clone());
                store.migrate().await.map_err(failed)?;
                clean_up::start(store.clone());
                Ok(Self(Arc::new(store)))
            }
            Database::Postgres(users) => {
                let store = PostgresStore::new(users.pool().clone());
                store.migrate().await.map_err(failed)?;
                clean_up::start(store.clone());
                Ok(Self(Arc::new(store)))
            }
            Database::MySql(users) => {
                let store = mysql::open(users.pool()).await?;
                clean_up::start(store.clone());
                Ok(Self(Arc::new(store)))
            }
        }
    }

    /// Cookies that a script cannot read and another site's form does not bring along. Over
    /// https they are for this very host alone.
    pub(crate) fn layer(self, https: bool) -> SessionManagerLayer<Self> {
        SessionManagerLayer::new(self)
            .with_name(if https { "__Host-session" } else { "session" })
            .with_secure(https)
            .with_http_only(true)
            .with_same_site(SameSite::Lax)
            .with_expiry(Expiry::OnInactivity(IDLE))
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        self.0.create(record).await
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.0.save(record).await
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        self.0.load(id).await
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.0.delete(id).await
    }
}
