use axum::http::StatusCode;
use tracing::debug;

use crate::backend::Error;
use crate::cognito::{Admin, CognitoErrorKind, UserProfile};
use crate::pages::error::PageError;
use crate::users::{User, UserId, UserStore};
use crate::web::{AuthError, AuthSession};

/// The users whom an administrator sees: those of one backend, in its store and in its user pool.
pub(super) struct Directory<'a> {
    pub(super) backend: &'a str,
    pub(super) store: &'a dyn UserStore,
    /// None if the backend has no user pool, or the site no AWS credentials.
    pub(super) admin: Option<Admin>,
}

impl<'a> Directory<'a> {
    pub(super) async fn of(auth: &'a AuthSession) -> Result<Self, PageError> {
        let (backend, store) = auth.users().await?.ok_or(PageError::NO_USER_POOL)?;
        let pool = auth.pool_of(backend);

        Ok(Self {
            backend,
            store,
            admin: pool.and_then(|pool| pool.admin().ok()),
        })
    }

    /// Returns a user by the id in a query.
    pub(super) async fn find(&self, id: Option<String>) -> Result<User, PageError> {
        let id = UserId::from(id.unwrap_or_default());
        let user = self.store.find(&id).await;
        let user = user.map_err(|failure| AuthError::from(Error::from(failure)))?;

        user.ok_or(PageError::Refused(StatusCode::NOT_FOUND))
    }

    /// Looks up what Cognito has under the name of a row.
    pub(super) async fn account(&self, user: &User) -> Account {
        let Some(admin) = &self.admin else {
            return Account::NotAsked;
        };
        match admin.get_user(&user.username).await {
            Ok(profile) if is_of(&profile, user) => Account::Found(Box::new(profile)),
            Ok(_) => Account::NotFound,
            Err(error) if error.kind() == CognitoErrorKind::UserNotFound => Account::NotFound,
            Err(error) => {
                debug!(%error, user = %user.id, "a user is shown without what Cognito knows");
                Account::Unknown
            }
        }
    }
}

/// What Cognito has under the name of a row.
pub(super) enum Account {
    Found(Box<UserProfile>),
    /// Nobody, or somebody else: a name can be an alias of another user, or be registered again by a
    /// stranger; and the row may be of a user of another pool, with which this one shares its table.
    NotFound,
    /// Without AWS credentials the site does its own part alone.
    NotAsked,
    /// It could not be asked.
    Unknown,
}

impl Account {
    pub(super) fn profile(&self) -> Option<&UserProfile> {
        match self {
            Self::Found(profile) => Some(profile),
            _ => None,
        }
    }
}

/// Whether a profile is the one of the row's user.
fn is_of(profile: &UserProfile, user: &User) -> bool {
    profile.username == user.username && (user.sub.is_none() || profile.sub() == user.sub)
}
