//! Users in PostgreSQL.

mod connect;
mod error;
mod logins;
mod migrate;
mod rows;
mod statements;
mod table;

use std::fmt;

use async_trait::async_trait;
use sqlx::PgPool;

pub(super) use self::error::described;
use self::rows::PostgresRows;
use super::sql::SqlStore;
use super::{LoginStore, Synced, User, UserStore, UserStoreError, UserSync};
use crate::attribute::AttributeMapping;

/// Users in the `users` table of a PostgreSQL database.
///
/// The table lives in the first schema of the `search_path`. The site's own tables can live
/// beside it, and the site's own migrations can add columns to `users`. Cloning is cheap, and
/// gives the same store.
///
/// # Examples
///
/// ```no_run
/// use axum_cognito::users::{PostgresUsers, UserStore};
///
/// # async fn run() -> Result<(), axum_cognito::users::UserStoreError> {
/// let users = PostgresUsers::connect("postgres://app@localhost/app").await?; // and migrates
/// assert_eq!(users.find_by_username("alice").await?, None);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PostgresUsers {
    store: SqlStore<PostgresRows>,
}

impl PostgresUsers {
    /// Connects to a database that is there, and runs the migrations.
    ///
    /// The URL is sqlx's: a `search_path` goes in as `?options[search_path]=app`. Encryption needs
    /// one of sqlx's TLS features, which the site's own `Cargo.toml` names. A task waits up to five
    /// seconds for a connection.
    ///
    /// # Errors
    ///
    /// As for [`migrate`](Self::migrate), and when the database cannot be reached.
    pub async fn connect(url: &str) -> Result<Self, UserStoreError> {
        let users = Self::new(connect::open(url).await?);
        users.migrate().await?;

        Ok(users)
    }

    /// Uses the site's own pool. Call [`migrate`](Self::migrate) before the first login.
    pub fn new(pool: PgPool) -> Self {
        Self {
            store: SqlStore::new(PostgresRows { pool }),
        }
    }

    /// Creates the `users` table, or brings it up to date. Does nothing if it is.
    ///
    /// What has been applied is kept in a table of its own, `_axum_cognito_migrations`. The
    /// site's own migrations, of sqlx or any other tool, neither see it nor disturb it. Those that
    /// change `users` must run after this. Of many processes that start at once, one works and
    /// the others wait.
    ///
    /// # Errors
    ///
    /// [`Schema`](super::UserStoreErrorKind::Schema) if there is a `users` table already that this
    /// library did not create.
    pub async fn migrate(&self) -> Result<(), UserStoreError> {
        migrate::run(self.pool()).await
    }

    /// The pool, for the site's own tables.
    pub fn pool(&self) -> &PgPool {
        &self.store.rows.pool
    }
}

#[async_trait]
impl UserStore for PostgresUsers {
    async fn check_mapping(&self, mapping: &AttributeMapping) -> Result<(), UserStoreError> {
        self.store.check_mapping(mapping).await
    }

    async fn find(&self, id: i64) -> Result<Option<User>, UserStoreError> {
        self.store.find(id).await
    }

    async fn find_by_username(&self, username: &str) -> Result<Option<User>, UserStoreError> {
        self.store.find_by_username(username).await
    }

    async fn list(&self, after: Option<&str>, limit: u32) -> Result<Vec<User>, UserStoreError> {
        self.store.list(after, limit).await
    }

    fn logins(&self) -> Option<&dyn LoginStore> {
        Some(self)
    }

    async fn sync(&self, login: &UserSync) -> Result<Synced, UserStoreError> {
        self.store.sync(login).await
    }
}

impl fmt::Debug for PostgresUsers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresUsers").finish_non_exhaustive()
    }
}
