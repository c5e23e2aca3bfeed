use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use time::OffsetDateTime;

use super::{LoginStore, User, UserStoreError};
use crate::attribute::{AttributeMapping, ColumnChange, ColumnName};
use crate::id::Subject;

/// Where the site keeps its users.
///
/// The trait is `#[async_trait]`, so that backends can hold an `Arc<dyn UserStore>`.
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

    /// Finds a user by the key of the row.
    async fn find(&self, id: i64) -> Result<Option<User>, UserStoreError>;

    /// Finds a user by the name that Cognito gave. Case matters.
    async fn find_by_username(&self, username: &str) -> Result<Option<User>, UserStoreError>;

    /// Lists users in the order of their names, `limit` at most: those whose name comes after
    /// `after`, or the first ones.
    async fn list(&self, after: Option<&str>, limit: u32) -> Result<Vec<User>, UserStoreError>;

    /// The registry of logins beside the users. Without one, a session alone says who is logged in.
    fn logins(&self) -> Option<&dyn LoginStore> {
        None
    }

    /// Writes what a login tells into the user's row, and creates the row if there is none.
    ///
    /// The row is the one with this username, and it must not belong to another subject. Any
    /// number of first logins at once make one row. Nothing but the given columns, `sub` and
    /// `last_login` of this one row changes, and not even these if the user is not active.
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
    /// Cognito's `sub`. A login without one goes to the row of any subject.
    pub sub: Option<Subject>,
    /// What happens to the mapped columns. A column that is not named stays as it is.
    pub columns: Vec<(ColumnName, ColumnChange)>,
    /// Whether a user without a row gets one.
    pub create_unknown_user: bool,
    /// The time of the login. Stores keep whole seconds.
    pub at: OffsetDateTime,
}

impl UserSync {
    /// Creates a login that changes no column, and creates a row if there is none.
    pub fn new(username: impl Into<String>, at: OffsetDateTime) -> Self {
        Self {
            username: username.into(),
            sub: None,
            columns: Vec::new(),
            create_unknown_user: true,
            at,
        }
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
pub enum Synced {
    /// There was no row; now there is.
    Created(User),
    /// The username was deleted in Cognito and registered anew: the row is another person's.
    /// It was left as it is.
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

    async fn find(&self, id: i64) -> Result<Option<User>, UserStoreError> {
        (**self).find(id).await
    }

    async fn find_by_username(&self, username: &str) -> Result<Option<User>, UserStoreError> {
        (**self).find_by_username(username).await
    }

    fn logins(&self) -> Option<&dyn LoginStore> {
        (**self).logins()
    }

    async fn list(&self, after: Option<&str>, limit: u32) -> Result<Vec<User>, UserStoreError> {
        (**self).list(after, limit).await
    }

    async fn sync(&self, login: &UserSync) -> Result<Synced, UserStoreError> {
        (**self).sync(login).await
    }
}
