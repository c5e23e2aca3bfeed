use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::challenge::Challenge;
use crate::pages::page;

#[derive(Template)]
#[template(path = "challenge/unknown.html")]
struct UnknownPage<'a> {
    name: &'a str,
}

/// A challenge without a page of its own.
pub(super) fn render(challenge: &Challenge) -> Response {
    let name = challenge.name();

    page(StatusCode::OK, &UnknownPage { name })
}
