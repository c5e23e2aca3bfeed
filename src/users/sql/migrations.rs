use super::super::{UserStoreError, UserStoreErrorKind};

/// A version and its SQL. What has been released never changes.
pub(crate) type Migration = (i64, &'static str);

/// The version that a table has when nothing is missing.
pub(crate) fn newest(migrations: &[Migration]) -> Option<i64> {
    migrations.last().map(|(version, _)| *version)
}

/// Refuses a database with a table `users` before the first migration, here of `database`.
pub(crate) fn foreign_table(database: &str) -> UserStoreError {
    UserStoreError::new(UserStoreErrorKind::Schema).with_message(format!(
        "there is a table `users` already that axum-cognito did not create: rename it, or give \
         it the columns of `migrations/{database}/0001_user.sql` and do not call `migrate`"
    ))
}
