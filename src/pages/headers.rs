use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
#[cfg(feature = "managed-login")]
use axum::http::Extensions;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, RETRY_AFTER, VARY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::Next;
use axum::response::Response;

use super::builder::Pages;
#[cfg(feature = "managed-login")]
use crate::web::managed_domains;
use crate::web::seconds;

/// What every answer of the pages carries, errors too.
const HEADERS: [(HeaderName, &str); 6] = [
    (CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    // Not `no-referrer`: with that, browsers send `Origin: null` with our own forms.
    (REFERRER_POLICY, "same-origin"),
    (VARY, "Cookie, Accept-Language"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
];

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Adds the headers that protect a page.
pub(super) async fn protect_pages(request: Request, next: Next) -> Response {
    let pages = request.extensions().get::<Arc<Pages>>();
    let policy = pages.and_then(|pages| pages.content_security_policy.clone());
    #[cfg(feature = "managed-login")]
    let policy = policy.or_else(|| with_domains(request.extensions()));

    protect(next.run(request).await, policy)
}

/// The policy of a site whose logout leads to the user pool's domain: `form-action` counts for the
/// redirect after a form too.
#[cfg(feature = "managed-login")]
fn with_domains(extensions: &Extensions) -> Option<HeaderValue> {
    let domains: Vec<_> = managed_domains(extensions).collect();
    if domains.is_empty() {
        return None;
    }

    let form_action = format!("form-action 'self' {}", domains.join(" "));
    POLICY
        .replace("form-action 'self'", &form_action)
        .parse()
        .ok()
}

pub(super) fn protect(mut response: Response, policy: Option<HeaderValue>) -> Response {
    let policy = policy.unwrap_or_else(|| HeaderValue::from_static(POLICY));

    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Adds `Retry-After`.
pub(super) fn retry_after(mut response: Response, after: Option<Duration>) -> Response {
    if let Some(after) = after {
        response.headers_mut().insert(RETRY_AFTER, seconds(after));
    }
    response
}

/// How long to wait, as `Retry-After` says: whole seconds.
pub(super) fn seconds_to_wait(response: &Response) -> String {
    let after = response.headers().get(RETRY_AFTER);
    let seconds = after.and_then(|after| after.to_str().ok());

    seconds.unwrap_or("60").to_owned()
}
