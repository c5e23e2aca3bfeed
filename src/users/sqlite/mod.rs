//! Users in SQLite.

mod connect;
mod error;
mod logins;
mod migrate;
mod rows;
mod statements;
mod table;

use std::fmt;

use async_trait::async_trait;
use sqlx::SqlitePool;

pub(super) use self::error::described;
use self::rows::SqliteRows;
use super::sql::SqlStore;
use super::{LoginStore, Synced, User, UserStore, UserStoreError, UserSync};
use crate::attribute::AttributeMapping;

/// Users in the `users` table of a SQLite database.
///
/// The site's own tables can live in the same database, and the site's own migrations can add
/// columns to `users`. Cloning is cheap, and gives the same store.
///
/// # Examples
///
/// ```
/// use axum_cognito::users::{SqliteUsers, UserStore};
///
/// # async fn run() -> Result<(), axum_cognito::users::UserStoreError> {
/// let users = SqliteUsers::connect("sqlite://app.db").await?; // opens, creates, migrates
/// assert_eq!(users.find_by_username("alice").await?, None);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SqliteUsers {
    store: SqlStore<SqliteRows>,
}

impl SqliteUsers {
    /// Opens a database, creates it if it does not exist, and runs the migrations.
    ///
    /// The file gets write-ahead logging; connections enforce foreign keys, and wait up to five
    /// seconds for a lock. `sqlite::memory:` is a database that ends with the pool.
    ///
    /// # Errors
    ///
    /// As for [`migrate`](Self::migrate), and when the file cannot be opened.
    pub async fn connect(url: &str) -> Result<Self, UserStoreError> {
        let users = Self::new(connect::open(url).await?);
        users.migrate().await?;

        Ok(users)
    }

    /// Uses the site's own pool. Call [`migrate`](Self::migrate) before the first login.
    pub fn new(pool: SqlitePool) -> Self {
        Self {
            store: SqlStore::new(SqliteRows { pool }),
        }
    }

    /// Creates the `users` table, or brings it up to date. Does nothing if it is.
    ///
    /// What has been applied is kept in a table of its own, `_axum_cognito_migrations`. The
    /// site's own migrations, of sqlx or any other tool, neither see it nor disturb it. Those that
    /// change `users` must run after this.
    ///
    /// # Errors
    ///
    /// [`Schema`](super::UserStoreErrorKind::Schema) if there is a `users` table already that this
    /// library did not create.
    pub async fn migrate(&self) -> Result<(), UserStoreError> {
        migrate::run(self.pool()).await
    }

    /// The pool, for the site's own tables.
    pub fn pool(&self) -> &SqlitePool {
        &self.store.rows.pool
    }
}

#[async_trait]
impl UserStore for SqliteUsers {
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

impl fmt::Debug for SqliteUsers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteUsers").finish_non_exhaustive()
    }
}
