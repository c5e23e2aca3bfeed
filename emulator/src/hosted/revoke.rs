//! `POST /oauth2/revoke`.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::request::Fields;
use super::token::{OAuthError, authenticate};
use crate::shared::Shared;

/// Revokes a refresh token. One that is unknown is no error.
pub(super) async fn revoke(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let bad = |error| OAuthError::new(error).into_response(StatusCode::BAD_REQUEST);
    let Some(token) = fields.get("token").filter(|it| !it.is_empty()) else {
        return bad("invalid_request");
    };
    let (pool, client) = match authenticate(&shared, &headers, &fields) {
        Ok(found) => found,
        Err(error) => return error.into_response(StatusCode::UNAUTHORIZED),
    };
    if !client.revocation {
        return bad("invalid_request");
    }
    if token.contains('.') {
        return bad("unsupported_token_type");
    }
    let mut directory = pool.directory();
    let found = directory.tokens.find(token);
    let login = found
        .filter(|it| it.client_id == client.id())
        .map(|it| it.grant.origin_jti.clone());
    if let Some(login) = login {
        directory.tokens.revoke(&login);
    }
    StatusCode::OK.into_response()
}
