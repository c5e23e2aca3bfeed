//! A backend of one's own: only people of one company, on an emulated user pool.
//!
//! Log in at <http://127.0.0.1:3000> as `alice` with `Correct-horse-1`; `mallory` is refused.

use async_trait::async_trait;
use axum::{Router, routing::get};
use axum_cognito::backend::{Error, steps};
use axum_cognito::cognito::UserProfile;
use axum_cognito::tower_sessions::{MemoryStore, SessionManagerLayer};
use axum_cognito::{AuthLayer, Cognito, CognitoBackend, CurrentUser, SqliteUsers, UserStore};
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
    let user = |name| User::new(name).with_password("Correct-horse-1");
    pool.add_user(user("alice").with_attribute("email", "alice@example.com"));
    pool.add_user(user("mallory").with_attribute("email", "mallory@example.net"));
    let cognito = Cognito::builder(pool.id().parse()?, client.id().parse()?)
        .with_endpoint(emulator.endpoint());
    let backend = Company {
        cognito: cognito.build()?,
        users: SqliteUsers::connect("sqlite::memory:").await?,
    };
    let app = Router::new()
        .route("/", get(hello))
        .merge(axum_cognito::pages::router())
        .layer((
            SessionManagerLayer::new(MemoryStore::default()).with_secure(false),
            AuthLayer::new(backend),
        ));

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, app).await?)
}

async fn hello(user: CurrentUser) -> String {
    format!("Hello {}", user.username)
}
