//! How errors of databases are told, without the values of rows.

#[cfg(any(feature = "mysql", feature = "postgres"))]
use std::fmt;

use super::UserStoreError;
#[cfg(any(feature = "mysql", feature = "postgres"))]
use super::UserStoreErrorKind;

pub(super) const FULL: &str = "the users' database, or its disk, is full";
pub(super) const READ_ONLY: &str = "the users' database is read-only: a standby, a switch of the \
                                    server's, or the rights of a file";

/// Replaces the words of the kind, where there are some that tell more.
pub(super) fn explained(error: UserStoreError, words: Option<&str>) -> UserStoreError {
    match words {
        Some(words) => error.with_message(words),
        None => error,
    }
}

/// What a server said, less the values that it may have repeated.
#[cfg(any(feature = "mysql", feature = "postgres"))]
#[derive(Debug)]
struct ServerError {
    code: String,
    /// Kept only where the server has not come to look at a value.
    message: Option<String>,
}

/// Describes what a server refused. `column` can be the name of a constraint.
///
/// Servers put the values of a row into their texts: `Duplicate entry 'ann@example.com' ...`,
/// `invalid input syntax for type integer: "..."`. Such a text goes no further than this.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(super) fn server_error(
    kind: UserStoreErrorKind,
    code: String,
    column: Option<&str>,
    message: &str,
) -> UserStoreError {
    let is_about_no_value = matches!(
        kind,
        UserStoreErrorKind::Schema | UserStoreErrorKind::Unavailable
    );
    let source = ServerError {
        code,
        message: is_about_no_value.then(|| message.to_owned()),
    };

    let error = UserStoreError::new(kind).with_source(source);
    match column {
        Some(column) => error.with_column(column),
        None => error,
    }
}

#[cfg(any(feature = "mysql", feature = "postgres"))]
impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error {}", self.code)?;
        match &self.message {
            Some(message) => write!(f, ": {message}"),
            None => Ok(()),
        }
    }
}

#[cfg(any(feature = "mysql", feature = "postgres"))]
impl std::error::Error for ServerError {}
