//! The HTTP side: one address for all operations, the key sets, and what only an emulator has.

mod answer;
mod discovery;
mod domain;
mod guard;
mod protocol;
mod spoil;

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde_json::json;

use crate::console;
use crate::hosted;
use crate::ledger::Call;
use crate::outbox::Message;
use crate::shared::Shared;

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let api = Router::new()
        .route("/", post(protocol::call).get(console::show))
        .route("/{pool}/.well-known/jwks.json", get(jwks))
        .route(
            "/{pool}/.well-known/openid-configuration",
            get(discovery::document),
        )
        .merge(hosted::services().layer(middleware::from_fn_with_state(
            Arc::clone(&shared),
            domain::note,
        )))
        .layer(middleware::from_fn(guard::share));
    Router::new()
        .merge(api)
        .merge(hosted::pages())
        .merge(console::routes())
        .route("/_emulator/health", get(health))
        .route("/_emulator/outbox", get(outbox))
        .route("/_emulator/import/{pool}/{job}", put(import_file))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&shared),
            guard::check_host,
        ))
        .with_state(shared)
}

async fn health() -> impl IntoResponse {
    Json(json!({ "status": "ok" }))
}

async fn outbox(State(shared): State<Arc<Shared>>) -> Json<Vec<Message>> {
    Json(shared.outbox.messages())
}

/// Takes the CSV file of an import job.
async fn import_file(
    State(shared): State<Arc<Shared>>,
    Path((pool, job)): Path<(String, String)>,
    file: String,
) -> StatusCode {
    let Ok(pool) = shared.pool(&pool) else {
        return StatusCode::NOT_FOUND;
    };
    match pool.directory().import_job(&job) {
        Ok(job) => {
            job.file = Some(file);
            StatusCode::OK
        }
        Err(_) => StatusCode::NOT_FOUND,
    }
}

async fn jwks(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    let mut noted = Call::new("jwks", false, &json!({}));
    let fault = shared.faults.strike("jwks", None);
    noted.error = fault.as_ref().and_then(|fault| fault.kind.word());
    shared.ledger.push(noted);
    let keys = tokio::task::spawn_blocking(move || {
        let pool = shared.pool(&id).ok()?;
        let keys = pool.directory().keys.jwks();
        Some(keys)
    });

    let answer = match keys.await {
        Ok(Some(keys)) => Json(keys).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    spoil::spoil(fault, || answer).await
}
