use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN, REFERER};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::PageError;

/// Refuses a form that an old browser says comes from another site.
///
/// `CsrfLayer` decides by `Sec-Fetch-Site` and `Origin`. Browsers that send neither may still
/// send `Referer`, which that layer does not look at. A program that sends none is let
/// through, as it is there: it carries no cookie that somebody else could use.
pub(super) async fn refuse(request: Request, next: Next) -> Response {
    let changes_something = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let authority = request.uri().authority().map(|host| host.as_str());
    if changes_something && is_from_elsewhere(request.headers(), authority) {
        return PageError::Refused(StatusCode::FORBIDDEN).into_response();
    }

    next.run(request).await
}

/// Whether the referrer is all there is to go by, and names another host.
fn is_from_elsewhere(headers: &HeaderMap, authority: Option<&str>) -> bool {
    let is_told_better = [ORIGIN.as_str(), "sec-fetch-site"]
        .iter()
        .any(|name| headers.get(*name).is_some_and(|value| !value.is_empty()));
    let Some(referrer) = headers.get(REFERER).filter(|_| !is_told_better) else {
        return false;
    };

    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let referrer = Uri::try_from(referrer.as_bytes()).ok();
    let from = referrer.as_ref().and_then(Uri::authority);
    from.map(|from| from.as_str()) != authority.or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_referrer_counts_when_nothing_better_is_there() {
        let here = ("host", "site.example:3000");
        let elsewhere = ("referer", "https://evil.example/");
        for (headers, from_elsewhere) in [
            (&[here][..], false),
            (
                &[here, ("referer", "http://site.example:3000/login")],
                false,
            ),
            (&[here, elsewhere], true),
            (&[here, ("referer", "http://site.example/login")], true),
            (
                &[here, ("referer", "http://site.example:3000@evil.example/")],
                true,
            ),
            (&[here, ("referer", "nonsense")], true),
            (&[elsewhere], true),
            (&[here, elsewhere, ("origin", "")], true),
            (
                &[here, elsewhere, ("origin", "http://site.example:3000")],
                false,
            ),
            (&[here, elsewhere, ("sec-fetch-site", "same-origin")], false),
        ] {
            let map = headers
                .iter()
                .map(|(name, value)| {
                    let name: axum::http::HeaderName = name.parse().expect("a header name");
                    (name, value.parse().expect("a header value"))
                })
                .collect();

            assert_eq!(is_from_elsewhere(&map, None), from_elsewhere, "{headers:?}");
        }
    }
}
