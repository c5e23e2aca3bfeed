//! Faults on the wire.

use std::future::Future;
use std::io;

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Map, Value};

use super::answer::Dialect;
use crate::failure::Failure;
use crate::fault::{FaultKind, Strike};

/// Answers, with a fault where there is one.
pub(super) async fn spoil(fault: Option<Strike>, answer: impl FnOnce() -> Response) -> Response {
    match fault {
        None => answer(),
        Some(fault) => spoil_call(fault, Dialect::Api, || async { answer() }).await,
    }
}

/// Answers with a fault. The operation itself runs only where its answer is used.
pub(super) async fn spoil_call<F: Future<Output = Response>>(
    fault: Strike,
    dialect: Dialect,
    answer: impl FnOnce() -> F,
) -> Response {
    if fault.is_late {
        let done = answer().await;
        return strike(fault.kind, dialect, || std::future::ready(done)).await;
    }
    strike(fault.kind, dialect, answer).await
}

async fn strike<F: Future<Output = Response>>(
    fault: FaultKind,
    dialect: Dialect,
    answer: impl FnOnce() -> F,
) -> Response {
    match fault {
        FaultKind::Answer(text) => {
            let kind = [(header::CONTENT_TYPE, dialect.content_type())];
            (kind, text).into_response()
        }
        FaultKind::Delay(time) => {
            tokio::time::sleep(time).await;
            answer().await
        }
        FaultKind::Drop => Response::new(Body::new(BrokenBody)),
        FaultKind::Error(name) => {
            dialect.refuse(&Failure::new(name, "A fault that a test asked for."))
        }
        FaultKind::ErrorWithMessage(name, message) => dialect.refuse(&Failure::new(name, message)),
        FaultKind::Garbage => Html("<!doctype html><title>Not JSON</title>").into_response(),
        FaultKind::Status(status) => StatusCode::from_u16(status)
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response(),
        FaultKind::Throttle => dialect.refuse(&Failure::new(
            "TooManyRequestsException",
            "Too many requests",
        )),
        FaultKind::Patch(patch) => {
            rewrite(answer().await, |bytes| {
                let mut body = serde_json::from_slice(&bytes).unwrap_or_default();
                merge(&mut body, serde_json::from_str(&patch).unwrap_or_default());
                body.to_string().into()
            })
            .await
        }
        FaultKind::Truncate => {
            rewrite(answer().await, |bytes| bytes.slice(..bytes.len() / 2)).await
        }
    }
}

async fn rewrite(response: Response, change: impl FnOnce(Bytes) -> Bytes) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX)
        .await
        .unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(change(bytes)))
}

/// Puts a patch over a value, as [RFC 7396](https://www.rfc-editor.org/rfc/rfc7396) says.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(members) = target {
        for (name, value) in patch {
            if value.is_null() {
                members.remove(&name);
            } else {
                merge(members.entry(name).or_insert(Value::Null), value);
            }
        }
    }
}

/// A body that fails at once: the server closes the connection before anything is written.
struct BrokenBody;

impl axum::body::HttpBody for BrokenBody {
    type Data = axum::body::Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
        std::task::Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
    }
}
