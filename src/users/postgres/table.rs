use sqlx::{PgPool, Row};

use super::super::UserStoreError;
use super::super::sql::{Table, TableColumn};

/// The type comes without its length: a cast to `varchar(20)` cuts a text short, where storing a
/// `varchar` in such a column refuses it.
const COLUMNS: &str = "
    select
        attname::text,
        attnotnull,
        atthasdef,
        format_type(atttypid, -1)
    from pg_attribute
    where attrelid = to_regclass('users')
        and attnum > 0
        and not attisdropped
    order by attnum
";

/// Reads the columns of the table.
pub(super) async fn read(pool: &PgPool) -> Result<Table, UserStoreError> {
    let columns = sqlx::query(COLUMNS)
        .fetch_all(pool)
        .await?
        .iter()
        .map(|row| {
            Ok(TableColumn {
                name: row.try_get(0)?,
                is_required: row.try_get(1)?,
                has_default: row.try_get(2)?,
                cast: row.try_get(3)?,
            })
        })
        .collect::<Result<_, sqlx::Error>>()?;

    Table::new(columns, "postgres")
}
