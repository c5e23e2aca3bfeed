//! A site as a function on AWS Lambda, with users, logins and sessions in PostgreSQL.
//!
//! It takes `COGNITO_USER_POOL_ID`, `COGNITO_APP_ID` and `DATABASE_URL` from its environment, and events
//! of API Gateway, of a function URL or of an Application Load Balancer. It runs nowhere but on Lambda:
//! `cargo test --test lambda` starts it as Lambda does, on an emulated user pool.

use std::env;
use std::time::Duration;

use axum::{Router, routing::get};
use axum_cognito::web::ClientAddress;
use axum_cognito::{Auth, CurrentUser, PostgresUsers, Settings, UserPool, login_required, pages};
use lambda_http::Error;
use sqlx::postgres::PgPoolOptions;

async fn site(settings: Settings, database: &str) -> Result<Router, Error> {
    // An environment answers one request at a time. The second connection is for what a request
    // leaves behind, such as a renewal of tokens.
    let connections = PgPoolOptions::new()
        .max_connections(2)
        .acquire_timeout(Duration::from_secs(3)) // an outage is 503, and not a timeout of the function
        .connect_lazy(database)?;
    let users = PostgresUsers::new(connections);
    users.migrate().await?;

    let pool = UserPool::new(settings, users.clone()).await?;
    let auth = Auth::builder()
        .with_pool(pool)
        .with_client_address(ClientAddress::behind(1)) // what is in front adds to X-Forwarded-For
        .build()
        .await?;

    Ok(Router::new()
        .route("/", get(hello))
        .route_layer(login_required())
        .merge(pages::router())
        .layer(auth.layer(users.sessions())))
}

async fn hello(user: CurrentUser) -> String {
    format!("Hello {}", user.first_name)
}

#[tokio::main]
pub(crate) async fn main() -> Result<(), Error> {
    // CloudWatch has the time, and no colours.
    let log = tracing_subscriber::fmt().without_time().with_ansi(false);
    log.init();

    // Before the first event: Lambda gives this a whole core, and bills it once.
    let site = site(Settings::from_env()?, &env::var("DATABASE_URL")?).await?;
    lambda_http::run(site).await
}
