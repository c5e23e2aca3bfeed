//! Answers of the API.

use axum::Json;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::random;

/// In which form an endpoint says what went wrong.
#[derive(Clone, Copy, Debug)]
pub(super) enum Dialect {
    /// AWS JSON 1.1.
    Api,
    /// [RFC 6749](https://www.rfc-editor.org/rfc/rfc6749#section-5.2), at the domain.
    OAuth,
}

impl Dialect {
    pub(super) fn refuse(self, failure: &Failure) -> Response {
        match self {
            Self::Api => refuse(failure),
            Self::OAuth => {
                let status = match failure.name() {
                    "TooManyRequestsException" => StatusCode::TOO_MANY_REQUESTS,
                    "InternalErrorException" | "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
                    _ => StatusCode::BAD_REQUEST,
                };
                let body =
                    json!({ "error": failure.name(), "error_description": failure.message() });
                (status, Json(body)).into_response()
            }
        }
    }

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Api => "application/x-amz-json-1.1",
            Self::OAuth => "application/json",
        }
    }
}

/// An error as all AWS clients read it: the name in the body and in a header.
pub(super) fn refuse(failure: &Failure) -> Response {
    let status = match failure.name() {
        "InternalErrorException" => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    let body = json!({ "__type": failure.name(), "message": failure.message() });
    let mut response = respond(status, &body);
    let kind = HeaderValue::from_str(&format!("{}:", failure.name()));
    let message = HeaderValue::from_str(&failure.message().replace(['\n', '\r'], " "));
    for (name, value) in [("x-amzn-errortype", kind), ("x-amzn-errormessage", message)] {
        if let Ok(value) = value {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

pub(super) fn respond(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-amz-json-1.1"),
    );
    if let Ok(id) = HeaderValue::from_str(&random::uuid()) {
        headers.insert("x-amzn-requestid", id);
    }
    response
}
