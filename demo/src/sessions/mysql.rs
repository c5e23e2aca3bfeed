//! Sessions in MySQL and MariaDB, in a table of our own making.

use sqlx::MySqlPool;
use tower_sessions_sqlx_store::MySqlStore;

use crate::settings::Failure;

const TABLE: &str = "tower_sessions";

/// The columns of the store's own `migrate`, with other types. That one leaves the collation to
/// the server, which mostly takes `A` and `a` for the same letter: an id that nobody was given
/// would then open somebody's session. Its data ends at 64 KiB, and its dates in 2038.
const CREATE: &str = "
    create table if not exists tower_sessions (
        id char(22) character set ascii collate ascii_bin not null primary key,
        data mediumblob not null,
        expiry_date datetime(6) not null,
        index tower_sessions_expiry_date (expiry_date)
    )
    engine innodb
";

/// Opens the store in the users' database; by itself it would create one called `tower_sessions`.
pub(super) async fn open(pool: &MySqlPool) -> Result<MySqlStore, Failure> {
    let failed = |error: sqlx::Error| Failure::Start(format!("the table {TABLE}: {error}"));

    sqlx::query(CREATE).execute(pool).await.map_err(failed)?;
    let database: String = sqlx::query_scalar("select database()")
        .fetch_one(pool)
        .await
        .map_err(failed)?;

    MySqlStore::new(pool.clone())
        .with_table_name(TABLE)
        .and_then(|store| store.with_schema_name(&database))
        .map_err(|_| {
            Failure::Setting(
                "DATABASE_URL: sessions can be kept in a database whose name has letters, digits, \
                 `_` and `$` only and begins with a letter; name another one, or set \
                 SESSION_STORE to something else than `database`"
                    .to_owned(),
            )
        })
}
