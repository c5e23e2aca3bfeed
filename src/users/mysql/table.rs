use sqlx::{MySqlPool, Row};

use super::super::sql::{Table, TableColumn};
use super::super::{UserStoreError, UserStoreErrorKind};

const IS_STRICT: &str = "
    select find_in_set('STRICT_ALL_TABLES', @@session.sql_mode)
        or find_in_set('STRICT_TRANS_TABLES', @@session.sql_mode)
";

/// The last one tells whether texts are compared byte by byte. A column without a collation, like
/// a `varbinary`, is.
const COLUMNS: &str = "
    select
        cast(column_name as char character set utf8mb4),
        is_nullable = 'NO',
        column_default is not null,
        collation_name is null or right(collation_name, 4) = '_bin'
    from information_schema.columns
    where table_schema = database() and table_name = 'users'
    order by ordinal_position
";

/// Reads the columns of the table, and refuses to work where two names could become one.
pub(super) async fn read(pool: &MySqlPool) -> Result<Table, UserStoreError> {
    let mut connection = pool.acquire().await?;
    let is_strict: bool = sqlx::query_scalar(IS_STRICT)
        .fetch_one(&mut *connection)
        .await?;
    if !is_strict {
        return Err(
            UserStoreError::new(UserStoreErrorKind::Schema).with_message(
                "connections to the users' database are not in strict mode, so it would cut values \
             short: add `STRICT_ALL_TABLES` to the `sql_mode` of the server or of the pool",
            ),
        );
    }

    let mut columns = Vec::new();
    for row in sqlx::query(COLUMNS).fetch_all(&mut *connection).await? {
        let name: String = row.try_get(0)?;
        let is_binary: bool = row.try_get(3)?;
        if !is_binary && ["username", "sub"].contains(&&*name) {
            return Err(compares_by_letters(&name));
        }

        columns.push(TableColumn {
            name,
            is_required: row.try_get(1)?,
            has_default: row.try_get(2)?,
            cast: None, // a text becomes any type, and in strict mode no other value
        });
    }

    Table::new(columns, "mysql")
}

fn compares_by_letters(column: &str) -> UserStoreError {
    UserStoreError::new(UserStoreErrorKind::Schema)
        .with_column(column)
        .with_message(format!(
            "column `{column}` of the table `users` takes `Ann` and `ann` for one: give it the \
             collation of `migrations/mysql/0001_user.sql`"
        ))
}
