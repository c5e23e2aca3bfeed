//! Users move in from an old directory at their first login: a migration trigger gets the password,
//! which SRP would never show it.

use axum::{Router, routing::get};
use axum_cognito::backend::{Error, LoginFlow};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::{Auth, Cognito, CurrentUser, SqliteUsers, UserPool, login_required, pages};
use cognito_emulator::{AppClient, AuthFlow, Emulator, Pool, Trigger};
use serde_json::{Value, json};

pub(crate) async fn site(cognito: Cognito, users: SqliteUsers) -> Result<Router, Error> {
    // Passwords leave the process. Go back to `LoginFlow::Password` once most users have moved.
    let pool = UserPool::with_client(cognito, users)
        .configure(|login| login.login_flow = LoginFlow::PlainPassword);
    let auth = Auth::builder()
        .with_pool(pool)
        .with_insecure_cookie() // Over plain http browsers keep no other. Leave it out behind https.
        .build()
        .await?;

    Ok(Router::new()
        .route("/", get(hello))
        .route_layer(login_required())
        .merge(pages::router())
        .layer(auth.layer(MemoryStore::default())))
}

async fn hello(user: CurrentUser) -> String {
    format!("Hello {}", user.first_name)
}

/// The old directory: what a Lambda function would ask.
fn ask_old_directory(mut event: Value) -> Result<Value, String> {
    let is_known = event["userName"] == "alice";
    let is_right = event["request"]["password"] == "Old-password-1";

    if is_known && is_right {
        event["response"]["userAttributes"] = json!({
            "email": "alice@example.com", "email_verified": "true", "given_name": "Alice",
        });
        event["response"]["finalUserStatus"] = json!("CONFIRMED"); // the password stays
        event["response"]["messageAction"] = json!("SUPPRESS"); // no mail about it
    }
    Ok(event) // as it came: a wrong name or password
}

pub(crate) fn client(emulator: &Emulator) -> Result<Cognito, Box<dyn std::error::Error>> {
    let pool = emulator.add_pool(Pool::new("us-east-1_Example"));
    pool.set_trigger(Trigger::UserMigration, ask_old_directory);
    let client = AppClient::new("site")
        .with_prevent_user_existence_errors(true)
        .with_flows([AuthFlow::UserPassword, AuthFlow::RefreshToken]);
    let client = pool.add_client(client);

    let builder = Cognito::builder(pool.id().parse()?, client.id().parse()?);
    Ok(builder.with_endpoint(emulator.endpoint()).build()?)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    let users = SqliteUsers::connect("sqlite::memory:").await?;
    let site = site(client(&emulator)?, users).await?;

    println!("http://127.0.0.1:3000 as alice, with her old password: Old-password-1");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, site).await?)
}
