//! The smallest site: one guarded page. Its user pool is emulated: log in as `alice` with
//! `Correct-horse-1`. On AWS, `UserPool::new(Settings::from_env()?, users).await?` takes the place of
//! `UserPool::with_client`.

use axum::{Router, routing::get};
use axum_cognito::{Auth, Cognito, CurrentUser, SqliteUsers, UserPool, login_required, pages};
use cognito_emulator::{AppClient, Emulator, Pool, User};

type Failure = Box<dyn std::error::Error>;

pub(crate) async fn site(emulator: &Emulator) -> Result<Router, Failure> {
    let pool = emulator.add_pool(Pool::new("us-east-1_Example"));
    let client = pool.add_client(AppClient::new("example"));
    let alice = User::new("alice").with_password("Correct-horse-1");
    pool.add_user(alice.with_attribute("given_name", "Alice"));
    let cognito = Cognito::builder(pool.id().parse()?, client.id().parse()?)
        .with_endpoint(emulator.endpoint())
        .build()?;

    let users = SqliteUsers::connect("sqlite::memory:").await?; // opens, creates, migrates
    let sessions = users.sessions();
    let auth = Auth::builder()
        .with_pool(UserPool::with_client(cognito, users))
        .with_insecure_cookie() // Over plain http browsers keep no other. Leave it out behind https.
        .build() // checks everything, before anything listens
        .await?;
    tokio::spawn(auth.clone().clean_up());

    Ok(Router::new()
        .route("/", get(hello))
        .route_layer(login_required())
        .merge(pages::router())
        .layer(auth.layer(sessions)))
}

async fn hello(user: CurrentUser) -> String {
    format!("Hello {}", user.first_name)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let emulator = Emulator::start().await?;
    let site = site(&emulator).await?;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://127.0.0.1:3000 as alice, with the password Correct-horse-1");
    Ok(axum::serve(listener, site).await?)
}
