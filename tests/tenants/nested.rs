//! A site with users of its own, and a tenant below a path of it.

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{self, Next};
use axum::routing::get;
use axum_cognito::backend::Error;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::web::{TenantLayer, Tenants};
use axum_cognito::{Auth, AuthSession, CurrentUser, UserPool, async_trait, login_required, pages};

use crate::companies::cloud;
use crate::site::{ALICE, Browser, Cloud, Users};

struct Always(Auth);

#[async_trait]
impl Tenants for Always {
    async fn tenant(&self, _: &Parts) -> Result<Option<Auth>, Error> {
        Ok(Some(self.0.clone()))
    }
}

async fn hello(user: CurrentUser) -> String {
    format!("Hello {} of {}", user.username, user.backend())
}

async fn maybe(auth: AuthSession) -> String {
    let user = auth.current_user().await.expect("a session");
    user.map_or_else(|| "nobody".to_owned(), |user| user.backend().to_owned())
}

struct Nested {
    router: Router,
    main: Auth,
    _clouds: [Cloud; 2],
    _users: [Users; 2],
}

impl Nested {
    async fn start() -> Self {
        let clouds = [cloud("us-east-1_Main").await, cloud("us-east-1_Acme").await];
        let users = [Users::create().await, Users::create().await];
        let pool = |which: usize| {
            UserPool::with_client(clouds[which].cognito(), users[which].store.clone())
        };
        let main = Auth::builder().with_pool(pool(0)).build().await;
        let main = main.expect("a site");
        let login = "/acme/login".parse().expect("a path");
        let acme = main.tenant().with_pool(pool(1)).with_login_path(login);
        let acme = Always(acme.build().await.expect("a tenant"));

        let inside = Router::new()
            .route("/", get(hello))
            .route_layer(login_required())
            .route("/maybe", get(maybe))
            .merge(pages::router())
            .layer(TenantLayer::new(acme));
        // Outside of both, somebody asks who is there: of the main site.
        let asks = middleware::from_fn(
            async |_: Option<CurrentUser>, request: Request, next: Next| next.run(request).await,
        );
        let router = Router::new()
            .route("/maybe", get(maybe))
            .nest("/acme", inside)
            .merge(pages::router())
            .layer(asks)
            .layer(main.layer(MemoryStore::default()));

        Self {
            router,
            main,
            _clouds: clouds,
            _users: users,
        }
    }

    async fn logged_in(&self, path: &str) -> Browser {
        let mut browser = Browser::new(self.router.clone());
        let form = [("username", ALICE.0), ("password", ALICE.1)];
        let page = browser.post(path, &form).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        browser
    }
}

#[tokio::test]
async fn a_login_of_the_main_site_is_nobody_at_a_tenant() {
    let site = Nested::start().await;
    let mut alice = site.logged_in("/login").await;
    assert_eq!(alice.get("/maybe").await.body, "us-east-1_Main");

    let page = alice.get("/acme").await;
    assert_eq!(page.location(), "/acme/login?next=%2Facme", "{}", page.body);
    assert_eq!(alice.get("/acme/maybe").await.body, "nobody");

    assert_eq!(alice.get("/maybe").await.body, "us-east-1_Main");
}

#[tokio::test]
async fn a_login_of_a_tenant_is_nobody_at_the_main_site_and_stays() {
    let site = Nested::start().await;
    let mut alice = site.logged_in("/acme/login").await;

    assert_eq!(alice.get("/maybe").await.body, "nobody");
    alice.post("/logout", &[]).await;

    assert_eq!(
        alice.get("/acme").await.body,
        "Hello alice of us-east-1_Acme"
    );
}

#[tokio::test]
async fn a_login_at_a_tenant_ends_the_one_at_the_main_site() {
    let site = Nested::start().await;
    let mut alice = site.logged_in("/login").await;
    let form = [("username", ALICE.0), ("password", ALICE.1)];

    alice.post("/acme/login", &form).await;

    assert_eq!(alice.get("/acme/maybe").await.body, "us-east-1_Acme");
    let logins = site.main.logins_of("us-east-1_Main", &1.into()).await;
    assert_eq!(logins.expect("a registry"), []);
}

#[tokio::test]
async fn a_logout_at_a_tenant_takes_the_cookie_away() {
    let site = Nested::start().await;
    let mut alice = site.logged_in("/acme/login").await;
    assert!(alice.cookie.is_some());

    alice.post("/acme/logout", &[]).await;

    assert_eq!(alice.cookie, None);
}
