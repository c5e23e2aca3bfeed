//! A process of the site: its own layer and backend, on the stores that all share.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum_cognito::attribute::Attributes;
use axum_cognito::web::{AuthBuilder, Limits};
use axum_cognito::{Auth, AuthSession, CurrentUser, UserPool, pages};
use tokio::sync::Semaphore;

use crate::open::Stores;
use crate::site::{Browser, Cloud, with_layers};

/// Some tests let many hours pass.
pub(crate) const DECADE: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// Where requests wait while something else happens.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) arrived: Arc<Semaphore>,
    pub(crate) open: Arc<Semaphore>,
}

impl Gate {
    pub(crate) fn closed() -> Self {
        Self {
            arrived: Arc::new(Semaphore::new(0)),
            open: Arc::new(Semaphore::new(0)),
        }
    }

    async fn pass(&self) {
        self.arrived.add_permits(1);
        self.open.acquire().await.expect("it opens").forget();
    }

    pub(crate) async fn wait_for(&self, requests: u32) {
        let arrived = self.arrived.acquire_many(requests).await;
        arrived.expect("they arrive").forget();
    }

    pub(crate) fn open_for(&self, requests: u32) {
        self.open.add_permits(requests as usize);
    }
}

/// Starts a process.
pub(crate) async fn start(cloud: &Cloud, stores: &Stores, gate: &Gate) -> Router {
    let configure = |auth: AuthBuilder| auth.with_login_lifetime(DECADE).with_idle_lifetime(DECADE);
    start_with(cloud, stores, gate, configure).await
}

/// Starts a process that is configured by `configure`.
pub(crate) async fn start_with(
    cloud: &Cloud,
    stores: &Stores,
    gate: &Gate,
    configure: impl FnOnce(AuthBuilder) -> AuthBuilder,
) -> Router {
    let backend = UserPool::with_client(cloud.cognito(), stores.users.clone());

    let mut auth = Auth::builder()
        .with_pool(backend)
        .with_clock(cloud.clock.clone())
        .with_limits(Limits::none());
    if let Some(keys) = stores.keys() {
        auth = auth.with_sealing_keys(keys);
    }
    let routes = Router::new()
        .route("/me", get(me))
        .route("/broken", get(broken))
        .route("/maybe", get(maybe))
        .route("/tokens", get(tokens))
        .route("/logins", get(logins))
        .route("/kill/{id}", get(kill))
        .route("/slow/{kind}", get(slow))
        .with_state(gate.clone())
        .merge(pages::router());
    with_layers(routes, configure(auth), stores.sessions.clone()).await
}

pub(crate) fn browser(process: &Router, cookie: Option<&String>) -> Browser {
    let mut browser = Browser::new(process.clone());
    browser.cookie = cookie.cloned();
    browser
}

async fn me(user: CurrentUser) -> String {
    user.username.clone()
}

async fn broken(user: CurrentUser) -> StatusCode {
    assert!(!user.username.is_empty());
    StatusCode::INTERNAL_SERVER_ERROR
}

async fn maybe(user: Option<CurrentUser>) -> String {
    user.map_or_else(|| "nobody".to_owned(), |user| user.username.clone())
}

/// What no site would do: the tests look for them in the stores.
async fn tokens(auth: AuthSession) -> String {
    let tokens = auth.tokens().await.expect("an answer").expect("tokens");
    let refresh = tokens.refresh.expect("a refresh token");
    [tokens.id.expose(), tokens.access.expose(), refresh.expose()].join(" ")
}

async fn logins(auth: AuthSession) -> String {
    let logins = auth.logins().await.expect("a list");
    logins.len().to_string()
}

async fn kill(auth: AuthSession, Path(id): Path<i64>) {
    let cognito = auth.user_pool().expect("a user pool");
    let pool = cognito.user_pool().as_str();
    auth.end_logins_of(pool, &id.into()).await.expect("ended");
}

/// A request that has read its session, and waits before it does something with it.
async fn slow(State(gate): State<Gate>, Path(kind): Path<String>, auth: AuthSession) -> String {
    let session = auth.session().expect("a session").clone();
    let user = auth.current_user().await.expect("an answer");
    gate.pass().await;

    match kind.as_str() {
        "write" => session.insert("note", "x").await.expect("written"),
        "refresh" => drop(auth.reload(&Attributes::new()).await),
        _ => {}
    }
    user.map_or_else(|| "nobody".to_owned(), |user| user.username.clone())
}
