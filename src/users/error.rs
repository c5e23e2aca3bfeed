use std::error::Error as StdError;
use std::fmt;

/// A call to a [`UserStore`](super::UserStore) that did not succeed.
///
/// Decide by [`kind`](Self::kind). Neither `Display` nor `Debug` shows a value of a row.
pub struct UserStoreError {
    kind: UserStoreErrorKind,
    message: Option<String>,
    column: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl UserStoreError {
    /// Creates an error. Stores outside this crate do so too.
    pub fn new(kind: UserStoreErrorKind) -> Self {
        Self {
            kind,
            message: None,
            column: None,
            source: None,
        }
    }

    /// Keeps what the database said.
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Names the column, or the constraint, that it is about.
    pub fn with_column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// Replaces the words of the kind by some that tell what to do. They must not hold a
    /// value of a row.
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Returns the category of this error.
    pub fn kind(&self) -> UserStoreErrorKind {
        self.kind
    }

    /// Returns the column, or the constraint, that it is about, as far as the database tells.
    pub fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }
}

impl fmt::Display for UserStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.message, &self.column) {
            (Some(message), _) => f.write_str(message),
            (None, Some(column)) => write!(f, "{}: `{column}`", self.kind),
            (None, None) => write!(f, "{}", self.kind),
        }
    }
}

impl fmt::Debug for UserStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserStoreError")
            .field("kind", &self.kind)
            .field("message", &self.to_string())
            .field("source", &self.source.as_ref().map(ToString::to_string))
            .finish()
    }
}

impl StdError for UserStoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// The category of a [`UserStoreError`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum UserStoreErrorKind {
    /// A column that the site made unique has the value in another row.
    Conflict,
    /// A value does not fit its column: too long, or against a check of the site's.
    InvalidValue,
    /// Any other failure.
    Other,
    /// The `users` table is not there, or not as expected: migrations did not run.
    Schema,
    /// The attribute mapping names a column that the table does not have.
    UnknownColumn,
    /// The database cannot be reached or is too busy: try again later.
    Unavailable,
}

impl fmt::Display for UserStoreErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Conflict => "another user has the same value in a unique column",
            Self::InvalidValue => "a value does not fit its column",
            Self::Other => "the users' database failed",
            Self::Schema => "the `users` table is not as expected, do its migrations run?",
            Self::UnknownColumn => "the `users` table has no such column",
            Self::Unavailable => "the users' database cannot be reached",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_its_own_level_and_keeps_the_cause() {
        let error = UserStoreError::new(UserStoreErrorKind::Conflict)
            .with_column("email")
            .with_source("UNIQUE constraint failed: users.email");

        assert_eq!(
            error.to_string(),
            "another user has the same value in a unique column: `email`"
        );
        let cause = error.source().expect("a cause").to_string();
        assert_eq!(cause, "UNIQUE constraint failed: users.email");
        let shown = format!("{error:?}");
        assert!(
            shown.contains("Conflict") && shown.contains(&cause),
            "{shown}"
        );
    }
}
