//! Managed login: the endpoints of a pool's domain. They are served at the emulator's own address, whatever the domain
//! is called; the app client or the token says which pool is meant.

mod authorize;
mod federation;
mod login;
mod logout;
mod page;
mod provider;
mod request;
mod revoke;
mod token;
mod upstream;
mod user_info;

use std::sync::Arc;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::{get, post};

use crate::shared::Shared;

/// The endpoints that browsers visit.
pub(crate) fn pages() -> Router<Arc<Shared>> {
    Router::new()
        .route("/oauth2/authorize", get(authorize::authorize))
        .route("/oauth2/idpresponse", get(upstream::finish))
        .route("/login", get(login::show).post(login::submit))
        .route("/logout", get(logout::logout))
        .route("/_emulator/idp", get(provider::show).post(provider::submit))
}

/// The app client that a call of a program names, known or not.
pub(crate) fn client_id(headers: &HeaderMap, fields: &request::Fields) -> Option<String> {
    token::credentials(headers, fields).map(|(id, _)| id)
}

/// The endpoints that programs call, from other origins too.
pub(crate) fn services() -> Router<Arc<Shared>> {
    Router::new()
        .route("/oauth2/token", post(token::token))
        .route(
            "/oauth2/userInfo",
            get(user_info::show).post(user_info::show),
        )
        .route("/oauth2/revoke", post(revoke::revoke))
}
