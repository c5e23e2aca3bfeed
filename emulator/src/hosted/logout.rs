//! `GET /logout`: ends the browser's session at the domain, and nothing else.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use super::page;
use super::request::{Fields, cookie_name, cookies, encode, redirect};
use crate::shared::Shared;

pub(super) async fn logout(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Query(fields): Query<Fields>,
) -> Response {
    let get = |name: &str| {
        fields
            .get(name)
            .map(String::as_str)
            .filter(|it| !it.is_empty())
    };
    let Some(client_id) = get("client_id") else {
        return page::error("Required String parameter 'client_id' is not present");
    };
    let Ok((pool, client)) = shared.client(client_id) else {
        return page::error("User pool client does not exist.");
    };
    let location = match (get("logout_uri"), get("redirect_uri")) {
        (Some(uri), _) if client.oauth.logout_urls.iter().any(|it| it == uri) => uri.to_owned(),
        (Some(_), _) => {
            return page::error(
                "An error was encountered with the requested page. (redirect_mismatch)",
            );
        }
        (None, Some(_)) => {
            let fields = fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()));
            format!("/login?{}", encode(fields))
        }
        (None, None) => {
            return page::error("Required String parameter 'redirect_uri' is not present");
        }
    };

    let name = cookie_name(&pool);
    let mut directory = pool.directory();
    for value in cookies(&headers, &name) {
        directory.hosted.leave(&value);
    }
    drop(directory);
    let mut response = redirect(&location);
    let removal = format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    if let Ok(removal) = HeaderValue::from_str(&removal) {
        response.headers_mut().append(SET_COOKIE, removal);
    }
    response
}
