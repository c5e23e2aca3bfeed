use std::time::Duration;

use axum::{Router, routing};
use axum_cognito::{
    AuthLayer, Cognito, CurrentUser, SqliteUsers, UserPoolBackend, UserStore, login_required, pages,
};
use tower_sessions::{SessionManagerLayer, SessionStore};
use tower_sessions_sqlx_store::SqliteStore;

use super::{SESSIONS, Stack, add_strangers, public};
use crate::site::{cookies_of_copies, log_in, session_id};

/// How the layers are put around the routes.
pub(super) enum Shape {
    /// `.layer((sessions, auth))`.
    Plain,
    /// `.layer(auth).layer(sessions)`. Each call of `Router::layer` makes a box of every route.
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
    let backend = UserPoolBackend::with_client(cognito.clone(), users);
    let members = Router::new()
        .route("/members", routing::get(greet))
        .route_layer(login_required());
    let routes = public().merge(members).merge(pages::router());
    let auth = AuthLayer::new(backend);
    let sessions = SessionManagerLayer::new(store.clone());
    let router = match shape {
        Shape::Plain => routes.layer((sessions, auth)),
        Shape::TwoCalls => routes.layer(auth).layer(sessions),
        Shape::Warm => {
            let auth = auth.with_warm_logins(Duration::from_secs(10));
            routes.layer((sessions, auth))
        }
    };

    let cookie = log_in(&router).await;
    let record = store.load(&session_id(&cookie)).await;
    let record = record.expect("a store").expect("a session");
    let cookies = cookies_of_copies(&store, &record, SESSIONS).await;
    Stack::new(name, router, path, cookies)
}

async fn greet(user: CurrentUser) -> String {
    format!("Hello {} <{}> #{}", user.first_name, user.username, user.id)
}

/// Users and sessions in one file, by one pool.
pub(super) async fn on_sqlite(url: &str) -> (SqliteUsers, SqliteStore) {
    let users = SqliteUsers::connect(url).await.expect("a database");
    users.migrate().await.expect("the tables");
    add_strangers(users.pool()).await;
    let sessions = SqliteStore::new(users.pool().clone());
    sessions.migrate().await.expect("the table of sessions");
    (users, sessions)
}
