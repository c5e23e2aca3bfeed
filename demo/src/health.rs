//! What a service manager or a load balancer asks.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum_cognito::UserStore;
use axum_cognito::tower_sessions::SessionStore;
use axum_cognito::tower_sessions::session::Id;
use axum_cognito::users::LoginStore;

/// What each guarded request needs.
#[derive(Clone)]
pub(crate) struct Needs {
    pub(crate) users: Arc<dyn UserStore>,
    pub(crate) sessions: Arc<dyn SessionStore>,
}

/// `/healthz`: the process serves. `/readyz`: so do the database and the store of sessions.
/// Cognito is not asked: without it, nobody logs in and everybody who has is served.
pub(crate) fn router(needs: Needs) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .with_state(needs)
}

async fn ready(State(needs): State<Needs>) -> (StatusCode, &'static str) {
    let database = async {
        match needs.users.logins().map(LoginStore::now) {
            Some(now) => now.await.is_ok(),
            None => true,
        }
    };
    // A session that nobody has.
    let no_session = Id::default();
    let (database, sessions) = tokio::join!(database, needs.sessions.load(&no_session));

    match (database, sessions) {
        (true, Ok(_)) => (StatusCode::OK, "ready"),
        (false, _) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer",
        ),
        (true, Err(_)) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the store of sessions does not answer",
        ),
    }
}
