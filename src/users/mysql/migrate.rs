//! The library's own migrations, with a ledger of their own: sqlx's `Migrator` knows one ledger for
//! the whole database, and it is the site's.
//!
//! Here each `create table` is a transaction of its own. A line of the ledger is written before a
//! migration begins, and gets its time when it has ended; what has begun only, is run again.

use sqlx::{Executor, MySqlConnection, MySqlPool};

use super::super::sql::{Migration, foreign_table, newest};
use super::super::{UserStoreError, UserStoreErrorKind};

const MIGRATIONS: [Migration; 3] = [
    (1, include_str!("../../../migrations/mysql/0001_user.sql")),
    (2, include_str!("../../../migrations/mysql/0002_logins.sql")),
    (
        3,
        include_str!("../../../migrations/mysql/0003_seen_at.sql"),
    ),
];

/// Locks of this kind are the server's, not the database's. Names have 64 characters at most.
/// Where no database is chosen, the first `create table` says so.
const LOCK: &str = "
    select get_lock(left(concat('axum_cognito.', coalesce(database(), '')), 64), 60)
";

const TABLE_EXISTS: &str = "
    select exists (
        select 1
        from information_schema.tables
        where table_schema = database() and table_name = ?
    )
";

const CREATE_LEDGER: &str = "
    create table if not exists _axum_cognito_migrations (
        version bigint primary key,
        applied_at datetime
    )
";

// `Executor::execute` for statements without parameters: see `sqlite/migrate.rs`.

/// Applies what is missing. A version that only a newer release knows is left alone, so that two
/// releases can run side by side.
pub(super) async fn run(pool: &MySqlPool) -> Result<(), UserStoreError> {
    let mut connection = pool.acquire().await?;
    if version(&mut connection).await? >= newest(&MIGRATIONS) {
        return Ok(()); // without a lock, and also on a replica
    }

    // The lock ends with its connection, so nothing that goes wrong can leave it behind in the pool.
    let mut connection = connection.detach();
    lock(&mut connection).await?;
    apply(&mut connection).await?;
    sqlx::Connection::close(connection).await?;
    Ok(())
}

async fn lock(connection: &mut MySqlConnection) -> Result<(), UserStoreError> {
    let is_locked: Option<i64> = sqlx::query_scalar(LOCK).fetch_one(connection).await?;

    match is_locked {
        Some(1) => Ok(()),
        _ => Err(UserStoreError::new(UserStoreErrorKind::Unavailable)
            .with_message("another process has been migrating the users' database for a minute")),
    }
}

async fn apply(connection: &mut MySqlConnection) -> Result<(), UserStoreError> {
    let version = version(connection).await?;

    let missing = MIGRATIONS
        .iter()
        .filter(|(number, _)| Some(*number) > version);
    for (number, sql) in missing {
        begin(connection, *number).await?;
        connection.execute(sqlx::raw_sql(sql)).await?;
        sqlx::query(
            "
            update _axum_cognito_migrations
            set applied_at = utc_timestamp()
            where version = ?
            ",
        )
        .bind(number)
        .execute(&mut *connection)
        .await?;
    }

    Ok(())
}

/// Writes the line of the ledger, unless an earlier run did and was cut off.
async fn begin(connection: &mut MySqlConnection, number: i64) -> Result<(), UserStoreError> {
    if exists(connection, "_axum_cognito_migrations").await? {
        let begun: Option<i64> =
            sqlx::query_scalar("select max(version) from _axum_cognito_migrations")
                .fetch_one(&mut *connection)
                .await?;
        if begun >= Some(number) {
            return Ok(());
        }
    }

    if number == 1 && exists(connection, "users").await? {
        return Err(foreign_table("mysql"));
    }
    connection.execute(sqlx::raw_sql(CREATE_LEDGER)).await?;
    sqlx::query("insert into _axum_cognito_migrations (version) values (?)")
        .bind(number)
        .execute(connection)
        .await?;
    Ok(())
}

/// The newest version that has been applied to its end.
async fn version(connection: &mut MySqlConnection) -> Result<Option<i64>, UserStoreError> {
    if !exists(connection, "_axum_cognito_migrations").await? {
        return Ok(None);
    }

    Ok(sqlx::query_scalar(
        "
        select max(version)
        from _axum_cognito_migrations
        where applied_at is not null
        ",
    )
    .fetch_one(connection)
    .await?)
}

async fn exists(connection: &mut MySqlConnection, table: &str) -> Result<bool, UserStoreError> {
    Ok(sqlx::query_scalar(TABLE_EXISTS)
        .bind(table)
        .fetch_one(connection)
        .await?)
}
