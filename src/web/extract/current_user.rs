use std::time::Duration;

use axum::extract::{FromRequestParts, OptionalFromRequestParts, OriginalUri};
use axum::http::header::{LOCATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::visitor;
use crate::web::error::AuthError;
use crate::web::local_path::LocalPath;
use crate::web::login::CurrentUser;
use crate::web::problem::WantsJson;
use crate::web::session::AuthSession;

/// <https://htmx.org/headers/hx-redirect/>
const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");

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
/// program gets 401, and a failure is 503 or 500. The 401 of a request by htmx has `HX-Redirect`, so
/// that the login page comes in place of the whole page.
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
        /// The same for a page whose script is htmx: where the page is to go. `None` for others.
        hx_redirect: Option<LocalPath>,
    },
    /// The user is logged in, and has not proved lately enough who they are.
    #[error("a recent login is needed")]
    NotRecent {
        /// Where a browser can prove it, and come back from. `None` for a program.
        login_path: Option<LocalPath>,
        /// The same for a page whose script is htmx: where the page is to go. `None` for others.
        hx_redirect: Option<LocalPath>,
        /// How long ago the proof may be.
        max_age: Duration,
    },
}

impl CurrentUserRejection {
    pub(in crate::web) fn not_logged_in(auth: &AuthSession, parts: &Parts) -> Self {
        let login = &auth.site().login_path;
        let (login_path, hx_redirect) = if visitor::can_come_back(&parts.method) {
            ways(login, parts)
        } else {
            ways(&login.with("expired", "1"), parts)
        };

        Self::NotLoggedIn {
            login_path,
            hx_redirect,
        }
    }

    pub(in crate::web) fn not_recent(auth: &AuthSession, parts: &Parts, max_age: Duration) -> Self {
        let login = auth.site().login_path.with("again", "1");
        let (login_path, hx_redirect) = ways(&login, parts);

        Self::NotRecent {
            login_path,
            hx_redirect,
            max_age,
        }
    }
}

/// Where a browser goes that shows the login page, or else where htmx is to lead it. Where all errors
/// are JSON, nobody goes anywhere.
fn ways(login: &LocalPath, parts: &Parts) -> (Option<LocalPath>, Option<LocalPath>) {
    if parts.extensions.get::<WantsJson>().is_some() {
        return (None, None);
    }

    let shows_pages = visitor::shows_pages(&parts.headers);
    let is_of_htmx = visitor::is_of_htmx(&parts.headers);
    (
        shows_pages.then(|| leading_back(login, page_asked_for(parts))),
        is_of_htmx.then(|| leading_back(login, visitor::page_of_htmx(parts))),
    )
}

/// What was asked for. A form that came too late leads to its page.
fn page_asked_for(parts: &Parts) -> Option<LocalPath> {
    if !visitor::can_come_back(&parts.method) {
        return visitor::page_of_form(parts);
    }

    let original = parts.extensions.get::<OriginalUri>();
    LocalPath::of_request(original.map_or(&parts.uri, |original| &original.0))
}

fn leading_back(login: &LocalPath, next: Option<LocalPath>) -> LocalPath {
    let next = next.filter(|next| next.as_str() != "/");
    login.clone().with_next_if(next.as_ref())
}

impl IntoResponse for CurrentUserRejection {
    fn into_response(self) -> Response {
        match self {
            Self::Failed(error) => error.into_response(),
            // 303: whatever was asked, the login page is fetched with GET.
            Self::NotLoggedIn {
                login_path: Some(path),
                ..
            }
            | Self::NotRecent {
                login_path: Some(path),
                ..
            } => (StatusCode::SEE_OTHER, [(LOCATION, path.to_header())]).into_response(),
            // A 401 names a scheme (RFC 9110, section 15.5.2), and a session has none.
            Self::NotLoggedIn {
                login_path: None,
                hx_redirect,
            } => {
                let scheme = HeaderValue::from_static("Session");
                unauthorized(scheme, hx_redirect, "Not logged in.")
            }
            // As section 3 of RFC 9470 has it.
            Self::NotRecent {
                login_path: None,
                hx_redirect,
                max_age,
            } => {
                let seconds = max_age.as_secs();
                let challenge = format!(
                    r#"Session error="insufficient_user_authentication", max_age="{seconds}""#
                );
                let challenge = HeaderValue::try_from(challenge).expect("visible ASCII");
                unauthorized(challenge, hx_redirect, "Log in again.")
            }
        }
    }
}

fn unauthorized(
    challenge: HeaderValue,
    hx_redirect: Option<LocalPath>,
    text: &'static str,
) -> Response {
    let headers = [(WWW_AUTHENTICATE, challenge)];
    let mut response = (StatusCode::UNAUTHORIZED, headers, text).into_response();
    if let Some(path) = hx_redirect {
        response.headers_mut().insert(HX_REDIRECT, path.to_header());
    }
    response
}
