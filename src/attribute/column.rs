use std::fmt;
use std::str::FromStr;

/// The name of a column that a user's attribute may fill: a plain SQL identifier.
///
/// The columns that the library keeps itself (`id`, `username`, `sub`, ...) are not among
/// these names, so a store can put any `ColumnName` into its SQL, in quotes.
///
/// # Examples
///
/// ```
/// use axum_cognito::attribute::ColumnName;
///
/// assert!("department".parse::<ColumnName>().is_ok());
/// assert!("name; drop table users".parse::<ColumnName>().is_err());
/// assert!("username".parse::<ColumnName>().is_err());
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ColumnName(String);

/// The columns that the library writes itself, and the other names that SQLite has for `id`.
const KEPT: [&str; 9] = [
    "_rowid_",
    "date_joined",
    "id",
    "is_active",
    "last_login",
    "oid",
    "rowid",
    "sub",
    "username",
];

/// Columns that decide about rights, or about whose row it is, in one site or another.
const PRIVILEGED: [&str; 35] = [
    "account_id",
    "admin",
    "api_key",
    "created_at",
    "deleted",
    "deleted_at",
    "disabled",
    "enabled",
    "group",
    "group_id",
    "groups",
    "is_admin",
    "is_staff",
    "is_superuser",
    "iss",
    "issuer",
    "organisation_id",
    "organization_id",
    "owner_id",
    "permission",
    "permissions",
    "privileges",
    "role",
    "role_id",
    "roles",
    "scope",
    "scopes",
    "staff",
    "superuser",
    "tenant",
    "tenant_id",
    "updated_at",
    "user_id",
    "user_permissions",
    "uuid",
];

impl ColumnName {
    /// The limit of PostgreSQL, the lowest of the three databases.
    pub const MAX_CHARS: usize = 63;

    /// Returns the name, as the table spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the name is one that sites give to a column that carries rights.
    pub fn is_privileged(&self) -> bool {
        let name = self.0.to_ascii_lowercase();

        name.starts_with("password") || PRIVILEGED.contains(&name.as_str())
    }

    /// Whether the library writes the column itself.
    #[cfg(any(test, fuzzing))]
    pub(super) fn is_kept(name: &str) -> bool {
        KEPT.iter().any(|kept| kept.eq_ignore_ascii_case(name))
    }

    /// Whether both names are the same column. SQLite and MySQL ignore case.
    pub(super) fn is_same_column(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl FromStr for ColumnName {
    type Err = ParseColumnNameError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let is_identifier = name.len() <= Self::MAX_CHARS
            && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');

        let column = name.to_owned();
        if !is_identifier {
            Err(ParseColumnNameError::NotAnIdentifier { column })
        } else if KEPT.contains(&name.to_ascii_lowercase().as_str()) {
            Err(ParseColumnNameError::KeptByTheLibrary { column })
        } else {
            Ok(Self(column))
        }
    }
}

impl fmt::Display for ColumnName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is not the name of a column which an attribute may fill.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseColumnNameError {
    /// The column is written by the library, and by nothing else.
    #[error("column {column:?} is kept by axum-cognito itself: map the attribute to another one")]
    KeptByTheLibrary {
        /// What was given.
        column: String,
    },
    /// The text is no plain identifier.
    #[error(
        "invalid column name {column:?}: expected 1 to {} ASCII letters, digits and underscores, \
         not beginning with a digit",
        ColumnName::MAX_CHARS
    )]
    NotAnIdentifier {
        /// What was given.
        column: String,
    },
}

/// What a login does to one column. `Debug` does not show the value.
// Exhaustive: a store has to handle each of them.
#[derive(Clone, Eq, PartialEq)]
pub enum ColumnChange {
    /// Empties the column.
    Clear,
    /// Leaves the column as it is.
    Keep,
    /// Writes a value.
    Set(String),
}

impl ColumnChange {
    /// Returns the change that writes a truth value, in the one form that all three databases read as such.
    pub fn flag(value: bool) -> Self {
        Self::Set(if value { "1" } else { "0" }.to_owned())
    }
}

impl fmt::Debug for ColumnChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Clear => "Clear",
            Self::Keep => "Keep",
            Self::Set(_) => "Set(..)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_plain_identifiers() {
        let longest = "c".repeat(63);

        for name in ["email", "Email", "_x", "order", "line2", &longest] {
            assert_eq!(name.parse::<ColumnName>().expect(name).as_str(), name);
        }
    }

    #[test]
    fn refuses_what_the_library_keeps_in_any_case() {
        for name in KEPT.into_iter().chain(["ID", "Username", "IS_ACTIVE"]) {
            let error = name.parse::<ColumnName>().expect_err(name);
            let column = name.to_owned();
            assert_eq!(error, ParseColumnNameError::KeptByTheLibrary { column });
        }
    }

    #[test]
    fn debug_of_a_change_shows_no_value() {
        let change = ColumnChange::Set("ann@example.com".to_owned());

        assert_eq!(format!("{change:?}"), "Set(..)");
    }
}
