use std::ops::Deref;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::api_user::ApiUser;
use super::bearer_rejection::{BearerRejection, BearerRejectionKind};
use super::current_user::CurrentUserRejection;
use crate::users::User;
use crate::web::error::AuthError;
use crate::web::login::CurrentUser;
use crate::web::problem::problem;
use crate::web::protect::is_forged;
use crate::web::session::AuthSession;

/// A user, by a session or by an access token, for routes that pages and programs share. It
/// dereferences to the [`User`].
///
/// Where there is an `Authorization: Bearer` header, it decides alone: a bad token is 401, and the
/// session is not looked at. Without one, the session decides, and then protection against forged
/// requests comes with it: a method other than `GET`, `HEAD` and `OPTIONS` that the browser says
/// another site has sent (`Sec-Fetch-Site`, `Origin`, `Referer`) is 403. A token needs none of that,
/// since no browser adds it by itself.
///
/// Nobody is sent to the login page or gets 401, as with [`CurrentUser`]; inside
/// [`json_errors`](crate::web::json_errors) it is always 401.
///
/// # Examples
///
/// ```
/// use axum_cognito::web::AnyUser;
///
/// async fn cancel(user: AnyUser) -> String {
///     format!("cancelled in the name of {}", user.username)
/// }
/// ```
// Exhaustive: a handler that told the two apart must not overlook a third.
#[derive(Clone, Debug)]
pub enum AnyUser {
    /// The user who is logged in, in a browser.
    Session(CurrentUser),
    /// The user of an access token.
    Token(ApiUser),
}

impl AnyUser {
    /// Returns the user's row.
    pub fn user(&self) -> &User {
        match self {
            Self::Session(user) => user.user(),
            Self::Token(user) => user.user(),
        }
    }

    /// Returns the groups, as the verified access token names them: that of the login, or this one.
    pub fn groups(&self) -> &[String] {
        match self {
            Self::Session(user) => user.groups(),
            Self::Token(user) => user.groups(),
        }
    }

    /// Whether the user is in the group of exactly this name.
    pub fn is_in_group(&self, group: &str) -> bool {
        self.groups().iter().any(|known| known == group)
    }

    /// Whether one of the user's groups has the permission.
    pub fn has_permission(&self, permission: &str) -> bool {
        match self {
            Self::Session(user) => user.has_permission(permission),
            Self::Token(user) => user.has_permission(permission),
        }
    }

    /// Returns the name of the backend whose user it is.
    pub fn backend(&self) -> &str {
        match self {
            Self::Session(user) => user.backend(),
            Self::Token(user) => user.backend(),
        }
    }

    async fn find(parts: &mut Parts) -> Result<Option<Self>, AnyUserRejection> {
        if let Some(user) = ApiUser::find(parts).await? {
            return Ok(Some(Self::Token(user)));
        }

        let auth = AuthSession::from_request_parts(parts, &()).await?;
        match auth.current_user().await? {
            Some(_) if is_forged(parts) => Err(AnyUserRejection::CrossSite),
            user => Ok(user.map(Self::Session)),
        }
    }
}

impl Deref for AnyUser {
    type Target = User;

    fn deref(&self) -> &User {
        self.user()
    }
}

impl<S: Sync> FromRequestParts<S> for AnyUser {
    type Rejection = AnyUserRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        if let Some(user) = Self::find(parts).await? {
            return Ok(user);
        }

        let auth = AuthSession::from_request_parts(parts, state).await?;
        Err(AnyUserRejection::NotLoggedIn {
            session: CurrentUserRejection::not_logged_in(&auth, parts),
            bearer: BearerRejection::new(BearerRejectionKind::MissingToken, parts),
        })
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for AnyUser {
    type Rejection = AnyUserRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        Self::find(parts).await
    }
}

/// Why [`AnyUser`] could not be extracted.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnyUserRejection {
    /// The access token leads to no user.
    #[error(transparent)]
    Bearer(#[from] BearerRejection),
    /// Somebody is logged in, and another site has made the request: 403.
    #[error("the request comes from another site")]
    CrossSite,
    /// It could not be told who is there.
    #[error(transparent)]
    Failed(#[from] AuthError),
    /// There is neither a token nor a login.
    #[error("not logged in")]
    NotLoggedIn {
        /// What a session would have changed.
        session: CurrentUserRejection,
        /// What a token would have changed.
        bearer: BearerRejection,
    },
}

impl IntoResponse for AnyUserRejection {
    fn into_response(self) -> Response {
        match self {
            Self::Bearer(rejection) => rejection.into_response(),
            Self::CrossSite => problem(StatusCode::FORBIDDEN, &self.to_string()),
            Self::Failed(error) => error.into_response(),
            // A program is told both ways.
            Self::NotLoggedIn { session, bearer } => {
                let mut response = session.into_response();
                if response.status() == StatusCode::UNAUTHORIZED {
                    let challenge = bearer.challenge();
                    response.headers_mut().append(WWW_AUTHENTICATE, challenge);
                }
                response
            }
        }
    }
}
