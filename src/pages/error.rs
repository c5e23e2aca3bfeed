use askama::Template;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::Response;
use tower_http::csrf::ProtectionError;

use super::headers;
use super::texts::Texts;
use super::view::View;
use crate::web::{StoppedByAuth, shows_pages};

/// A page for what went wrong.
#[derive(Clone, Debug, Template)]
#[template(path = "error/error.html")]
#[non_exhaustive]
pub struct ErrorPage {
    /// The texts of the page's language.
    pub texts: &'static Texts,
    /// The status of the answer.
    pub status: StatusCode,
    /// What went wrong, in a few words.
    pub heading: &'static str,
    /// What that means.
    pub text: &'static str,
    /// Where to go on: a path.
    pub back: &'static str,
    /// What that place is called.
    pub back_text: &'static str,
}

impl ErrorPage {
    pub(super) fn of(status: StatusCode, texts: &'static Texts) -> Self {
        let errors = &texts.errors;
        let (heading, text) = match status {
            StatusCode::FORBIDDEN => (errors.cross_site_heading, errors.cross_site_text),
            StatusCode::METHOD_NOT_ALLOWED => (errors.method_heading, errors.method_text),
            StatusCode::NOT_FOUND => (errors.no_account_heading, errors.no_account_text),
            StatusCode::PAYLOAD_TOO_LARGE => (errors.too_long_heading, errors.too_long_text),
            StatusCode::CONFLICT => (errors.conflict_heading, errors.conflict_text),
            StatusCode::TOO_MANY_REQUESTS => (errors.too_many_heading, errors.too_many_text),
            StatusCode::SERVICE_UNAVAILABLE => {
                (errors.unavailable_heading, errors.unavailable_text)
            }
            status if status.is_server_error() => (errors.internal_heading, errors.internal_text),
            _ => (errors.unreadable_heading, errors.unreadable_text),
        };

        Self {
            texts,
            status,
            heading,
            text,
            back: "/login",
            back_text: errors.to_login,
        }
    }

    /// Somebody is logged in, and may not see the page that was asked for.
    pub(super) fn forbidden(texts: &'static Texts) -> Self {
        Self {
            heading: texts.errors.forbidden_heading,
            text: texts.errors.forbidden_text,
            back: "/",
            back_text: texts.errors.to_home,
            ..Self::of(StatusCode::FORBIDDEN, texts)
        }
    }
}

/// Gives visitors with a browser a page where a guard or an extractor stopped them.
pub(super) async fn show_stops(view: &View, request: Request, next: Next) -> Response {
    let shows_pages = shows_pages(request.headers());
    let response = next.run(request).await;
    let stopped = response.extensions().get::<StoppedByAuth>().is_some();
    if !(stopped && shows_pages) {
        return response;
    }

    let page = match response.status() {
        StatusCode::FORBIDDEN => ErrorPage::forbidden(view.texts),
        status => ErrorPage::of(status, view.texts),
    };
    let policy = view.pages().content_security_policy.clone();
    headers::protect(replace_body(response, view.show_error(&page)), policy)
}

/// Gives the bare answers of the layers below us a page.
pub(super) async fn style(request: Request, next: Next) -> Response {
    let view = View::of(request.extensions(), request.headers());
    let response = next.run(request).await;
    let status = response.status();
    let extensions = response.extensions();
    let is_bare = status == StatusCode::METHOD_NOT_ALLOWED
        || extensions.get::<ProtectionError>().is_some()
        || extensions.get::<StoppedByAuth>().is_some();

    if is_bare {
        replace_body(response, view.error(status))
    } else {
        response
    }
}

fn replace_body(response: Response, page: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    let (head, body) = page.into_parts();
    parts.headers.extend(head.headers);
    parts.headers.remove(CONTENT_LENGTH);

    Response::from_parts(parts, body)
}
