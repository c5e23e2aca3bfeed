//! A copy of one's data, and the end of the account.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use axum_cognito::pages::{Page as Kind, Pages, Texts};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::web::Hooks;
use axum_cognito::{Auth, CurrentUser, UserPool, UserStore};
use cognito_emulator::{Fault, FaultKind, User};
use serde_json::Value;

use crate::domain::Visitor;
use crate::managed_login::{ADA, MINUTE, app_client, begin, come_back, settings, who};
use crate::site::{ADMIN, ALICE, Browser, Cloud, Page, Site, Users, with_layers};

const PAGE: &str = "/profile/data";

/// Writes down whose account is deleted.
#[derive(Clone, Default)]
struct Obituaries(Arc<Mutex<Vec<String>>>);

#[async_trait]
impl Hooks for Obituaries {
    async fn account_deleted(&self, user: &CurrentUser) {
        let line = format!("{} <{}>", user.username, user.email);
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
    }
}

impl Obituaries {
    /// Hooks are told in tasks of their own.
    async fn read(&self) -> Vec<String> {
        for _ in 0..100 {
            let known = self
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            if !known.is_empty() {
                return known;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Vec::new()
    }
}

struct Options {
    with_credentials: bool,
    scopes: Option<[&'static str; 2]>,
}

async fn site() -> (Site, Obituaries) {
    let options = Options {
        with_credentials: true,
        scopes: None,
    };
    site_with(options).await
}

async fn site_with(options: Options) -> (Site, Obituaries) {
    let client = app_client();
    let client = match options.scopes {
        Some(scopes) => client.with_scopes(scopes),
        None => client,
    };
    let cloud = Cloud::with_client(client).await;
    let mapping = [("email", "email"), ("given_name", "name")];
    cloud.pool.add_identity_provider("Corp", mapping);
    let users = Users::create().await;
    let managed = settings(&cloud);
    let builder = cloud.builder();
    let builder = match options.with_credentials {
        true => builder.with_access_key("AKIDEXAMPLE", "secret"),
        false => builder,
    };
    let cognito = builder.build().expect("a client");
    let backend = UserPool::with_client(cognito, users.store.clone())
        .configure(|login| login.managed_login = Some(managed));
    let store = MemoryStore::default();
    let obituaries = Obituaries::default();
    let auth = Auth::builder()
        .with_pool(backend)
        .with_hooks(obituaries.clone())
        .with_clock(cloud.clock.clone());
    let router = Router::new()
        .route("/who", get(who))
        .route("/", get(async || "home"))
        .merge(
            Pages::new()
                .with_languages([&Texts::ENGLISH, &Texts::GERMAN])
                .router(),
        );
    let router = with_layers(router, auth, store.clone()).await;
    let site = Site {
        cloud,
        users,
        store,
        router,
    };
    (site, obituaries)
}

async fn export(browser: &mut Browser) -> Page {
    browser.post(PAGE, &[("action", "export")]).await
}

async fn delete(browser: &mut Browser, account: &str) -> Page {
    let form = [("action", "delete"), ("account", account)];
    browser.post(PAGE, &form).await
}

async fn is_there(site: &Site, username: &str) -> bool {
    let row = site.users.store.find_by_username(username).await;
    row.expect("an answer").is_some()
}

async fn come_in_as_ada(site: &Site) -> Browser {
    let mut browser = site.browser();
    let domain = begin(&mut browser, "provider=Corp").await;
    let back = Visitor::default().come_as(&domain, &ADA).await;
    let page = come_back(&mut browser, &back).await;
    assert_eq!(page.location(), "/", "{}", page.body);
    browser
}

#[tokio::test]
async fn a_copy_has_all_that_is_known_and_no_secret() {
    let (site, _) = site().await;
    site.cloud
        .pool
        .set_attribute("admin", "custom:team", "blue");
    let _elsewhere = site.logged_in(ADMIN).await;
    let _other = site.logged_in(ALICE).await;
    let mut admin = site.logged_in(ADMIN).await;
    let profile = admin.get("/profile").await.body;
    assert!(profile.contains("href=\"/profile/data\""), "{profile}");

    let copy = export(&mut admin).await;

    assert_eq!(copy.status, StatusCode::OK, "{}", copy.body);
    assert_eq!(copy.header("content-type"), "application/json");
    assert_eq!(
        copy.header("content-disposition"),
        "attachment; filename=\"account.json\""
    );
    assert_eq!(copy.header("cache-control"), "no-store");
    let copied: Value = serde_json::from_str(&copy.body).expect("JSON");
    for (pointer, value) in [
        ("/user/username", "admin"),
        ("/user/email", "admin@example.com"),
        ("/user/first_name", "ADMIN"),
        ("/attributes/custom:team", "blue"),
        ("/attributes/family_name", "Example"),
        ("/groups/0", "admins"),
    ] {
        let found = copied.pointer(pointer).and_then(Value::as_str);
        assert_eq!(found, Some(value), "{pointer}: {copied}");
    }
    let logins = copied["logins"].as_array().expect("logins");
    assert_eq!(logins.len(), 2, "{copied}");
    for secret in ["alice", "eyJ", "token", "login_id"] {
        assert!(!copy.body.contains(secret), "{secret}: {}", copy.body);
    }
}

#[tokio::test]
async fn an_account_is_deleted_with_everything_that_hangs_on_it() {
    let (site, obituaries) = site().await;
    let mut elsewhere = site.logged_in(ALICE).await;
    let mut admin = site.logged_in(ADMIN).await;
    let mut alice = site.logged_in(ALICE).await;
    let shown = alice.get(PAGE).await.body;
    assert!(
        shown.contains("the account alice@example.com for good"),
        "{shown}"
    );

    for wrong in ["", "admin@example.com", "alice@example.co", "yes"] {
        let page = delete(&mut alice, wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(page.body.contains("Enter exactly this"), "{}", page.body);
    }
    assert_eq!(site.cloud.calls("DeleteUser"), 0);
    let page = delete(&mut alice, " Alice@example.com ").await;

    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("Account deleted"), "{}", page.body);
    assert_eq!(alice.cookie, None, "the browser forgets its session");
    assert_eq!(site.cloud.pool.user_sub("alice"), None);
    assert!(!is_there(&site, "alice").await);
    for browser in [&mut alice, &mut elsewhere] {
        assert_eq!(browser.get("/who").await.status, StatusCode::SEE_OTHER);
    }
    let page = site.browser().log_in(ALICE, "/").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(admin.get("/who").await.body.starts_with("admin"));
    assert!(is_there(&site, "admin").await);
    assert_eq!(obituaries.read().await, ["alice <alice@example.com>"]);
}

#[tokio::test]
async fn the_user_name_confirms_too_and_a_provider_s_user_can_go() {
    let (site, _) = site().await;
    let mut alice = site.logged_in(ALICE).await;
    let page = delete(&mut alice, "alice").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);

    let mut ada = come_in_as_ada(&site).await;
    let page = delete(&mut ada, "Corp_4711").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_eq!(site.cloud.pool.user_sub("Corp_4711"), None);
    assert!(!is_there(&site, "Corp_4711").await);

    // Whoever comes back is somebody new.
    let mut again = come_in_as_ada(&site).await;
    assert!(again.get("/who").await.body.starts_with("Corp_4711"));
}

/// A connected identity would remain in the user pool as a user of its own.
#[tokio::test]
async fn connected_identities_go_with_the_account() {
    let (site, _) = site().await;
    let mut alice = site.logged_in(ALICE).await;
    site.cloud.pool.link_identity("alice", "Corp", "4711");

    let page = delete(&mut alice, "alice").await;

    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_eq!(site.cloud.calls("AdminDisableProviderForUser"), 1);
}

/// Credentials for something else are no obstacle to who can delete the account by their own tokens.
#[tokio::test]
async fn credentials_that_allow_nothing_are_no_obstacle() {
    let (site, _) = site().await;
    let mut alice = site.logged_in(ALICE).await;
    let denied = FaultKind::Error("AccessDeniedException".to_owned());
    let fault = Fault::on("AdminGetUser", denied).forever();
    site.cloud.emulator.inject(fault);

    let page = delete(&mut alice, "alice").await;

    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_eq!(site.cloud.pool.user_sub("alice"), None);
}

#[tokio::test]
async fn without_the_scope_it_takes_credentials() {
    let scopes = Some(["openid", "email"]);
    for with_credentials in [true, false] {
        let (site, _) = site_with(Options {
            with_credentials,
            scopes,
        })
        .await;
        let mut ada = come_in_as_ada(&site).await;

        let profile = ada.get("/profile").await.body;
        assert_eq!(profile.contains(PAGE), with_credentials, "{profile}");
        let copy = export(&mut ada).await;
        let page = delete(&mut ada, "Corp_4711").await;

        if with_credentials {
            assert!(copy.body.contains("ada@corp.example"), "{}", copy.body);
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
            assert_eq!(site.cloud.calls("AdminDeleteUser"), 1);
        } else {
            assert_eq!(copy.status, StatusCode::NOT_FOUND);
            assert_eq!(page.status, StatusCode::NOT_FOUND);
        }
        assert_ne!(is_there(&site, "Corp_4711").await, with_credentials);
    }
}

#[tokio::test]
async fn a_failure_at_cognito_deletes_nothing() {
    let (site, _) = site().await;
    let mut alice = site.logged_in(ALICE).await;
    let sub = site.cloud.pool.user_sub("alice");

    for (operation, exception) in [
        ("AdminGetUser", "InternalErrorException"),
        ("AdminGetUser", "TooManyRequestsException"),
        ("DeleteUser", "InternalErrorException"),
        ("DeleteUser", "TooManyRequestsException"),
    ] {
        let kind = FaultKind::ErrorWithMessage(exception.to_owned(), "canary".to_owned());
        let fault = Fault::on(operation, kind).forever();
        site.cloud.emulator.inject(fault);
        let page = delete(&mut alice, "alice").await;
        site.cloud.emulator.clear_faults();
        assert!(
            page.status.is_server_error(),
            "{operation} {} {}",
            page.status,
            page.body
        );
        assert!(!page.body.contains("canary"), "{}", page.body);
        assert_eq!(site.cloud.pool.user_sub("alice"), sub, "{operation}");
        assert!(is_there(&site, "alice").await);
        assert!(alice.get("/who").await.body.starts_with("alice"));
    }
    let page = delete(&mut alice, "alice").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
}

/// Somebody was faster: an administrator, or a second browser.
#[tokio::test]
async fn an_account_that_is_gone_already_leaves_no_row() {
    let (site, _) = site().await;
    let mut alice = site.logged_in(ALICE).await;
    site.cloud.pool.delete_user("alice");

    let page = delete(&mut alice, "alice").await;

    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(!is_there(&site, "alice").await);
}

/// A name that is free again can be given to somebody else.
#[tokio::test]
async fn whoever_has_the_name_by_now_keeps_the_account() {
    let (site, _) = site().await;
    let pool = &site.cloud.pool;
    let mut alice = site.logged_in(ALICE).await;
    pool.delete_user("alice");
    pool.add_user(User::new("alice").with_password("A-stranger-1"));
    pool.link_identity("alice", "Corp", "of-the-stranger");
    let stranger = pool.user_sub("alice");

    let page = delete(&mut alice, "alice").await;

    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(!is_there(&site, "alice").await, "her row goes");
    assert_eq!(site.cloud.pool.user_sub("alice"), stranger);
    assert_eq!(site.cloud.calls("AdminDisableProviderForUser"), 0);
}

#[tokio::test]
async fn a_row_that_the_site_s_own_tables_need_is_inactive() {
    let (site, _) = site().await;
    let mut alice = site.logged_in(ALICE).await;
    let pool = site.users.store.pool();
    for statement in [
        "create table orders (user_id integer not null references users (id))",
        "insert into orders select id from users where username = 'alice'",
    ] {
        sqlx::query(statement)
            .execute(pool)
            .await
            .expect("executed");
    }

    let page = delete(&mut alice, "alice").await;

    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let row = site.users.store.find_by_username("alice").await;
    assert!(!row.expect("an answer").expect("a row").is_active);
}

#[tokio::test]
async fn it_takes_a_recent_proof_and_a_form_of_this_site() {
    let (site, _) = site().await;
    let mut alice = site.logged_in(ALICE).await;
    let sub = site.cloud.pool.user_sub("alice");
    let mut tries = 0;
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("referer", "https://evil.example/")],
    ] {
        for form in [
            [("action", "delete"), ("account", "alice")],
            [("action", "export"), ("account", "")],
        ] {
            tries += 1;
            let page = alice.post_with(PAGE, &form, headers).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{headers:?}");
            assert!(!page.body.contains("example.com"), "{}", page.body);
        }
    }
    for path in ["/profile/data?action=delete&account=alice", PAGE] {
        tries += 1;
        assert_eq!(alice.get(path).await.status, StatusCode::OK, "shown only");
    }

    site.cloud.advance(10 * MINUTE);
    let login = "/login?again=1&next=%2Fprofile%2Fdata";
    assert_eq!(alice.get(PAGE).await.location(), login);
    site.cloud.advance(10 * MINUTE);
    for page in [export(&mut alice).await, delete(&mut alice, "alice").await] {
        tries += 1;
        assert_eq!(page.location(), login);
    }
    for page in [
        export(&mut site.browser()).await,
        delete(&mut site.browser(), "alice").await,
    ] {
        tries += 1;
        assert!(page.location().starts_with("/login"), "{}", page.location());
    }
    assert_eq!(site.cloud.pool.user_sub("alice"), sub);
    assert_eq!(tries, 16);
}

#[tokio::test]
async fn it_speaks_german_and_can_be_left_out() {
    let (site, _) = site().await;
    let mut alice = site.logged_in(ALICE).await;
    let german = alice.get_with(PAGE, &[("accept-language", "de")]).await;
    assert!(german.body.contains("Konto löschen"), "{}", german.body);
    assert!(german.body.contains("alice@example.com"), "{}", german.body);

    let paths = Pages::new().without([Kind::Data]).expect("pages").paths();
    assert_eq!(paths.of(Kind::Data), None);
}
