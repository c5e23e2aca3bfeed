//! The files that the pages are made with: a stylesheet, and the scripts.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};

use super::brand::Brand;

/// Returns our style sheet with what a brand adds to it.
pub(super) fn stylesheet_of(brand: &Brand) -> Bytes {
    let css = lean(include_str!("../../templates/style.css"));
    Bytes::from(css + &brand.css())
}

pub(super) fn stylesheet(css: Bytes) -> Response {
    asset("text/css; charset=utf-8", css)
}

pub(super) async fn script() -> Response {
    static SCRIPT: LazyLock<Bytes> =
        LazyLock::new(|| lean(include_str!("../../templates/pages.js")).into());

    asset("text/javascript; charset=utf-8", SCRIPT.clone())
}

pub(super) async fn steps_script() -> Response {
    static SCRIPT: LazyLock<Bytes> =
        LazyLock::new(|| lean(include_str!("../../templates/steps.js")).into());

    asset("text/javascript; charset=utf-8", SCRIPT.clone())
}

/// Leaves out what is for those who read a file: blanks before lines, and comments on lines of their
/// own.
fn lean(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let is_kept =
        |line: &&str| !line.is_empty() && !["//", "/*"].iter().any(|it| line.starts_with(it));
    let lines = lines.filter(is_kept);

    lines.flat_map(|line| [line, "\n"]).collect()
}

fn asset(kind: &'static str, text: Bytes) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "public, max-age=86400"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];

    (headers, text).into_response()
}
