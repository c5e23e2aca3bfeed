use std::error::Error as StdError;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use axum_cognito::seal::SealingKeys;
use axum_cognito::users::UserStoreError;
use axum_cognito::{MySqlUsers, PostgresUsers, SqliteUsers, UserStore};
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor};

use crate::settings::{Failure, shown};

const WANTED: &str = "DATABASE_URL: expected `sqlite://<path>`, \
                      `postgres://<user>:<password>@<host>/<database>` or \
                      `mysql://<user>:<password>@<host>/<database>`";

/// How long a visitor waits for a connection: a server that is down is told as soon as possible.
const PATIENCE: Duration = Duration::from_secs(3);

/// Outside strict mode MySQL cuts a value to the width of its column. The library asks for it.
const BE_STRICT: &str = "set session sql_mode = concat(@@session.sql_mode, ',STRICT_ALL_TABLES')";

/// Where the database is, as far as that can be told without asking it.
pub(crate) struct DatabaseUrl {
    kind: Kind,
    /// Without user, password and options.
    pub(crate) shown: String,
}

enum Kind {
    Sqlite(String),
    Postgres(PgConnectOptions),
    MySql(MySqlConnectOptions),
}

impl DatabaseUrl {
    /// Reads `DATABASE_URL`. What is wrong with it is told without repeating it: there may be a
    /// password in it.
    pub(crate) fn parse(url: &str) -> Result<Self, Failure> {
        let wrong = |error: sqlx::Error| {
            Failure::Setting(format!(
                "{WANTED}, with `%` escapes for signs like `/` and `@` in a password ({error})"
            ))
        };

        let kind = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => {
                SqliteConnectOptions::from_str(url).map_err(wrong)?;
                Kind::Sqlite(url.to_owned())
            }
            Some("postgres" | "postgresql") => Kind::Postgres(url.parse().map_err(wrong)?),
            Some("mysql" | "mariadb") => {
                let options: MySqlConnectOptions = url.parse().map_err(wrong)?;
                if options.get_database().is_none_or(str::is_empty) {
                    return Err(Failure::Setting(format!("{WANTED}: it names no database")));
                }
                Kind::MySql(options)
            }
            _ => return Err(Failure::Setting(WANTED.to_owned())),
        };

        Ok(Self {
            kind,
            shown: shown(url),
        })
    }
}

impl DatabaseUrl {
    /// Whether other demos can have the same database.
    pub(crate) fn is_shared(&self) -> bool {
        !matches!(self.kind, Kind::Sqlite(_))
    }

    /// Where a key can be kept beside the database. There is no such place if it is in memory.
    pub(crate) fn key_file(&self) -> Option<PathBuf> {
        let Kind::Sqlite(url) = &self.kind else {
            return None;
        };
        if url.contains(":memory:") || url.contains("mode=memory") {
            return None;
        }

        let options = SqliteConnectOptions::from_str(url).ok()?;
        Some(options.get_filename().with_file_name("sealing.key"))
    }
}

/// The users, in one of the databases that the library knows.
#[derive(Clone)]
pub(crate) enum Database {
    Sqlite(SqliteUsers),
    Postgres(PostgresUsers),
    MySql(MySqlUsers),
}

impl Database {
    /// Connects, and creates the `users` table.
    pub(crate) async fn open(url: &DatabaseUrl) -> Result<Self, Failure> {
        let opened = match &url.kind {
            Kind::Sqlite(url) => SqliteUsers::connect(url).await.map(Self::Sqlite),
            Kind::Postgres(options) => open_postgres(options).await.map(Self::Postgres),
            Kind::MySql(options) => open_mysql(options).await.map(Self::MySql),
        };

        opened.map_err(|error| {
            Failure::Start(format!(
                "DATABASE_URL: the database {} cannot be used: {}",
                url.shown,
                with_causes(&error)
            ))
        })
    }

    /// Encrypts the tokens of logins.
    pub(crate) fn with_sealing_keys(self, keys: SealingKeys) -> Self {
        match self {
            Self::Sqlite(users) => Self::Sqlite(users.with_sealing_keys(keys)),
            Self::Postgres(users) => Self::Postgres(users.with_sealing_keys(keys)),
            Self::MySql(users) => Self::MySql(users.with_sealing_keys(keys)),
        }
    }

    /// The store that logins write to.
    pub(crate) fn users(&self) -> Arc<dyn UserStore> {
        match self {
            Self::Sqlite(users) => Arc::new(users.clone()),
            Self::Postgres(users) => Arc::new(users.clone()),
            Self::MySql(users) => Arc::new(users.clone()),
        }
    }
}

async fn open_postgres(options: &PgConnectOptions) -> Result<PostgresUsers, UserStoreError> {
    try_connecting(options).await?;
    let pool = PgPoolOptions::new()
        .acquire_timeout(PATIENCE)
        .connect_lazy_with(options.clone());

    let users = PostgresUsers::new(pool);
    users.migrate().await?;
    Ok(users)
}

async fn open_mysql(options: &MySqlConnectOptions) -> Result<MySqlUsers, UserStoreError> {
    try_connecting(options).await?;
    let pool = MySqlPoolOptions::new()
        .acquire_timeout(PATIENCE)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(BE_STRICT).await?;
                Ok(())
            })
        })
        .connect_lazy_with(options.clone());

    let users = MySqlUsers::new(pool);
    users.migrate().await?;
    Ok(users)
}

/// Connects once, by itself: a pool would try until its time is over, and then tell no cause.
async fn try_connecting<O>(options: &O) -> Result<(), UserStoreError>
where
    O: ConnectOptions,
    O::Connection: Sized,
{
    let connection = tokio::time::timeout(PATIENCE, options.connect())
        .await
        .map_err(|_| sqlx::Error::PoolTimedOut)??;

    // Whether the server hears the farewell is all the same.
    let _ = connection.close().await;
    Ok(())
}

fn with_causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Some errors repeat the text of their cause.
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}
