//! Hooks: every login and refusal is written to a table of the site's own. To read it:
//! `sqlite3 audit.db "select * from audit"`.

use axum::{Router, response::Redirect, routing::get};
use axum_cognito::backend::Refusal;
use axum_cognito::web::Hooks;
use axum_cognito::{Auth, Cognito, CurrentUser, SqliteUsers, UserPool, async_trait, pages};
use cognito_emulator::{AppClient, Emulator, Pool, User};
use sqlx::SqlitePool;

type Failure = Box<dyn std::error::Error>;

/// The emulator makes users up at each start; the row outlives it.
const ALICE: &str = "a11ce000-0000-4000-8000-000000000001";

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

pub(crate) async fn site(emulator: &Emulator, database: &str) -> Result<Router, Failure> {
    let pool = emulator.add_pool(Pool::new("us-east-1_Example"));
    let client = pool.add_client(AppClient::new("example"));
    let alice = User::new("alice").with_password("Correct-horse-1");
    pool.add_user(alice.with_sub(ALICE));
    let cognito = Cognito::builder(pool.id().parse()?, client.id().parse()?)
        .with_endpoint(emulator.endpoint())
        .build()?;

    let users = SqliteUsers::connect(database).await?;
    let sessions = users.sessions();
    let audit = Audit(users.pool().clone());
    sqlx::query("create table if not exists audit (event text not null)")
        .execute(&audit.0)
        .await?;
    let auth = Auth::builder()
        .with_pool(UserPool::with_client(cognito, users))
        .with_hooks(audit)
        .with_insecure_cookie()
        .build()
        .await?;
    Ok(Router::new()
        .route("/", get(async || Redirect::to("/profile")))
        .merge(pages::router())
        .layer(auth.layer(sessions)))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let emulator = Emulator::start().await?;
    let site = site(&emulator, "sqlite://audit.db").await?;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://127.0.0.1:3000 as alice, with the password Correct-horse-1");
    Ok(axum::serve(listener, site).await?)
}
