use std::pin::Pin;
use std::sync::Arc;

use sqlx::database::HasStatementCache;
use sqlx::error::DatabaseError;
use sqlx::{
    AssertSqlSafe, ColumnIndex, Database, Decode, Encode, Executor, IntoArguments, SqlSafeStr,
    SqlStr, Type, ValueRef,
};

use super::super::UserStoreError;
use super::value::{Cell, Row, Value};

/// Each further try needs one more coincidence.
const TRIES: usize = 16;

pub(crate) type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, sqlx::Error>> + Send + 'a>>;

/// How many rows a query is read for.
#[derive(Clone, Copy)]
pub(crate) enum Wanted {
    All,
    /// The first, which is the only one: the statement need not be run to its end.
    First,
}

/// A database, as far as it differs from the others.
///
/// Statements are written with `?`, and read and write three types: texts, numbers and bytes. The functions
/// that return SQL turn the types of the `users` table into these, and back.
pub(crate) trait Dialect: Send + Sync + 'static {
    /// Runs a query.
    fn fetch<'a>(
        &'a self,
        sql: SqlStr,
        values: &'a [Value<'a>],
        wanted: Wanted,
    ) -> Answer<'a, Vec<Row>>;

    /// Runs a statement. Returns the number of rows that it found.
    fn execute<'a>(&'a self, sql: SqlStr, values: &'a [Value<'a>]) -> Answer<'a, u64>;

    /// Runs statements that create what is not there, while no other process does so.
    fn create<'a>(&'a self, script: SqlStr) -> Answer<'a, ()>;

    /// The name of the folder in `migrations`.
    fn name(&self) -> &'static str;

    /// The tables `users` and the others, as `create table if not exists` statements.
    fn scripts(&self) -> [&'static str; 2];

    /// Returns no row if the database keeps every text as it is; else a sentence about what is in
    /// the way.
    fn obstacles(&self) -> &'static str;

    /// Lists the columns of a table: name, whether it cannot be null, whether it has a default, the
    /// type that a text is cast to, whether it holds any text and compares it byte by byte.
    fn columns(&self) -> &'static str;

    /// Seconds since 1970 by the clock of the database.
    fn clock(&self) -> &'static str;

    /// Ends an `insert` into `login_ends`: a row that is there takes the new values.
    fn replaces(&self) -> &'static str;

    /// A column that is a truth value, as a number.
    fn flag(&self, column: &str) -> String {
        column.to_owned()
    }

    /// A column that is a whole number of any size.
    fn number(&self, column: &str) -> String {
        column.to_owned()
    }

    /// The name of a table or a column, in quotes.
    fn quoted(&self, name: &str) -> String {
        format!("\"{name}\"")
    }

    /// A column that is a time, in seconds since 1970.
    fn seconds(&self, column: &str) -> String;

    /// A column as a text.
    fn text(&self, column: &str) -> String;

    /// A column or a parameter as a text in small letters, of all columns by the same rules.
    fn lower(&self, text: &str) -> String {
        format!("lower({})", self.text(text))
    }

    /// A parameter in seconds since 1970, as a time.
    fn time(&self) -> &'static str;

    /// Numbers the parameters.
    fn numbered(&self, sql: String) -> String {
        sql
    }
}

/// A database.
#[derive(Clone)]
pub(crate) struct Sql {
    pub(super) dialect: Arc<dyn Dialect>,
}

impl Sql {
    pub(crate) fn new(dialect: impl Dialect) -> Self {
        Self {
            dialect: Arc::new(dialect),
        }
    }

    /// Prepares a statement of parts that are fixed, or names in quotes.
    pub(super) fn statement(&self, sql: impl Into<String>) -> SqlStr {
        AssertSqlSafe(Arc::<str>::from(self.dialect.numbered(sql.into()))).into_sql_str()
    }

    pub(super) async fn fetch(
        &self,
        sql: impl Into<String>,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, UserStoreError> {
        self.fetch_prepared(&self.statement(sql), values, Wanted::All)
            .await
    }

    /// Runs a query. One that gave way to another, and was undone, is tried again.
    pub(super) async fn fetch_prepared(
        &self,
        sql: &SqlStr,
        values: &[Value<'_>],
        wanted: Wanted,
    ) -> Result<Vec<Row>, UserStoreError> {
        let mut tries = 1;
        loop {
            match self.dialect.fetch(sql.clone(), values, wanted).await {
                Err(error) if gave_way(&error) && tries < TRIES => tries += 1,
                answer => return answer.map_err(UserStoreError::from),
            }
        }
    }

    /// Runs a statement, likewise.
    pub(super) async fn execute(
        &self,
        sql: impl Into<String>,
        values: &[Value<'_>],
    ) -> Result<u64, UserStoreError> {
        let sql = self.statement(sql);
        let mut tries = 1;
        loop {
            match self.dialect.execute(sql.clone(), values).await {
                Err(error) if gave_way(&error) && tries < TRIES => tries += 1,
                answer => return answer.map_err(UserStoreError::from),
            }
        }
    }
}

/// Whether a statement was undone because another came first, and can be tried again:
/// `serialization_failure` and `deadlock_detected` of PostgreSQL, `ER_LOCK_DEADLOCK` of MySQL, which
/// has the first of these codes too.
fn gave_way(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(DatabaseError::code)
        .is_some_and(|code| ["40001", "40P01"].contains(&&*code))
}

/// Runs a query over a pool or a connection.
pub(crate) fn fetch<'a, DB, E>(
    executor: E,
    sql: SqlStr,
    values: &[Value<'_>],
    is_cached: bool,
    wanted: Wanted,
) -> Answer<'a, Vec<Row>>
where
    DB: Database + HasStatementCache,
    DB::Arguments: IntoArguments<DB>,
    E: Executor<'a, Database = DB> + 'a,
    i64: for<'q> Encode<'q, DB> + for<'r> Decode<'r, DB> + Type<DB>,
    Vec<u8>: for<'r> Decode<'r, DB>,
    for<'q> &'q str: Encode<'q, DB> + Type<DB>,
    for<'q> Option<&'q str>: Encode<'q, DB>,
    for<'q> &'q [u8]: Encode<'q, DB> + Type<DB>,
    for<'q> Option<&'q [u8]>: Encode<'q, DB>,
    Option<i64>: for<'q> Encode<'q, DB>,
    usize: ColumnIndex<DB::Row>,
{
    let arguments = arguments::<DB>(values);

    Box::pin(async move {
        let arguments = arguments.map_err(sqlx::Error::Encode)?;
        let query = sqlx::query_with(sql, arguments).persistent(is_cached);
        match wanted {
            Wanted::All => executor
                .fetch_all(query)
                .await?
                .iter()
                .map(read::<DB>)
                .collect(),
            Wanted::First => executor
                .fetch_optional(query)
                .await?
                .iter()
                .map(read::<DB>)
                .collect(),
        }
    })
}

/// Runs a statement over a pool or a connection.
pub(crate) fn execute<'a, DB, E>(
    executor: E,
    sql: SqlStr,
    values: &[Value<'_>],
    is_cached: bool,
) -> Answer<'a, DB::QueryResult>
where
    DB: Database + HasStatementCache,
    DB::Arguments: IntoArguments<DB>,
    E: Executor<'a, Database = DB> + 'a,
    i64: for<'q> Encode<'q, DB> + Type<DB>,
    for<'q> &'q str: Encode<'q, DB> + Type<DB>,
    for<'q> Option<&'q str>: Encode<'q, DB>,
    for<'q> &'q [u8]: Encode<'q, DB> + Type<DB>,
    for<'q> Option<&'q [u8]>: Encode<'q, DB>,
    Option<i64>: for<'q> Encode<'q, DB>,
{
    let arguments = arguments::<DB>(values);

    Box::pin(async move {
        let arguments = arguments.map_err(sqlx::Error::Encode)?;
        executor
            .execute(sqlx::query_with(sql, arguments).persistent(is_cached))
            .await
    })
}

fn arguments<DB>(values: &[Value<'_>]) -> Result<DB::Arguments, sqlx::error::BoxDynError>
where
    DB: Database + HasStatementCache,
    i64: for<'q> Encode<'q, DB> + Type<DB>,
    for<'q> &'q str: Encode<'q, DB> + Type<DB>,
    for<'q> Option<&'q str>: Encode<'q, DB>,
    for<'q> &'q [u8]: Encode<'q, DB> + Type<DB>,
    for<'q> Option<&'q [u8]>: Encode<'q, DB>,
    Option<i64>: for<'q> Encode<'q, DB>,
{
    use sqlx::Arguments;

    let mut arguments = DB::Arguments::default();
    for value in values {
        match *value {
            Value::Number(number) => arguments.add(number)?,
            Value::Text(text) => arguments.add(text)?,
            Value::Bytes(bytes) => arguments.add(bytes)?,
        }
    }
    Ok(arguments)
}

/// Reads a row by the types that the database gives. Unchecked: in MySQL, a text of a binary
/// collation can pass for bytes.
fn read<DB>(row: &DB::Row) -> Result<Row, sqlx::Error>
where
    DB: Database + HasStatementCache,
    i64: for<'r> Decode<'r, DB> + Type<DB>,
    Vec<u8>: for<'r> Decode<'r, DB>,
    usize: ColumnIndex<DB::Row>,
{
    use sqlx::Row as _;

    let cell = |index| {
        let value = row.try_get_raw(index)?;
        if value.is_null() {
            return Ok(Cell::Null);
        }
        let is_number = <i64 as Type<DB>>::compatible(&value.type_info());
        Ok(if is_number {
            Cell::Number(row.try_get_unchecked(index)?)
        } else {
            Cell::Bytes(row.try_get_unchecked(index)?)
        })
    };

    (0..row.len())
        .map(cell)
        .collect::<Result<_, _>>()
        .map(Row::new)
}
