use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::Frame;
use crate::challenge::Challenge;
use crate::pages::page;
use crate::web::LocalPath;

#[derive(Template)]
#[template(path = "challenge/unknown.html")]
struct UnknownPage<'a> {
    name: &'a str,
    next: Option<&'a LocalPath>,
}

/// A challenge without a page of its own.
pub(super) fn render(challenge: &Challenge, frame: &Frame) -> Response {
    let unknown = UnknownPage {
        name: challenge.name(),
        next: frame.next.as_ref(),
    };

    page(StatusCode::OK, &unknown)
}
