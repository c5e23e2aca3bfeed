use sqlx::{Row, SqlitePool};

use super::super::UserStoreError;
use super::super::sql::{Table, TableColumn};

const COLUMNS: &str = r#"
    select name, "notnull", dflt_value is not null
    from pragma_table_info('users')
"#;

/// Reads the columns of the table.
pub(super) async fn read(pool: &SqlitePool) -> Result<Table, UserStoreError> {
    let columns = sqlx::query(COLUMNS)
        .fetch_all(pool)
        .await?
        .iter()
        .map(|row| {
            Ok(TableColumn {
                name: row.try_get(0)?,
                is_required: row.try_get(1)?,
                has_default: row.try_get(2)?,
                cast: None, // a column takes any value, and turns it into its own type
            })
        })
        .collect::<Result<_, sqlx::Error>>()?;

    Table::new(columns, "sqlite")
}
