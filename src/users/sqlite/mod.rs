//! Users in SQLite.

mod connect;
mod error;

use sqlx::{Executor, SqlStr, Sqlite, SqlitePool};

pub(super) use self::error::described;
use super::UserStoreError;
use super::sql::{
    Answer, Dialect, Row, Sql, SqlLogins, SqlUsers, StorePool, UserTable, Value, Wanted, execute,
    fetch,
};

/// Users in a SQLite database.
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
pub type SqliteUsers = SqlUsers<Sqlite>;

impl SqlUsers<Sqlite> {
    /// Opens a database, creates it if it does not exist, and creates the tables.
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
    ///
    /// Its connections must all be alike: one may serve several statements before it goes back.
    pub fn new(pool: SqlitePool) -> Self {
        Self::with_table(pool, UserTable::default())
    }

    /// Uses the site's own pool, as [`new`](Self::new) does, and a table of users with other names.
    pub fn with_table(pool: SqlitePool, table: UserTable) -> Self {
        Self::over(pool.clone(), Sql::new(SqliteDialect::new(pool)), table)
    }
}

impl From<SqlitePool> for SqlLogins {
    fn from(pool: SqlitePool) -> Self {
        Self::alone(Sql::new(SqliteDialect::new(pool)))
    }
}

struct SqliteDialect {
    connections: StorePool<Sqlite>,
}

impl SqliteDialect {
    fn new(pool: SqlitePool) -> Self {
        Self {
            connections: StorePool::new(pool),
        }
    }
}

impl Dialect for SqliteDialect {
    fn fetch<'a>(
        &'a self,
        sql: SqlStr,
        values: &'a [Value<'a>],
        wanted: Wanted,
    ) -> Answer<'a, Vec<Row>> {
        Box::pin(
            self.connections
                .read(move |connection| fetch(connection, sql.clone(), values, true, wanted)),
        )
    }

    fn execute<'a>(&'a self, sql: SqlStr, values: &'a [Value<'a>]) -> Answer<'a, u64> {
        let done = self
            .connections
            .write(move |connection| execute(connection, sql, values, true));

        Box::pin(async move { Ok(done.await?.rows_affected()) })
    }

    fn create<'a>(&'a self, script: SqlStr) -> Answer<'a, ()> {
        Box::pin(async move {
            let mut transaction = self
                .connections
                .pool()
                .begin_with("begin immediate")
                .await?;
            transaction.execute(sqlx::raw_sql(script)).await?;
            transaction.commit().await
        })
    }

    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn scripts(&self) -> [&'static str; 2] {
        [
            include_str!("../../../migrations/sqlite/users.sql"),
            include_str!("../../../migrations/sqlite/logins.sql"),
        ]
    }

    /// There are none: every encoding of SQLite is Unicode.
    fn obstacles(&self) -> &'static str {
        "select '' where false"
    }

    /// A column takes any value, and turns it into its own type.
    fn columns(&self) -> &'static str {
        r#"select name, "notnull", dflt_value is not null, null, true from pragma_table_info(?)"#
    }

    fn clock(&self) -> &'static str {
        "unixepoch()"
    }

    fn replaces(&self) -> &'static str {
        "on conflict (backend, user_id) do update \
         set ended_at = excluded.ended_at, noted_at = excluded.noted_at"
    }

    fn seconds(&self, column: &str) -> String {
        format!("unixepoch({column})")
    }

    fn text(&self, column: &str) -> String {
        format!("cast({column} as text)")
    }

    fn time(&self) -> &'static str {
        "strftime('%Y-%m-%dT%H:%M:%SZ', ?, 'unixepoch')"
    }
}
