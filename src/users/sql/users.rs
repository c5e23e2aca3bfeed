use std::fmt;

use async_trait::async_trait;
use sqlx::{Database, Pool};

use super::super::{
    LoginStore, SqlSessions, Synced, User, UserId, UserSearch, UserStore, UserStoreError, UserSync,
};
use super::Sql;
use super::logins::SqlLogins;
use super::rows::UserRows;
use super::user_table::UserTable;
use crate::attribute::AttributeMapping;

/// Users in the `users` table of a database, with the registry of logins and the sessions beside
/// it: what `SqliteUsers`, `PostgresUsers` and `MySqlUsers` are.
///
/// The site's own tables can live in the same database, and the site's own migrations can add
/// columns to `users`. Cloning is cheap, and gives the same store.
pub struct SqlUsers<DB: Database> {
    pool: Pool<DB>,
    rows: UserRows,
    logins: SqlLogins,
}

impl<DB: Database> SqlUsers<DB> {
    pub(crate) fn over(pool: Pool<DB>, sql: Sql, table: UserTable) -> Self {
        let rows = UserRows::new(sql.clone(), table);

        Self {
            pool,
            logins: SqlLogins::beside(sql, Some(rows.clone())),
            rows,
        }
    }

    /// Creates the tables `users`, `logins`, `login_ends` and `browser_sessions`, as far as they
    /// are not there.
    ///
    /// The site's own migrations, of sqlx or any other tool, do not disturb it. Those that change
    /// `users` must run after this. Of many processes that start at once, one works and the others
    /// wait. Where all tables are there, be it that an operator has created them by the files in
    /// `migrations`, a role without the right to create any is enough.
    ///
    /// # Errors
    ///
    /// [`Schema`](super::super::UserStoreErrorKind::Schema) if one of the tables is there with
    /// other columns, if it comes from a version before the first release, or if the database
    /// cannot keep every text.
    pub async fn migrate(&self) -> Result<(), UserStoreError> {
        self.logins.migrate().await
    }

    /// Returns a session store over the same database: it reads a session, its login and its user
    /// in one query.
    pub fn sessions(&self) -> SqlSessions {
        self.logins.sessions()
    }

    /// Returns the pool, for the site's own tables.
    pub fn pool(&self) -> &Pool<DB> {
        &self.pool
    }
}

#[async_trait]
impl<DB: Database> UserStore for SqlUsers<DB> {
    async fn check_mapping(&self, mapping: &AttributeMapping) -> Result<(), UserStoreError> {
        self.rows.learn(mapping.columns()).await
    }

    async fn find(&self, id: &UserId) -> Result<Option<User>, UserStoreError> {
        self.rows.find(id).await
    }

    async fn find_by_username(&self, username: &str) -> Result<Option<User>, UserStoreError> {
        self.rows.find_by_username(username).await
    }

    async fn list(&self, after: Option<&str>, limit: u32) -> Result<Vec<User>, UserStoreError> {
        self.rows.list(after, limit).await
    }

    async fn search(&self, search: &UserSearch, limit: u32) -> Result<Vec<User>, UserStoreError> {
        self.rows.search(search, limit).await
    }

    async fn set_active(&self, id: &UserId, is_active: bool) -> Result<bool, UserStoreError> {
        self.rows.set_active(id, is_active).await
    }

    async fn delete(&self, id: &UserId) -> Result<bool, UserStoreError> {
        self.rows.delete(id).await
    }

    fn logins(&self) -> Option<&dyn LoginStore> {
        Some(&self.logins)
    }

    async fn sync(&self, login: &UserSync) -> Result<Synced, UserStoreError> {
        self.rows.sync(login).await
    }
}

impl<DB: Database> Clone for SqlUsers<DB> {
    fn clone(&self) -> Self {
        Self {
            pool: self.pool.clone(),
            rows: self.rows.clone(),
            logins: self.logins.clone(),
        }
    }
}

impl<DB: Database> fmt::Debug for SqlUsers<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlUsers").finish_non_exhaustive()
    }
}
