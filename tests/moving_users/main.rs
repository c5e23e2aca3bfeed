//! Users who move in by a migration trigger, which has to see their password.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum_cognito::backend::LoginFlow;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::{Auth, Cognito, UserPool};
use cognito_emulator::{AppClient, AuthFlow, Emulator, Fault, FaultKind, Trigger};
use serde_json::json;

use self::site::{ALICE, Browser, Cloud, TOTP, Users, router};

#[allow(dead_code, reason = "the flows use the rest")]
#[path = "../flows/site.rs"]
mod site;

#[allow(dead_code, reason = "its `main` listens on a port")]
#[path = "../../examples/moving_users.rs"]
mod example;

/// Whoever is in neither directory.
const NOBODY: (&str, &str) = ("nobody", "Wrong-horse-1");
const MOVING: (&str, &str) = ("moving", "Old-password-1");

/// A site on a user pool into which a user can move, and what the trigger was handed.
struct MovingSite {
    cloud: Cloud,
    users: Users,
    router: Router,
    passwords: Arc<Mutex<Vec<String>>>,
}

impl MovingSite {
    async fn start(flow: LoginFlow) -> Self {
        let cloud =
            Cloud::with_client(AppClient::new("site").with_prevent_user_existence_errors(true))
                .await;
        let passwords: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = passwords.clone();
        cloud
            .pool
            .set_trigger(Trigger::UserMigration, move |mut event| {
                let password = event["request"]["password"].as_str().unwrap_or_default();
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                seen.push(password.to_owned());
                if (event["userName"].as_str(), password) == (Some(MOVING.0), MOVING.1) {
                    event["response"]["userAttributes"] = json!({ "given_name": "Mo" });
                    event["response"]["finalUserStatus"] = json!("CONFIRMED");
                }
                Ok(event)
            });
        let users = Users::create().await;
        let backend = UserPool::with_client(cloud.cognito(), users.store.clone())
            .configure(|login| login.login_flow = flow);
        let auth = Auth::builder()
            .with_pool(backend)
            .with_clock(cloud.clock.clone());

        Self {
            router: router(auth, MemoryStore::default()).await,
            cloud,
            users,
            passwords,
        }
    }

    fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    fn passwords(&self) -> Vec<String> {
        let passwords = self.passwords.lock();
        passwords.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[tokio::test]
async fn a_user_moves_in_at_the_first_login() {
    let site = MovingSite::start(LoginFlow::PlainPassword).await;

    let mut browser = site.browser();
    let page = browser.log_in(MOVING, "/me").await;
    assert_eq!(page.location(), "/me", "{}", page.body);
    let page = browser.get("/me").await;
    assert!(page.body.starts_with("Hello Mo <moving>"), "{}", page.body);

    let page = site.browser().log_in(MOVING, "/me").await;
    assert_eq!(page.location(), "/me", "{}", page.body);
    assert_eq!(
        site.passwords(),
        [MOVING.1],
        "asked once, at the first login"
    );
}

#[tokio::test]
async fn by_srp_nobody_moves_in_and_no_password_leaves_the_process() {
    let site = MovingSite::start(LoginFlow::Password).await;

    let page = site.browser().log_in(MOVING, "/me").await;
    assert_eq!(
        page.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        page.body
    );
    let page = site.browser().log_in(ALICE, "/me").await;
    assert_eq!(page.location(), "/me", "{}", page.body);

    assert_eq!(site.passwords(), Vec::<String>::new());
    for call in site.cloud.emulator.calls() {
        let sent = &call.parameters;
        assert!(!sent.iter().any(|name| name == "PASSWORD"), "{call:?}");
    }
}

#[tokio::test]
async fn who_has_moved_logs_in_as_before_with_one_call() {
    let site = MovingSite::start(LoginFlow::PlainPassword).await;

    let page = site.browser().log_in(ALICE, "/me").await;

    assert_eq!(page.location(), "/me", "{}", page.body);
    assert_eq!(site.cloud.calls("InitiateAuth"), 1);
    assert_eq!(site.cloud.calls("RespondToAuthChallenge"), 0);
}

#[tokio::test]
async fn a_second_factor_is_asked_all_the_same() {
    let site = MovingSite::start(LoginFlow::PlainPassword).await;

    let page = site.browser().log_in(TOTP, "/me").await;

    assert_eq!(
        page.location(),
        "/login/challenge?next=%2Fme",
        "{}",
        page.body
    );
}

/// In the old directory, in the user pool, or in neither.
#[tokio::test]
async fn a_wrong_password_reads_the_same_wherever_the_user_is() {
    let site = MovingSite::start(LoginFlow::PlainPassword).await;
    let mut pages = Vec::new();

    for name in [MOVING.0, ALICE.0, NOBODY.0] {
        let page = site.browser().log_in((name, NOBODY.1), "/").await;
        pages.push((page.status, page.body.replace(name, "NAME")));
    }

    assert_eq!(pages[0].0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
}

/// Cognito does not tell a function that refuses from one that breaks.
#[tokio::test]
async fn an_error_of_the_trigger_reads_as_any_refusal() {
    let site = MovingSite::start(LoginFlow::PlainPassword).await;
    let wrong = site.browser().log_in((ALICE.0, NOBODY.1), "/").await;
    let broken = |_| Err("the directory is down".to_owned());
    site.cloud.pool.set_trigger(Trigger::UserMigration, broken);

    let page = site.browser().log_in(MOVING, "/").await;

    assert_eq!(page.status, wrong.status);
    assert_eq!(page.body.replace(MOVING.0, ALICE.0), wrong.body);
}

#[tokio::test]
async fn the_site_offers_nothing_but_the_password() {
    let site = MovingSite::start(LoginFlow::PlainPassword).await;

    let page = site.browser().get("/login").await;

    assert!(!page.body.contains("other_ways"), "{}", page.body);
}

#[tokio::test]
async fn the_example_moves_its_user_in() {
    let emulator = Emulator::start().await.expect("the emulator starts");
    let users = Users::create().await;
    let cognito = example::client(&emulator).expect("a client");
    let router = example::site(cognito, users.store.clone())
        .await
        .expect("a site");

    let mut browser = Browser::new(router.clone());
    let page = browser.log_in(("alice", "Old-password-1"), "/").await;
    assert_eq!(page.location(), "/", "{}", page.body);
    assert_eq!(browser.get("/").await.body, "Hello Alice");
    let page = Browser::new(router)
        .log_in(("alice", "Other-password-1"), "/")
        .await;
    assert_eq!(
        page.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        page.body
    );
}

/// Whose the alias is, a login by SRP could not tell in such an app client.
#[tokio::test]
async fn a_reset_by_an_alias_ends_the_logins_of_who_had_the_old_password() {
    let cloud = Cloud::start().await;
    let flows = [AuthFlow::UserPassword, AuthFlow::RefreshToken];
    let client = cloud
        .pool
        .add_client(AppClient::new("plain").with_flows(flows));
    let cognito = Cognito::builder(
        cloud.pool.id().parse().expect("a pool"),
        client.id().parse().expect("an app client"),
    )
    .with_endpoint(cloud.emulator.endpoint())
    .build()
    .expect("a client");
    let users = Users::create().await;
    let backend = UserPool::with_client(cognito, users.store.clone())
        .configure(|login| login.login_flow = LoginFlow::PlainPassword);
    let auth = Auth::builder().with_pool(backend);
    let router = router(auth, MemoryStore::default()).await;
    let (mut thief, mut alice) = (Browser::new(router.clone()), Browser::new(router));
    let page = thief.log_in(ALICE, "/").await;
    assert_eq!(page.location(), "/", "{}", page.body);

    let email = "alice@example.com";
    cloud.pool.set_attribute("alice", "email_verified", "true");
    alice.post("/password/forgot", &[("username", email)]).await;
    let sent = cloud.emulator.outbox();
    let code = sent.last().expect("a message").code.clone();
    let form = [
        ("username", email),
        ("code", code.as_str()),
        ("new_password", "Correct-horse-5"),
    ];
    let page = alice.post("/password/reset", &form).await;

    assert_eq!(page.location(), "/login?reset=1", "{}", page.body);
    assert_eq!(thief.get("/maybe").await.body, "Hello stranger");
}

/// Resets a password by an alias, and Cognito does not tell whose it is.
async fn reset_in_an_outage(cloud: &Cloud, alice: &mut Browser) {
    cloud.pool.set_attribute("alice", "email_verified", "true");
    let email = "alice@example.com";
    alice.post("/password/forgot", &[("username", email)]).await;
    let code = cloud.emulator.outbox().pop().expect("a message").code;
    let down = Fault::on("InitiateAuth", FaultKind::Status(500));
    cloud.emulator.inject(down.times(1));

    let form = [
        ("username", email),
        ("code", code.as_str()),
        ("new_password", "Correct-horse-5"),
    ];
    let page = alice.post("/password/reset", &form).await;
    assert_eq!(page.location(), "/login?reset_alone=1", "{}", page.body);
    cloud.emulator.clear_calls();
}

/// What waits for another try holds no password: the first step of a login by SRP tells whose alias it is.
#[tokio::test]
async fn a_reset_by_an_alias_ends_logins_later_without_the_new_password() {
    let site = MovingSite::start(LoginFlow::PlainPassword).await;
    let (cloud, mut alice, mut thief) = (&site.cloud, site.browser(), site.browser());
    thief.log_in(ALICE, "/").await;
    assert_eq!(thief.get("/maybe").await.body, "Hello alice");
    cloud.advance(Duration::from_secs(60));
    reset_in_an_outage(cloud, &mut alice).await;

    thief.is_logged_out_within(Duration::from_secs(10)).await;
    let calls = cloud.emulator.calls();
    let begun = calls.iter().filter(|call| call.operation == "InitiateAuth");
    let sent: Vec<_> = begun.flat_map(|call| &call.parameters).collect();
    assert!(!sent.is_empty());
    assert!(!sent.iter().any(|name| *name == "PASSWORD"), "{sent:?}");
}

/// Without a password and without SRP nobody tells whose name it is. It leads to its own row all the same.
#[tokio::test]
async fn a_reset_by_a_username_ends_logins_later_without_srp() {
    let site = MovingSite::start(LoginFlow::PlainPassword).await;
    let (cloud, mut alice, mut thief) = (&site.cloud, site.browser(), site.browser());
    let client = AppClient::new("site").with_id(cloud.client.id());
    let flows = [AuthFlow::RefreshToken, AuthFlow::UserPassword];
    cloud.pool.add_client(client.with_flows(flows));
    thief.log_in(ALICE, "/").await;
    assert_eq!(thief.get("/maybe").await.body, "Hello alice");
    cloud.advance(Duration::from_secs(60));
    cloud.pool.set_attribute("alice", "email_verified", "true");
    alice
        .post("/password/forgot", &[("username", ALICE.0)])
        .await;
    let code = cloud.emulator.outbox().pop().expect("a message").code;

    let database = site.users.store.pool();
    let away = sqlx::query("alter table logins rename to elsewhere");
    away.execute(database).await.expect("no table");
    let form = [
        ("username", ALICE.0),
        ("code", code.as_str()),
        ("new_password", "Correct-horse-5"),
    ];
    let page = alice.post("/password/reset", &form).await;
    assert_eq!(page.location(), "/login?reset_alone=1", "{}", page.body);
    let back = sqlx::query("alter table elsewhere rename to logins");
    back.execute(database).await.expect("the table");

    thief.is_logged_out_within(Duration::from_secs(10)).await;
}

/// Without a password, a login by another flow would begin for real, and some have a code sent.
#[tokio::test]
async fn no_login_begins_to_find_out_whose_an_alias_is() {
    let site = MovingSite::start(LoginFlow::Choice).await;
    let (cloud, mut alice) = (&site.cloud, site.browser());
    let client = AppClient::new("site").with_id(cloud.client.id());
    let flows = [AuthFlow::RefreshToken, AuthFlow::User];
    cloud.pool.add_client(client.with_flows(flows));
    reset_in_an_outage(cloud, &mut alice).await;
    // The first try comes after a second.
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if cloud.calls("InitiateAuth") > 0 {
            break;
        }
    }
    tokio::time::sleep(Duration::from_secs(1)).await;

    let calls = cloud.emulator.calls();
    let begun = calls.iter().filter(|call| call.operation == "InitiateAuth");
    let flows: Vec<_> = begun.map(|call| call.kind.as_deref()).collect();
    assert_eq!(flows, [Some("USER_SRP_AUTH")]);
}
