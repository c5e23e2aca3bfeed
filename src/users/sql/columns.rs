use super::super::UserSync;
use super::sync::change_of;
use crate::attribute::{ColumnChange, ColumnName};

/// The columns of the mapping that have a field of their own in `User`.
const OWN_COLUMNS: [&str; 3] = ["email", "first_name", "last_name"];

/// A mapped column that is in the table.
#[derive(Clone)]
pub(crate) struct Column {
    pub(crate) name: ColumnName,
    /// The column cannot be `null`.
    pub(super) is_required: bool,
    pub(super) has_default: bool,
    /// The type that a text is cast to; `None` where the database does so by itself.
    #[cfg_attr(not(feature = "postgres"), expect(dead_code))]
    pub(crate) cast: Option<String>,
}

/// The columns that the mappings have named so far, in the order in which they are returned.
#[derive(Clone, Default)]
pub(crate) struct MappedColumns(Vec<Column>);

impl MappedColumns {
    /// Takes these columns as well. One that is known already is taken anew.
    pub(super) fn with(&self, mut columns: Vec<Column>) -> Self {
        for column in &self.0 {
            if columns.iter().all(|new| new.name != column.name) {
                columns.push(column.clone());
            }
        }

        Self(columns)
    }

    pub(super) fn knows(&self, name: &ColumnName) -> bool {
        self.0.iter().any(|column| column.name == *name)
    }

    /// The columns that `User` has no field for.
    pub(crate) fn extra(&self) -> impl Iterator<Item = &ColumnName> {
        self.0
            .iter()
            .map(|column| &column.name)
            .filter(|name| !OWN_COLUMNS.contains(&name.as_str()))
    }

    /// What a login writes into a row that is there. A column that it keeps is not among them.
    pub(crate) fn updated<'a>(&'a self, login: &'a UserSync) -> Vec<(&'a Column, Option<&'a str>)> {
        let value = |column: &Column| match change_of(login, &column.name) {
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
    pub(crate) fn inserted<'a>(&'a self, login: &'a UserSync) -> Vec<(&'a Column, &'a str)> {
        let value = |column: &Column| match change_of(login, &column.name) {
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

/// The mapped columns, and the SQL that depends on nothing else.
pub(crate) struct Statements {
    pub(crate) columns: MappedColumns,
    /// What `read` reads, by position.
    pub(crate) returned: String,
    pub(crate) find: String,
    pub(crate) find_by_username: String,
    pub(crate) find_live: String,
    pub(crate) list: String,
}
