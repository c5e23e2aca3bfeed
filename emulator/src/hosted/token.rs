//! `POST /oauth2/token`: codes, refresh tokens and client credentials for tokens.

use std::sync::Arc;

use aws_lc_rs::digest;
use axum::Form;
use axum::Json;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use super::request::{Fields, grant};
use crate::login::{Occasion, check_secret, client_token, refresh, sign};
use crate::pool::{AppClient, Pool};
use crate::shared::Shared;
use crate::token::RefreshEntry;

/// An error of OAuth, with a description where AWS gives one.
pub(super) struct OAuthError(pub(super) &'static str, pub(super) String);

impl OAuthError {
    pub(super) fn new(error: &'static str) -> Self {
        Self(error, String::new())
    }

    pub(super) fn into_response(self, status: StatusCode) -> Response {
        let mut body = json!({ "error": self.0 });
        if !self.1.is_empty() {
            body["error_description"] = json!(self.1);
        }
        (status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response()
    }
}

pub(super) async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let work = move || answer(&shared, &headers, &fields);
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(body)) => ([(CACHE_CONTROL, "no-store")], Json(body)).into_response(),
        Ok(Err(error)) => error.into_response(StatusCode::BAD_REQUEST),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn answer(shared: &Shared, headers: &HeaderMap, fields: &Fields) -> Result<Value, OAuthError> {
    let get = |name: &str| {
        fields
            .get(name)
            .map(String::as_str)
            .filter(|it| !it.is_empty())
    };
    let kind = get("grant_type").ok_or_else(|| OAuthError::new("invalid_request"))?;
    let (pool, client) = authenticate(shared, headers, fields)?;
    match kind {
        "authorization_code" => redeem(&pool, &client, &get),
        "refresh_token" => {
            let token = get("refresh_token").ok_or_else(|| OAuthError::new("invalid_request"))?;
            renew(&pool, &client, token)
        }
        "client_credentials" => {
            if !client.oauth.flows.contains("client_credentials") || !client.oauth.is_on {
                return Err(OAuthError::new("unauthorized_client"));
            }
            let metadata = get("aws_client_metadata");
            let metadata = metadata.and_then(|it| serde_json::from_str(it).ok());
            let scopes: Vec<_> = get("scope")
                .unwrap_or_default()
                .split_whitespace()
                .map(str::to_owned)
                .collect();
            let token = client_token(&pool, &client, scopes, &metadata.unwrap_or(Value::Null))
                .map_err(|failure| match failure.name() {
                    "InvalidParameterException" => OAuthError::new("invalid_scope"),
                    _ => OAuthError::new("invalid_grant"),
                })?;
            Ok(json!({
                "access_token": token,
                "expires_in": client.access_validity.as_secs(),
                "token_type": "Bearer",
            }))
        }
        _ => Err(OAuthError::new("unsupported_grant_type")),
    }
}

/// Finds the app client, and checks its secret: by Basic authentication, or in the body.
pub(super) fn authenticate(
    shared: &Shared,
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<(Pool, AppClient), OAuthError> {
    let invalid = || OAuthError::new("invalid_client");
    let (id, secret) = credentials(headers, fields).ok_or_else(invalid)?;
    let (pool, client) = shared.client(&id).map_err(|_| invalid())?;
    check_secret(&client, secret.as_deref()).map_err(|_| invalid())?;
    Ok((pool, client))
}

/// The app client and its secret, as they were sent.
pub(super) fn credentials(
    headers: &HeaderMap,
    fields: &Fields,
) -> Option<(String, Option<String>)> {
    let basic = headers
        .get(AUTHORIZATION)
        .and_then(|it| it.to_str().ok())
        .and_then(|it| it.strip_prefix("Basic "));
    let Some(basic) = basic else {
        let id = fields.get("client_id").cloned()?;
        return Some((id, fields.get("client_secret").cloned()));
    };
    let text = String::from_utf8(STANDARD.decode(basic.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), Some(secret.to_owned())))
}

fn redeem<'a>(
    pool: &Pool,
    client: &AppClient,
    get: &impl Fn(&str) -> Option<&'a str>,
) -> Result<Value, OAuthError> {
    let code = get("code").ok_or_else(|| OAuthError::new("invalid_request"))?;
    let redirect_uri = get("redirect_uri").ok_or_else(|| OAuthError::new("invalid_request"))?;
    let invalid = || OAuthError::new("invalid_grant");
    let approval = {
        let directory = pool.directory();
        let now = directory.clock.now();
        directory.hosted.approval(code, now).ok_or_else(invalid)?
    };
    if approval.client_id != client.id() {
        return Err(invalid());
    }
    if approval.redirect_uri != redirect_uri {
        return Err(OAuthError(
            "unauthorized_client",
            "invalid_redirect".to_owned(),
        ));
    }
    if let Some(challenge) = &approval.challenge {
        let verifier = get("code_verifier").ok_or_else(invalid)?;
        let hash = digest::digest(&digest::SHA256, verifier.as_bytes());
        let hash = URL_SAFE_NO_PAD.encode(hash.as_ref());
        if !bool::from(hash.as_bytes().ct_eq(challenge.as_bytes())) {
            return Err(invalid());
        }
    }
    if !approval
        .scopes
        .iter()
        .all(|scope| client.may_read_scope(scope))
    {
        return Err(invalid());
    }
    pool.directory().hosted.redeem(code);

    let grant = grant(&approval);
    let occasion = Occasion {
        purpose: "HostedAuth",
        metadata: &Value::Null,
    };
    let signed = sign(pool, client, &grant, occasion)
        .map_err(|failure| OAuthError("invalid_grant", failure.message().to_owned()))?;
    let refresh_token = {
        let mut directory = pool.directory();
        let expires = directory.clock.now() + client.refresh_validity;
        directory.tokens.issue(RefreshEntry {
            client_id: client.id().to_owned(),
            sub: approval.visitor.sub,
            grant,
            expires,
            rotated: None,
        })
    };
    let mut body = json!({
        "access_token": signed.access,
        "refresh_token": refresh_token,
        "expires_in": client.access_validity.as_secs(),
        "token_type": "Bearer",
    });
    if approval.scopes.iter().any(|it| it == "openid") {
        body["id_token"] = json!(signed.id);
    }
    Ok(body)
}

/// New tokens; a new refresh token only where the client rotates.
fn renew(pool: &Pool, client: &AppClient, token: &str) -> Result<Value, OAuthError> {
    let has_id_token = {
        let directory = pool.directory();
        let entry = directory.tokens.find(token);
        let entry = entry.ok_or_else(|| OAuthError::new("invalid_grant"))?;
        let is_foreign = !entry.grant.is_hosted && directory.settings.device_tracking.is_some();
        if is_foreign {
            return Err(OAuthError::new("invalid_grant"));
        }
        !entry.grant.is_hosted || entry.grant.scopes.iter().any(|it| it == "openid")
    };
    let tokens = refresh(pool, client, token, None, &Value::Null)
        .map_err(|failure| OAuthError("invalid_grant", failure.message().to_owned()))?;
    let mut body = json!({
        "access_token": tokens.access_token,
        "expires_in": tokens.expires_in,
        "token_type": "Bearer",
    });
    if has_id_token {
        body["id_token"] = json!(tokens.id_token);
    }
    if let Some(next) = tokens.refresh_token {
        body["refresh_token"] = json!(next);
    }
    Ok(body)
}
