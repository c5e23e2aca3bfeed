//! `Auth` without a request, and what the layers made from it do with cookies and sessions.

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::routing::{get, post};
use axum_cognito::clock::Clock;
use axum_cognito::tower_sessions::{MemoryStore, Session, SessionManagerLayer};
use axum_cognito::users::{UserStore, UserSync};
use axum_cognito::web::{AuthBuilder, AuthError};
use axum_cognito::{Auth, AuthSession, CurrentUser, UserPool, pages};
use cognito_emulator::{Fault, FaultKind};

use crate::site::{ADMIN, ALICE, Browser, Cloud, Page, TOTP, Users, routes};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(60 * 60);
/// The only user of the second user pool.
const BOB: (&str, &str) = ("bob", "Correct-horse-9");

struct Site {
    cloud: Cloud,
    users: Users,
    store: MemoryStore,
    auth: Auth,
    router: Router,
}

impl Site {
    async fn start() -> Self {
        Self::configured(|auth| auth).await
    }

    async fn configured(configure: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        let cloud = Cloud::start().await;
        let users = Users::create().await;
        let pool = UserPool::with_client(cloud.cognito(), users.store.clone());
        let auth = Auth::builder()
            .with_pool(pool)
            .with_clock(cloud.clock.clone());
        let auth = configure(auth).build().await.expect("a site");
        let store = MemoryStore::default();
        let router = routes()
            .route("/session", get(show_tokens))
            .route("/given-name", get(given_name))
            .route("/methods", get(methods))
            .route("/end-others", post(end_others))
            .layer(auth.layer(store.clone()));

        Self {
            cloud,
            users,
            store,
            auth,
            router,
        }
    }

    fn pool(&self) -> &str {
        self.cloud.pool.id()
    }

    async fn logged_in(&self, user: (&str, &str)) -> Browser {
        let mut browser = Browser::new(self.router.clone());
        let page = browser.log_in(user, "/").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        browser
    }

    async fn row(&self, name: &str) -> axum_cognito::User {
        let row = self.users.store.find_by_username(name).await;
        row.expect("an answer").expect("a row")
    }

    async fn number_of_logins(&self, name: &str) -> usize {
        let id = self.row(name).await.id;
        let logins = self.auth.logins_of(self.pool(), &id).await;
        logins.expect("a list").len()
    }
}

/// Code that reads the tower session alone.
async fn show_tokens(session: Session) -> String {
    let mut found = Vec::new();
    for name in ["ID_TOKEN", "ACCESS_TOKEN", "REFRESH_TOKEN"] {
        let token: Option<String> = session.get(name).await.expect("a session");
        found.push(token.unwrap_or_default());
    }
    found.join(" ")
}

async fn given_name(auth: AuthSession) -> Result<String, AuthError> {
    let attributes = auth.attributes().await?;
    Ok(attributes.get("given_name").unwrap_or_default().to_owned())
}

async fn methods(user: CurrentUser) -> String {
    user.methods().join(" ")
}

/// As a page of the site's own, after what makes other logins doubtful.
async fn end_others(auth: AuthSession) -> Result<(), AuthError> {
    auth.end_other_logins().await
}

/// As a page of the site's own, on which strangers sign up.
async fn is_known(auth: AuthSession) -> String {
    let (backend, users) = auth.users_of_pool().expect("a user pool");
    let row = users.find_by_username(ALICE.0).await;
    format!("{backend} {}", row.expect("an answer").is_some())
}

fn cookies(page: &Page) -> Vec<String> {
    let all = page.headers.get_all(SET_COOKIE).iter();
    all.map(|cookie| cookie.to_str().expect("text").to_owned())
        .collect()
}

#[tokio::test]
async fn the_keys_are_fetched_before_the_first_request() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let pool = UserPool::with_client(cloud.cognito(), users.store.clone());

    for auth in [
        Auth::builder().with_pool(pool),
        Auth::builder().with_tokens_of(cloud.cognito()),
    ] {
        cloud.emulator.clear_calls();
        auth.build().await.expect("a site");
        let fetched = async {
            while cloud.calls("jwks") == 0 {
                tokio::task::yield_now().await;
            }
        };
        let fetched = tokio::time::timeout(Duration::from_secs(30), fetched);
        fetched.await.expect("the key set");
    }
}

/// The user pool has changed its keys since, and this process has none yet.
#[tokio::test]
async fn attributes_are_read_from_tokens_that_verify() {
    let site = Site::start().await;
    let mut alice = site.logged_in(ALICE).await;
    assert_eq!(alice.get("/given-name").await.body, "ALICE");
    site.cloud.pool.rotate_keys();
    site.cloud.pool.drop_old_keys();
    let down = Fault::on("jwks", FaultKind::Status(500)).forever();
    site.cloud.emulator.inject(down);

    let pool = UserPool::with_client(site.cloud.cognito(), site.users.store.clone());
    let auth = Auth::builder()
        .with_pool(pool)
        .with_clock(site.cloud.clock.clone());
    let auth = auth.build().await.expect("a site");
    let router = routes()
        .route("/given-name", get(given_name))
        .layer(auth.layer(site.store.clone()));
    let mut later = Browser::new(router);
    later.cookie = alice.cookie.clone();
    let page = later.get("/given-name").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);

    site.cloud.emulator.clear_faults();
    site.cloud.advance(Duration::from_secs(2));
    let page = later.get("/given-name").await;
    assert_eq!((page.status, &*page.body), (StatusCode::OK, ""));
    assert_eq!(later.get("/maybe").await.body, "Hello alice");
}

#[tokio::test]
async fn logins_are_listed_and_ended_without_a_request() {
    let site = Site::start().await;
    let (mut one, mut two) = (site.logged_in(ALICE).await, site.logged_in(ALICE).await);
    let mut admin = site.logged_in(ADMIN).await;
    let id = site.row("alice").await.id;
    assert_eq!(site.number_of_logins("alice").await, 2);
    let cognito = site.auth.cognito().expect("a user pool");
    assert_eq!(cognito.user_pool().as_str(), site.pool());

    let ended = site.auth.clone().end_logins_of(site.pool(), &id).await;

    assert_eq!(ended.expect("ended"), 2);
    for alice in [&mut one, &mut two] {
        assert_eq!(alice.get("/maybe").await.body, "Hello stranger");
    }
    assert_eq!(admin.get("/maybe").await.body, "Hello admin");
}

#[tokio::test]
async fn a_deactivated_user_is_out_and_stays_out_until_activated() {
    let site = Site::start().await;
    let mut alice = site.logged_in(ALICE).await;
    let id = site.row("alice").await.id;

    let is_there = site.auth.set_active(site.pool(), &id, false).await;
    assert!(is_there.expect("written"));
    assert_eq!(alice.get("/maybe").await.body, "Hello stranger");
    assert_eq!(site.number_of_logins("alice").await, 0);
    let page = Browser::new(site.router.clone()).log_in(ALICE, "/").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);

    let is_there = site.auth.set_active(site.pool(), &id, true).await;
    assert!(is_there.expect("written"));
    let mut alice = site.logged_in(ALICE).await;
    let is_there = site.auth.set_active(site.pool(), &id, true).await;
    assert!(is_there.expect("written"));
    assert_eq!(alice.get("/maybe").await.body, "Hello alice", "as before");

    let nobody = site.auth.set_active(site.pool(), &4711.into(), false).await;
    assert!(!nobody.expect("an answer"));
}

#[tokio::test]
async fn a_user_can_be_made_and_logged_in_without_cognito() {
    let site = Site::start().await;
    let sync = UserSync::new("guest", site.cloud.clock.now()).without_login();
    site.users.store.sync(&sync).await.expect("a row");
    let guest = site.row("guest").await;
    assert_eq!(guest.last_login, None);

    let store = site.store.clone();
    let cookie = site
        .auth
        .force_login(store, site.pool(), &guest, &["admins"])
        .await;

    let mut browser = Browser::new(site.router.clone());
    browser.cookie = Some(cookie.expect("a login"));
    assert_eq!(browser.get("/maybe").await.body, "Hello guest");
    assert_eq!(browser.get("/admins").await.status, StatusCode::OK);
    browser.post("/logout", &[]).await;
    assert_eq!(browser.get("/maybe").await.body, "Hello stranger");
    assert_eq!(site.cloud.calls("InitiateAuth"), 0);
}

#[tokio::test]
async fn the_tower_session_gets_a_copy_of_the_tokens_where_it_is_asked_for() {
    let site = Site::configured(AuthBuilder::with_tokens_in_session).await;
    let mut alice = site.logged_in(ALICE).await;
    let first = alice.get("/session").await.body;
    assert_eq!(first.split(' ').filter(|token| token.len() > 20).count(), 3);

    site.cloud.advance(HOUR);
    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
    let second = alice.get("/session").await.body;
    assert_ne!(second, first, "at each renewal");
    alice.post("/logout", &[]).await;
    assert_eq!(alice.get("/session").await.body.trim(), "");

    let site = Site::start().await;
    let mut alice = site.logged_in(ALICE).await;
    assert_eq!(alice.get("/session").await.body.trim(), "");
}

/// Another process of the site, which is set up without the copy of the tokens and makes none.
async fn without_a_copy(site: &Site) -> Router {
    let pool = UserPool::with_client(site.cloud.cognito(), site.users.store.clone());
    let auth = Auth::builder()
        .with_pool(pool)
        .with_clock(site.cloud.clock.clone());
    let auth = auth.build().await.expect("a site");

    routes()
        .route("/session", get(show_tokens))
        .layer(auth.layer(site.store.clone()))
}

/// By whoever they were renewed.
#[tokio::test]
async fn the_copy_of_the_tokens_follows_what_others_have_renewed() {
    let site = Site::configured(AuthBuilder::with_tokens_in_session).await;
    let mut alice = site.logged_in(ALICE).await;
    let first = alice.get("/session").await.body;
    site.cloud.advance(HOUR);

    let mut there = Browser::new(without_a_copy(&site).await);
    there.cookie = alice.cookie.clone();
    for _ in 0..2 {
        assert_eq!(there.get("/maybe").await.body, "Hello alice");
        assert_eq!(there.get("/session").await.body, first);
    }

    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
    let second = alice.get("/session").await.body;
    assert_ne!(second, first);
    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
    assert_eq!(alice.get("/session").await.body, second);
    assert_eq!(site.cloud.calls("GetTokensFromRefreshToken"), 1);
}

/// The user has logged in once more, in the same session and at a process that makes no copy.
#[tokio::test]
async fn the_copy_of_the_tokens_is_of_the_login_that_is_there() {
    let site = Site::configured(AuthBuilder::with_tokens_in_session).await;
    let mut alice = site.logged_in(ALICE).await;
    let first = alice.get("/session").await.body;
    let mut there = Browser::new(without_a_copy(&site).await);
    there.cookie = alice.cookie.clone();
    let page = there.log_in(ALICE, "/").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);

    alice.cookie = there.cookie.clone();
    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
    let second = alice.get("/session").await.body;
    assert_ne!(second, first);
    assert_eq!(
        second.split(' ').filter(|token| token.len() > 20).count(),
        3
    );
}

/// In the words of RFC 8176.
#[tokio::test]
async fn a_login_says_how_its_user_has_proved_who_they_are() {
    let site = Site::start().await;
    let mut alice = site.logged_in(ALICE).await;
    assert_eq!(alice.get("/methods").await.body, "pwd");

    let mut totp = Browser::new(site.router.clone());
    totp.log_in(TOTP, "/").await;
    let code = site.cloud.pool.totp_code(TOTP.0).expect("an app");
    let page = totp.post("/login/challenge", &[("code", &code)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert_eq!(totp.get("/methods").await.body, "pwd otp mfa");
}

#[tokio::test]
async fn a_page_ends_all_logins_of_a_user_but_its_own() {
    let site = Site::start().await;
    let (mut here, mut there) = (site.logged_in(ALICE).await, site.logged_in(ALICE).await);
    let mut admin = site.logged_in(ADMIN).await;

    let page = here.post("/end-others", &[]).await;

    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_eq!(here.get("/maybe").await.body, "Hello alice");
    assert_eq!(there.get("/maybe").await.body, "Hello stranger");
    assert_eq!(admin.get("/maybe").await.body, "Hello admin");
}

/// A mistake in the routes: nobody is taken for a stranger because of it.
#[tokio::test]
async fn a_route_without_sessions_is_a_fault_of_the_site() {
    let site = Site::start().await;
    let mut browser = Browser::new(routes().layer(site.auth.login_layer()));

    for path in ["/maybe", "/me", "/members"] {
        let page = browser.get(path).await;
        let status = page.status;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
    }
}

#[tokio::test]
async fn a_page_finds_the_users_among_whom_strangers_sign_up() {
    let site = Site::start().await;
    let layers = site.auth.layer(site.store.clone());
    let router = Router::new()
        .route("/is-known", get(is_known))
        .layer(layers);
    let mut stranger = Browser::new(router);

    for known in [false, true] {
        if known {
            site.logged_in(ALICE).await;
        }
        let page = stranger.get("/is-known").await;
        assert_eq!(page.body, format!("{} {known}", site.pool()));
    }
}

#[tokio::test]
async fn only_a_logout_takes_a_cookie_away() {
    let site = Site::start().await;
    for strange in ["id=not-an-id", "id=AAAAAAAAAAAAAAAAAAAAAA", "id=%00"] {
        for path in ["/", "/maybe", "/members", "/login", "/axum-cognito.css"] {
            let mut browser = Browser::new(site.router.clone());
            browser.cookie = Some(strange.to_owned());
            let page = browser.get(path).await;

            assert_eq!(cookies(&page), [""; 0], "{strange} at {path}");
        }
    }

    // Another tab still has requests under way with the cookie of before the login.
    let mut tab = site.logged_in(ALICE).await;
    let old = tab.cookie.clone();
    tab.log_in(ALICE, "/").await;
    assert_ne!(tab.cookie, old);
    let mut late = Browser::new(site.router.clone());
    late.cookie = old;
    let page = late.get("/maybe").await;
    assert_eq!(page.body, "Hello stranger");
    assert_eq!(cookies(&page), [""; 0]);
    assert_eq!(tab.get("/maybe").await.body, "Hello alice");

    // The session is still there, and its login was ended elsewhere. It is emptied.
    let mut other = site.logged_in(ALICE).await;
    let mut late = other.clone();
    let id = site.row("alice").await.id;
    let ended = site.auth.end_logins_of(site.pool(), &id).await;
    assert_eq!(ended.expect("ended"), 2);
    other.log_in(ALICE, "/").await;
    for path in ["/maybe", "/members", "/login", "/maybe"] {
        let page = late.get(path).await;
        assert_eq!(cookies(&page), [""; 0], "{path}");
    }
    assert_eq!(other.get("/maybe").await.body, "Hello alice");

    let mut tab = site.logged_in(ALICE).await;
    let page = tab.post("/logout", &[]).await;
    let [removal] = &cookies(&page)[..] else {
        panic!("one cookie: {:?}", cookies(&page));
    };
    for attribute in ["id=;", "Max-Age=0", "Path=/", "Secure", "HttpOnly"] {
        assert!(removal.contains(attribute), "{attribute}: {removal}");
    }
}

/// Two sites on one host need two names, and development goes without TLS.
#[tokio::test]
async fn a_cookie_has_the_name_and_the_protection_that_the_site_says() {
    let named = |auth: AuthBuilder| auth.with_cookie_name("shop");
    for (is_secure, site) in [
        (true, Site::configured(named).await),
        (
            false,
            Site::configured(|auth| named(auth).with_insecure_cookie()).await,
        ),
    ] {
        let mut alice = Browser::new(site.router.clone());
        let logged_in = alice.log_in(ALICE, "/").await;
        assert_eq!(alice.get("/maybe").await.body, "Hello alice");
        let logged_out = alice.post("/logout", &[]).await;

        for page in [logged_in, logged_out] {
            let all = cookies(&page);
            let ours = all.iter().find(|cookie| cookie.starts_with("shop="));
            let ours = ours.unwrap_or_else(|| panic!("{all:?}"));
            assert!(ours.contains("; HttpOnly"), "{ours}");
            assert_eq!(ours.contains("; Secure"), is_secure, "{ours}");
        }
    }
}

#[tokio::test]
async fn a_challenge_waits_as_long_as_the_site_says() {
    let quarter = Duration::from_secs(15 * 60);
    let longer = Site::configured(|auth| auth.with_challenge_lifetime(quarter)).await;
    for (site, lifetime) in [
        (Site::start().await, Duration::from_secs(3 * 60)),
        (longer, quarter),
    ] {
        // A session keeps whole seconds.
        let clock = &site.cloud.clock;
        clock.set(clock.now().replace_nanosecond(0).expect("a time"));
        let mut browser = Browser::new(site.router.clone());
        let page = browser.log_in(TOTP, "/").await;
        let asked = page.location().starts_with("/login/challenge");
        assert!(asked, "{}: {}", page.location(), page.body);

        site.cloud.clock.advance(lifetime - SECOND);
        let page = browser.get("/login/challenge").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        site.cloud.clock.advance(SECOND);
        let page = browser.get("/login/challenge").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    }
}

/// Renewed at the margin before their end. While Cognito is down they are good until that, and no longer.
#[tokio::test]
async fn tokens_are_renewed_and_end_to_the_second() {
    let margin = Duration::from_secs(10 * 60);
    let site = Site::configured(|auth| auth.with_refresh_margin(margin)).await;
    // The registry keeps whole seconds.
    let clock = &site.cloud.clock;
    clock.set(clock.now().replace_nanosecond(0).expect("a time"));
    let refreshes = || site.cloud.calls("GetTokensFromRefreshToken");
    let mut alice = site.logged_in(ALICE).await;

    site.cloud.advance(HOUR - margin - SECOND);
    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
    assert_eq!(refreshes(), 0);
    site.cloud.advance(SECOND);
    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
    assert_eq!(refreshes(), 1);

    let down = FaultKind::Status(500);
    let down = Fault::on("GetTokensFromRefreshToken", down).forever();
    site.cloud.emulator.inject(down);
    site.cloud.advance(HOUR - SECOND);
    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
    let asked = refreshes();
    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
    assert_eq!(refreshes(), asked, "not again within a second");
    site.cloud.advance(SECOND);
    let page = alice.get("/maybe").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
}

/// A site that has moved to another user pool, on the same tables.
#[tokio::test]
async fn a_session_of_a_user_pool_that_is_not_there_any_more_is_over() {
    let site = Site::start().await;
    let other = second_cloud().await;
    let pool = UserPool::with_client(other.cognito(), site.users.store.clone());
    let auth = Auth::builder()
        .with_pool(pool)
        .with_clock(site.cloud.clock.clone());
    let auth = auth.build().await.expect("a site");
    let moved = routes().layer(auth.layer(site.store.clone()));

    for path in ["/maybe", "/logout"] {
        let mut alice = site.logged_in(ALICE).await;
        let mut there = Browser::new(moved.clone());
        there.cookie = alice.cookie.clone();
        if path == "/logout" {
            let page = there.post(path, &[]).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
            assert_eq!(there.cookie, None);
        } else {
            assert_eq!(there.get(path).await.body, "Hello stranger");
        }

        // It does not come back with the user pool.
        assert_eq!(alice.get("/maybe").await.body, "Hello stranger", "{path}");
    }
}

#[tokio::test]
async fn a_store_that_would_learn_session_ids_is_refused() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let pool = UserPool::with_client(cloud.cognito(), users.store.clone());
    let auth = Auth::builder().with_pool(pool).build().await;
    let sessions = SessionManagerLayer::new(MemoryStore::default());
    let router = routes().layer((auth.expect("a site").login_layer(), sessions));

    let mut browser = Browser::new(router);
    let page = browser.log_in(ALICE, "/").await;

    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(browser.get("/maybe").await.body, "Hello stranger");
    let logins = users.store.logins().expect("a registry");
    let logins = logins.list(cloud.pool.id(), &1.into()).await;
    assert!(logins.expect("a list").is_empty());
}

/// Whoever knew the old password proved it a moment before the owner got a new one, or ended all
/// logins.
#[tokio::test]
async fn a_login_that_began_with_the_old_password_does_not_begin() {
    const NEW: &str = "Another-horse-22";

    for (path, is_known_here, left) in [
        ("/profile/password", true, 1),
        ("/password/reset", true, 0),
        // The login of the thief is the first one here, so that there is no row yet.
        ("/password/reset", false, 0),
        ("/logout/everywhere", true, 0),
    ] {
        let what = format!("{path}, known here: {is_known_here}");
        let site = Site::start().await;
        let (cloud, mut owner) = (&site.cloud, Browser::new(site.router.clone()));
        if is_known_here {
            owner = site.logged_in(ALICE).await;
        }
        cloud.pool.set_attribute("alice", "email_verified", "true");
        let forgot = [("username", "alice")];
        owner.post("/password/forgot", &forgot).await;
        let code = cloud.emulator.outbox().pop().expect("a message").code;
        let delay = FaultKind::Delay(Duration::from_millis(600));
        cloud.emulator.inject(Fault::on("GetUser", delay));

        let router = site.router.clone();
        let thief = tokio::spawn(async move {
            let mut thief = Browser::new(router);
            let page = thief.log_in(ALICE, "/").await;
            (page.status, thief.get("/maybe").await.body)
        });
        tokio::time::sleep(Duration::from_millis(200)).await;
        let form = [
            ("username", ALICE.0),
            ("code", code.as_str()),
            ("password", ALICE.1),
            ("new_password", NEW),
        ];
        let page = owner.post(path, &form).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{what}: {}", page.body);

        let (status, seen) = thief.await.expect("an answer");
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert_eq!(seen, "Hello stranger", "{what}");
        assert_eq!(site.number_of_logins("alice").await, left, "{what}");
        let password = match path {
            "/logout/everywhere" => ALICE.1,
            _ => NEW,
        };
        site.logged_in((ALICE.0, password)).await;
    }
}

#[tokio::test]
async fn a_refresh_that_is_refused_for_good_ends_the_login() {
    for name in [
        "UserLambdaValidationException",
        "UnexpectedLambdaException",
        "InvalidLambdaResponseException",
        "InvalidParameterException",
        "UnsupportedOperationException",
        "ResourceNotFoundException",
        "ForbiddenException",
    ] {
        let site = Site::start().await;
        let mut alice = site.logged_in(ALICE).await;
        site.cloud.advance(HOUR);
        let fault = FaultKind::error(name);
        site.cloud
            .emulator
            .inject(Fault::on("GetTokensFromRefreshToken", fault).forever());

        let page = alice.get("/members").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{name}");
        assert_eq!(alice.get("/login").await.status, StatusCode::OK, "{name}");
        assert_eq!(site.number_of_logins("alice").await, 0, "{name}");
    }
}

#[tokio::test]
async fn an_account_that_is_disabled_on_the_way_is_refused_and_its_tokens_are_revoked() {
    let site = Site::start().await;
    let disabled = FaultKind::ErrorWithMessage(
        "NotAuthorizedException".to_owned(),
        "User is disabled.".to_owned(),
    );
    site.cloud.emulator.inject(Fault::on("GetUser", disabled));

    let page = Browser::new(site.router.clone()).log_in(ALICE, "/").await;

    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.cloud.calls("RevokeToken"), 1);
}

#[tokio::test]
async fn a_user_has_a_bounded_number_of_logins_and_one_call_ends_them_at_cognito() {
    let site = Site::start().await;
    let mut oldest = site.logged_in(ALICE).await;
    site.cloud.advance(Duration::from_secs(1));
    let row = site.row("alice").await;
    for _ in 0..105 {
        let store = site.store.clone();
        let cookie = site.auth.force_login(store, site.pool(), &row, &[]).await;
        cookie.expect("a login");
    }
    site.cloud.advance(Duration::from_secs(1));
    assert_eq!(oldest.get("/maybe").await.body, "Hello alice");
    let mut newest = site.logged_in(ALICE).await;
    for _ in 0..5 {
        newest = site.logged_in(ALICE).await;
    }
    assert_eq!(site.number_of_logins("alice").await, 100);
    assert_eq!(oldest.get("/maybe").await.body, "Hello stranger");
    let revoked = async {
        while site.cloud.calls("RevokeToken") == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let revoked = tokio::time::timeout(Duration::from_secs(5), revoked);
    revoked.await.expect("the tokens of the oldest");

    // All of these have tokens.
    newest.post("/logout/everywhere", &[]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;

    assert_eq!(site.cloud.calls("GlobalSignOut"), 1);
    assert_eq!(site.cloud.calls("RevokeToken"), 1, "none one by one");
    assert_eq!(site.number_of_logins("alice").await, 0);
}

/// A site of two user pools, each with a table of users of its own.
async fn two_pools() -> (Auth, [Cloud; 2], [Users; 2]) {
    let clouds = [Cloud::start().await, second_cloud().await];
    let users = [Users::create().await, Users::create().await];
    let pool =
        |which: usize| UserPool::with_client(clouds[which].cognito(), users[which].store.clone());
    let auth = Auth::builder().with_pool(pool(0)).with_pool(pool(1));
    let auth = auth.build().await.expect("two pools");
    (auth, clouds, users)
}

#[tokio::test]
async fn equal_numbers_of_two_backends_are_two_users() {
    let (auth, [_first, second], _users) = two_pools().await;
    let router = routes()
        .merge(Router::new())
        .layer(auth.layer(MemoryStore::default()));
    let mut alice = Browser::new(router.clone());
    alice.log_in(ALICE, "/").await;
    let mut bob = Browser::new(router);
    bob.log_in(BOB, "/").await;
    assert_eq!(bob.get("/maybe").await.body, "Hello bob");

    let ended = auth.end_logins_of(second.pool.id(), &1.into()).await;

    assert_eq!(ended.expect("ended"), 1);
    assert_eq!(bob.get("/maybe").await.body, "Hello stranger");
    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
}

async fn show_cart(session: Session) -> String {
    let cart: Option<String> = session.get("cart").await.expect("a session");
    cart.unwrap_or_default()
}

async fn fill_cart(session: Session) {
    session.insert("cart", "hers").await.expect("a session");
}

/// The next user of a browser may be one of the same user pool, or of the same number.
#[tokio::test]
async fn what_a_site_puts_into_a_session_stays_with_its_user() {
    let (auth, _clouds, _users) = two_pools().await;
    let router = routes()
        .route("/cart", get(show_cart).post(fill_cart))
        .layer(auth.layer(MemoryStore::default()));

    for (next, cart) in [(ALICE, "hers"), (ADMIN, ""), (BOB, "")] {
        let mut browser = Browser::new(router.clone());
        browser.log_in(ALICE, "/").await;
        browser.post("/cart", &[]).await;
        assert_eq!(browser.get("/cart").await.body, "hers");

        let page = browser.log_in(next, "/").await;

        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        assert_eq!(browser.get("/cart").await.body, cart, "{}", next.0);
    }
}

/// Whoever has a copy of the cookie: under the old id nothing is left.
#[tokio::test]
async fn an_old_cookie_finds_nothing_that_a_site_has_put_into_the_session() {
    let site = Site::start().await;
    let router = routes()
        .route("/cart", get(show_cart).post(fill_cart))
        .layer(site.auth.layer(site.store.clone()));

    for leaves in [true, false] {
        let mut alice = Browser::new(router.clone());
        alice.log_in(ALICE, "/").await;
        alice.post("/cart", &[]).await;
        let mut thief = Browser::new(router.clone());
        thief.cookie = alice.cookie.clone();
        assert_eq!(thief.get("/cart").await.body, "hers");

        let page = match leaves {
            true => alice.post("/logout", &[]).await,
            false => alice.log_in(ALICE, "/").await,
        };

        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        assert_eq!(thief.get("/cart").await.body, "", "leaves: {leaves}");
    }
}

/// A user pool beside the usual one, with a user of its own.
async fn second_cloud() -> Cloud {
    let mut cloud = Cloud::start().await;
    let pool = cognito_emulator::Pool::new("us-east-1_SecondOne");
    cloud.pool = cloud.emulator.add_pool(pool);
    let client = cognito_emulator::AppClient::new("second");
    cloud.client = cloud.pool.add_client(client);
    let bob = cognito_emulator::User::new(BOB.0).with_password(BOB.1);
    cloud.pool.add_user(bob);
    cloud
}

#[tokio::test]
async fn a_row_without_a_subject_is_nobodys_unless_the_site_says_so() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let row = UserSync::new(ALICE.0, cloud.clock.now()).without_login();
    users.store.sync(&row).await.expect("a row of the site's");
    let browser = async |adopts: bool| {
        let pool = UserPool::with_client(cloud.cognito(), users.store.clone());
        let pool = pool.configure(|login| login.adopts_rows = adopts);
        let auth = Auth::builder().with_pool(pool).build().await;
        let site = pages::router().layer(auth.expect("a site").layer(MemoryStore::default()));
        Browser::new(site).log_in(ALICE, "/").await.status
    };

    assert_eq!(browser(false).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser(true).await, StatusCode::SEE_OTHER);
    assert_eq!(
        browser(false).await,
        StatusCode::SEE_OTHER,
        "it is hers now"
    );
}

/// Between the look at a login and the look at its tokens, another process ends it.
#[tokio::test]
async fn a_page_of_the_account_whose_login_has_just_ended_leads_to_the_login_page() {
    let (cloud, users) = (Cloud::start().await, Users::create().await);
    let process = async || {
        let pool = UserPool::with_client(cloud.cognito(), users.store.clone());
        let auth = Auth::builder()
            .with_pool(pool)
            .with_clock(cloud.clock.clone())
            .with_warm_logins(Duration::from_secs(10));
        auth.build().await.expect("a site")
    };
    let (here, there) = (process().await, process().await);
    let router = routes().layer(here.layer(MemoryStore::default()));

    for path in [
        "/profile/data",
        "/profile/devices",
        "/profile/edit",
        "/profile/mfa",
        "/profile/passkeys",
        "/profile/password",
        "/profile/security",
        "/profile/verify",
    ] {
        for form in [None, Some([("action", "export")])] {
            if form.is_some() && path == "/profile/security" {
                continue;
            }
            let mut alice = Browser::new(router.clone());
            alice.log_in(ALICE, "/").await;
            assert_eq!(alice.get("/maybe").await.body, "Hello alice", "kept warm");
            let ended = there.end_logins_of(cloud.pool.id(), &1.into()).await;
            assert_eq!(ended.expect("a registry"), 1);

            let page = match form {
                None => alice.get(path).await,
                Some(form) => alice.post(path, &form).await,
            };

            assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}: {}", page.body);
            let login = page.location().starts_with("/login?expired=1");
            assert!(login, "{path}: {}", page.location());
        }
    }
}
