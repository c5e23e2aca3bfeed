use sqlx::{Row, SqlitePool};

use super::super::{UserStoreError, UserStoreErrorKind};
use crate::attribute::ColumnName;

/// The columns that every statement uses.
const REQUIRED: [&str; 9] = [
    "id",
    "username",
    "sub",
    "email",
    "first_name",
    "last_name",
    "is_active",
    "date_joined",
    "last_login",
];

const COLUMNS: &str = r#"
    select name, "notnull", dflt_value is not null
    from pragma_table_info('users')
"#;

/// What the database says about the `users` table.
pub(super) struct Table {
    columns: Vec<TableColumn>,
}

struct TableColumn {
    name: String,
    is_required: bool,
    has_default: bool,
}

/// A mapped column that is there.
#[derive(Clone)]
pub(super) struct Column {
    pub(super) name: ColumnName,
    /// The column cannot be `null`.
    pub(super) is_required: bool,
    pub(super) has_default: bool,
}

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
            })
        })
        .collect::<Result<Vec<_>, sqlx::Error>>()?;

    let missing = REQUIRED
        .into_iter()
        .find(|name| columns.iter().all(|column| column.name != *name));
    if columns.is_empty() {
        Err(UserStoreError::new(UserStoreErrorKind::Schema)
            .with_message("there is no table `users`: call `SqliteUsers::migrate` first"))
    } else if let Some(name) = missing {
        let message = format!(
            "the table `users` has no column `{name}`: compare it with \
             `migrations/sqlite/0001_user.sql`"
        );
        Err(UserStoreError::new(UserStoreErrorKind::Schema)
            .with_column(name)
            .with_message(message))
    } else {
        Ok(Table { columns })
    }
}

impl Table {
    /// Finds a mapped column. Its case must be the table's, as PostgreSQL wants it.
    pub(super) fn column(&self, name: &ColumnName) -> Result<Column, UserStoreError> {
        let found = self
            .columns
            .iter()
            .find(|column| column.name == name.as_str());

        match found {
            Some(column) => Ok(Column {
                name: name.clone(),
                is_required: column.is_required,
                has_default: column.has_default,
            }),
            None => Err(self.no_such_column(name)),
        }
    }

    fn no_such_column(&self, name: &ColumnName) -> UserStoreError {
        let names: Vec<_> = self.columns.iter().map(|column| &*column.name).collect();
        let message = format!(
            "the attribute mapping names column `{name}`, but the table `users` has only {}: \
             add it in a migration, `alter table users add column {name} text`, or change the \
             mapping",
            names.join(", ")
        );

        UserStoreError::new(UserStoreErrorKind::UnknownColumn)
            .with_column(name.as_str())
            .with_message(message)
    }
}
