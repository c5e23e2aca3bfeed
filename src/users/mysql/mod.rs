//! Users in MySQL and MariaDB.

mod connect;
mod error;

use std::io;

use sqlx::{Connection, Executor, MySql, MySqlPool, SqlStr};

pub(super) use self::error::described;
use super::UserStoreError;
use super::sql::{
    Answer, Dialect, Row, Sql, SqlLogins, SqlUsers, StorePool, UserTable, Value, Wanted, execute,
    fetch,
};

/// Users in a database in MySQL (8.0.17 or newer) or MariaDB (10.6 or newer).
///
/// # Examples
///
/// ```no_run
/// use axum_cognito::users::{MySqlUsers, UserStore};
///
/// # async fn run() -> Result<(), axum_cognito::users::UserStoreError> {
/// let users = MySqlUsers::connect("mysql://app@localhost/app").await?; // and migrates
/// assert_eq!(users.find_by_username("alice").await?, None);
/// # Ok(())
/// # }
/// ```
pub type MySqlUsers = SqlUsers<MySql>;

impl SqlUsers<MySql> {
    /// Connects to a database that is there, and creates the tables.
    ///
    /// The URL is sqlx's. A task waits up to five seconds for a connection. Connections are in
    /// strict mode, whatever the server's `sql_mode` is: a value that does not fit its column is
    /// an error, and never cut short.
    ///
    /// A connection to another machine is encrypted, by the feature `tls-rustls` or `tls-native`,
    /// or is not made. `?ssl-mode=verify_identity` has the server's certificate checked as well.
    /// In a network that is trusted as much as the machine, `?ssl-mode=disabled` does without.
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
    ///
    /// Its connections must all be alike: one may serve several statements before it goes back.
    ///
    /// Its connections must be in strict mode and speak `utf8mb4`, which is the default. A store
    /// over others writes nothing: the first call that looks at the table is refused.
    pub fn new(pool: MySqlPool) -> Self {
        Self::with_table(pool, UserTable::default())
    }

    /// Uses the site's own pool, as [`new`](Self::new) does, and a table of users with other names.
    pub fn with_table(pool: MySqlPool, table: UserTable) -> Self {
        Self::over(pool.clone(), Sql::new(MySqlDialect::new(pool)), table)
    }
}

impl From<MySqlPool> for SqlLogins {
    fn from(pool: MySqlPool) -> Self {
        Self::alone(Sql::new(MySqlDialect::new(pool)))
    }
}

struct MySqlDialect {
    connections: StorePool<MySql>,
}

/// Locks of this kind are the server's, not the database's. Names have 64 characters at most.
/// Where no database is chosen, the first `create table` says so.
const LOCK: &str = "
    select get_lock(left(concat('axum_cognito.', coalesce(database(), '')), 64), 60)
";

const UNLOCK: &str =
    "select release_lock(left(concat('axum_cognito.', coalesce(database(), '')), 64))";

impl MySqlDialect {
    fn new(pool: MySqlPool) -> Self {
        connect::warn_if_plain(&pool.connect_options());

        Self {
            connections: StorePool::new(pool),
        }
    }
}

impl Dialect for MySqlDialect {
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

    /// sqlx asks for the rows that were found, also when nothing in them was new.
    fn execute<'a>(&'a self, sql: SqlStr, values: &'a [Value<'a>]) -> Answer<'a, u64> {
        let done = self
            .connections
            .write(move |connection| execute(connection, sql, values, true));

        Box::pin(async move { Ok(done.await?.rows_affected()) })
    }

    /// Each statement is a transaction of its own. What was cut off is taken up by the next start.
    fn create<'a>(&'a self, script: SqlStr) -> Answer<'a, ()> {
        Box::pin(async move {
            // The lock ends with its connection, so nothing that goes wrong can leave it behind.
            let mut connection = self.connections.pool().acquire().await?.detach();
            let is_locked: Option<i64> =
                sqlx::query_scalar(LOCK).fetch_one(&mut connection).await?;
            if is_locked != Some(1) {
                return Err(sqlx::Error::Io(io::Error::other(
                    "another process has been creating the tables for a minute",
                )));
            }
            connection.execute(sqlx::raw_sql(script)).await?;
            // The server takes its time to see that the connection is closed.
            connection.execute(sqlx::raw_sql(UNLOCK)).await?;
            connection.close().await
        })
    }

    fn name(&self) -> &'static str {
        "mysql"
    }

    fn scripts(&self) -> [&'static str; 2] {
        [
            include_str!("../../../migrations/mysql/users.sql"),
            include_str!("../../../migrations/mysql/logins.sql"),
        ]
    }

    fn obstacles(&self) -> &'static str {
        "
        select cast(sentence as char character set utf8mb4)
        from (
            select
                'connections to the users'' database are not in strict mode, so it would cut \
                 values short: add `STRICT_ALL_TABLES` to the `sql_mode` of the server or of the \
                 pool' as sentence
            where not find_in_set('STRICT_ALL_TABLES', @@session.sql_mode)
                and not find_in_set('STRICT_TRANS_TABLES', @@session.sql_mode)
            union all
            select
                'connections to the users'' database do not speak `utf8mb4`, so they cannot carry \
                 every name: leave `charset` out of the URL'
            where @@session.character_set_client <> 'utf8mb4'
                or @@session.character_set_connection <> 'utf8mb4'
                or @@session.character_set_results <> 'utf8mb4'
        ) obstacles
        "
    }

    /// A text becomes any type, and in strict mode no other value. A column without a collation,
    /// like a `varbinary`, compares bytes.
    fn columns(&self) -> &'static str {
        "
        select
            cast(column_name as char character set utf8mb4),
            is_nullable = 'NO',
            column_default is not null,
            null,
            collation_name is null
                or (right(collation_name, 4) = '_bin' and character_set_name = 'utf8mb4')
        from information_schema.columns
        where table_schema = database() and table_name = ?
        order by ordinal_position
        "
    }

    fn clock(&self) -> &'static str {
        "unix_timestamp()"
    }

    fn replaces(&self) -> &'static str {
        "on duplicate key update ended_at = values(ended_at), noted_at = values(noted_at)"
    }

    /// Backquotes are quotes in every `sql_mode`.
    fn quoted(&self, name: &str) -> String {
        format!("`{name}`")
    }

    fn seconds(&self, column: &str) -> String {
        format!("timestampdiff(second, '1970-01-01', {column})")
    }

    /// sqlx takes texts of a binary collation for bytes.
    fn text(&self, column: &str) -> String {
        format!("cast({column} as char character set utf8mb4)")
    }

    fn time(&self) -> &'static str {
        "timestampadd(second, ?, '1970-01-01 00:00:00')"
    }
}
