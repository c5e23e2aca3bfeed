//! What every request passes: names of this machine only, and the headers that let browsers in from any page.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HOST,
    ORIGIN,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::shared::Shared;

/// Refuses requests under names that are not this machine's.
///
/// A page of any site can point a name of its own at 127.0.0.1, and would then read what users were sent.
pub(super) async fn check_host(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let host = match request.headers().get(HOST) {
        Some(host) => host.to_str().unwrap_or("?"),
        // Only HTTP/1.0 has none, and no browser speaks that.
        None => request.uri().host().unwrap_or("localhost"),
    };
    if shared.is_open || is_loopback(host) {
        return next.run(request).await;
    }
    let text = "The emulator answers to localhost, 127.0.0.1 and [::1] only.\n";
    (StatusCode::FORBIDDEN, text).into_response()
}

/// Whether a `Host`, with or without a port, names this machine to itself.
pub(super) fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let name = name.to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Allows pages of any origin to call, as AWS does, and answers what browsers ask beforehand.
pub(super) async fn share(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let is_question =
        request.method() == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if is_question {
        let mut response = StatusCode::OK.into_response();
        let headers = response.headers_mut();
        put(headers, ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        put(
            headers,
            ACCESS_CONTROL_ALLOW_HEADERS,
            "Content-Type,X-Amz-Target,X-Amz-User-Agent,User-Agent,X-Amz-Date,Authorization,X-Amz-Security-Token,\
             X-Amz-Content-Sha256,Cache-Control,Amz-Sdk-Invocation-Id,Amz-Sdk-Request",
        );
        put(headers, ACCESS_CONTROL_ALLOW_METHODS, "GET,POST");
        put(headers, ACCESS_CONTROL_MAX_AGE, "172800");
        return response;
    }

    // The page for developers is of this origin alone.
    let is_page = request.method() == Method::GET && request.uri().path() == "/";
    let is_from_a_page = headers.contains_key(ORIGIN) && !is_page;
    let mut response = next.run(request).await;
    if is_from_a_page {
        let headers = response.headers_mut();
        put(headers, ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        put(
            headers,
            ACCESS_CONTROL_EXPOSE_HEADERS,
            "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
        );
    }
    response
}

fn put(headers: &mut HeaderMap, name: axum::http::HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}
