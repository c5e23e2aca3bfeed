use super::super::{UserStoreError, UserStoreErrorKind};
use super::columns::Column;
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

/// What the database says about the `users` table.
pub(crate) struct Table {
    columns: Vec<TableColumn>,
}

/// A column of the table.
pub(crate) struct TableColumn {
    pub(crate) name: String,
    pub(crate) is_required: bool,
    pub(crate) has_default: bool,
    /// The type that a text is cast to; `None` where the database does so by itself.
    pub(crate) cast: Option<String>,
}

impl Table {
    /// Checks that there is a table with the columns of `migrations/<database>`.
    pub(crate) fn new(columns: Vec<TableColumn>, database: &str) -> Result<Self, UserStoreError> {
        if columns.is_empty() {
            return Err(UserStoreError::new(UserStoreErrorKind::Schema)
                .with_message("there is no table `users`: call the store's `migrate` first"));
        }

        let missing = REQUIRED
            .into_iter()
            .find(|name| columns.iter().all(|column| column.name != *name));
        match missing {
            Some(name) => Err(UserStoreError::new(UserStoreErrorKind::Schema)
                .with_column(name)
                .with_message(format!(
                    "the table `users` has no column `{name}`: compare it with \
                     `migrations/{database}/0001_user.sql`"
                ))),
            None => Ok(Self { columns }),
        }
    }

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
                cast: column.cast.clone(),
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
