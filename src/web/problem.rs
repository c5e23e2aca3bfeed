//! Errors as JSON: problem details, [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457).

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName, LAST_MODIFIED,
};
use axum::http::response::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tower_layer::Layer;
use tower_service::Service;

use super::error::StoppedByAuth;

/// A text that is longer explains nothing to a program.
const MAX_DETAIL_BYTES: usize = 4 * 1024;

/// What is said of a body, and not of the one in its place.
const OF_THE_BODY: [HeaderName; 5] = [
    ACCEPT_RANGES,
    CONTENT_ENCODING,
    CONTENT_LENGTH,
    ETAG,
    LAST_MODIFIED,
];

/// Answers every error of the inner routes in JSON, to browsers too.
///
/// The extractors and guards inside never send a browser to the login page: nobody is 401. An answer
/// of status 400 and above that is not JSON yet becomes
/// [problem details](https://www.rfc-editor.org/rfc/rfc9457), with its text as `detail`: those of
/// Axum's own extractors, 404 and 405 among them. The layer goes outside the guards.
///
/// # Examples
///
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use axum_cognito::login_required;
/// use axum_cognito::web::json_errors;
///
/// let api: Router = Router::new()
///     .route("/api/orders", get(async || "[]"))
///     .route_layer(login_required())
///     .layer(json_errors());
/// ```
pub fn json_errors() -> JsonErrorsLayer {
    JsonErrorsLayer(())
}

/// The layer of [`json_errors`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct JsonErrorsLayer(());

/// In the extensions of a request: errors are JSON.
#[derive(Clone, Copy)]
pub(in crate::web) struct WantsJson;

impl<S> Layer<S> for JsonErrorsLayer {
    type Service = JsonErrorsService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        JsonErrorsService { inner }
    }
}

/// The service of [`JsonErrorsLayer`].
#[derive(Clone)]
pub struct JsonErrorsService<S> {
    inner: S,
}

impl<S> Service<Request> for JsonErrorsService<S>
where
    S: Service<Request, Error = Infallible>,
    S::Response: IntoResponse,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        request.extensions_mut().insert(WantsJson);
        let answer = self.inner.call(request);

        Box::pin(async move {
            let answer = answer.await?.into_response();
            Ok(as_problem(answer).await)
        })
    }
}

impl<S> fmt::Debug for JsonErrorsService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonErrorsService").finish_non_exhaustive()
    }
}

/// Returns an error as problem details.
pub(in crate::web) fn problem(status: StatusCode, detail: &str) -> Response {
    let (mut parts, ()) = Response::new(()).into_parts();
    parts.status = status;
    with_detail(parts, detail)
}

/// Turns an error into problem details, unless it is JSON already.
async fn as_problem(answer: Response) -> Response {
    let is_error = answer.status().is_client_error() || answer.status().is_server_error();
    let content = Content::of(answer.headers());
    if !is_error || content == Content::Json {
        return answer;
    }

    let (mut parts, body) = answer.into_parts();
    // It is the last word: no layer of pages outside has to give it a look.
    parts.extensions.remove::<StoppedByAuth>();
    let text = match content {
        Content::Text => to_bytes(body, MAX_DETAIL_BYTES).await.ok(),
        Content::Json | Content::Other => None,
    };
    let text = text.and_then(|bytes| String::from_utf8(bytes.into()).ok());
    with_detail(parts, &text.unwrap_or_default())
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Content {
    Json,
    Other,
    /// That can be read as it is.
    Text,
}

impl Content {
    fn of(headers: &HeaderMap) -> Self {
        let kind = headers.get(CONTENT_TYPE).map(HeaderValue::to_str);
        let Some(Ok(kind)) = kind else {
            return Self::Other;
        };
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if kind == "application/json" || kind.ends_with("+json") {
            Self::Json
        } else if kind == "text/plain" && !headers.contains_key(CONTENT_ENCODING) {
            Self::Text
        } else {
            Self::Other
        }
    }
}

/// Replaces the body of an answer, and what its headers say of it. The others stay.
pub(in crate::web) fn with_detail(mut parts: Parts, detail: &str) -> Response {
    let title = parts.status.canonical_reason().unwrap_or("Error");
    let mut body = json!({ "title": title, "status": parts.status.as_u16() });
    if !detail.is_empty() {
        body["detail"] = detail.into();
    }

    let kind = HeaderValue::from_static("application/problem+json");
    parts.headers.insert(CONTENT_TYPE, kind);
    for name in OF_THE_BODY {
        parts.headers.remove(name);
    }
    Response::from_parts(parts, Body::from(body.to_string()))
}
