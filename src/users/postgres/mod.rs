//! Users in PostgreSQL.

mod connect;
mod error;

use sqlx::{Executor, PgConnection, PgPool, Postgres, SqlStr};

pub(super) use self::error::described;
use super::UserStoreError;
use super::sql::{
    Answer, Dialect, Row, Sql, SqlLogins, SqlUsers, StorePool, UserTable, Value, Wanted, execute,
    fetch,
};

/// Users in a PostgreSQL database, whose encoding must be UTF-8.
///
/// The tables live in the first schema of the `search_path`.
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
pub type PostgresUsers = SqlUsers<Postgres>;

impl SqlUsers<Postgres> {
    /// Connects to a database that is there, and creates the tables.
    ///
    /// The URL is sqlx's: a `search_path` goes in as `?options[search_path]=app`. A task waits up
    /// to five seconds for a connection.
    ///
    /// A connection to another machine is encrypted, by the feature `tls-rustls` or `tls-native`,
    /// or is not made. `?sslmode=verify-full` has the server's certificate checked as well. In a
    /// network that is trusted as much as the machine, `?sslmode=disable` does without.
    ///
    /// `?statement-cache-capacity=0` is for a pooler that gives each transaction another connection,
    /// such as PgBouncer: nothing is left on a connection then. Each statement takes four round
    /// trips in place of one.
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
    /// A `statement_cache_capacity` of zero means what it does for [`connect`](Self::connect).
    pub fn new(pool: PgPool) -> Self {
        Self::with_table(pool, UserTable::default())
    }

    /// Uses the site's own pool, as [`new`](Self::new) does, and a table of users with other names.
    pub fn with_table(pool: PgPool, table: UserTable) -> Self {
        Self::over(pool.clone(), Sql::new(PostgresDialect::new(pool)), table)
    }
}

impl From<PgPool> for SqlLogins {
    fn from(pool: PgPool) -> Self {
        Self::alone(Sql::new(PostgresDialect::new(pool)))
    }
}

struct PostgresDialect {
    connections: StorePool<Postgres>,
    /// Whether the connection behind the connection can be another one for each transaction. Then a
    /// statement is prepared and run within one, and not kept.
    is_pooled: bool,
}

/// The number of the lock is ours alone: `axumcogn` in ASCII.
const LOCK: i64 = i64::from_be_bytes(*b"axumcogn");

/// Whoever waited for the lock must see what the other process committed meanwhile.
const BEGIN: &str = "begin isolation level read committed";

impl PostgresDialect {
    fn new(pool: PgPool) -> Self {
        let options = pool.connect_options();
        connect::warn_if_plain(&options);

        Self {
            is_pooled: connect::keeps_no_statements(&options),
            connections: StorePool::new(pool),
        }
    }
}

impl Dialect for PostgresDialect {
    fn fetch<'a>(
        &'a self,
        sql: SqlStr,
        values: &'a [Value<'a>],
        wanted: Wanted,
    ) -> Answer<'a, Vec<Row>> {
        if !self.is_pooled {
            return Box::pin(
                self.connections
                    .read(move |connection| fetch(connection, sql.clone(), values, true, wanted)),
            );
        }
        Box::pin(async move {
            let mut transaction = self.connections.pool().begin().await?;
            let rows = fetch(&mut *transaction, sql, values, false, wanted).await?;
            transaction.commit().await?;
            Ok(rows)
        })
    }

    fn execute<'a>(&'a self, sql: SqlStr, values: &'a [Value<'a>]) -> Answer<'a, u64> {
        if !self.is_pooled {
            let done = self
                .connections
                .write(move |connection| execute(connection, sql, values, true));
            return Box::pin(async move { Ok(done.await?.rows_affected()) });
        }
        Box::pin(async move {
            let mut transaction = self.connections.pool().begin().await?;
            let done = execute(&mut *transaction, sql, values, false).await?;
            transaction.commit().await?;
            Ok(done.rows_affected())
        })
    }

    fn create<'a>(&'a self, script: SqlStr) -> Answer<'a, ()> {
        Box::pin(async move {
            let mut transaction = self.connections.pool().begin_with(BEGIN).await?;
            let connection: &mut PgConnection = &mut transaction;
            // Not as a prepared statement, which a pooler could lose.
            let lock = format!("select pg_advisory_xact_lock({LOCK})");
            connection
                .execute(sqlx::raw_sql(sqlx::AssertSqlSafe(lock)))
                .await?;
            connection.execute(sqlx::raw_sql(script)).await?;
            transaction.commit().await
        })
    }

    fn name(&self) -> &'static str {
        "postgres"
    }

    fn scripts(&self) -> [&'static str; 2] {
        [
            include_str!("../../../migrations/postgres/users.sql"),
            include_str!("../../../migrations/postgres/logins.sql"),
        ]
    }

    fn obstacles(&self) -> &'static str {
        "
        select 'the encoding of the users'' database is '
            || pg_encoding_to_char(encoding)
            || ', which cannot hold every name: create it with the encoding UTF8'
        from pg_database
        where datname = current_database() and pg_encoding_to_char(encoding) <> 'UTF8'
        "
    }

    /// The type comes without its length: a cast to `varchar(20)` cuts a text short, where storing
    /// a `varchar` in such a column refuses it. `citext` and a collation of its own kind take two
    /// texts for one.
    fn columns(&self) -> &'static str {
        "
        select
            attname::text,
            attnotnull::int::bigint,
            atthasdef::int::bigint,
            format_type(atttypid, -1),
            (format_type(atttypid, -1) !~ 'citext'
                and coalesce(collisdeterministic, true))::int::bigint
        from pg_attribute
        left join pg_collation on pg_collation.oid = attcollation
        where attrelid = to_regclass(quote_ident(?))
            and attnum > 0
            and not attisdropped
        order by attnum
        "
    }

    fn clock(&self) -> &'static str {
        "floor(extract(epoch from clock_timestamp()))::bigint"
    }

    fn replaces(&self) -> &'static str {
        "on conflict (backend, user_id) do update \
         set ended_at = excluded.ended_at, noted_at = excluded.noted_at"
    }

    fn flag(&self, column: &str) -> String {
        format!("{column}::int::bigint")
    }

    fn number(&self, column: &str) -> String {
        format!("{column}::bigint")
    }

    fn seconds(&self, column: &str) -> String {
        format!("floor(extract(epoch from {column}))::bigint")
    }

    fn text(&self, column: &str) -> String {
        format!("{column}::text")
    }

    /// In a column of the collation "C" no letter but those of ASCII would be lowered.
    fn lower(&self, text: &str) -> String {
        format!("lower({text}::text collate \"default\")")
    }

    fn time(&self) -> &'static str {
        "to_timestamp(?)"
    }

    fn numbered(&self, sql: String) -> String {
        let mut parts = sql.split('?');
        let mut numbered = parts.next().unwrap_or_default().to_owned();
        for (index, part) in parts.enumerate() {
            numbered += &format!("${}{part}", index + 1);
        }
        numbered
    }
}
