//! A site of several companies, each at a host of its own, with a user pool and users of its own. One
//! more can be added while the site runs.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::{header::HOST, request::Parts};
use axum::{Router, routing::get};
use axum_cognito::backend::Error;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::web::{TenantLayer, Tenants};
use axum_cognito::{Auth, Cognito, CurrentUser, SqliteUsers, UserPool, login_required, pages};
use cognito_emulator::{AppClient, Emulator, Pool, User};

#[derive(Clone)]
pub(crate) struct Companies {
    site: Auth,
    by_host: Arc<RwLock<HashMap<String, Auth>>>,
}

impl Companies {
    pub(crate) fn new() -> Self {
        // Behind https, leave the insecure cookie out.
        let site = Auth::builder().with_insecure_cookie().build_for_tenants();
        let by_host = Arc::default();
        Self { site, by_host }
    }

    /// Adds a company, or changes one.
    pub(crate) async fn add(&self, host: &str, cognito: Cognito) -> Result<(), Error> {
        let users = SqliteUsers::connect("sqlite::memory:").await?;
        let pool = UserPool::with_client(cognito, users);
        let auth = self.site.tenant().with_pool(pool).build().await?;

        let mut by_host = self.by_host.write().unwrap_or_else(PoisonError::into_inner);
        by_host.insert(host.to_owned(), auth);
        Ok(())
    }

    pub(crate) fn router(&self) -> Router {
        let sessions = self.site.sessions(MemoryStore::default());
        Router::new()
            .route("/", get(hello))
            .route_layer(login_required())
            .merge(pages::router())
            .layer((TenantLayer::new(self.clone()), sessions))
    }
}

#[axum_cognito::async_trait]
impl Tenants for Companies {
    async fn tenant(&self, request: &Parts) -> Result<Option<Auth>, Error> {
        let host = request.headers.get(HOST).and_then(|it| it.to_str().ok());
        let by_host = self.by_host.read().unwrap_or_else(PoisonError::into_inner);
        Ok(by_host.get(host.unwrap_or_default()).cloned()) // none: 404
    }
}

async fn hello(user: CurrentUser) -> String {
    format!("Hello {} of {}", user.username, user.backend())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    let companies = Companies::new();
    for (host, pool, user) in [("acme", "A", "alice"), ("globex", "G", "gina")] {
        let pool = emulator.add_pool(Pool::new(format!("us-east-1_{pool}")));
        pool.add_user(User::new(user).with_password("Correct-horse-1"));
        let client = pool.add_client(AppClient::new("site"));
        let cognito = Cognito::builder(pool.id().parse()?, client.id().parse()?)
            .with_endpoint(emulator.endpoint());
        let host = format!("{host}.localhost:3000");
        companies.add(&host, cognito.build()?).await?;
        println!("http://{host} as {user}, with the password Correct-horse-1");
    }

    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, companies.router()).await?)
}
