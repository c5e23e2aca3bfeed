//! A new proof before what is sensitive: on our own pages, and by the guard on those of a site.

use std::time::Duration;

use axum::http::StatusCode;
use axum::routing::get;
use axum_cognito::clock::Clock;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::web::recent_login;
use axum_cognito::{Auth, CurrentUser, UserPool, UserStore};

use crate::site::{ALICE, Browser, Cloud, FACES, Face, Page, Site, TOTP, Users, routes, tokens_of};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// The pages that change what opens an account.
const SENSITIVE: [&str; 5] = [
    "/profile/data",
    "/profile/edit",
    "/profile/mfa",
    "/profile/passkeys",
    "/profile/devices",
];

/// The login page that asks for a new proof before `next`: a page leads there, and a front end is told
/// to ask.
#[track_caller]
fn asked_before(page: &Page, face: Face, next: &str) -> String {
    let login = format!("/login?again=1&next={}", next.replace('/', "%2F"));
    match face {
        Face::Forms => {
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{next}: {}", page.body);
            assert_eq!(page.location(), login);
        }
        Face::Json => assert_asked_for_a_proof(page),
    }
    login
}

#[track_caller]
fn assert_asked_for_a_proof(page: &Page) {
    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", page.body);
    assert_eq!(
        page.header("www-authenticate"),
        r#"Session error="insufficient_user_authentication", max_age="600""#
    );
}

/// Whether a page wants a new proof, before whatever.
fn asks(page: &Page, face: Face) -> bool {
    match face {
        Face::Forms => page.location().starts_with("/login?again=1"),
        Face::Json => {
            assert_asked_for_a_proof(page);
            true
        }
    }
}

async fn prove(browser: &mut Browser, login: &str, password: &str) -> Page {
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
    for (page, face) in SENSITIVE
        .into_iter()
        .flat_map(|page| FACES.map(|face| (page, face)))
    {
        let mut alice = site.logged_in(ALICE).await.by(face);
        assert_eq!(alice.get(page).await.status, StatusCode::OK, "{page}");
        site.cloud.advance(10 * MINUTE);

        let asked = alice.get(page).await;
        let login = asked_before(&asked, face, page);
        let shown = alice.get(&login).await;
        match face {
            Face::Forms => assert!(shown.body.contains("Confirm it’s you"), "{}", shown.body),
            Face::Json => assert_eq!(shown.json()["again"], true),
        }

        let wrong = prove(&mut alice, &login, "Wrong-horse-1").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right = prove(&mut alice, &login, ALICE.1).await;
        assert_eq!(right.location(), page);
        assert_eq!(alice.get(page).await.status, StatusCode::OK, "{page}");
        assert_eq!(alice.get("/maybe").await.body, "Hello alice");
        site.cloud.advance(MINUTE);
    }
}

/// How old a proof is, a clock that was set back does not tell.
#[tokio::test]
async fn a_proof_does_not_last_longer_because_a_clock_was_set_back() {
    for (set_back, is_asked) in [(4 * MINUTE, false), (60 * MINUTE, true)] {
        let site = Site::start().await;
        let mut alice = site.logged_in(ALICE).await;
        site.cloud.clock.set(site.cloud.clock.now() - set_back);

        let page = alice.get("/profile/mfa").await;

        assert_eq!(asks(&page, Face::Forms), is_asked, "{page:?}");
    }
}

/// What was typed while the proof grew old is not lost.
#[tokio::test]
async fn a_form_that_was_opened_in_time_is_taken() {
    for face in FACES {
        let site = Site::start().await;
        let mut alice = site.logged_in(ALICE).await.by(face);
        alice.get("/profile/edit").await;
        site.cloud.advance(15 * MINUTE);

        let page = alice
            .post("/profile/edit", &[("given_name", "Alicia")])
            .await;
        assert!(page.location().starts_with("/profile"), "{page:?}");
        site.cloud.advance(5 * MINUTE);
        let late = alice.post("/profile/edit", &[("given_name", "Eve")]).await;
        assert!(asks(&late, face), "{late:?}");
        let now = site.cloud.pool.user_attribute("alice", "given_name");
        assert_eq!(now.as_deref(), Some("Alicia"));
    }
}

#[tokio::test]
async fn no_form_that_opens_an_account_is_taken_from_an_old_proof() {
    let site = Site::start().await;
    let alice = site.logged_in(ALICE).await;
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
        for face in FACES {
            let page = alice.clone().by(face).post(path, form).await;
            assert!(asks(&page, face), "{path}: {page:?}");
        }
    }
    assert_eq!(site.cloud.emulator.calls(), []);
}

/// Whoever finds a browser that is logged in cannot prove to be somebody else in it.
#[tokio::test]
async fn the_one_who_proves_is_the_one_who_is_logged_in() {
    let site = Site::start().await;
    for face in FACES {
        let mut alice = site.logged_in(ALICE).await.by(face);
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
        asked_before(&alice.get("/profile/edit").await, face, "/profile/edit");
    }
}

/// A second factor is part of the proof.
#[tokio::test]
async fn a_proof_takes_the_second_factor_too() {
    let page = "/profile/edit";
    for face in FACES {
        let site = Site::start().await;
        let mut browser = site.browser().by(face);
        browser.log_in(TOTP, "/").await;
        let code = site.cloud.pool.totp_code("totp").expect("a code");
        browser.post("/login/challenge", &[("code", &code)]).await;
        assert_eq!(browser.get("/maybe").await.body, "Hello totp");
        site.cloud.advance(10 * MINUTE);

        let login = asked_before(&browser.get(page).await, face, page);
        let half = prove(&mut browser, &login, TOTP.1).await;
        assert!(half.location().starts_with("/login/challenge"), "{half:?}");
        asked_before(&browser.get(page).await, face, page);
        let code = site.cloud.pool.totp_code("totp").expect("a code");
        let form = [("code", code.as_str()), ("next", page)];
        let whole = browser.post("/login/challenge", &form).await;
        assert_eq!(whole.location(), page);
        assert_eq!(browser.get(page).await.status, StatusCode::OK);
    }
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
        // The thief's own may end; then nobody is logged in there.
        for face in FACES {
            let page = thief
                .clone()
                .by(face)
                .post("/profile/logins", &[("id", id)])
                .await;
            assert_ne!(page.status, StatusCode::OK, "{page:?}");
        }
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
        (login.id.clone(), tokens_of(&tokens).swap_remove(1))
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

/// The login that takes its place goes on with them.
#[tokio::test]
async fn a_new_password_takes_no_tokens_away_where_it_was_set() {
    let site = Site::start().await;
    let mut owner = site.logged_in(ALICE).await;

    let form = [("password", ALICE.1), ("new_password", "Another-horse-2")];
    let page = owner.post("/profile/password", &form).await;
    assert_eq!(page.location(), "/profile?saved=password", "{}", page.body);

    site.cloud.advance(60 * MINUTE);
    assert_eq!(owner.get("/members").await.status, StatusCode::OK);
    assert_eq!(site.cloud.calls("RevokeToken"), 0);
}

#[tokio::test]
async fn a_site_guards_its_own_routes() {
    let cloud = Cloud::start().await;
    // The registry keeps whole seconds.
    let now = cloud.clock.now().replace_nanosecond(0);
    cloud.clock.set(now.expect("a time"));
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
    cloud.advance(5 * MINUTE - SECOND);
    assert_eq!(browser.get("/payouts").await.body, "alice");
    cloud.advance(SECOND);
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
