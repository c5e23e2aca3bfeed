//! What OpenID Connect clients ask first.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::shared::Shared;

/// The discovery document of a pool, with the members that AWS's has.
pub(super) async fn document(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Response {
    let Ok(pool) = shared.pool(&id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let issuer = pool.directory().issuer.clone();
    let endpoint = &shared.endpoint;
    Json(json!({
        "authorization_endpoint": format!("{endpoint}/oauth2/authorize"),
        "end_session_endpoint": format!("{endpoint}/logout"),
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": issuer,
        "jwks_uri": format!("{endpoint}/{id}/.well-known/jwks.json"),
        "response_types_supported": ["code", "token"],
        "revocation_endpoint": format!("{endpoint}/oauth2/revoke"),
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint": format!("{endpoint}/oauth2/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "userinfo_endpoint": format!("{endpoint}/oauth2/userInfo"),
    }))
    .into_response()
}
