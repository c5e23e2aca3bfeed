//! The library's own migrations, with a ledger of their own.
//!
//! sqlx's `Migrator` knows one ledger for the whole database, `_sqlx_migrations`. A site that
//! migrates the same database with sqlx would find our versions in it, and stop.

use sqlx::{Executor, SqliteConnection, SqlitePool};

use super::super::UserStoreError;
use super::super::sql::{Migration, foreign_table, newest};

const MIGRATIONS: [Migration; 3] = [
    (1, include_str!("../../../migrations/sqlite/0001_user.sql")),
    (
        2,
        include_str!("../../../migrations/sqlite/0002_logins.sql"),
    ),
    (
        3,
        include_str!("../../../migrations/sqlite/0003_seen_at.sql"),
    ),
];

const LEDGER_EXISTS: &str = "
    select exists (
        select 1
        from sqlite_master
        where type = 'table' and name = '_axum_cognito_migrations'
    )
";

const USERS_EXISTS: &str = "
    select exists (
        select 1
        from sqlite_master
        where type in ('table', 'view') and name = 'users' collate nocase
    )
";

const CREATE_LEDGER: &str = "
    create table if not exists _axum_cognito_migrations (
        version integer primary key,
        applied_at text not null default current_timestamp
    )
";

// Statements without parameters go through `Executor::execute`: the future of `RawSql::execute` over
// `&mut SqliteConnection` is not `Send` for every lifetime, and `connect` has to be spawnable.

/// Applies what is missing. A version that only a newer release knows is left alone, so that two
/// releases can run side by side.
pub(super) async fn run(pool: &SqlitePool) -> Result<(), UserStoreError> {
    let mut connection = pool.acquire().await?;
    if version(&mut connection).await? >= newest(&MIGRATIONS) {
        return Ok(()); // without a lock: a second process can start while the first one writes
    }
    drop(connection);

    let mut transaction = pool.begin_with("begin immediate").await?;
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
        sqlx::query("insert into _axum_cognito_migrations (version) values (?1)")
            .bind(number)
            .execute(&mut *transaction)
            .await?;
    }

    transaction.commit().await?;
    Ok(())
}

/// The newest version that has been applied.
async fn version(connection: &mut SqliteConnection) -> Result<Option<i64>, UserStoreError> {
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

async fn refuse_a_foreign_table(connection: &mut SqliteConnection) -> Result<(), UserStoreError> {
    let users_exists: bool = sqlx::query_scalar(USERS_EXISTS)
        .fetch_one(connection)
        .await?;

    if users_exists {
        Err(foreign_table("sqlite"))
    } else {
        Ok(())
    }
}
