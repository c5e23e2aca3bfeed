//! A front end of one's own, in plain JavaScript, on the flows of the pages as JSON.

use std::time::Duration;

use axum::http::header::CONTENT_TYPE;
use axum::{Router, response::Html, routing::get};
use axum_cognito::pages::{JsonApi, Pages};
use axum_cognito::{Auth, Cognito, SqliteUsers, UserPool, web::Limits};
use cognito_emulator::{AppClient, Emulator, Pool, User};

type Failure = Box<dyn std::error::Error>;

pub(crate) async fn site(pool: &Pool, client: &AppClient, at: &str) -> Result<Router, Failure> {
    let cognito = Cognito::builder(pool.id().parse()?, client.id().parse()?)
        .with_endpoint(at)
        .build()?;
    let users = SqliteUsers::connect("sqlite::memory:").await?;
    let sessions = users.sessions();
    let auth = Auth::builder()
        .with_pool(UserPool::with_client(cognito, users))
        .with_limits(Limits::none()) // Everybody here is one visitor. Leave it out elsewhere.
        .with_insecure_cookie() // Over plain http browsers keep no other. Leave it out behind https.
        .build()
        .await?;

    let pages = Pages::new()
        .with_issuer("Example")
        .with_sign_up(["email"])?;
    let script = include_str!("json_front_end/app.js");
    Ok(Router::new()
        .route("/", get(Html(include_str!("json_front_end/index.html"))))
        .route(
            "/app.js",
            get(([(CONTENT_TYPE, "text/javascript; charset=utf-8")], script)),
        )
        .merge(JsonApi::new(pages).router()) // below /auth; described at /auth/openapi.json
        .layer(auth.layer(sessions)))
}

pub(crate) fn people(emulator: &Emulator) -> (Pool, AppClient) {
    let pool = emulator.add_pool(Pool::new("us-east-1_Example"));
    let client = pool.add_client(AppClient::new("example"));
    let user = |name: &str| {
        User::new(name)
            .with_password("Correct-horse-1")
            .with_attribute("email", format!("{name}@example.com"))
    };
    pool.add_user(user("alice").with_totp_secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"));
    pool.add_user(user("bob"));
    (pool, client)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let emulator = Emulator::start().await?;
    let (pool, client) = people(&emulator);
    let site = site(&pool, &client, emulator.endpoint()).await?;

    println!("http://127.0.0.1:3000 as alice, with the password Correct-horse-1, and a code:");
    tokio::spawn(async move {
        loop {
            println!("{}", pool.totp_code("alice").unwrap_or_default());
            tokio::time::sleep(Duration::from_secs(30)).await;
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, site).await?)
}
