//! Login by the pages of a user pool's domain, and by an identity provider behind it. Both are the
//! emulator's: at its provider you are whoever you say you are.

use axum::{Router, routing::get};
use axum_cognito::cognito::{LoginProvider, ManagedLogin};
use axum_cognito::{Auth, Cognito, CurrentUser, SqliteUsers, UserPool, login_required, pages};
use cognito_emulator::{AppClient, Emulator, Pool, User};

type Failure = Box<dyn std::error::Error>;

pub(crate) async fn site(emulator: &Emulator, address: &str) -> Result<Router, Failure> {
    // Cognito compares both letter by letter with what the app client has.
    let callback = format!("{address}/login/callback");
    let sign_out = format!("{address}/");

    let pool = emulator.add_pool(Pool::new("us-east-1_Example"));
    pool.add_identity_provider("Corp", [("email", "email"), ("given_name", "name")]);
    let client = AppClient::new("example")
        .with_callback_urls([&callback])
        .with_sign_out_urls([&sign_out])
        .with_identity_providers(["COGNITO", "Corp"]);
    let client = pool.add_client(client);
    let alice = User::new("alice").with_password("Correct-horse-1");
    pool.add_user(alice.with_attribute("given_name", "Alice"));
    let cognito = Cognito::builder(pool.id().parse()?, client.id().parse()?)
        .with_endpoint(emulator.endpoint())
        .build()?;

    // On AWS the domain is https://shop.auth.eu-west-1.amazoncognito.com, or one of your own.
    let managed = ManagedLogin::new(emulator.endpoint(), &callback)?
        .with_sign_out_url(&sign_out)?
        .with_providers([
            LoginProvider::new("Corp").with_label("Corp"),
            LoginProvider::new(LoginProvider::COGNITO).with_label("the pool's own page"),
        ]);
    let users = SqliteUsers::connect("sqlite::memory:").await?;
    let sessions = users.sessions();
    let pool = UserPool::with_client(cognito, users)
        .configure(|login| login.managed_login = Some(managed));
    let auth = Auth::builder()
        .with_pool(pool)
        .with_insecure_cookie() // Over plain http browsers keep no other. Leave it out behind https.
        .build()
        .await?;

    Ok(Router::new()
        .route("/orders", get(orders))
        .route_layer(login_required())
        .route("/", get(async || "Come again."))
        .merge(pages::router())
        .layer(auth.layer(sessions)))
}

async fn orders(user: CurrentUser) -> String {
    let by = user.provider().unwrap_or("the user pool");
    format!("Hello {}, who came by {by}", user.first_name)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let address = "http://localhost:3000";
    let emulator = Emulator::start().await?;
    let site = site(&emulator, address).await?;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("{address}/orders by a button, or as alice, with the password Correct-horse-1");
    Ok(axum::serve(listener, site).await?)
}
