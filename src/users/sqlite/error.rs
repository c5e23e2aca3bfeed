use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::sqlite::SqliteError;

use super::super::database_error::{FULL, READ_ONLY, explained};
use super::super::{UserStoreError, UserStoreErrorKind};

/// Describes what SQLite refused. Its texts name columns, and repeat no values.
pub(crate) fn described(error: &SqliteError) -> UserStoreError {
    let described = UserStoreError::new(kind_of(error)).with_source(error.to_string());
    let hindrance = match primary_code(error) {
        Some(8) => Some(READ_ONLY),
        Some(13) => Some(FULL),
        _ => None,
    };
    let described = explained(described, hindrance);

    match column_of(error) {
        Some(column) => described.with_column(column),
        None => described,
    }
}

/// A result code of <https://www.sqlite.org/rescode.html>; the low byte is the primary one.
fn primary_code(error: &SqliteError) -> Option<i32> {
    let code: i32 = error.code()?.parse().ok()?;

    Some(code & 0xff)
}

fn kind_of(error: &SqliteError) -> UserStoreErrorKind {
    match error.kind() {
        ErrorKind::UniqueViolation => return UserStoreErrorKind::Conflict,
        ErrorKind::CheckViolation
        | ErrorKind::ForeignKeyViolation
        | ErrorKind::NotNullViolation => return UserStoreErrorKind::InvalidValue,
        _ => {}
    }

    match primary_code(error) {
        // SQLITE_ERROR: our statements are fixed, so it is a table or a column that they miss.
        // SQLITE_SCHEMA: the schema changed under a statement.
        Some(1 | 17) => UserStoreErrorKind::Schema,
        // SQLITE_BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB.
        Some(5 | 6 | 8 | 10 | 11 | 13 | 14 | 26) => UserStoreErrorKind::Unavailable,
        // SQLITE_TOOBIG, CONSTRAINT (a trigger of the site's, a strict type), MISMATCH.
        Some(18..=20) => UserStoreErrorKind::InvalidValue,
        _ => UserStoreErrorKind::Other,
    }
}

/// SQLite names a constraint nowhere but at the end of its message, as `users.email`, and it is
/// only a help to the reader.
fn column_of(error: &SqliteError) -> Option<String> {
    let is_named = matches!(
        error.kind(),
        ErrorKind::NotNullViolation | ErrorKind::UniqueViolation
    );
    let (_, name) = error.message().split_once("failed: ")?;

    is_named.then(|| name.replace("users.", ""))
}
