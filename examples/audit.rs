//! Hooks: every login and refusal is written to a table of the site's own.
//!
//! Log in at http://127.0.0.1:3000/login as `alice` with `Correct-horse-1`, and read
//! the table: `sqlite3 audit.db "select * from audit"`.

use async_trait::async_trait;
use axum::Router;
use axum_cognito::backend::Refusal;
use axum_cognito::tower_sessions::{MemoryStore, SessionManagerLayer};
use axum_cognito::web::Hooks;
use axum_cognito::{AuthLayer, Cognito, CurrentUser, SqliteUsers, UserPoolBackend};
use cognito_emulator::{AppClient, Emulator, Pool, User};
use sqlx::SqlitePool;

#[derive(Clone)]
struct Audit(SqlitePool);

impl Audit {
    async fn write(&self, event: String) {
        let insert = sqlx::query("insert into audit (event) values (?)").bind(event);
        let _ = insert
            .execute(&self.0)
            .await
            .inspect_err(|error| eprintln!("{error}"));
    }
}

#[async_trait]
impl Hooks for Audit {
    async fn logged_in(&self, user: &CurrentUser) {
        self.write(format!("user {} logged in", user.id)).await;
    }

    // Not the name: what was typed there can be a password.
    async fn login_failed(&self, _typed: &str, why: Refusal) {
        self.write(format!("somebody was refused: {why:?}")).await;
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    let pool = emulator.add_pool(Pool::new("us-east-1_Example"));
    let client = pool.add_client(AppClient::new("example"));
    pool.add_user(User::new("alice").with_password("Correct-horse-1"));
    let cognito = Cognito::builder(pool.id().parse()?, client.id().parse()?)
        .with_endpoint(emulator.endpoint());
    let users = SqliteUsers::connect("sqlite://audit.db").await?;
    let audit = Audit(users.pool().clone());
    sqlx::query("create table if not exists audit (event text not null)")
        .execute(&audit.0)
        .await?;
    let backend = UserPoolBackend::with_client(cognito.build()?, users);
    let app = Router::new().merge(axum_cognito::pages::router()).layer((
        SessionManagerLayer::new(MemoryStore::default()).with_secure(false),
        AuthLayer::new(backend).with_hooks(audit),
    ));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, app).await?)
}
