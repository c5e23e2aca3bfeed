use std::collections::BTreeMap;
use std::fmt;

use time::OffsetDateTime;

use super::UserId;
use crate::id::Subject;

/// A row of the `users` table.
///
/// `Debug` shows the id and whether the user is active: the rest is somebody's data, and does not
/// belong in a log.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct User {
    /// The key of the row. It is never given to another user.
    pub id: UserId,
    /// The name that Cognito gave the user, never an alias. Case matters.
    pub username: String,
    /// Cognito's `sub`, once a login has told it.
    pub sub: Option<Subject>,
    /// The e-mail address; empty if unknown. Cognito may not have verified it.
    pub email: String,
    /// The first name; empty if unknown.
    pub first_name: String,
    /// The last name; empty if unknown.
    pub last_name: String,
    /// Whether the site lets the user log in.
    pub is_active: bool,
    /// The time of the first login.
    pub date_joined: OffsetDateTime,
    /// The time of the last login.
    pub last_login: Option<OffsetDateTime>,
    /// Further columns that the attribute mapping names, as text; `None` is SQL's `null`.
    pub extra: BTreeMap<String, Option<String>>,
}

impl User {
    /// Creates an active user of whom nothing else is known, who joined in 1970.
    ///
    /// This is for stores of one's own and for tests. Set the other fields as needed.
    pub fn new(id: impl Into<UserId>, username: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            username: username.into(),
            sub: None,
            email: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            is_active: true,
            date_joined: OffsetDateTime::UNIX_EPOCH,
            last_login: None,
            extra: BTreeMap::new(),
        }
    }

    /// Returns first and last name, as far as they are known; else the empty string.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
            .trim()
            .to_owned()
    }

    /// Returns a Boolean among [`extra`](Self::extra), such as a group flag. `None` for a column that
    /// is not there, is `null`, or holds something else.
    pub fn flag(&self, column: &str) -> Option<bool> {
        match self.extra.get(column)?.as_deref()? {
            "1" | "t" | "true" => Some(true),
            "0" | "f" | "false" => Some(false),
            _ => None,
        }
    }

    /// Returns a text among [`extra`](Self::extra). `None` for a column that is not there or is `null`.
    pub fn text(&self, column: &str) -> Option<&str> {
        self.extra.get(column)?.as_deref()
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("is_active", &self.is_active)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_the_names_that_are_known() {
        let mut user = User::new(1, "ann");
        assert_eq!(user.full_name(), "");

        user.last_name = "Lee".to_owned();
        assert_eq!(user.full_name(), "Lee");

        user.first_name = "Ann".to_owned();
        assert_eq!(user.full_name(), "Ann Lee");
    }

    #[test]
    fn debug_shows_no_personal_data() {
        let mut user = User::new(7, "ann");
        user.email = "ann@example.com".to_owned();

        assert_eq!(
            format!("{user:?}"),
            "User { id: UserId(7), is_active: true, .. }"
        );
    }
}
