//! Whether a request was made by another site, in the name of a visitor who knows nothing of it.

use axum::http::header::{HOST, ORIGIN, REFERER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri};

const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Whether a request would change something, and comes from another site as far as the browser says.
///
/// `Sec-Fetch-Site` decides where there is one, as in tower-http's `CsrfLayer`; then `Origin`, and
/// for old browsers `Referer`. A program sends none of them, and no cookie that somebody else could
/// use.
pub(in crate::web) fn is_forged(parts: &Parts) -> bool {
    if matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return false;
    }
    let header = |name: &str| {
        let value = parts.headers.get(name).map(|value| value.as_bytes());
        value.filter(|value| !value.is_empty())
    };
    let authority = parts.uri.authority().map(|host| host.as_str());

    match (header(SEC_FETCH_SITE), header(ORIGIN.as_str())) {
        (Some(site), _) => !matches!(site, b"same-origin" | b"none"),
        (None, Some(origin)) => !is_here(origin, &parts.headers, authority),
        (None, None) => is_referred_from_elsewhere(&parts.headers, authority),
    }
}

/// Whether the referrer is all there is to go by, and names another host.
pub(crate) fn is_referred_from_elsewhere(headers: &HeaderMap, authority: Option<&str>) -> bool {
    let is_told_better = [ORIGIN.as_str(), SEC_FETCH_SITE]
        .iter()
        .any(|name| headers.get(*name).is_some_and(|value| !value.is_empty()));
    let referrer = headers.get(REFERER).filter(|_| !is_told_better);

    referrer.is_some_and(|referrer| !is_here(referrer.as_bytes(), headers, authority))
}

/// Whether a URL is on the host that the request was sent to. What is no URL is elsewhere.
fn is_here(url: &[u8], headers: &HeaderMap, authority: Option<&str>) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let url = Uri::try_from(url).ok();
    let from = url.as_ref().and_then(Uri::authority);

    from.is_some_and(|from| Some(from.as_str()) == authority.or(host))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    const HERE: (&str, &str) = ("host", "site.example:3000");

    fn parts(method: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().method(method);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).expect("a request").into_parts().0
    }

    #[test]
    fn the_browser_says_who_made_a_request() {
        let evil = ("origin", "https://evil.example");
        for (headers, forged) in [
            (&[HERE][..], false),
            (&[HERE, ("sec-fetch-site", "same-origin")], false),
            (&[HERE, ("sec-fetch-site", "none")], false),
            (&[HERE, ("sec-fetch-site", "same-site")], true),
            (&[HERE, ("sec-fetch-site", "cross-site")], true),
            (&[HERE, ("sec-fetch-site", "nonsense")], true),
            (&[HERE, evil, ("sec-fetch-site", "same-origin")], false),
            (&[HERE, ("origin", "http://site.example:3000")], false),
            (&[HERE, ("origin", "http://site.example")], true),
            (&[HERE, ("origin", "null")], true),
            (&[HERE, evil], true),
            (&[evil], true),
            (&[HERE, ("referer", "https://evil.example/")], true),
        ] {
            for method in ["POST", "PUT", "PATCH", "DELETE"] {
                assert_eq!(
                    is_forged(&parts(method, headers)),
                    forged,
                    "{method} {headers:?}"
                );
            }
            for method in ["GET", "HEAD", "OPTIONS"] {
                assert!(!is_forged(&parts(method, headers)), "{method} {headers:?}");
            }
        }
    }

    #[test]
    fn the_referrer_counts_when_nothing_better_is_there() {
        let elsewhere = ("referer", "https://evil.example/");
        for (headers, from_elsewhere) in [
            (&[HERE][..], false),
            (
                &[HERE, ("referer", "http://site.example:3000/login")],
                false,
            ),
            (&[HERE, elsewhere], true),
            (&[HERE, ("referer", "http://site.example/login")], true),
            (
                &[HERE, ("referer", "http://site.example:3000@evil.example/")],
                true,
            ),
            (&[HERE, ("referer", "nonsense")], true),
            (&[elsewhere], true),
            (&[HERE, elsewhere, ("origin", "")], true),
            (
                &[HERE, elsewhere, ("origin", "http://site.example:3000")],
                false,
            ),
            (&[HERE, elsewhere, ("sec-fetch-site", "same-origin")], false),
        ] {
            let headers = parts("POST", headers).headers;

            assert_eq!(
                is_referred_from_elsewhere(&headers, None),
                from_elsewhere,
                "{headers:?}"
            );
        }
    }
}
