//! What a handler answers that has no page of its own to show, and the pages for it.

use axum::Extension;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use tower_http::csrf::ProtectionError;

use super::framing::put_into_frame;
use super::headers;
use super::shown::{ErrorPage, Link};
use super::texts::{Texts, fill};
use super::view::{View, page};
use crate::backend::Error;
use crate::cognito::CognitoError;
use crate::web::{AuthError, CurrentUserRejection, LocalPath, StoppedByAuth, shows_pages};

/// Why a handler has no page to show.
///
/// As a response it is bare; [`style`] gives it a page in the visitor's language.
pub(super) enum PageError {
    /// The login could not be told, started, changed or ended.
    Failed(AuthError),
    /// The request is answered otherwise: somebody who is not logged in is sent to log in.
    Instead(Box<Response>),
    /// There is nothing here that this visitor could have meant.
    Refused(StatusCode),
}

/// What a handler answers.
pub(super) type Shown = Result<Response, PageError>;

impl PageError {
    /// There is no user pool behind this login, or none at all.
    pub(super) const NO_USER_POOL: Self = Self::Refused(StatusCode::NOT_FOUND);

    pub(super) fn instead(response: impl IntoResponse) -> Self {
        Self::Instead(Box::new(response.into_response()))
    }
}

impl From<AuthError> for PageError {
    fn from(failure: AuthError) -> Self {
        Self::Failed(failure)
    }
}

impl From<CurrentUserRejection> for PageError {
    fn from(rejection: CurrentUserRejection) -> Self {
        match rejection {
            CurrentUserRejection::Failed(failure) => Self::Failed(failure),
            rejection => Self::instead(rejection),
        }
    }
}

impl From<CognitoError> for PageError {
    fn from(failure: CognitoError) -> Self {
        Self::Failed(Error::from(failure).into())
    }
}

/// In the extensions of a response: it is to be given a page.
#[derive(Clone, Copy)]
struct Bare;

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match self {
            Self::Failed(failure) => {
                failure.log();
                let bare = (failure.status(), Extension(Bare)).into_response();
                headers::retry_after(bare, failure.retry_after())
            }
            Self::Instead(response) => *response,
            Self::Refused(status) => (status, Extension(Bare)).into_response(),
        }
    }
}

/// Sends the browser on, with GET.
pub(super) fn see_other(path: &LocalPath) -> Response {
    Redirect::to(path.as_str()).into_response()
}

/// Shows visitors with a browser a page where a guard or an extractor stopped them.
pub(super) async fn show_stops(view: &View, request: Request, next: Next) -> Response {
    if !shows_pages(request.headers()) {
        return next.run(request).await;
    }
    let extensions = request.extensions().clone();
    let response = next.run(request).await;
    if response.extensions().get::<StoppedByAuth>().is_none() {
        return response;
    }

    let error = error_page(view, &response);
    let policy = view.pages().content_security_policy.clone();
    let response = with_page(view, response, &error);
    let response = put_into_frame(view, &extensions, None, response).await;
    headers::protect(response, policy)
}

/// Shows a page in place of the bare answers of handlers, and of the layers below us.
pub(super) async fn style(request: Request, next: Next) -> Response {
    let view = View::of(request.extensions(), request.headers(), request.uri());
    let response = next.run(request).await;
    let extensions = response.extensions();
    let is_bare = response.status() == StatusCode::METHOD_NOT_ALLOWED
        || extensions.get::<Bare>().is_some()
        || extensions.get::<ProtectionError>().is_some()
        || extensions.get::<StoppedByAuth>().is_some();
    if !is_bare {
        return response;
    }

    let error = error_page(&view, &response);
    with_page(&view, response, &error)
}

/// The page that says what went wrong, by its status.
fn error_page(view: &View, response: &Response) -> ErrorPage {
    let texts: &'static Texts = view.texts;
    let errors = &texts.errors;
    let status = response.status();
    // Somebody is logged in, and may not see the page that was asked for.
    let is_stopped = response.extensions().get::<StoppedByAuth>().is_some();
    let is_forbidden = is_stopped && status == StatusCode::FORBIDDEN;
    let (heading, text) = match status {
        _ if is_forbidden => (errors.forbidden_heading, errors.forbidden_text),
        StatusCode::FORBIDDEN => (errors.cross_site_heading, errors.cross_site_text),
        StatusCode::METHOD_NOT_ALLOWED => (errors.method_heading, errors.method_text),
        StatusCode::NOT_FOUND => (errors.no_account_heading, errors.no_account_text),
        StatusCode::PAYLOAD_TOO_LARGE => (errors.too_long_heading, errors.too_long_text),
        StatusCode::CONFLICT => (errors.conflict_heading, errors.conflict_text),
        StatusCode::TOO_MANY_REQUESTS => (errors.too_many_heading, errors.too_many_text),
        StatusCode::SERVICE_UNAVAILABLE => (errors.unavailable_heading, errors.unavailable_text),
        status if status.is_server_error() => (errors.internal_heading, errors.internal_text),
        _ => (errors.unreadable_heading, errors.unreadable_text),
    };
    let seconds = headers::seconds_to_wait(response);

    ErrorPage {
        texts,
        paths: view.paths.clone(),
        status,
        heading,
        text: fill(text, &[("seconds", &seconds)]),
        back: if is_forbidden {
            Link {
                path: view.paths.home(),
                label: errors.to_home,
            }
        } else {
            Link {
                path: view.paths.login(),
                label: errors.to_login,
            }
        },
    }
}

/// Puts a page in the place of what a response has to say, and leaves its other headers.
fn with_page(view: &View, response: Response, error: &ErrorPage) -> Response {
    let (mut parts, _) = response.into_parts();
    let (head, body) = page(error.status, view.templates().error(error)).into_parts();
    parts.status = head.status;
    parts.headers.extend(head.headers);
    parts.extensions.extend(head.extensions);
    parts.headers.remove(CONTENT_LENGTH);
    parts.extensions.remove::<Bare>();

    Response::from_parts(parts, body)
}
