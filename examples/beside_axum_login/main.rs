//! A site that moves from axum-login: both logins are in one session, and each route has its guard.
//!
//! Bob has not moved: `curl -c jar -d 'name=bob&password=Old-horse-1' http://127.0.0.1:3000/old/login`

mod old_users;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router, extract::Request, middleware, middleware::Next};
use axum_cognito::{Auth, Cognito, CurrentUser, SqliteUsers, UserPool, login_required, pages};
use axum_cognito::{AuthSession, tower_sessions::MemoryStore};
use axum_login::AuthManagerLayerBuilder;
use cognito_emulator::{AppClient, Emulator, Pool, User};

use self::old_users::{OldSession, OldUsers, Password};

pub(crate) async fn site(cognito: Cognito) -> Result<Router, Box<dyn std::error::Error>> {
    let users = SqliteUsers::connect("sqlite::memory:").await?;
    let auth = Auth::builder().with_pool(UserPool::with_client(cognito, users));
    let auth = auth.with_insecure_cookie().build().await?;

    // axum-login runs on our layer of sessions.
    let sessions = auth.sessions(MemoryStore::default());
    let old = AuthManagerLayerBuilder::new(OldUsers, sessions).build();
    let moved = Router::new()
        .route(
            "/moved",
            get(async |user: CurrentUser| user.username.clone()),
        )
        .route_layer(login_required());
    let not_moved = Router::new()
        .route("/not-moved", get(async || "only by axum-login"))
        .route_layer(axum_login::login_required!(OldUsers));

    Ok(Router::new()
        .route("/", get(hello))
        .route_layer(middleware::from_fn(either))
        .route("/old/login", post(log_in))
        .merge(moved)
        .merge(not_moved)
        .merge(pages::router())
        .layer((auth.login_layer(), old)))
}

async fn either(user: Option<CurrentUser>, old: OldSession, it: Request, next: Next) -> Response {
    match user.is_some() || old.user.is_some() {
        true => next.run(it).await,
        false => Redirect::to("/login").into_response(),
    }
}

async fn hello(user: Option<CurrentUser>, old: OldSession) -> String {
    let moved = user.map(|user| user.username.clone()); // counts first
    moved.or(old.user.map(|old| old.name)).unwrap_or_default()
}

/// Nobody is two people: a login of ours ends before.
async fn log_in(auth: AuthSession, mut old: OldSession, Form(form): Form<Password>) -> Response {
    match old.authenticate(form).await {
        Ok(Some(user)) if auth.log_out().await.is_ok() && old.login(&user).await.is_ok() => {
            Redirect::to("/").into_response()
        }
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    let pool = emulator.add_pool(Pool::new("us-east-1_Example"));
    pool.add_user(User::new("alice").with_password("Correct-horse-1"));
    let client = pool.add_client(AppClient::new("site"));
    let cognito = Cognito::builder(pool.id().parse()?, client.id().parse()?)
        .with_endpoint(emulator.endpoint());

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://127.0.0.1:3000 as alice, with the password Correct-horse-1");
    Ok(axum::serve(listener, site(cognito.build()?).await?).await?)
}
