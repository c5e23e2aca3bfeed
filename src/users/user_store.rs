use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use time::OffsetDateTime;

use super::{LoginStore, Place, User, UserId, UserSearch, UserStoreError};
use crate::attribute::{AttributeMapping, ColumnChange, ColumnName};
use crate::id::Subject;

/// Where the site keeps its users.
///
/// The trait is `#[async_trait]`, so that backends can hold an `Arc<dyn UserStore>`. `examples/own_accounts.rs`
/// implements it for a table of another shape.
///
/// # Examples
///
/// ```
/// use axum_cognito::users::{UserStore, UserStoreError};
///
/// async fn mail_of(users: &dyn UserStore, username: &str) -> Result<Option<String>, UserStoreError> {
///     let user = users.find_by_username(username).await?;
///     Ok(user.map(|user| user.email))
/// }
/// ```
#[async_trait]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store of users",
    note = "use `SqliteUsers`, `PostgresUsers` or `MySqlUsers`, or implement `axum_cognito::users::UserStore`"
)]
pub trait UserStore: Send + Sync + 'static {
    /// Checks that the table has every mapped column. From then on [`User::extra`] holds those
    /// that have no field of their own.
    ///
    /// # Errors
    ///
    /// [`UnknownColumn`](super::UserStoreErrorKind::UnknownColumn) names the column that is
    /// missing, those that there are, and what to write.
    async fn check_mapping(&self, mapping: &AttributeMapping) -> Result<(), UserStoreError>;

    /// Returns the user with this key.
    async fn find(&self, id: &UserId) -> Result<Option<User>, UserStoreError>;

    /// Returns the user with this name, as Cognito gave it. Case matters.
    async fn find_by_username(&self, username: &str) -> Result<Option<User>, UserStoreError>;

    /// Returns at most `limit` users in the order of their names: those whose name comes after
    /// `after`, or the first ones.
    async fn list(&self, after: Option<&str>, limit: u32) -> Result<Vec<User>, UserStoreError>;

    /// Returns at most `limit` of the users that are looked for, in the order of their names.
    ///
    /// The stores of this crate ask their database. Without this method, a store is listed until
    /// enough is found.
    async fn search(&self, search: &UserSearch, limit: u32) -> Result<Vec<User>, UserStoreError> {
        by_listing(self, search, limit).await
    }

    /// Sets `is_active`: whether a user may log in. Returns `false` if there is no such user.
    ///
    /// The logins of a user who is not active count for nothing from then on.
    async fn set_active(&self, id: &UserId, is_active: bool) -> Result<bool, UserStoreError>;

    /// Forgets a user who has deleted their account. Returns `false` if there is no such user.
    ///
    /// The stores of this crate delete the row. Where rows of the site's own refer to it, so that the
    /// database keeps it, it is not active from then on: as it is without this method.
    async fn delete(&self, id: &UserId) -> Result<bool, UserStoreError> {
        self.set_active(id, false).await
    }

    /// Returns the registry of logins beside the users. Without one, logins are in the memory of
    /// the process.
    fn logins(&self) -> Option<&dyn LoginStore> {
        None
    }

    /// Writes what a login tells into the user's row, and creates the row if there is none.
    ///
    /// The row is the one with this username and this subject: see [`UserSync::adopts_row`] for one
    /// without a subject. Any number of first logins at once make one row. Nothing but the given
    /// columns, `sub` and `last_login` of this one row changes, and not even these if the user is
    /// not active.
    ///
    /// # Errors
    ///
    /// [`Conflict`](super::UserStoreErrorKind::Conflict) if the site allows a value only once and
    /// another row has it. That row is left as it is.
    async fn sync(&self, login: &UserSync) -> Result<Synced, UserStoreError>;
}

/// What a login writes into a user's row. `Debug` shows no values.
#[derive(Clone)]
#[non_exhaustive]
pub struct UserSync {
    /// The name that Cognito gave the user, never an alias.
    pub username: String,
    /// Cognito's `sub`. Without one, the row is one without a subject.
    pub sub: Option<Subject>,
    /// Whether a row without a subject becomes that of `sub`. The default is no: somebody else may
    /// have registered the name in the user pool. A site that moves its users in says yes.
    pub adopts_row: bool,
    /// What happens to the mapped columns. A column that is not named stays as it is.
    pub columns: Vec<(ColumnName, ColumnChange)>,
    /// Whether a user without a row gets one.
    pub create_unknown_user: bool,
    /// Whether `at` becomes the time of the last login.
    pub is_login: bool,
    /// The time. Stores keep whole seconds.
    pub at: OffsetDateTime,
}

impl UserSync {
    /// Creates a login that changes no column, and creates a row if there is none.
    pub fn new(username: impl Into<String>, at: OffsetDateTime) -> Self {
        Self {
            username: username.into(),
            sub: None,
            adopts_row: false,
            columns: Vec::new(),
            create_unknown_user: true,
            is_login: true,
            at,
        }
    }

    /// Makes this a change without a login, such as the row of a user who was invited: the time of
    /// the last login stays as it is.
    #[must_use]
    pub fn without_login(mut self) -> Self {
        self.is_login = false;
        self
    }
}

impl fmt::Debug for UserSync {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserSync")
            .field("columns", &self.columns)
            .field("create_unknown_user", &self.create_unknown_user)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// What became of a [`UserSync`].
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Synced {
    /// There was no row; now there is.
    Created(User),
    /// The row is another person's: the username was deleted in Cognito and registered anew, or
    /// the row has no subject. It was left as it is.
    DifferentSubject,
    /// There is no row, and none was to be created.
    Unknown,
    /// The row is up to date. A user who is not active is returned unchanged: refuse the login.
    Updated(User),
}

#[async_trait]
impl<S: UserStore + ?Sized> UserStore for Arc<S> {
    async fn check_mapping(&self, mapping: &AttributeMapping) -> Result<(), UserStoreError> {
        (**self).check_mapping(mapping).await
    }

    async fn find(&self, id: &UserId) -> Result<Option<User>, UserStoreError> {
        (**self).find(id).await
    }

    async fn find_by_username(&self, username: &str) -> Result<Option<User>, UserStoreError> {
        (**self).find_by_username(username).await
    }

    async fn set_active(&self, id: &UserId, is_active: bool) -> Result<bool, UserStoreError> {
        (**self).set_active(id, is_active).await
    }

    async fn delete(&self, id: &UserId) -> Result<bool, UserStoreError> {
        (**self).delete(id).await
    }

    fn logins(&self) -> Option<&dyn LoginStore> {
        (**self).logins()
    }

    async fn list(&self, after: Option<&str>, limit: u32) -> Result<Vec<User>, UserStoreError> {
        (**self).list(after, limit).await
    }

    async fn search(&self, search: &UserSearch, limit: u32) -> Result<Vec<User>, UserStoreError> {
        (**self).search(search, limit).await
    }

    async fn sync(&self, login: &UserSync) -> Result<Synced, UserStoreError> {
        (**self).sync(login).await
    }
}

/// Searches a store that only lists, page by page.
async fn by_listing<S: UserStore + ?Sized>(
    store: &S,
    search: &UserSearch,
    limit: u32,
) -> Result<Vec<User>, UserStoreError> {
    const PAGE: u32 = 500;

    let limit = limit as usize;
    let mut found: Vec<User> = Vec::new();
    let mut after = match &search.place {
        Place::After(name) => Some(name.clone()),
        Place::Start | Place::Before(_) => None,
    };
    loop {
        let users = store.list(after.as_deref(), PAGE).await?;
        let is_last = users.len() < PAGE as usize;
        after = users.last().map(|user| user.username.clone());
        for user in users {
            match &search.place {
                Place::Before(name) if user.username >= *name => return Ok(found),
                Place::Before(_) if search.finds(&user) => {
                    if found.len() == limit {
                        found.remove(0);
                    }
                    found.push(user);
                }
                _ if search.finds(&user) => found.push(user),
                _ => {}
            }
            if found.len() == limit && !matches!(search.place, Place::Before(_)) {
                return Ok(found);
            }
        }
        if is_last {
            return Ok(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A store of a site's own that lists its users, and has no search.
    struct Listed(Vec<User>);

    #[async_trait]
    impl UserStore for Listed {
        async fn check_mapping(&self, _: &AttributeMapping) -> Result<(), UserStoreError> {
            Ok(())
        }

        async fn find(&self, _: &UserId) -> Result<Option<User>, UserStoreError> {
            Ok(None)
        }

        async fn find_by_username(&self, _: &str) -> Result<Option<User>, UserStoreError> {
            Ok(None)
        }

        async fn list(&self, after: Option<&str>, limit: u32) -> Result<Vec<User>, UserStoreError> {
            let after = after.unwrap_or_default();
            let users = self.0.iter().filter(|user| user.username.as_str() > after);
            Ok(users.take(limit as usize).cloned().collect())
        }

        async fn set_active(&self, _: &UserId, _: bool) -> Result<bool, UserStoreError> {
            Ok(false)
        }

        async fn sync(&self, _: &UserSync) -> Result<Synced, UserStoreError> {
            Ok(Synced::Unknown)
        }
    }

    #[tokio::test]
    async fn a_store_that_only_lists_is_searched_to_its_end_and_back() {
        let users = (0..1100_i64).map(|number| {
            let mut user = User::new(number, format!("{number:04}"));
            let email = if number % 2 == 0 { "even" } else { "odd" };
            user.email = email.to_owned();
            user
        });
        let store = Listed(users.collect());
        let search = async |search: UserSearch, limit| -> Vec<String> {
            let found = store.search(&search, limit).await.expect("an answer");
            found.into_iter().map(|user| user.username).collect()
        };
        let odd = || UserSearch::new().with_text("odd");

        assert_eq!(search(odd(), 1000).await.len(), 550);
        assert_eq!(search(odd(), 2).await, ["0001", "0003"]);
        let after = odd().after("0997");
        assert_eq!(search(after, 2).await, ["0999", "1001"]);
        let before = odd().before("0900");
        assert_eq!(search(before, 3).await, ["0895", "0897", "0899"]);
    }
}
