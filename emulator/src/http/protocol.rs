//! AWS JSON 1.1: an operation in a header, JSON in and out.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::Value;

use super::answer::{Dialect, refuse, respond};
use super::spoil;
use crate::failure::Failure;
use crate::ledger::Call;
use crate::operation::{self, Caller};
use crate::shared::Shared;

const TARGET_PREFIX: &str = "AWSCognitoIdentityProviderService.";

/// Runs one operation. Its work is done off the async threads, since a handshake takes milliseconds.
pub(super) async fn call(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(name) = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .and_then(|target| target.strip_prefix(TARGET_PREFIX))
        .map(str::to_owned)
    else {
        return refuse(&Failure::new(
            "UnknownOperationException",
            format!("The header X-Amz-Target has to name an operation: {TARGET_PREFIX}<Operation>"),
        ));
    };
    let caller = caller(&headers);
    let mut body = serde_json::from_slice::<Value>(&body).ok();
    if let Some(body) = &mut body {
        drop_nulls(body);
    }
    let seen = body.as_ref().unwrap_or(&Value::Null);
    let mut noted = Call::new(&name, caller.has_credentials, seen);
    let fault = shared.faults.strike(&name, noted.kind.as_deref());
    noted.error = fault.as_ref().and_then(|fault| fault.kind.word());
    let number = shared.ledger.push(noted);

    if let Some(fault) = fault {
        let answer = || run(shared, name, number, caller, body);
        return spoil::spoil_call(fault, Dialect::Api, answer).await;
    }
    run(shared, name, number, caller, body).await
}

/// Reads what the signature says. Nobody verifies it.
fn caller(headers: &HeaderMap) -> Caller {
    let signature = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("AWS4-HMAC-SHA256 "));
    // Credential=<key id>/<date>/<region>/<service>/aws4_request
    let region = signature
        .and_then(|it| it.split("Credential=").nth(1))
        .and_then(|it| it.split('/').nth(2))
        .filter(|it| {
            it.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
    Caller {
        has_credentials: signature.is_some(),
        region: region.unwrap_or("us-east-1").to_owned(),
    }
}

async fn run(
    shared: Arc<Shared>,
    name: String,
    number: usize,
    caller: Caller,
    body: Option<Value>,
) -> Response {
    let Some(body) = body.filter(Value::is_object) else {
        let failure = Failure::serialization("The body has to be a JSON object.");
        shared.ledger.refused(number, failure.name());
        return refuse(&failure);
    };
    let operation = name.clone();
    let work = move || {
        let result = operation::run(&shared, &operation, &caller, body);
        if let Err(failure) = &result {
            shared.ledger.refused(number, failure.name());
        }
        result
    };
    let result = tokio::task::spawn_blocking(work).await;

    match result {
        Ok(Ok(answer)) => {
            tracing::debug!(operation = %name, "answered");
            respond(StatusCode::OK, &answer)
        }
        Ok(Err(failure)) => {
            tracing::debug!(operation = %name, error = failure.name(), "refused");
            refuse(&failure)
        }
        Err(_) => refuse(&Failure::new(
            "InternalErrorException",
            "The emulator failed.",
        )),
    }
}

/// Takes out members that are null: amazon-cognito-identity-js sends some, and AWS reads them as absent.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}
