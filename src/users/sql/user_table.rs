use super::super::{UserStoreError, UserStoreErrorKind};

/// The name of a table of users and of its columns, where they are not those of the library's own.
///
/// The table must have a number for a key, and the columns of `migrations/*/users.sql`, under
/// whatever names. It is the site's: `migrate` neither creates nor changes it.
///
/// # Examples
///
/// ```
/// use axum_cognito::users::UserTable;
///
/// # fn main() -> Result<(), axum_cognito::users::UserStoreError> {
/// let accounts = UserTable::named("accounts")?
///     .with_column("username", "login")?
///     .with_column("date_joined", "created_at")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UserTable {
    pub(super) name: String,
    /// The names of the columns, in the order of [`COLUMNS`].
    columns: [String; 9],
    /// Whether `migrate` creates it.
    pub(super) is_own: bool,
}

/// The columns that every statement uses, by the names of `migrations/*/users.sql`.
pub(super) const COLUMNS: [&str; 9] = [
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

/// The limit of PostgreSQL, the lowest of the three databases.
const MAX_CHARS: usize = 63;

impl UserTable {
    /// Names a table of the site's.
    ///
    /// # Errors
    ///
    /// [`Schema`](UserStoreErrorKind::Schema) if the name is not a plain SQL identifier, here and
    /// below.
    pub fn named(name: impl Into<String>) -> Result<Self, UserStoreError> {
        Ok(Self {
            name: identifier(name.into())?,
            is_own: false,
            ..Self::default()
        })
    }

    /// Names the column of the table that stands for one of `migrations/*/users.sql`.
    ///
    /// An attribute that is mapped to `email`, `first_name` or `last_name` goes into the column
    /// that stands for it.
    ///
    /// # Errors
    ///
    /// [`UnknownColumn`](UserStoreErrorKind::UnknownColumn) if `column` is none of these.
    pub fn with_column(
        mut self,
        column: &str,
        name: impl Into<String>,
    ) -> Result<Self, UserStoreError> {
        let Some(index) = COLUMNS.iter().position(|known| *known == column) else {
            return Err(UserStoreError::new(UserStoreErrorKind::UnknownColumn)
                .with_column(column)
                .with_message(format!(
                    "`{column}` is none of the columns that the library uses: {}",
                    COLUMNS.join(", ")
                )));
        };

        self.columns[index] = identifier(name.into())?;
        Ok(self)
    }

    /// Returns the name that a column has in this table.
    pub(super) fn column<'a>(&'a self, column: &'a str) -> &'a str {
        let index = COLUMNS.iter().position(|known| *known == column);

        index.map_or(column, |index| &self.columns[index])
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(String::as_str)
    }
}

impl Default for UserTable {
    /// Returns the table `users`, which `migrate` creates.
    fn default() -> Self {
        Self {
            name: "users".to_owned(),
            columns: COLUMNS.map(str::to_owned),
            is_own: true,
        }
    }
}

fn identifier(name: String) -> Result<String, UserStoreError> {
    let is_identifier = name.len() <= MAX_CHARS
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');

    if is_identifier {
        Ok(name)
    } else {
        Err(
            UserStoreError::new(UserStoreErrorKind::Schema).with_message(format!(
                "{name:?} is not a plain name of a table or a column"
            )),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_plain_names_alone() {
        let long = "a".repeat(64);
        for name in ["", "1a", "a b", "a.b", "a\"", "a`", "a;", "é", "a\0", &long] {
            let error = UserTable::named(name).expect_err(name);
            assert_eq!(error.kind(), UserStoreErrorKind::Schema);
            let named = UserTable::default().with_column("email", name);
            assert!(named.is_err(), "{name}");
        }
        UserTable::default()
            .with_column("mail", "email")
            .expect_err("not one of ours");
        let longest = &long[1..];
        let named = UserTable::named(longest).expect("as long as a name can be");
        assert_eq!(named.name, longest);
    }

    #[test]
    fn knows_the_name_of_each_column() {
        let table = UserTable::named("accounts")
            .and_then(|table| table.with_column("username", "login"))
            .expect("names");

        assert_eq!(table.column("username"), "login");
        assert_eq!(table.column("sub"), "sub");
        assert_eq!(table.column("department"), "department");
    }
}
