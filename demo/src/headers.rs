use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::response::Response;

/// What every page of the site carries. The library's pages bring their own.
const HEADERS: [(HeaderName, &str); 7] = [
    (CACHE_CONTROL, "no-store"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; \
         base-uri 'none'",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (REFERRER_POLICY, "same-origin"),
    (VARY, "Cookie, Accept-Language"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
];

/// Has browsers come by https from now on (RFC 6797). For two years, as browsers' lists ask.
pub(crate) async fn stay_with_https(mut response: Response) -> Response {
    let value = HeaderValue::from_static("max-age=63072000");
    response
        .headers_mut()
        .insert(STRICT_TRANSPORT_SECURITY, value);
    response
}

/// Adds the headers that protect a page.
pub(crate) async fn protect(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}
