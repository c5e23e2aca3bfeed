#[cfg(any(feature = "mysql", feature = "postgres"))]
use std::fmt;

use sqlx::error::DatabaseError;

use super::super::{UserStoreError, UserStoreErrorKind};

impl From<sqlx::Error> for UserStoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => from_database(&*error),
            sqlx::Error::Io(_)
            | sqlx::Error::PoolClosed
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::WorkerCrashed => {
                Self::new(UserStoreErrorKind::Unavailable).with_source(error)
            }
            sqlx::Error::ColumnDecode { ref index, .. } => Self::new(UserStoreErrorKind::Schema)
                .with_column(index.clone())
                .with_source(error),
            _ => Self::new(UserStoreErrorKind::Other).with_source(error),
        }
    }
}

/// Each database has codes of its own.
fn from_database(error: &dyn DatabaseError) -> UserStoreError {
    #[cfg(feature = "mysql")]
    if let Some(error) = error.try_downcast_ref() {
        return super::super::mysql::described(error);
    }
    #[cfg(feature = "postgres")]
    if let Some(error) = error.try_downcast_ref() {
        return super::super::postgres::described(error);
    }
    #[cfg(feature = "sqlite")]
    if let Some(error) = error.try_downcast_ref() {
        return super::super::sqlite::described(error);
    }

    let code = error.code().unwrap_or_default();
    UserStoreError::new(UserStoreErrorKind::Other)
        .with_source(format!("error {code} of another database"))
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
pub(crate) fn server_error(
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
