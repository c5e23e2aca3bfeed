use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use axum_cognito::users::{SqlSessions, SqlUsers, UserStoreErrorKind};
use axum_cognito::{MySqlUsers, PostgresUsers, SqliteUsers, UserStore};
use sqlx::mysql::MySqlConnectOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::failure::{Failure, shown, with_causes};
use crate::private_file;

const WANTED: &str = "DATABASE_URL: expected `sqlite://<path>`, \
                      `postgres://<user>:<password>@<host>/<database>` or \
                      `mysql://<user>:<password>@<host>/<database>`";

/// Where the database is.
pub(crate) struct DatabaseUrl {
    url: String,
    kind: Kind,
    /// Without user, password and options.
    pub(crate) shown: String,
}

enum Kind {
    /// A file, or none if the database is in memory.
    Sqlite(Option<PathBuf>),
    Postgres,
    MySql,
}

impl DatabaseUrl {
    /// Reads `DATABASE_URL`. An error does not repeat it: there may be a password in it.
    pub(crate) fn parse(url: &str) -> Result<Self, Failure> {
        let wrong = |error: sqlx::Error| {
            Failure::Setting(format!(
                "{WANTED}, with `%` escapes for signs like `/` and `@` in a password ({error})"
            ))
        };

        let kind = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => {
                let options = SqliteConnectOptions::from_str(url).map_err(wrong)?;
                let is_in_memory = url.contains(":memory:") || url.contains("mode=memory");
                Kind::Sqlite((!is_in_memory).then(|| options.get_filename().to_owned()))
            }
            Some("postgres" | "postgresql") => {
                PgConnectOptions::from_str(url).map_err(wrong)?;
                Kind::Postgres
            }
            Some("mysql" | "mariadb") => {
                let options = MySqlConnectOptions::from_str(url).map_err(wrong)?;
                if options.get_database().is_none_or(str::is_empty) {
                    return Err(Failure::Setting(format!("{WANTED}: it names no database")));
                }
                Kind::MySql
            }
            _ => return Err(Failure::Setting(WANTED.to_owned())),
        };

        Ok(Self {
            url: url.to_owned(),
            kind,
            shown: shown(url),
        })
    }

    /// Whether other demos can have the same database.
    pub(crate) fn is_shared(&self) -> bool {
        !matches!(self.kind, Kind::Sqlite(_))
    }

    /// Where a key can be kept beside the database. There is no such place if it is in memory.
    pub(crate) fn key_file(&self) -> Option<PathBuf> {
        Some(self.file()?.with_file_name("sealing.key"))
    }

    fn file(&self) -> Option<&Path> {
        match &self.kind {
            Kind::Sqlite(file) => file.as_deref(),
            Kind::Postgres | Kind::MySql => None,
        }
    }
}

/// The users, their logins and their sessions.
pub(crate) struct Database {
    pub(crate) users: Arc<dyn UserStore>,
    pub(crate) sessions: SqlSessions,
}

impl Database {
    /// Connects, and creates the tables. A new file can be read by its owner alone.
    pub(crate) async fn open(url: &DatabaseUrl) -> Result<Self, Failure> {
        let failed = |why: String| {
            let place = &url.shown;
            format!("DATABASE_URL: the database {place} cannot be used: {why}")
        };

        if let Some(file) = url.file() {
            private_file::create(file)
                .map_err(|error| Failure::Start(failed(error.to_string())))?;
        }
        let opened = match url.kind {
            Kind::Sqlite(_) => SqliteUsers::connect(&url.url).await.map(Self::of),
            Kind::Postgres => PostgresUsers::connect(&url.url).await.map(Self::of),
            Kind::MySql => MySqlUsers::connect(&url.url).await.map(Self::of),
        };
        opened.map_err(|error| {
            let text = failed(with_causes(&error));
            match error.kind() {
                UserStoreErrorKind::Schema => Failure::Setting(text),
                _ => Failure::Start(text),
            }
        })
    }

    fn of<DB: sqlx::Database>(users: SqlUsers<DB>) -> Self {
        Self {
            sessions: users.sessions(),
            users: Arc::new(users),
        }
    }
}
