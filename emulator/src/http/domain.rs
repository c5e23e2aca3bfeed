//! Calls of the domain by programs: noted, and spoilt, as those of the API are.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Form;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::answer::Dialect;
use super::spoil;
use crate::hosted;
use crate::ledger::Call;
use crate::shared::Shared;

/// More than any form or answer has, in bytes.
const MOST: usize = 2 * 1024 * 1024;

/// Notes a call with its answer, and lets a fault strike it.
pub(super) async fn note(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MOST).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let again = || Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    let form = Form::<BTreeMap<String, String>>::from_request(again(), &()).await;
    let fields = form.map(|Form(fields)| fields).unwrap_or_default();
    let path = parts.uri.path();
    let client_id = hosted::client_id(&parts.headers, &fields);
    let mut noted = Call::at_domain(path, client_id, &fields);
    let fault = shared.faults.strike(path, noted.kind.as_deref());
    noted.error = fault.as_ref().and_then(|fault| fault.kind.word());
    let number = shared.ledger.push(noted);

    let request = again();
    let answer = || async {
        let (parts, body) = next.run(request).await.into_parts();
        let bytes = to_bytes(body, MOST).await.unwrap_or_default();
        if !parts.status.is_success() {
            shared.ledger.refused(number, &error(parts.status, &bytes));
        }
        Response::from_parts(parts, Body::from(bytes))
    };
    match fault {
        Some(fault) => spoil::spoil_call(fault, Dialect::OAuth, answer).await,
        None => answer().await,
    }
}

/// The name of an error of OAuth, or else the status.
fn error(status: StatusCode, body: &Bytes) -> String {
    let body = serde_json::from_slice::<Value>(body).unwrap_or_default();
    let name = body["error"].as_str().map(str::to_owned);
    name.unwrap_or_else(|| status.as_u16().to_string())
}
