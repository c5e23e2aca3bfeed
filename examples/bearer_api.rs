//! An API whose callers send an access token. It prints one to try it with.

use axum::{Router, routing::get};
use axum_cognito::cognito::LoginStep;
use axum_cognito::{Auth, BearerUser, Cognito, SqliteUsers, UserPool};
use cognito_emulator::{AppClient, Emulator, Pool, User};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    let pool = emulator.add_pool(Pool::new("us-east-1_Example"));
    let client = pool.add_client(AppClient::new("example"));
    pool.add_user(User::new("alice").with_password("Correct-horse-1"));

    let cognito = Cognito::builder(pool.id().parse()?, client.id().parse()?)
        .with_endpoint(emulator.endpoint())
        .build()?;
    let users = SqliteUsers::connect("sqlite::memory:").await?;
    let auth = Auth::builder()
        .with_pool(UserPool::with_client(cognito.clone(), users))
        .build()
        .await?;
    // No browser logs in, so there are no sessions.
    let app = Router::new()
        .route("/whoami", get(whoami))
        .layer(auth.login_layer());

    let password = "Correct-horse-1".to_owned().into();
    if let LoginStep::Complete(alice) = cognito.authenticate("alice", &password).await? {
        let token = alice.tokens().access.expose();
        println!("curl -H 'Authorization: Bearer {token}' http://127.0.0.1:3000/whoami");
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, app).await?)
}

async fn whoami(user: BearerUser) -> String {
    format!("{}, in groups {:?}\n", user.username(), user.groups())
}
