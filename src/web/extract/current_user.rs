use std::time::Duration;

use axum::extract::{FromRequestParts, OptionalFromRequestParts, OriginalUri};
use axum::http::header::{LOCATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::visitor;
use crate::web::error::AuthError;
use crate::web::local_path::LocalPath;
use crate::web::login::CurrentUser;
use crate::web::problem::WantsJson;
use crate::web::session::AuthSession;

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
    /// The user is logged in, and has not proved lately enough who they are.
    #[error("a recent login is needed")]
    NotRecent {
        /// Where a browser can prove it, and come back from. `None` for a program.
        login_path: Option<LocalPath>,
        /// How long ago the proof may be.
        max_age: Duration,
    },
}

impl CurrentUserRejection {
    pub(in crate::web) fn not_logged_in(auth: &AuthSession, parts: &Parts) -> Self {
        let login_path = shows_pages(parts).then(|| {
            let login = &auth.site().login_path;
            if visitor::can_come_back(&parts.method) {
                back_to_page(login, parts)
            } else {
                back_to_page(&login.with("expired", "1"), parts)
            }
        });

        Self::NotLoggedIn { login_path }
    }

    pub(in crate::web) fn not_recent(auth: &AuthSession, parts: &Parts, max_age: Duration) -> Self {
        let again = || back_to_page(&auth.site().login_path.with("again", "1"), parts);

        Self::NotRecent {
            login_path: shows_pages(parts).then(again),
            max_age,
        }
    }
}

/// Whether the client is a browser that would show the login page. Where all errors are JSON, none is.
fn shows_pages(parts: &Parts) -> bool {
    parts.extensions.get::<WantsJson>().is_none() && visitor::shows_pages(&parts.headers)
}

/// The login page, which leads back to what was asked. A form that came too late leads to its page.
fn back_to_page(login: &LocalPath, parts: &Parts) -> LocalPath {
    let next = if visitor::can_come_back(&parts.method) {
        let original = parts.extensions.get::<OriginalUri>();
        LocalPath::of_request(original.map_or(&parts.uri, |original| &original.0))
    } else {
        visitor::page_of_form(parts)
    };

    next.filter(|next| next.as_str() != "/")
        .map_or(login.clone(), |next| login.with_next(&next))
}

impl IntoResponse for CurrentUserRejection {
    fn into_response(self) -> Response {
        match self {
            Self::Failed(error) => error.into_response(),
            // 303: whatever was asked, the login page is fetched with GET.
            Self::NotLoggedIn {
                login_path: Some(path),
            }
            | Self::NotRecent {
                login_path: Some(path),
                ..
            } => (StatusCode::SEE_OTHER, [(LOCATION, path.to_header())]).into_response(),
            // A 401 names a scheme (RFC 9110, section 15.5.2), and a session has none.
            Self::NotLoggedIn { login_path: None } => {
                let scheme = HeaderValue::from_static("Session");
                let headers = [(WWW_AUTHENTICATE, scheme)];
                (StatusCode::UNAUTHORIZED, headers, "Not logged in.").into_response()
            }
            // As section 3 of RFC 9470 has it.
            Self::NotRecent {
                login_path: None,
                max_age,
            } => {
                let seconds = max_age.as_secs();
                let challenge = format!(
                    r#"Session error="insufficient_user_authentication", max_age="{seconds}""#
                );
                let challenge = HeaderValue::try_from(challenge).expect("visible ASCII");
                let headers = [(WWW_AUTHENTICATE, challenge)];
                (StatusCode::UNAUTHORIZED, headers, "Log in again.").into_response()
            }
        }
    }
}
