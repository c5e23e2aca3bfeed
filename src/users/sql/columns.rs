use super::super::{UserStoreError, UserStoreErrorKind, UserSync};
use super::Sql;
use super::user_table::UserTable;
use crate::attribute::{ColumnChange, ColumnName};

/// The columns of the mapping that have a field of their own in `User`.
const OWN_COLUMNS: [&str; 3] = ["email", "first_name", "last_name"];

/// A column as the database describes it.
pub(super) struct Description {
    pub(super) name: String,
    is_required: bool,
    has_default: bool,
    /// The type that a text is cast to; `None` where the database does so by itself.
    cast: Option<String>,
    /// Texts are compared byte by byte.
    is_exact: bool,
}

/// Reads what the database says about a table. Nothing, if there is none.
pub(super) async fn describe(sql: &Sql, table: &str) -> Result<Vec<Description>, UserStoreError> {
    let rows = sql.fetch(sql.dialect.columns(), &[table.into()]).await?;

    rows.into_iter()
        .map(|mut row| {
            Ok(Description {
                name: row.text()?,
                is_required: row.number()? != 0,
                has_default: row.number()? != 0,
                cast: row.optional_text()?,
                is_exact: row.number()? != 0,
            })
        })
        .collect()
}

/// Checks that a table of users has all columns, and tells names apart.
pub(super) fn check_user_table(
    sql: &Sql,
    table: &UserTable,
    columns: &[Description],
) -> Result<(), UserStoreError> {
    let name = &table.name;
    let database = sql.dialect.name();
    let error = UserStoreError::new(UserStoreErrorKind::Schema);

    if columns.is_empty() {
        return Err(error.with_message(format!(
            "there is no table `{name}`: call the store's `migrate` first"
        )));
    }
    let missing = table
        .columns()
        .find(|wanted| columns.iter().all(|column| column.name != **wanted));
    if let Some(column) = missing {
        return Err(error.with_column(column).with_message(format!(
            "the table `{name}` has no column `{column}`: compare it with \
             `migrations/{database}/users.sql`, rename it, or name it by a `UserTable`"
        )));
    }
    let identities = [table.column("username"), table.column("sub")];
    let inexact = columns
        .iter()
        .find(|column| !column.is_exact && identities.contains(&&*column.name));
    match inexact {
        Some(Description { name: column, .. }) => {
            Err(error.with_column(column).with_message(format!(
                "column `{column}` of the table `{name}` takes `Ann` and `ann` for one, or cannot \
                 hold every name: give it the type, character set and collation of \
                 `migrations/{database}/users.sql`"
            )))
        }
        None => Ok(()),
    }
}

/// A mapped column that is in the table.
#[derive(Clone)]
pub(super) struct Column {
    /// The name in the mapping.
    mapped: ColumnName,
    /// The name in the table.
    pub(super) name: String,
    is_required: bool,
    has_default: bool,
    cast: Option<String>,
}

impl Column {
    /// A parameter for the column.
    pub(super) fn parameter(&self) -> String {
        match &self.cast {
            // A text, which PostgreSQL turns into another type only by a cast.
            Some(to) => format!("cast(cast(? as text) as {to})"),
            None => "?".to_owned(),
        }
    }
}

/// The columns that the mappings have named so far, in the order in which they are read.
#[derive(Clone, Default)]
pub(super) struct MappedColumns(Vec<Column>);

impl MappedColumns {
    /// Takes these columns as well. One that is known already is taken anew.
    pub(super) fn with<'a>(
        &self,
        names: impl Iterator<Item = &'a ColumnName>,
        table: &UserTable,
        described: &[Description],
    ) -> Result<Self, UserStoreError> {
        let mut columns = names
            .map(|name| find(name, table, described))
            .collect::<Result<Vec<_>, _>>()?;

        for column in &self.0 {
            if columns.iter().all(|new| new.mapped != column.mapped) {
                columns.push(column.clone());
            }
        }
        Ok(Self(columns))
    }

    pub(super) fn knows(&self, name: &ColumnName) -> bool {
        self.0.iter().any(|column| column.mapped == *name)
    }

    /// The columns that `User` has no field for.
    pub(super) fn extra(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .map(|column| column.mapped.as_str())
            .filter(|name| !OWN_COLUMNS.contains(name))
    }

    /// What a login writes into a row that is there. A column that it keeps is not among them.
    pub(super) fn updated<'a>(&'a self, login: &'a UserSync) -> Vec<(&'a Column, Option<&'a str>)> {
        let value = |column: &Column| match change_of(login, &column.mapped) {
            ColumnChange::Clear if column.is_required => Some(Some("")),
            ColumnChange::Clear => Some(None),
            ColumnChange::Keep => None,
            ColumnChange::Set(value) => Some(Some(value.as_str())),
        };

        self.0
            .iter()
            .filter_map(|column| Some((column, value(column)?)))
            .collect()
    }

    /// What a login writes into a new row. A column without a value gets its default.
    pub(super) fn inserted<'a>(&'a self, login: &'a UserSync) -> Vec<(&'a Column, &'a str)> {
        let value = |column: &Column| match change_of(login, &column.mapped) {
            ColumnChange::Set(value) => Some(value.as_str()),
            _ if column.is_required && !column.has_default => Some(""),
            _ => None,
        };

        self.0
            .iter()
            .filter_map(|column| Some((column, value(column)?)))
            .collect()
    }
}

/// Finds a mapped column. Its case must be the table's, as PostgreSQL wants it.
fn find(
    mapped: &ColumnName,
    table: &UserTable,
    described: &[Description],
) -> Result<Column, UserStoreError> {
    let name = table.column(mapped.as_str());
    let found = described.iter().find(|column| column.name == name);

    match found {
        Some(column) => Ok(Column {
            mapped: mapped.clone(),
            name: column.name.clone(),
            is_required: column.is_required,
            has_default: column.has_default,
            cast: column.cast.clone(),
        }),
        None => {
            let names: Vec<_> = described.iter().map(|column| &*column.name).collect();
            let table = &table.name;
            Err(UserStoreError::new(UserStoreErrorKind::UnknownColumn)
                .with_column(name)
                .with_message(format!(
                    "the attribute mapping names column `{name}`, but the table `{table}` has only \
                     {}: add it in a migration, `alter table {table} add column {name} text`, or \
                     change the mapping",
                    names.join(", ")
                )))
        }
    }
}

/// What a login does to a column.
fn change_of<'a>(login: &'a UserSync, column: &ColumnName) -> &'a ColumnChange {
    login
        .columns
        .iter()
        .find_map(|(name, change)| (name == column).then_some(storable(change)))
        .unwrap_or(&ColumnChange::Keep)
}

/// PostgreSQL has no NUL in a text, and SQLite's own functions stop at it. No store keeps one.
pub(super) fn storable(change: &ColumnChange) -> &ColumnChange {
    match change {
        ColumnChange::Set(value) if value.contains('\0') => &ColumnChange::Keep,
        change => change,
    }
}
