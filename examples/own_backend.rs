//! A backend of one's own: only people of one company, on an emulated user pool.
//!
//! Run it, and log in as `alice` with `Correct-horse-1`; `mallory` is refused.

use async_trait::async_trait;
use axum::{Router, routing::get};
use axum_cognito::backend::{Error, steps};
use axum_cognito::cognito::UserProfile;
use axum_cognito::tower_sessions::{MemoryStore, SessionManagerLayer};
use axum_cognito::{
    AuthLayer, Cognito, CognitoBackend, CurrentUser, SqliteUsers, UserStore, login_required,
};
use cognito_emulator::{AppClient, Emulator, Pool, User};

struct Company {
    cognito: Cognito,
    users: SqliteUsers,
}

#[async_trait]
impl CognitoBackend for Company {
    fn cognito(&self) -> &Cognito {
        &self.cognito
    }

    fn users(&self) -> &dyn UserStore {
        &self.users
    }

    async fn user_can_authenticate(&self, profile: &UserProfile) -> Result<bool, Error> {
        let email = profile.attributes.get("email").unwrap_or_default();
        Ok(email.ends_with("@example.com") && steps::user_can_authenticate(self, profile))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    let pool = emulator.add_pool(Pool::new("us-east-1_Example"));
    let client = pool.add_client(AppClient::new("example"));
    for (name, email) in [("alice", "a@example.com"), ("mallory", "m@example.net")] {
        let user = User::new(name).with_password("Correct-horse-1");
        pool.add_user(user.with_attribute("email", email));
    }

    let cognito = Cognito::builder(pool.id().parse()?, client.id().parse()?)
        .with_endpoint(emulator.endpoint());
    let backend = Company {
        cognito: cognito.build()?,
        users: SqliteUsers::connect("sqlite::memory:").await?,
    };
    let app = Router::new()
        .route(
            "/",
            get(async |user: CurrentUser| format!("Hello {}", user.username)),
        )
        .route_layer(login_required())
        .merge(axum_cognito::pages::router())
        .layer(AuthLayer::new(backend))
        .layer(SessionManagerLayer::new(MemoryStore::default()).with_secure(false));

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://127.0.0.1:3000");
    Ok(axum::serve(listener, app).await?)
}
