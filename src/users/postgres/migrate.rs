//! The library's own migrations, with a ledger of their own: sqlx's `Migrator` knows one ledger for
//! the whole database, and it is the site's.

use sqlx::{Executor, PgConnection, PgPool};

use super::super::UserStoreError;
use super::super::sql::{Migration, foreign_table, newest};

const MIGRATIONS: [Migration; 3] = [
    (
        1,
        include_str!("../../../migrations/postgres/0001_user.sql"),
    ),
    (
        2,
        include_str!("../../../migrations/postgres/0002_logins.sql"),
    ),
    (
        3,
        include_str!("../../../migrations/postgres/0003_seen_at.sql"),
    ),
];

/// The number of the lock is ours alone: `axumcogn` in ASCII.
const LOCK: i64 = i64::from_be_bytes(*b"axumcogn");

/// Whoever waited for the lock must see what the other process committed meanwhile.
const BEGIN: &str = "begin isolation level read committed";

const LEDGER_EXISTS: &str = "
    select exists (
        select 1
        from pg_tables
        where schemaname = current_schema() and tablename = '_axum_cognito_migrations'
    )
";

const USERS_EXISTS: &str = "
    select exists (
        select 1
        from pg_class
        join pg_namespace on pg_namespace.oid = pg_class.relnamespace
        where nspname = current_schema() and relname = 'users'
    )
";

const CREATE_LEDGER: &str = "
    create table if not exists _axum_cognito_migrations (
        version bigint primary key,
        applied_at timestamptz not null default now()
    )
";

// `Executor::execute` for statements without parameters: see `sqlite/migrate.rs`.

/// Applies what is missing. A version that only a newer release knows is left alone, so that two
/// releases can run side by side.
pub(super) async fn run(pool: &PgPool) -> Result<(), UserStoreError> {
    let mut connection = pool.acquire().await?;
    if version(&mut connection).await? >= newest(&MIGRATIONS) {
        return Ok(()); // without a lock, and also on a standby
    }
    drop(connection);

    let mut transaction = pool.begin_with(BEGIN).await?;
    sqlx::query("select pg_advisory_xact_lock($1)")
        .bind(LOCK)
        .execute(&mut *transaction)
        .await?;
    let version = version(&mut transaction).await?;
    if version.is_none() {
        refuse_a_foreign_table(&mut transaction).await?;
    }
    transaction.execute(sqlx::raw_sql(CREATE_LEDGER)).await?;

    let missing = MIGRATIONS
        .iter()
        .filter(|(number, _)| Some(*number) > version);
    for (number, sql) in missing {
        transaction.execute(sqlx::raw_sql(sql)).await?;
        sqlx::query("insert into _axum_cognito_migrations (version) values ($1)")
            .bind(number)
            .execute(&mut *transaction)
            .await?;
    }

    transaction.commit().await?;
    Ok(())
}

/// The newest version that has been applied.
async fn version(connection: &mut PgConnection) -> Result<Option<i64>, UserStoreError> {
    let ledger_exists: bool = sqlx::query_scalar(LEDGER_EXISTS)
        .fetch_one(&mut *connection)
        .await?;
    if !ledger_exists {
        return Ok(None);
    }

    Ok(
        sqlx::query_scalar("select max(version) from _axum_cognito_migrations")
            .fetch_one(connection)
            .await?,
    )
}

async fn refuse_a_foreign_table(connection: &mut PgConnection) -> Result<(), UserStoreError> {
    let users_exists: bool = sqlx::query_scalar(USERS_EXISTS)
        .fetch_one(connection)
        .await?;

    if users_exists {
        Err(foreign_table("postgres"))
    } else {
        Ok(())
    }
}
