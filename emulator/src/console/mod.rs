//! A page for developers: what is in the pools, what was sent, what was called, and switches for trouble.

mod act;
mod view;

use std::sync::Arc;

use axum::Form;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::header::{HOST, LOCATION, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use self::act::Fields;
use crate::shared::Shared;

/// What its buttons call.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/_emulator/do", post(act))
}

/// The page.
pub(crate) async fn show(
    State(shared): State<Arc<Shared>>,
    Query(fields): Query<Fields>,
) -> Response {
    let work = move || view::page(&shared, &fields);
    match tokio::task::spawn_blocking(work).await {
        Ok(response) => response,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Does what a button of the page says. Pages of other origins are refused: a browser names its own.
async fn act(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let text = |name| {
        let value = headers.get(name)?;
        value.to_str().ok()
    };
    let host = text(HOST).unwrap_or_default();
    if text(ORIGIN) != Some(&format!("http://{host}")) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let work = move || act::act(&shared, &fields);
    match tokio::task::spawn_blocking(work).await {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
