use sqlx::error::DatabaseError;

use super::{UserStoreError, UserStoreErrorKind};

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
        return super::mysql::described(error);
    }
    #[cfg(feature = "postgres")]
    if let Some(error) = error.try_downcast_ref() {
        return super::postgres::described(error);
    }
    #[cfg(feature = "sqlite")]
    if let Some(error) = error.try_downcast_ref() {
        return super::sqlite::described(error);
    }

    let code = error.code().unwrap_or_default();
    UserStoreError::new(UserStoreErrorKind::Other)
        .with_source(format!("error {code} of another database"))
}
