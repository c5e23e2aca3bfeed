//! From a page of this site to the user pool's domain.

use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use url::Url;

use super::shown::SentOnPage;
use super::view::{View, page};

/// The languages that the domain's pages speak.
const LANGUAGES: [&str; 12] = [
    "de", "en", "es", "fr", "id", "nl", "it", "ja", "ko", "pt-BR", "zh-CN", "zh-TW",
];

/// The visitor's language, if the domain's pages speak it.
pub(super) fn language(view: &View) -> Option<String> {
    let mut known = LANGUAGES.into_iter();
    let language = known.find(|known| *known == view.texts.language);

    language.map(str::to_owned)
}

/// A page of this site from which the browser goes on by itself.
pub(super) fn sent_on(view: &View, to: String) -> Response {
    let shown = SentOnPage {
        texts: view.texts,
        paths: view.paths.clone(),
        to,
    };
    page(StatusCode::OK, view.templates().sent_on(&shown))
}

/// Sends the browser to the user pool's domain.
pub(super) fn redirect(address: &Url) -> Response {
    match HeaderValue::from_str(address.as_str()) {
        Ok(address) => (StatusCode::SEE_OTHER, [(LOCATION, address)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
