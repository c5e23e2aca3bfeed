//! A backend that is not a user pool, asked before the pool: guests with a password of the house.

use axum::{Router, routing::get};
use axum_cognito::backend::{
    AuthBackend, CompletedLogin, Credentials, Error, LoginOutcome, Refusal,
};
use axum_cognito::secrecy::ExposeSecret;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::users::{User, UserId};
use axum_cognito::{Auth, Cognito, CurrentUser, SqliteUsers, UserPool, async_trait};
use axum_cognito::{login_required, pages};
use cognito_emulator::{AppClient, Emulator, Pool, User as PoolUser};

type Failure = Box<dyn std::error::Error>;

/// All guests are one user, who has no row and no tokens. A real backend asks LDAP, or compares a
/// hash in constant time.
struct Guests;

#[async_trait]
impl AuthBackend for Guests {
    fn name(&self) -> &str {
        "guests"
    }

    async fn authenticate(
        &self,
        credentials: &Credentials,
    ) -> Result<LoginOutcome<CompletedLogin>, Error> {
        let password = credentials
            .password
            .as_ref()
            .map(ExposeSecret::expose_secret);
        Ok(match (&*credentials.username, password) {
            ("guest", Some("Welcome-1")) => {
                LoginOutcome::Complete(CompletedLogin::new(User::new(1, "guest")))
            }
            ("guest", _) => LoginOutcome::Refused(Refusal::NotAuthorized),
            // The next backend is asked.
            _ => LoginOutcome::Refused(Refusal::UserNotFound),
        })
    }

    async fn user(&self, id: &UserId) -> Result<Option<User>, Error> {
        Ok((id.as_number() == Some(1)).then(|| User::new(1, "guest")))
    }
}

pub(crate) async fn site(emulator: &Emulator) -> Result<Router, Failure> {
    let pool = emulator.add_pool(Pool::new("us-east-1_Example"));
    let client = pool.add_client(AppClient::new("example"));
    pool.add_user(PoolUser::new("alice").with_password("Correct-horse-1"));
    let cognito = Cognito::builder(pool.id().parse()?, client.id().parse()?)
        .with_endpoint(emulator.endpoint())
        .build()?;
    let users = SqliteUsers::connect("sqlite::memory:").await?;

    let auth = Auth::builder()
        .with_backend(Guests)
        .with_pool(UserPool::with_client(cognito, users))
        .with_insecure_cookie()
        .build()
        .await?;
    Ok(Router::new()
        .route("/", get(hello))
        .route_layer(login_required())
        .merge(pages::router())
        .layer(auth.layer(MemoryStore::default())))
}

async fn hello(user: CurrentUser) -> String {
    format!("Hello {}, let in by {}", user.username, user.backend())
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let emulator = Emulator::start().await?;
    let site = site(&emulator).await?;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!(
        "http://127.0.0.1:3000 as guest, with Welcome-1, or as alice of the user pool, with Correct-horse-1"
    );
    Ok(axum::serve(listener, site).await?)
}
