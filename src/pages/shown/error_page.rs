use askama::Template;
use axum::http::StatusCode;

use super::Link;
use crate::pages::paths::Paths;
use crate::pages::texts::Texts;

/// A page for what went wrong.
#[derive(Clone, Debug, Template)]
#[template(path = "error/error.html")]
#[non_exhaustive]
pub struct ErrorPage {
    /// The texts of the page's language.
    pub texts: &'static Texts,
    /// Where the pages are.
    pub paths: Paths,
    /// The status of the answer.
    pub status: StatusCode,
    /// What went wrong, in a few words.
    pub heading: &'static str,
    /// What that means.
    pub text: String,
    /// Where to go on.
    pub back: Link,
}
