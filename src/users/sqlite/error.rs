use sqlx::error::{DatabaseError, ErrorKind};

use super::super::{UserStoreError, UserStoreErrorKind};

impl From<sqlx::Error> for UserStoreError {
    fn from(error: sqlx::Error) -> Self {
        let (kind, column) = match &error {
            sqlx::Error::Database(database) => (kind_of(&**database), column_of(&**database)),
            sqlx::Error::Io(_)
            | sqlx::Error::PoolClosed
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::WorkerCrashed => (UserStoreErrorKind::Unavailable, None),
            sqlx::Error::ColumnDecode { index, .. } => {
                (UserStoreErrorKind::Schema, Some(index.clone()))
            }
            _ => (UserStoreErrorKind::Other, None),
        };

        let described = Self::new(kind).with_source(error);
        match column {
            Some(column) => described.with_column(column),
            None => described,
        }
    }
}

/// By the result codes of <https://www.sqlite.org/rescode.html>; the low byte is the primary one.
fn kind_of(error: &dyn DatabaseError) -> UserStoreErrorKind {
    match error.kind() {
        ErrorKind::UniqueViolation => return UserStoreErrorKind::Conflict,
        ErrorKind::CheckViolation
        | ErrorKind::ForeignKeyViolation
        | ErrorKind::NotNullViolation => return UserStoreErrorKind::InvalidValue,
        _ => {}
    }

    let code: Option<i32> = error.code().and_then(|code| code.parse().ok());
    match code.map(|code| code & 0xff) {
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
fn column_of(error: &dyn DatabaseError) -> Option<String> {
    let is_named = matches!(
        error.kind(),
        ErrorKind::NotNullViolation | ErrorKind::UniqueViolation
    );
    let (_, name) = error.message().split_once("failed: ")?;

    is_named.then(|| name.replace("users.", ""))
}
