use axum::routing;
use axum_cognito::Cognito;
use axum_cognito::clock::{Clock, SystemClock};
use serde_json::{Value, json};
use tower_sessions::session::Record;
use tower_sessions::{Session, SessionManagerLayer, SessionStore};

use super::{SESSIONS, Stack, public};
use crate::site::{authenticate, cookies_of_copies};

/// The tokens of a login.
pub(super) async fn tokens(cognito: &Cognito) -> Value {
    let user = authenticate(cognito).await;
    serde_json::to_value(user.tokens()).expect("JSON")
}

/// The session alone, with the tokens in it, as the peers have them.
pub(super) async fn tower_sessions(
    name: &'static str,
    path: &'static str,
    store: impl SessionStore + Clone,
    tokens: Value,
) -> Stack {
    let record = record(tokens);
    let cookies = cookies_of_copies(&store, &record, SESSIONS).await;

    let router = public()
        .route("/small", routing::get(read_small))
        .route("/tokens", routing::get(read_tokens))
        .layer(SessionManagerLayer::new(store));
    Stack::new(name, router, path, cookies)
}

fn record(tokens: Value) -> Record {
    let data = [("tokens", tokens), ("user", json!({ "user_id": 1 }))];
    Record {
        id: Default::default(),
        data: data.map(|(key, value)| (key.to_owned(), value)).into(),
        expiry_date: SystemClock.now() + time::Duration::DAY,
    }
}

/// A session of a site that keeps the tokens in it.
pub async fn plain_record(cognito: &Cognito) -> Record {
    record(tokens(cognito).await)
}

async fn read_small(session: Session) -> String {
    let user: Value = session.get("user").await.expect("a store").expect("a user");
    format!("Hello Alice <alice> #{}", user["user_id"])
}

async fn read_tokens(session: Session) -> String {
    let tokens = session.get_value("tokens").await;
    let tokens = tokens.expect("a store").expect("tokens");
    format!("Hello Alice <alice> #{}", tokens["user_id"])
}
