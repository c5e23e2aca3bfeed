use super::super::UserSync;
use super::super::sync::{OWN_COLUMNS, change_of};
use super::table::Column;
use crate::attribute::{ColumnChange, ColumnName};

/// The statements for one set of mapped columns.
///
/// Names stand in quotes behind `users.`: SQLite takes a quoted name that it does not know for a
/// string, but not a qualified one.
pub(super) struct Statements {
    columns: Vec<Column>,
    returned: String,
    pub(super) find: String,
    pub(super) find_by_username: String,
    pub(super) update: String,
}

/// The parameters of `update` and `insert` before those of the mapped columns: the username, the
/// subject and the time.
const FIXED_PARAMETERS: usize = 3;

impl Statements {
    pub(super) fn new(columns: Vec<Column>) -> Self {
        let returned = returned(&columns);

        Self {
            find: format!(
                "
                select {returned}
                from users
                where users.id = ?1
                "
            ),
            find_by_username: format!(
                "
                select {returned}
                from users
                where users.username = ?1
                "
            ),
            update: format!(
                "
                update users
                set sub = coalesce(sub, ?2), last_login = ?3{}
                where username = ?1
                    and (sub is null or ?2 is null or sub = ?2)
                    and is_active
                returning {returned}
                ",
                assignments(&columns)
            ),
            returned,
            columns,
        }
    }

    /// The statements for these columns as well.
    pub(super) fn with(&self, columns: Vec<Column>) -> Self {
        let mut all = columns;
        for column in &self.columns {
            if all.iter().all(|known| known.name != column.name) {
                all.push(column.clone());
            }
        }

        Self::new(all)
    }

    /// The mapped columns, in the order of the parameters of `update`.
    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The mapped columns that `User` has no field for, in the order in which they are returned.
    pub(super) fn extra_columns(&self) -> impl Iterator<Item = &ColumnName> {
        extra_columns(&self.columns)
    }

    /// The statement that adds a row, and the values of its further parameters.
    ///
    /// A column without a value is left out, so that it gets its default.
    pub(super) fn insert<'a>(&self, login: &'a UserSync) -> (String, Vec<&'a str>) {
        let mut names = String::new();
        let mut parameters = String::new();
        let mut values = Vec::new();

        for column in &self.columns {
            let value = match change_of(login, &column.name) {
                ColumnChange::Set(value) => value,
                _ if column.is_required && !column.has_default => "",
                _ => continue,
            };
            values.push(value);
            names += &format!(", \"{}\"", column.name);
            parameters += &format!(", ?{}", FIXED_PARAMETERS + values.len());
        }

        let sql = format!(
            "
            insert into users (username, sub, date_joined, last_login{names})
            values (?1, ?2, ?3, ?3{parameters})
            on conflict (username) do nothing
            returning {}
            ",
            self.returned
        );
        (sql, values)
    }
}

/// What `SqliteRows` reads, by position.
fn returned(columns: &[Column]) -> String {
    let own = "users.id, users.username, users.sub, users.email, users.first_name, \
               users.last_name, users.is_active, users.date_joined, users.last_login";

    extra_columns(columns).fold(own.to_owned(), |list, name| {
        list + &format!(", cast(users.\"{name}\" as text)")
    })
}

/// Two parameters for each column: whether it changes, and its new value.
fn assignments(columns: &[Column]) -> String {
    columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let name = &column.name;
            let changes = FIXED_PARAMETERS + 1 + 2 * index;
            let value = changes + 1;
            format!(", \"{name}\" = case when ?{changes} then ?{value} else users.\"{name}\" end")
        })
        .collect()
}

fn extra_columns(columns: &[Column]) -> impl Iterator<Item = &ColumnName> {
    columns
        .iter()
        .map(|column| &column.name)
        .filter(|name| !OWN_COLUMNS.contains(&name.as_str()))
}
