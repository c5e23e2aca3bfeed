//! The files that the pages are made with: a stylesheet, and the one script.

use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};

use super::brand::Brand;

/// Returns our style sheet with what a brand adds to it.
pub(super) fn stylesheet_of(brand: &Brand) -> Bytes {
    let css = include_str!("../../templates/style.css");
    Bytes::from(css.to_owned() + &brand.css())
}

pub(super) fn stylesheet(css: Bytes) -> Response {
    asset("text/css; charset=utf-8", css)
}

pub(super) async fn script() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        Bytes::from_static(include_bytes!("../../templates/pages.js")),
    )
}

fn asset(kind: &'static str, text: Bytes) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "public, max-age=86400"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];

    (headers, text).into_response()
}
