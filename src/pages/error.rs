use askama::Template;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_http::csrf::ProtectionError;

use super::{headers, page};
use crate::web::{AuthError, StoppedByAuth, shows_pages};

/// A page for what went wrong.
#[derive(Template)]
#[template(path = "error/error.html")]
pub(super) struct ErrorPage {
    status: StatusCode,
    heading: &'static str,
    text: &'static str,
    back: &'static str,
    back_text: &'static str,
}

impl ErrorPage {
    pub(super) fn of(status: StatusCode) -> Self {
        let (heading, text) = match status {
            StatusCode::FORBIDDEN => (
                "This form came from another site",
                "Nothing was done. If you meant to do this, please go back and try again here.",
            ),
            StatusCode::METHOD_NOT_ALLOWED => (
                "This is not possible here",
                "This page cannot be asked for in this way.",
            ),
            StatusCode::NOT_FOUND => (
                "There is nothing to change here",
                "This login does not come from a user pool that this site could ask.",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => (
                "This is too long",
                "What was sent is longer than this form can be.",
            ),
            StatusCode::SERVICE_UNAVAILABLE => (
                "Please try again in a moment",
                "The service that checks logins cannot be reached. Nothing is lost.",
            ),
            status if status.is_server_error() => (
                "Something is wrong on our side",
                "We have been told, and will look into it.",
            ),
            _ => (
                "This form could not be read",
                "Please go back and fill it in again.",
            ),
        };

        Self {
            status,
            heading,
            text,
            back: "/login",
            back_text: "Go to the login page",
        }
    }
}

impl IntoResponse for ErrorPage {
    fn into_response(self) -> Response {
        page(self.status, &self)
    }
}

/// Gives visitors with a browser a page where a guard or an extractor stopped them.
pub(super) async fn show_stops(request: Request, next: Next) -> Response {
    let shows_pages = shows_pages(request.headers());
    let response = next.run(request).await;
    let stopped = response.extensions().get::<StoppedByAuth>().is_some();
    if !(stopped && shows_pages) {
        return response;
    }

    let page = match response.status() {
        StatusCode::FORBIDDEN => ErrorPage {
            heading: "You may not see this page",
            text: "You are logged in, but this page is for others.",
            back: "/",
            back_text: "Go to the home page",
            ..ErrorPage::of(StatusCode::FORBIDDEN)
        },
        status => ErrorPage::of(status),
    };
    headers::protect(replace_body(response, page)).await
}

/// What a page answers when the login could not be told, started or ended.
pub(super) fn failed(error: &AuthError) -> Response {
    error.log();

    let response = ErrorPage::of(error.status()).into_response();
    if error.status() == StatusCode::SERVICE_UNAVAILABLE {
        headers::retry_soon(response)
    } else {
        response
    }
}

/// Gives the bare answers of the layers below us a page.
pub(super) async fn style(response: Response) -> Response {
    let status = response.status();
    let extensions = response.extensions();
    let is_bare = status == StatusCode::METHOD_NOT_ALLOWED
        || extensions.get::<ProtectionError>().is_some()
        || extensions.get::<StoppedByAuth>().is_some();

    if is_bare {
        replace_body(response, ErrorPage::of(status))
    } else {
        response
    }
}

fn replace_body(response: Response, page: ErrorPage) -> Response {
    let (mut parts, _) = response.into_parts();
    let (head, body) = page.into_response().into_parts();
    parts.headers.extend(head.headers);
    parts.headers.remove(CONTENT_LENGTH);

    Response::from_parts(parts, body)
}
