//! A new proof before what is sensitive: on our own pages, and by the guard on those of a site.

use std::time::Duration;

use axum::http::StatusCode;
use axum::routing::get;
use axum_cognito::token::Tokens;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::web::recent_login;
use axum_cognito::{Auth, CurrentUser, UserPool, UserStore};

use crate::site::{ALICE, Browser, Cloud, Site, TOTP, Users, routes};

const MINUTE: Duration = Duration::from_secs(60);

/// The pages that change what opens an account.
const SENSITIVE: [&str; 5] = [
    "/profile/data",
    "/profile/edit",
    "/profile/mfa",
    "/profile/passkeys",
    "/profile/devices",
];

async fn prove(browser: &mut Browser, login: &str, password: &str) -> crate::site::Page {
    let page = browser.get(login).await;
    assert_eq!(page.status, StatusCode::OK);
    let next = login.split("next=").nth(1).unwrap_or_default();
    let next = next.replace("%2F", "/");
    let form = [("again", "1"), ("password", password), ("next", &next)];
    browser.post("/login", &form).await
}

#[tokio::test]
async fn sensitive_pages_ask_for_a_new_proof_and_lead_back() {
    let site = Site::start().await;
    for page in SENSITIVE {
        let mut alice = site.logged_in(ALICE).await;
        assert_ne!(
            alice.get(page).await.status,
            StatusCode::SEE_OTHER,
            "{page}"
        );
        site.cloud.advance(10 * MINUTE);

        let asked = alice.get(page).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{page}");
        let login = asked.location().to_owned();
        assert!(
            login.starts_with("/login?again=1&next=%2Fprofile"),
            "{login}"
        );
        let shown = alice.get(&login).await.body;
        assert!(shown.contains("Confirm it’s you"), "{shown}");

        let wrong = prove(&mut alice, &login, "Wrong-horse-1").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right = prove(&mut alice, &login, ALICE.1).await;
        assert_eq!(right.location(), page);
        assert_ne!(
            alice.get(page).await.status,
            StatusCode::SEE_OTHER,
            "{page}"
        );
        assert_eq!(alice.get("/maybe").await.body, "Hello alice");
        site.cloud.advance(MINUTE);
    }
}

/// What was typed while the proof grew old is not lost.
#[tokio::test]
async fn a_form_that_was_opened_in_time_is_taken() {
    let site = Site::start().await;
    let mut alice = site.logged_in(ALICE).await;
    alice.get("/profile/edit").await;
    site.cloud.advance(15 * MINUTE);

    let page = alice
        .post("/profile/edit", &[("given_name", "Alicia")])
        .await;
    assert_eq!(page.location(), "/profile?saved=1");
    site.cloud.advance(5 * MINUTE);
    let late = alice.post("/profile/edit", &[("given_name", "Eve")]).await;
    assert!(
        late.location().starts_with("/login?again=1"),
        "{}",
        late.location()
    );
    let now = site.cloud.pool.user_attribute("alice", "given_name");
    assert_eq!(now.as_deref(), Some("Alicia"));
}

#[tokio::test]
async fn no_form_that_opens_an_account_is_taken_from_an_old_proof() {
    let site = Site::start().await;
    let mut alice = site.logged_in(ALICE).await;
    site.cloud.advance(20 * MINUTE);
    site.cloud.emulator.clear_calls();

    for (path, form) in [
        ("/profile/mfa", &[("action", "app_off")][..]),
        ("/profile/mfa", &[("action", "start")]),
        ("/profile/mfa", &[("action", "verify"), ("code", "123456")]),
        ("/profile/passkeys", &[("action", "start")]),
        ("/profile/passkeys", &[("action", "register")]),
        ("/profile/passkeys", &[("action", "delete"), ("id", "x")]),
        ("/profile/devices", &[("action", "forget"), ("key", "k")]),
        ("/profile/devices", &[("action", "remember"), ("key", "k")]),
        ("/profile/verify", &[("code", "123456")]),
        ("/profile/verify/send", &[("attribute", "email")]),
    ] {
        let page = alice.post(path, form).await;
        let login = page.location();
        assert!(login.starts_with("/login?again=1"), "{path}: {login}");
    }
    assert_eq!(site.cloud.emulator.calls(), []);
}

/// Whoever finds a browser that is logged in cannot prove to be somebody else in it.
#[tokio::test]
async fn the_one_who_proves_is_the_one_who_is_logged_in() {
    let site = Site::start().await;
    let mut alice = site.logged_in(ALICE).await;
    site.cloud.advance(10 * MINUTE);

    let form = [
        ("again", "1"),
        ("username", "admin"),
        ("password", "Correct-horse-2"),
        ("next", "/profile/edit"),
    ];
    let page = alice.post("/login", &form).await;

    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
    let asked = alice.get("/profile/edit").await;
    assert!(asked.location().starts_with("/login?again=1"));
}

/// A second factor is part of the proof.
#[tokio::test]
async fn a_proof_takes_the_second_factor_too() {
    let site = Site::start().await;
    let mut browser = site.browser();
    browser.log_in(TOTP, "/").await;
    let code = site.cloud.pool.totp_code("totp").expect("a code");
    browser.post("/login/challenge", &[("code", &code)]).await;
    assert_eq!(browser.get("/maybe").await.body, "Hello totp");
    site.cloud.advance(10 * MINUTE);

    let login = browser.get("/profile/edit").await.location().to_owned();
    let page = prove(&mut browser, &login, TOTP.1).await;
    assert!(
        page.location().starts_with("/login/challenge"),
        "{}",
        page.location()
    );
    let asked = browser.get("/profile/edit").await;
    assert!(
        asked.location().starts_with("/login?again=1"),
        "half a proof is none"
    );
    let code = site.cloud.pool.totp_code("totp").expect("a code");
    let form = [("code", code.as_str()), ("next", "/profile/edit")];
    let page = browser.post("/login/challenge", &form).await;
    assert_eq!(page.location(), "/profile/edit");
    assert_eq!(browser.get("/profile/edit").await.status, StatusCode::OK);
}

#[tokio::test]
async fn other_logins_end_only_after_a_recent_proof() {
    let site = Site::start().await;
    let mut thief = site.logged_in(ALICE).await;
    let mut owner = site.logged_in(ALICE).await;
    let page = thief.get("/profile/logins").await.body;
    let ids: Vec<&str> = page
        .split("name=\"id\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(ids.len(), 2, "{page}");
    site.cloud.advance(20 * MINUTE);

    for id in ids {
        let page = thief.post("/profile/logins", &[("id", id)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
    }

    assert_eq!(owner.get("/maybe").await.body, "Hello alice");
}

#[tokio::test]
async fn a_new_password_gives_the_login_new_keys() {
    let site = Site::start().await;
    let mut owner = site.logged_in(ALICE).await;
    let mut copy = owner.clone(); // somebody has read the cookie
    let logins = site.users.store.logins().expect("a registry");
    let keys = async || {
        let list = logins.list(site.cloud.pool.id(), &1.into()).await;
        let [login] = &list.expect("a list")[..] else {
            panic!("one login");
        };
        let read = logins.read(&login.id).await.expect("an answer");
        let tokens = read.expect("the login").tokens.expect("tokens");
        let tokens: Tokens = serde_json::from_str(&tokens).expect("JSON");
        (login.id.clone(), tokens.access.expose().to_owned())
    };
    let before = keys().await;
    let mut elsewhere = site.logged_in(ALICE).await;

    let form = [("password", ALICE.1), ("new_password", "Another-horse-2")];
    let page = owner.post("/profile/password", &form).await;
    assert_eq!(page.location(), "/profile?saved=password", "{}", page.body);

    let now = keys().await;
    assert_ne!(now.0, before.0, "the name of the login in the registry");
    assert_ne!(now.1, before.1, "the access token");

    assert_eq!(owner.get("/maybe").await.body, "Hello alice");
    assert_eq!(copy.get("/maybe").await.body, "Hello stranger");
    assert_eq!(elsewhere.get("/maybe").await.body, "Hello stranger");
}

#[tokio::test]
async fn a_site_guards_its_own_routes() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let pool = UserPool::with_client(cloud.cognito(), users.store.clone());
    let auth = Auth::builder()
        .with_pool(pool)
        .with_clock(cloud.clock.clone());
    let auth = auth.build().await.expect("a site");
    let payouts = axum::Router::new()
        .route(
            "/payouts",
            get(async |user: CurrentUser| user.username.clone()),
        )
        .route_layer(recent_login(5 * MINUTE));
    let router = routes()
        .merge(payouts)
        .layer(auth.layer(MemoryStore::default()));

    let mut browser = Browser::new(router);
    assert_eq!(
        browser.get("/payouts").await.location(),
        "/login?next=%2Fpayouts"
    );
    browser.log_in(ALICE, "/").await;
    assert_eq!(browser.get("/payouts").await.body, "alice");
    cloud.advance(5 * MINUTE);
    let page = browser.get("/payouts").await;
    assert_eq!(page.location(), "/login?again=1&next=%2Fpayouts");
    let page = browser
        .get_with("/payouts", &[("accept", "application/json")])
        .await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        page.header("www-authenticate"),
        r#"Session error="insufficient_user_authentication", max_age="300""#
    );
    let of_htmx = [
        ("hx-request", "true"),
        ("hx-current-url", "https://site.example/shop"),
    ];
    let page = browser.get_with("/payouts", &of_htmx).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert_eq!(page.header("hx-redirect"), "/login?again=1&next=%2Fshop");
}
