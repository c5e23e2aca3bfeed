//! The files that the pages are made with: a stylesheet, and the one script.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};

use super::brand::Brand;

pub(super) fn stylesheet(brand: &Brand) -> Response {
    let css = include_str!("../../templates/style.css");
    asset("text/css; charset=utf-8", css.to_owned() + &brand.css())
}

pub(super) async fn script() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        include_str!("../../templates/pages.js").to_owned(),
    )
}

fn asset(kind: &'static str, text: String) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "public, max-age=86400"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];

    (headers, text).into_response()
}
