//! Tenants below paths of one host, who share a cookie.

use std::collections::HashMap;
use std::time::Duration;

use axum::Router;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::routing::{get, post};
use axum_cognito::backend::Error;
use axum_cognito::challenge::{Answer, ChallengeRecord};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::users::UserId;
use axum_cognito::web::{TenantLayer, Tenants};
use axum_cognito::{Auth, AuthSession, CurrentUser, UserPool, async_trait, login_required, pages};

use crate::companies::cloud;
use crate::site::{ADMIN, ALICE, Browser, Cloud, TOTP, Users};

/// One tenant for each first part of the path.
struct ByPath(HashMap<&'static str, Auth>);

#[async_trait]
impl Tenants for ByPath {
    async fn tenant(&self, request: &Parts) -> Result<Option<Auth>, Error> {
        let first = request.uri.path().split('/').nth(1).unwrap_or_default();
        Ok(self.0.get(first).cloned())
    }
}

async fn hello(user: CurrentUser) -> String {
    format!("Hello {} of {}", user.username, user.backend())
}

/// A site of two tenants, both of which have an Alice.
struct TwoPaths {
    acme: Cloud,
    globex: Cloud,
    tenants: HashMap<&'static str, Auth>,
    router: Router,
    _users: [Users; 2],
}

impl TwoPaths {
    async fn start() -> Self {
        let (acme, globex) = (
            cloud("us-east-1_Acme").await,
            cloud("us-east-1_Globex").await,
        );
        let users = [Users::create().await, Users::create().await];
        let site = Auth::builder().build_for_tenants();
        let mut tenants = HashMap::new();
        for ((name, cloud), users) in [("acme", &acme), ("globex", &globex)]
            .into_iter()
            .zip(&users)
        {
            let pool = UserPool::with_client(cloud.cognito(), users.store.clone());
            let login = format!("/{name}/login").parse().expect("a path");
            let tenant = site.tenant().with_pool(pool).with_login_path(login);
            tenants.insert(name, tenant.build().await.expect("a tenant"));
        }
        let inside = Router::new()
            .route("/", get(hello))
            .route_layer(login_required())
            .route("/challenge-id", get(challenge_id))
            .route("/answer", post(answer))
            .merge(pages::router());
        let router = Router::new().nest("/{tenant}", inside).layer((
            TenantLayer::new(ByPath(tenants.clone())),
            site.sessions(MemoryStore::default()),
        ));

        Self {
            acme,
            globex,
            tenants,
            router,
            _users: users,
        }
    }

    /// How many logins a tenant has of its first user.
    async fn logins(&self, tenant: &str) -> usize {
        let auth = &self.tenants[tenant];
        let backend = auth.backends().next().expect("a backend");
        let logins = auth.logins_of(backend, &UserId::from(1)).await;
        logins.expect("a registry").len()
    }
}

async fn challenge_id(auth: AuthSession) -> String {
    let challenge = auth.challenge().await.expect("a session");
    challenge.map_or_else(String::new, |challenge| challenge.id)
}

/// As a page of the site's own, which goes by what the browser sends.
async fn answer(auth: AuthSession, id: String) -> String {
    let record = ChallengeRecord::new("SOFTWARE_TOKEN_MFA", TOTP.0);
    let code = "123456".to_owned().into();
    let answer = Answer::new(record, "SOFTWARE_TOKEN_MFA_CODE", code);
    format!("{:?}", auth.answer(&id, answer).await)
}

#[tokio::test]
async fn pages_lead_to_the_pages_of_the_same_tenant() {
    let two = TwoPaths::start().await;

    let mut browser = Browser::new(two.router.clone());
    let page = browser.get("/acme").await;
    assert_eq!(page.location(), "/acme/login?next=%2Facme", "{}", page.body);
    let page = browser.get("/acme/login").await;
    assert!(
        page.body.contains(r#"action="/acme/login""#),
        "{}",
        page.body
    );
    let form = [
        ("username", ALICE.0),
        ("password", ALICE.1),
        ("next", "/acme"),
    ];
    let page = browser.post("/acme/login", &form).await;
    assert_eq!(page.location(), "/acme", "{}", page.body);
    assert_eq!(
        browser.get("/acme").await.body,
        "Hello alice of us-east-1_Acme"
    );

    // The cookie goes along, and is nobody there; the login stays.
    let page = browser.get("/globex").await;
    assert_eq!(
        page.location(),
        "/globex/login?next=%2Fglobex",
        "{}",
        page.body
    );
    assert_eq!(
        browser.get("/acme").await.body,
        "Hello alice of us-east-1_Acme"
    );
    let page = browser.get("/initech").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", page.body);
}

/// All of it is over, though the other tenant has other users and another registry.
#[tokio::test]
async fn a_login_at_another_tenant_ends_the_one_that_it_replaces() {
    let two = TwoPaths::start().await;
    let mut browser = Browser::new(two.router.clone());
    let form = [("username", ALICE.0), ("password", ALICE.1)];
    browser.post("/acme/login", &form).await;
    assert_eq!(two.logins("acme").await, 1);

    let page = browser.post("/globex/login", &form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);

    assert_eq!(
        (two.logins("acme").await, two.logins("globex").await),
        (0, 1)
    );
    // The tokens are revoked in a task.
    for _ in 0..100 {
        if two.acme.calls("RevokeToken") > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(two.acme.calls("RevokeToken"), 1);
    let page = browser.get("/acme").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
}

/// In a table that the tenants share, the row is enough: of the other tenant there may be no handle.
#[tokio::test]
async fn a_login_of_a_tenant_that_is_not_in_memory_ends_in_a_shared_table() {
    let (acme, globex) = (
        cloud("us-east-1_Acme").await,
        cloud("us-east-1_Globex").await,
    );
    let users = Users::create().await;
    let site = Auth::builder().build_for_tenants();
    let tenant = async |cloud: &Cloud| {
        let pool = UserPool::with_client(cloud.cognito(), users.store.clone());
        let tenant = site.tenant().with_pool(pool).build().await;
        tenant.expect("a tenant")
    };
    let sessions = MemoryStore::default();
    let router = async |auth: Auth| {
        let sessions = site.sessions(sessions.clone());
        pages::router().layer((auth.login_layer(), sessions))
    };
    let form = [("username", ALICE.0), ("password", ALICE.1)];
    let mut browser = Browser::new(router(tenant(&acme).await).await);
    browser.post("/login", &form).await;
    let cookie = browser.cookie.clone();
    drop(browser);

    // The first of the backends here has a table of its own.
    let (initech, others) = (cloud("us-east-1_Initech").await, Users::create().await);
    let first = UserPool::with_client(initech.cognito(), others.store.clone());
    let second = UserPool::with_client(globex.cognito(), users.store.clone());
    let here = site.tenant().with_pool(first).with_pool(second);
    let here = here.build().await.expect("a tenant");
    let mut browser = Browser::new(router(here).await);
    browser.cookie = cookie;
    let page = browser
        .post("/login", &[("username", ADMIN.0), ("password", ADMIN.1)])
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);

    let acme = tenant(&acme).await;
    let backend = acme.backends().next().expect("a backend");
    let logins = acme.logins_of(backend, &UserId::from(1)).await;
    assert_eq!(logins.expect("a registry"), []);
}

#[tokio::test]
async fn a_logout_at_another_tenant_leaves_a_login_alone() {
    let two = TwoPaths::start().await;
    let mut browser = Browser::new(two.router.clone());
    let form = [("username", ALICE.0), ("password", ALICE.1)];
    browser.post("/acme/login", &form).await;

    let page = browser.post("/globex/logout", &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);

    let page = browser.get("/acme").await;
    assert_eq!(page.body, "Hello alice of us-east-1_Acme");
    browser.post("/acme/logout", &[]).await;
    assert_eq!(two.logins("acme").await, 0);
}

#[tokio::test]
async fn an_answer_at_another_tenant_leaves_a_challenge_alone() {
    let two = TwoPaths::start().await;
    let mut browser = Browser::new(two.router.clone());
    let form = [("username", TOTP.0), ("password", TOTP.1)];
    browser.post("/acme/login", &form).await;
    let id = browser.get("/acme/challenge-id").await.body;
    assert!(!id.is_empty());

    let page = browser
        .send(Method::POST, "/globex/answer", &[], id.clone().into())
        .await;
    assert_eq!(page.body, "Ok(Refused(NotAuthorized))");

    assert_eq!(browser.get("/acme/challenge-id").await.body, id);
}

/// A device belongs to a user pool: another one refuses it.
#[tokio::test]
async fn each_tenant_remembers_the_device_of_its_own_user() {
    let two = TwoPaths::start().await;
    for cloud in [&two.acme, &two.globex] {
        cloud.pool.clone().with_device_tracking();
    }
    let mut browser = Browser::new(two.router.clone());
    let mut log_in = async |cloud: &Cloud, tenant: &str| {
        let form = [("username", TOTP.0), ("password", TOTP.1)];
        let page = browser.post(&format!("/{tenant}/login"), &form).await;
        let is_asked = page.location().contains("/login/challenge");
        if is_asked {
            let code = cloud.pool.totp_code(TOTP.0).expect("a code");
            let path = format!("/{tenant}/login/challenge");
            let page = browser.post(&path, &[("code", &code)]).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        }
        is_asked
    };

    assert!(log_in(&two.acme, "acme").await, "a new device");
    assert!(log_in(&two.globex, "globex").await, "a new device");
    assert!(!log_in(&two.acme, "acme").await, "remembered");
    assert!(!log_in(&two.globex, "globex").await, "remembered");
}
