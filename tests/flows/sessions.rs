use std::time::Duration;

use axum::http::StatusCode;
use axum::routing::get;
use axum_cognito::clock::Clock;
use axum_cognito::tower_sessions::{MemoryStore, Session};
use axum_cognito::users::Lease;
use axum_cognito::{Auth, SqliteUsers, UserPool, UserStore};
use cognito_emulator::{AppClient, Fault, FaultKind};

use crate::site::{ADMIN, ALICE, Browser, Cloud, Site, TOTP, Users, routes, with_layers};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn a_login_gets_a_fresh_session_id() {
    let site = Site::start().await;
    let mut browser = site.browser();
    let form = [("username", "newbie"), ("password", "Temporary-1!")];
    browser.post("/login", &form).await;
    let anonymous = browser.cookie.clone().expect("a challenge makes a session");

    browser.log_in(ALICE, "/").await;

    assert_ne!(browser.cookie.as_ref(), Some(&anonymous));
    let mut thief = site.browser();
    thief.cookie = Some(anonymous);
    assert_eq!(thief.get("/maybe").await.body, "Hello stranger");
}

#[tokio::test]
async fn another_user_finds_an_empty_session() {
    let site = Site::start().await;
    let mut browser = site.logged_in(ALICE).await;
    let alices = browser.cookie.clone();

    browser.log_in(ADMIN, "/").await;

    assert_ne!(browser.cookie, alices);
    assert_eq!(browser.get("/maybe").await.body, "Hello admin");
    let mut thief = site.browser();
    thief.cookie = alices;
    assert_eq!(thief.get("/maybe").await.body, "Hello stranger");
}

/// A right code proves who somebody is. It is no new password, which would end what the old one began.
#[tokio::test]
async fn a_login_with_a_second_factor_ends_no_other() {
    let site = Site::start().await;
    let mut browsers = Vec::new();
    for _ in 0..2 {
        let mut browser = site.browser();
        browser.log_in(TOTP, "/").await;
        let code = site.cloud.pool.totp_code(TOTP.0).expect("an app");
        let page = browser.post("/login/challenge", &[("code", &code)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        browsers.push(browser);
        // A code is good once.
        site.cloud.advance(60 * SECOND);
    }

    for browser in &mut browsers {
        assert_eq!(browser.get("/maybe").await.body, "Hello totp");
    }
}

#[tokio::test]
async fn a_logout_ends_the_session_and_revokes_the_tokens() {
    let site = Site::start().await;
    let mut browser = site.logged_in(ALICE).await;
    let cookie = browser.cookie.clone();

    let page = browser.post("/logout", &[]).await;

    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(site.cloud.calls("RevokeToken"), 1);
    browser.cookie = cookie;
    assert_eq!(browser.get("/maybe").await.body, "Hello stranger");
    assert_eq!(
        browser.post("/logout", &[]).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn a_logout_works_while_cognito_is_down() {
    let site = Site::start().await;
    let mut browser = site.logged_in(ALICE).await;
    let cookie = browser.cookie.clone();
    let slow = FaultKind::Delay(Duration::from_secs(30));
    site.cloud
        .emulator
        .inject(Fault::on("RevokeToken", slow).times(10));

    let started = std::time::Instant::now();
    let page = browser.post("/logout", &[]).await;

    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(started.elapsed() < Duration::from_secs(10));
    browser.cookie = cookie;
    assert_eq!(browser.get("/maybe").await.body, "Hello stranger");
}

/// Whoever wants to leave can, though nobody can come in.
#[tokio::test]
async fn a_logout_works_while_the_database_is_full() {
    let cloud = Cloud::start().await;
    // One connection, which keeps to the bound.
    let users = SqliteUsers::connect("sqlite::memory:").await;
    let users = users.expect("a database");
    let auth = Auth::builder().with_pool(UserPool::with_client(cloud.cognito(), users.clone()));
    let router = with_layers(routes(), auth, users.sessions()).await;
    let mut alice = Browser::new(router.clone());
    alice.log_in(ALICE, "/").await;
    let cookie = alice.cookie.clone();
    sqlx::raw_sql("pragma max_page_count = 1; create table filling (text)")
        .execute(users.pool())
        .await
        .expect_err("full");
    // Also what is free in the pages of the logins.
    for fill in [
        "insert into login_ends values (hex(randomblob(500)), 'x', 0, 0)",
        "insert into logins (id, backend, user_id, version, group_names, user_agent, \
         logged_in_at, renewed_at, seen_at, proved_at, methods) \
         values (hex(randomblob(100)), 'x', 'x', 0, '[]', '', 0, 0, 0, 0, '[]')",
    ] {
        while sqlx::raw_sql(fill).execute(users.pool()).await.is_ok() {}
    }

    let page = Browser::new(router).log_in(ADMIN, "/").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    let page = alice.post("/logout", &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    alice.cookie = cookie;
    assert_eq!(alice.get("/maybe").await.body, "Hello stranger");
}

#[tokio::test]
async fn what_a_site_changes_in_a_session_of_the_users_database_is_kept() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let auth = Auth::builder()
        .with_pool(UserPool::with_client(cloud.cognito(), users.store.clone()))
        .with_clock(cloud.clock.clone());
    let look = async |session: Session| {
        let cart: Option<u32> = session.get("cart").await.expect("a session");
        cart.unwrap_or_default().to_string()
    };
    let add = async |session: Session| {
        let cart: Option<u32> = session.get("cart").await.expect("a session");
        let more = cart.unwrap_or_default() + 1;
        session.insert("cart", more).await.expect("a session");
    };
    let routes = routes().route("/cart", get(look).post(add));
    let router = with_layers(routes, auth, users.store.sessions()).await;
    let mut alice = Browser::new(router);
    alice.log_in(ALICE, "/").await;

    for cart in ["1", "2"] {
        alice.post("/cart", &[]).await;
        assert_eq!(alice.get("/cart").await.body, cart);
    }
    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
}

#[tokio::test]
async fn looking_at_the_logout_page_logs_nobody_out() {
    let site = Site::start().await;
    let mut browser = site.logged_in(ALICE).await;

    browser.get("/logout").await;

    assert_eq!(browser.get("/maybe").await.body, "Hello alice");
}

#[tokio::test]
async fn tokens_are_renewed_shortly_before_they_expire() {
    let site = Site::start().await;
    let mut browser = site.logged_in(ALICE).await;

    site.cloud.advance(HOUR - Duration::from_secs(120));
    browser.get("/members").await;
    assert_eq!(refreshes(&site.cloud), 0);

    site.cloud.advance(Duration::from_secs(90));
    assert_eq!(browser.get("/members").await.status, StatusCode::OK);
    assert_eq!(refreshes(&site.cloud), 1);

    assert_eq!(browser.get("/members").await.status, StatusCode::OK);
    assert_eq!(refreshes(&site.cloud), 1);
}

#[tokio::test]
async fn routes_that_ask_for_nobody_renew_nothing() {
    let site = Site::start().await;
    let mut browser = site.logged_in(ALICE).await;
    site.cloud.advance(HOUR);

    browser.get("/").await;

    assert_eq!(refreshes(&site.cloud), 0);
}

#[tokio::test]
async fn a_hundred_requests_at_expiry_make_one_refresh() {
    let rotating = AppClient::new("site").with_refresh_token_rotation(Duration::ZERO);
    let site = Site::on(Cloud::with_client(rotating).await).await;
    let browser = site.logged_in(ALICE).await;
    site.cloud.advance(HOUR);

    let requests: Vec<_> = (0..100)
        .map(|_| {
            let mut browser = browser.clone();
            tokio::spawn(async move { browser.get("/members").await.status })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.expect("a request"), StatusCode::OK);
    }

    assert_eq!(refreshes(&site.cloud), 1);
    site.cloud.advance(HOUR);
    assert_eq!(browser.clone().get("/members").await.status, StatusCode::OK);
    assert_eq!(refreshes(&site.cloud), 2);
}

#[tokio::test]
async fn a_refused_refresh_ends_the_login() {
    let site = Site::start().await;
    let mut browser = site.logged_in(ALICE).await;
    site.cloud.pool.disable_user("alice");
    site.cloud.advance(HOUR);

    let page = browser.get("/members").await;

    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(page.location(), "/login?next=%2Fmembers");
    assert_eq!(browser.get("/maybe").await.body, "Hello stranger");
}

#[tokio::test]
async fn an_unreachable_cognito_does_not_end_a_login() {
    let site = Site::start().await;
    let mut browser = site.logged_in(ALICE).await;
    site.cloud.advance(HOUR);

    for kind in [
        FaultKind::Throttle,
        FaultKind::Status(500),
        FaultKind::Status(503),
        FaultKind::Garbage,
        FaultKind::Drop,
    ] {
        let shown = format!("{kind:?}");
        site.cloud
            .emulator
            .inject(Fault::on("GetTokensFromRefreshToken", kind).times(1));
        let page = browser.get("/members").await;

        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{shown}");
        // A failure is passed on for a second, so that Cognito is not asked by everybody.
        site.cloud.advance(Duration::from_secs(1));
    }
    assert_eq!(browser.get("/members").await.status, StatusCode::OK);
}

/// A process that renews tokens may have died on the way.
#[tokio::test]
async fn good_tokens_wait_for_no_process_that_hangs() {
    let site = Site::start().await;
    let mut alice = site.logged_in(ALICE).await;
    let logins = site.users.store.logins().expect("a registry");
    let login = logins.list(site.cloud.pool.id(), &1.into()).await;
    let login = login.expect("a list").pop().expect("a login");
    let lease = Lease::new("of another process", HOUR);
    let leased = logins.lease(&login.id, login.version, &lease).await;
    assert!(leased.expect("an answer"));
    site.cloud.advance(HOUR - 30 * SECOND);

    let page = tokio::time::timeout(10 * SECOND, alice.get("/maybe")).await;

    assert_eq!(page.expect("in time").body, "Hello alice");
    assert_eq!(refreshes(&site.cloud), 0);
}

/// Tokens that rotate are good once: whoever has new ones and does not keep them is logged out.
#[tokio::test]
async fn new_tokens_outlast_a_short_outage_of_the_database() {
    let rotating = AppClient::new("site").with_refresh_token_rotation(Duration::ZERO);
    let site = Site::on(Cloud::with_client(rotating).await).await;
    let mut alice = site.logged_in(ALICE).await;
    let fails_four_times = "create table failures (number); \
        create trigger down before update of tokens on logins begin \
        insert into failures values (1); \
        select raise(fail, 'down') where (select count(*) from failures) < 5; end";
    let down = sqlx::raw_sql(fails_four_times)
        .execute(site.users.store.pool())
        .await;
    down.expect("a trigger");

    site.cloud.advance(HOUR);
    let began = std::time::Instant::now();
    assert_eq!(alice.get("/members").await.status, StatusCode::OK);
    assert!(began.elapsed() > SECOND, "each pause is longer");
    site.cloud.advance(HOUR);
    assert_eq!(alice.get("/members").await.status, StatusCode::OK);
    assert_eq!(refreshes(&site.cloud), 2);
}

/// Nobody waits for a database that stays down.
#[tokio::test]
async fn new_tokens_that_cannot_be_kept_are_an_outage() {
    let site = Site::start().await;
    let mut alice = site.logged_in(ALICE).await;
    let fails = "create trigger down before update of tokens on logins begin \
        select raise(fail, 'down'); end";
    let down = sqlx::raw_sql(fails).execute(site.users.store.pool()).await;
    down.expect("a trigger");

    site.cloud.advance(2 * HOUR);
    let page = tokio::time::timeout(20 * SECOND, alice.get("/members")).await;

    let page = page.expect("in time");
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_ne!(page.header("retry-after"), "");
}

/// A lease ran out on the way, and another process was first.
#[tokio::test]
async fn old_tokens_that_are_refused_end_no_login_that_has_newer_ones() {
    let site = Site::start().await;
    let mut alice = site.logged_in(ALICE).await;
    let other_process = "create trigger first after update of lease on logins \
        when new.lease is not null begin \
        update logins set version = version + 1, expires_at = expires_at + 7200 \
        where id = new.id; end";
    let first = sqlx::raw_sql(other_process)
        .execute(site.users.store.pool())
        .await;
    first.expect("a trigger");
    let refused = FaultKind::error("UserLambdaValidationException");
    let refused = Fault::on("GetTokensFromRefreshToken", refused);
    site.cloud.emulator.inject(refused);

    site.cloud.advance(HOUR);

    for _ in 0..2 {
        assert_eq!(alice.get("/members").await.status, StatusCode::OK);
    }
    assert_eq!(refreshes(&site.cloud), 1);
}

#[tokio::test]
async fn groups_follow_at_the_refresh() {
    let site = Site::start().await;
    let mut browser = site.logged_in(ALICE).await;
    assert_eq!(browser.get("/admins").await.status, StatusCode::FORBIDDEN);

    site.cloud.pool.add_user_to_group("alice", "admins");
    site.cloud.advance(HOUR);

    assert_eq!(browser.get("/admins").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_session_that_cannot_be_read_is_an_anonymous_one() {
    let site = Site::start().await;

    for cookie in [
        "id=AAAAAAAAAAAAAAAAAAAAAA",
        "id=",
        "id=%ff%fe",
        "id=../../etc/passwd",
        "id=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "garbage",
        ";;;==;;",
    ] {
        let mut browser = site.browser();
        browser.cookie = Some(cookie.to_owned());
        let page = browser.get("/maybe").await;

        assert_eq!(page.body, "Hello stranger", "{cookie}");
    }
}

fn refreshes(cloud: &Cloud) -> usize {
    cloud.calls("GetTokensFromRefreshToken")
}

#[tokio::test]
async fn a_login_is_renewed_where_devices_are_tracked() {
    let site = Site::start().await;
    site.cloud.pool.clone().with_device_tracking();
    let mut browser = site.logged_in(ALICE).await;

    for _ in 0..2 {
        site.cloud.advance(HOUR);
        assert_eq!(browser.get("/members").await.status, StatusCode::OK);
    }

    assert_eq!(refreshes(&site.cloud), 2);
}

#[tokio::test]
async fn a_logout_everywhere_ends_all_logins() {
    let site = Site::start().await;
    let mut here = site.logged_in(ALICE).await;
    let mut there = site.logged_in(ALICE).await;

    let page = here.post("/logout/everywhere", &[]).await;

    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert_eq!(here.get("/maybe").await.body, "Hello stranger");
    assert_eq!(there.get("/maybe").await.body, "Hello stranger");
}

#[tokio::test]
async fn a_login_lasts_seven_days_unused_and_thirty_in_all() {
    let client = AppClient::new("site").with_refresh_token_validity(100 * DAY);
    let site = Site::on(Cloud::with_client(client).await).await;
    // The registry keeps whole seconds.
    let now = site.cloud.clock.now().replace_nanosecond(0);
    site.cloud.clock.set(now.expect("a time"));
    let mut used = site.logged_in(ALICE).await;
    let mut unused = site.logged_in(ALICE).await;

    site.cloud.advance(7 * DAY - SECOND);
    assert_eq!(used.get("/maybe").await.body, "Hello alice");
    site.cloud.advance(SECOND);
    assert_eq!(unused.get("/maybe").await.body, "Hello stranger");
    for days in [6, 6, 6] {
        site.cloud.advance(days * DAY);
        assert_eq!(used.get("/maybe").await.body, "Hello alice");
    }
    site.cloud.advance(5 * DAY - SECOND);
    assert_eq!(used.get("/maybe").await.body, "Hello alice");
    site.cloud.advance(SECOND);
    assert_eq!(used.get("/maybe").await.body, "Hello stranger");
}

#[tokio::test]
async fn a_login_ends_with_its_lifetime_however_often_it_was_renewed() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    let auth = Auth::builder()
        .with_pool(backend)
        .with_clock(cloud.clock.clone())
        .with_login_lifetime(3 * HOUR);
    let auth = auth.build().await.expect("a site");
    let pool = auth.backends().next().expect("a backend").to_owned();
    let mut browser = Browser::new(routes().layer(auth.layer(MemoryStore::default())));
    browser.log_in(ALICE, "/me").await;

    for hour in 1..=2 {
        cloud.advance(HOUR);
        assert_eq!(browser.get("/me").await.status, 200, "hour {hour}");
    }
    cloud.advance(HOUR);
    assert_eq!(browser.get("/me").await.status, 303);
    let logins = users.store.logins().expect("a registry");
    assert!(
        logins
            .list(&pool, &1.into())
            .await
            .expect("a list")
            .is_empty()
    );

    // One that nobody comes back to is deleted in time.
    browser.log_in(ALICE, "/me").await;
    cloud.advance(4 * HOUR);
    let cleaning = tokio::spawn(auth.clean_up());
    while !logins
        .list(&pool, &1.into())
        .await
        .expect("a list")
        .is_empty()
    {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(!cleaning.is_finished());
}
