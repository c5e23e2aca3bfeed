use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts, OriginalUri};
use axum::http::header::{LOCATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use time::OffsetDateTime;

use super::auth_session::AuthSession;
use super::error::AuthError;
use super::kept::KeptLogin;
use super::local_path::LocalPath;
use super::permissions::Permissions;
use super::visitor;
use crate::users::User;

/// The user who is logged in.
///
/// Take `CurrentUser` in a handler that needs one, and `Option<CurrentUser>` in one that
/// greets strangers too. It dereferences to the [`User`].
///
/// # Examples
///
/// ```
/// use axum_cognito::CurrentUser;
///
/// async fn reports(user: CurrentUser) -> String {
///     format!("Hello {}", user.first_name)
/// }
/// ```
#[derive(Clone)]
pub struct CurrentUser {
    inner: Arc<Inner>,
}

struct Inner {
    user: User,
    login: Arc<KeptLogin>,
    permissions: Arc<Permissions>,
}

impl CurrentUser {
    pub(super) fn new(user: User, login: Arc<KeptLogin>, permissions: &Arc<Permissions>) -> Self {
        Self {
            inner: Arc::new(Inner {
                user,
                login,
                permissions: permissions.clone(),
            }),
        }
    }

    /// The user's row.
    pub fn user(&self) -> &User {
        &self.inner.user
    }

    /// The groups, as the verified access token named them at the last login or refresh.
    pub fn groups(&self) -> &[String] {
        &self.inner.login.groups
    }

    /// Whether the user is in the group of exactly this name.
    pub fn is_in_group(&self, group: &str) -> bool {
        self.inner.login.groups.iter().any(|known| known == group)
    }

    /// Whether one of the user's groups has the permission.
    pub fn has_permission(&self, permission: &str) -> bool {
        self.inner
            .permissions
            .allow(&self.inner.login.groups, permission)
    }

    /// The name of the backend that logged the user in.
    pub fn backend(&self) -> &str {
        &self.inner.login.backend
    }

    /// When the user logged in.
    pub fn logged_in_at(&self) -> OffsetDateTime {
        self.inner.login.logged_in_at
    }

    /// When the ID and access token expire. They are renewed before that, when needed.
    pub fn tokens_expire_at(&self) -> Option<OffsetDateTime> {
        self.inner.login.expires_at
    }
}

impl Deref for CurrentUser {
    type Target = User;

    fn deref(&self) -> &User {
        &self.inner.user
    }
}

impl fmt::Debug for CurrentUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CurrentUser")
            .field("user", &self.inner.user)
            .finish_non_exhaustive()
    }
}

impl<S: Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = CurrentUserRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let auth = AuthSession::from_request_parts(parts, state).await?;

        match auth.current_user().await? {
            Some(user) => Ok(user),
            None => Err(CurrentUserRejection::not_logged_in(&auth, parts)),
        }
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for CurrentUser {
    type Rejection = AuthError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> Result<Option<Self>, Self::Rejection> {
        let auth = AuthSession::from_request_parts(parts, state).await?;
        auth.current_user().await
    }
}

/// Why [`CurrentUser`] could not be extracted.
///
/// As a response: a browser that is not logged in is sent to the login page with 303, a
/// program gets 401, and a failure is 503 or 500.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CurrentUserRejection {
    /// It could not be told who is there.
    #[error(transparent)]
    Failed(#[from] AuthError),
    /// Nobody is logged in.
    #[error("not logged in")]
    NotLoggedIn {
        /// Where a browser can log in, and come back from. `None` for a program.
        login_path: Option<LocalPath>,
    },
}

impl CurrentUserRejection {
    pub(super) fn not_logged_in(auth: &AuthSession, parts: &Parts) -> Self {
        let login_path = visitor::shows_pages(&parts.headers).then(|| {
            let login = &auth.site().login_path;
            let uri = parts
                .extensions
                .get::<OriginalUri>()
                .map_or(&parts.uri, |original| &original.0);
            let next = LocalPath::of_request(uri)
                .filter(|next| visitor::can_come_back(&parts.method) && next.as_str() != "/");

            next.map_or_else(|| login.clone(), |next| login.with_next(&next))
        });

        Self::NotLoggedIn { login_path }
    }
}

impl IntoResponse for CurrentUserRejection {
    fn into_response(self) -> Response {
        match self {
            Self::Failed(error) => error.into_response(),
            // 303: whatever was asked, the login page is fetched with GET.
            Self::NotLoggedIn {
                login_path: Some(path),
            } => (StatusCode::SEE_OTHER, [(LOCATION, path.to_header())]).into_response(),
            // A 401 names a scheme (RFC 9110, section 15.5.2), and a session has none.
            Self::NotLoggedIn { login_path: None } => {
                let scheme = HeaderValue::from_static("Session");
                let headers = [(WWW_AUTHENTICATE, scheme)];
                (StatusCode::UNAUTHORIZED, headers, "Not logged in.").into_response()
            }
        }
    }
}
