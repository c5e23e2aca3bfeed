//! `/oauth2/userInfo`: the attributes of the user of an access token, by its scopes.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::shared::Shared;
use crate::token::Grant;

const REFUSAL: &str =
    "Access token is expired, disabled, or deleted, or the user has globally signed out.";

pub(super) async fn show(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|it| it.to_str().ok())
        .and_then(|it| it.strip_prefix("Bearer "))
        .map(str::to_owned);
    let Some(token) = token else {
        let body = json!({ "error": "invalid_request" });
        return (StatusCode::BAD_REQUEST, Json(body)).into_response();
    };
    let work = move || claims(&shared, token.trim());
    match tokio::task::spawn_blocking(work).await {
        Ok(Some(claims)) => Json(claims).into_response(),
        Ok(None) => {
            let challenge =
                format!("Bearer error=\"invalid_token\", error_description=\"{REFUSAL}\"");
            let body = json!({ "error": "invalid_token", "error_description": REFUSAL });
            let headers = [(WWW_AUTHENTICATE, challenge)];
            (StatusCode::UNAUTHORIZED, headers, Json(body)).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// What the scopes of a token show; nothing for a token that does not hold, or was not made at the domain.
fn claims(shared: &Shared, token: &str) -> Option<Value> {
    let (pool, access) = shared.bearer(token).ok()?;
    let scopes: Vec<_> = access.scope.split_whitespace().map(str::to_owned).collect();
    if !scopes.iter().any(|it| it == "openid") {
        return None;
    }
    let directory = pool.directory();
    let account = directory.user(&access.username).ok()?;
    let client = directory.client(&access.client_id).ok()?;
    let grant = Grant {
        username: access.username.clone(),
        auth_time: 0,
        origin_jti: String::new(),
        event_id: String::new(),
        device_key: None,
        scopes,
        is_hosted: true,
        nonce: None,
        resource: None,
    };
    // All values are texts here, flags too.
    let mut claims: Map<String, Value> = account
        .attributes
        .iter()
        .filter(|(name, _)| *name == "sub" || client.may_read(name) && grant.shows(name))
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    claims.insert("username".to_owned(), json!(account.username));
    if !account.identities.is_empty() {
        claims.insert("identities".to_owned(), json!(account.identities_text()));
    }
    Some(Value::Object(claims))
}
