use std::time::Duration;

use axum::{Router, routing};
use axum_cognito::users::{SqlSessions, SqlUsers};
use axum_cognito::{
    Auth, Cognito, CurrentUser, PostgresUsers, SqliteUsers, UserPool, UserStore, login_required,
    pages,
};
use tower_sessions::SessionStore;

use super::{SESSIONS, Stack, fill_postgres, fill_sqlite, public};
use crate::site::{copies, copying, log_in};

/// How the layers are put around the routes.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Shape {
    /// `.layer(auth.layer(store))`.
    Plain,
    /// A call for each. Each call of `Router::layer` makes a box of every route.
    TwoCalls,
    /// As `Plain`, with `with_warm_logins`.
    Warm,
}

/// A site on this library, in which Alice has logged in.
pub(super) async fn ours(
    name: &'static str,
    path: &'static str,
    shape: Shape,
    cognito: &Cognito,
    users: impl UserStore,
    store: impl SessionStore + Clone,
) -> Stack {
    let mut auth = Auth::builder().with_pool(UserPool::with_client(cognito.clone(), users));
    if shape == Shape::Warm {
        auth = auth.with_warm_logins(Duration::from_secs(10));
    }
    let auth = auth.build().await.expect("a site that is set up");

    let members = Router::new()
        .route("/members", routing::get(greet))
        .route_layer(login_required());
    let routes = public()
        .merge(members)
        .merge(copying())
        .merge(pages::router());
    let router = match shape {
        Shape::TwoCalls => routes.layer(auth.sessions(store)).layer(auth.login_layer()),
        Shape::Plain | Shape::Warm => routes.layer(auth.layer(store)),
    };

    let cookie = log_in(&router).await;
    let cookies = copies(&router, &cookie, SESSIONS).await;
    Stack::new(name, router, path, cookies)
}

async fn greet(user: CurrentUser) -> String {
    format!("Hello {} <{}> #{}", user.first_name, user.username, user.id)
}

/// Users and sessions in one file, by one pool.
pub(super) async fn on_sqlite(url: &str) -> (SqliteUsers, SqlSessions) {
    let users = SqliteUsers::connect(url).await.expect("a database");
    fill_sqlite(users.pool()).await;
    with_sessions(users)
}

/// Users and sessions in one schema, by one pool.
pub(super) async fn on_postgres(url: &str) -> (PostgresUsers, SqlSessions) {
    let users = PostgresUsers::connect(url).await.expect("a database");
    fill_postgres(users.pool()).await;
    with_sessions(users)
}

fn with_sessions<DB: sqlx::Database>(users: SqlUsers<DB>) -> (SqlUsers<DB>, SqlSessions) {
    let sessions = users.sessions();
    (users, sessions)
}
