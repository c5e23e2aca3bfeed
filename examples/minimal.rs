//! The smallest site: one guarded page on a user pool.
//!
//! ```text
//! COGNITO_USER_POOL_ID=eu-west-1_Ab12Cd34E COGNITO_APP_ID=... cargo run --example minimal
//! ```

use axum::{Router, routing::get};
use axum_cognito::tower_sessions::{MemoryStore, SessionManagerLayer};
use axum_cognito::{
    AuthLayer, CurrentUser, Settings, SqliteUsers, UserPoolBackend, login_required,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let users = SqliteUsers::connect("sqlite://app.db").await?;
    let backend = UserPoolBackend::new(Settings::from_env()?, users).await?;

    let app = Router::new()
        .route("/reports", get(reports))
        .route_layer(login_required())
        .merge(axum_cognito::pages::router())
        .layer((
            // Over plain http a browser keeps no `Secure` cookie. Leave this out behind https.
            SessionManagerLayer::new(MemoryStore::default()).with_secure(false),
            AuthLayer::new(backend),
        ));

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://127.0.0.1:3000/reports");
    axum::serve(listener, app).await?;
    Ok(())
}

async fn reports(user: CurrentUser) -> String {
    format!("Hello {}", user.first_name)
}
