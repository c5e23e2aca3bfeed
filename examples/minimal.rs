//! The smallest site: one guarded page on a user pool.
//!
//! ```text
//! COGNITO_USER_POOL_ID=eu-west-1_Ab12Cd34E COGNITO_APP_ID=... cargo run --example minimal
//! ```

use axum::{Router, routing::get};
use axum_cognito::{Auth, CurrentUser, Settings, SqliteUsers, UserPool, login_required, pages};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let users = SqliteUsers::connect("sqlite://app.db").await?; // opens, creates, migrates
    let sessions = users.sessions();
    let auth = Auth::builder()
        .with_pool(UserPool::new(Settings::from_env()?, users).await?)
        .with_insecure_cookie() // Over plain http browsers keep no other. Leave it out behind https.
        .build() // checks everything, before anything listens
        .await?;

    let app = Router::new()
        .route("/reports", get(reports))
        .route_layer(login_required())
        .merge(pages::router())
        .layer(auth.layer(sessions));
    tokio::spawn(auth.clean_up());

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://127.0.0.1:3000/reports");
    axum::serve(listener, app).await?;
    Ok(())
}

async fn reports(user: CurrentUser) -> String {
    format!("Hello {}", user.first_name)
}
