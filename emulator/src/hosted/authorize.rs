//! `GET /oauth2/authorize`.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::page;
use super::request::{Fields, LoginRequest, redirect};
use super::upstream;
use crate::pool::IdentityProvider;
use crate::shared::Shared;

/// Sends the browser back at once if somebody is logged in here, else to the login page or to an identity provider.
pub(super) async fn authorize(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Query(fields): Query<Fields>,
) -> Response {
    let work = move || answer(&shared, &headers, fields);
    match tokio::task::spawn_blocking(work).await {
        Ok(response) => response,
        Err(_) => page::error("The emulator failed."),
    }
}

fn answer(shared: &Shared, headers: &HeaderMap, fields: Fields) -> Response {
    let request = match LoginRequest::read(shared, fields) {
        Ok(request) => request,
        Err(answer) => return *answer,
    };
    let prompts: Vec<&str> = request
        .get("prompt")
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let provider = match provider(&request) {
        Ok(provider) => provider,
        Err(answer) => return *answer,
    };
    if !prompts.contains(&"login")
        && let Some(visitor) = request.visitor(headers)
    {
        let wanted = provider.as_deref();
        let fits = match wanted {
            None => true,
            Some("COGNITO") => visitor.provider.is_none(),
            Some(name) => visitor.provider.as_deref() == Some(name),
        };
        if fits {
            return request.approve(visitor);
        }
    }
    if prompts.contains(&"none") {
        return request.refuse("login_required", "");
    }
    match provider.as_deref() {
        None | Some("COGNITO") => redirect(&format!("/login?{}", request.query(&["prompt"], &[]))),
        Some(name) => {
            let real = request.pool.directory().providers.get(name).cloned();
            if let Some(provider) = real.filter(IdentityProvider::is_real) {
                return upstream::begin(shared, headers, &request, &provider);
            }
            let query = request.query(&["identity_provider", "idp_identifier"], &[]);
            let query = format!("{query}&identity_provider={name}");
            redirect(&format!("/_emulator/idp?{query}"))
        }
    }
}

/// The identity provider that is asked for, by name or by one of its identifiers.
fn provider(request: &LoginRequest) -> Result<Option<String>, Box<Response>> {
    let directory = request.pool.directory();
    let name = match (
        request.get("identity_provider"),
        request.get("idp_identifier"),
    ) {
        (Some(name), _) => name.to_owned(),
        (None, Some(identifier)) => {
            let mut providers = directory.providers.iter();
            let found = providers.find(|(_, it)| it.has_identifier(identifier));
            found.map(|(name, _)| name.clone()).unwrap_or_default()
        }
        (None, None) => {
            // Where there is one way in only, the page is left out.
            return Ok(
                match request.client.oauth.supported_identity_providers.as_slice() {
                    [only] if only != "COGNITO" => Some(only.clone()),
                    _ => None,
                },
            );
        }
    };
    let supported = &request.client.oauth.supported_identity_providers;
    let is_there = name == "COGNITO" || directory.providers.contains_key(&name);
    if is_there && supported.contains(&name) {
        return Ok(Some(name));
    }
    Err(Box::new(page::error(
        "The identity provider does not exist, or the app client does not support it.",
    )))
}
