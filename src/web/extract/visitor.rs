use axum::http::header::{ACCEPT, AUTHORIZATION, HOST, REFERER, UPGRADE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, Uri};

use crate::web::local_path::LocalPath;

const HX_REQUEST: &str = "hx-request";

/// Whether whoever asks would show a page to a person. Programs are told by status alone.
///
/// Browsers say so since they send Fetch metadata. Without that, `Accept` decides: a browser that
/// opens a page names HTML, and curl accepts anything. A visitor who says nothing is taken for a
/// browser.
pub(crate) fn shows_pages(headers: &HeaderMap) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());

    let of_programs = [
        AUTHORIZATION.as_str(),
        UPGRADE.as_str(),
        HX_REQUEST,
        "x-requested-with",
    ];
    if of_programs.iter().any(|name| headers.contains_key(*name)) {
        return false;
    }
    if let Some(destination) = header("sec-fetch-dest") {
        return matches!(destination, "document" | "frame" | "iframe");
    }
    match header(ACCEPT.as_str()) {
        None => true,
        Some(accept) => accept.contains("text/html"),
    }
}

/// Whether a request can be made again after the login, by following a link.
pub(in crate::web) fn can_come_back(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Whether htmx asks, for a part of a page.
pub(super) fn is_of_htmx(headers: &HeaderMap) -> bool {
    headers.contains_key(HX_REQUEST)
}

/// The page of this site whose form was sent, as the browser says.
pub(super) fn page_of_form(parts: &Parts) -> Option<LocalPath> {
    page_in(&REFERER, parts)
}

/// The page of this site that htmx asks from, as it says.
pub(super) fn page_of_htmx(parts: &Parts) -> Option<LocalPath> {
    page_in(&HeaderName::from_static("hx-current-url"), parts)
}

/// The page that a header has the URL of, if it is one of this host.
fn page_in(header: &HeaderName, parts: &Parts) -> Option<LocalPath> {
    let page = Uri::try_from(parts.headers.get(header)?.as_bytes()).ok()?;
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = parts.uri.authority().map(|host| host.as_str()).or(host)?;
    let is_here = page.authority().is_some_and(|of| of.as_str() == host);

    LocalPath::of_request(&page).filter(|_| is_here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_browsers_from_programs() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for (headers, pages) in [
            (&[][..], true),
            (&[("accept", browser)], true),
            (&[("accept", "*/*")], false),
            (&[("accept", "application/json")], false),
            (&[("accept", "application/json, text/plain, */*")], false),
            (&[("accept", browser), ("sec-fetch-dest", "document")], true),
            (&[("accept", "*/*"), ("sec-fetch-dest", "empty")], false),
            (&[("authorization", "Bearer x")], false),
            (&[("accept", browser), ("hx-request", "true")], false),
            (&[("upgrade", "websocket")], false),
            (&[("x-requested-with", "XMLHttpRequest")], false),
        ] {
            let map = headers
                .iter()
                .map(|(name, value)| {
                    let name = name.parse().expect("a header name");
                    (name, value.parse().expect("a header value"))
                })
                .collect();

            assert_eq!(shows_pages(&map), pages, "{headers:?}");
        }
    }
}
