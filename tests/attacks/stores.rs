//! Stores that are down, come and go, or have been written by somebody else.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::http::StatusCode;
use axum_cognito::clock::{Clock, SystemClock};
use axum_cognito::pages::{self, JsonApi, Pages};
use axum_cognito::tower_sessions::session::{Id, Record};
use axum_cognito::tower_sessions::session_store::{Error, Result};
use axum_cognito::tower_sessions::{MemoryStore, Session, SessionStore};
use axum_cognito::users::UserStore;
use axum_cognito::{Auth, CurrentUser, UserPool, login_required};

use crate::site::{ADMIN, ALICE, Browser, Cloud, FACES, NEWBIE, TOTP, Users, with_layers};

/// A store that fails at every so many-th call, or always.
#[derive(Clone, Default)]
struct Flapping {
    store: MemoryStore,
    is_down: Arc<AtomicBool>,
    /// Sessions can be deleted all the same.
    is_full: Arc<AtomicBool>,
    is_read_only: Arc<AtomicBool>,
    fails_every: Arc<AtomicU64>,
    /// The ids under which sessions were added: hashes of those in the cookies.
    created: Arc<Mutex<Vec<Id>>>,
    calls: Arc<AtomicU64>,
}

impl Flapping {
    fn call(&self) -> Result<()> {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        let every = self.fails_every.load(Ordering::Relaxed);
        let fails = every > 0 && number.is_multiple_of(every);
        if fails || self.is_down.load(Ordering::Relaxed) {
            return Err(Error::Backend("the store is down".to_owned()));
        }
        Ok(())
    }

    fn write(&self) -> Result<()> {
        self.call()?;
        if self.is_read_only.load(Ordering::Relaxed) {
            return Err(Error::Backend("the store takes nothing".to_owned()));
        }
        Ok(())
    }

    fn add(&self) -> Result<()> {
        self.write()?;
        if self.is_full.load(Ordering::Relaxed) {
            return Err(Error::Backend("the store is full".to_owned()));
        }
        Ok(())
    }
}

impl fmt::Debug for Flapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flapping")
    }
}

#[async_trait]
impl SessionStore for Flapping {
    async fn create(&self, record: &mut Record) -> Result<()> {
        self.add()?;
        self.store.create(record).await?;
        self.created.lock().expect("a lock").push(record.id);
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.add()?;
        self.store.save(record).await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        self.call()?;
        self.store.load(id).await
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.write()?;
        self.store.delete(id).await
    }
}

async fn site(store: &Flapping) -> (Cloud, Router, Users) {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    let routes = Router::new()
        .route(
            "/members",
            axum::routing::get(async |user: CurrentUser| user.username.clone()),
        )
        .route_layer(login_required())
        .route("/", axum::routing::get(async || "public"))
        .route(
            "/cart",
            axum::routing::post(async |session: Session| {
                session.insert("cart", 1).await.expect("a session");
            }),
        )
        .route(
            "/fault",
            axum::routing::post(async || StatusCode::INTERNAL_SERVER_ERROR),
        )
        .merge(pages::router());
    let router = with_layers(
        routes,
        Auth::builder()
            .with_pool(backend)
            .with_clock(cloud.clock.clone()),
        store.clone(),
    )
    .await;
    (cloud, router, users)
}

async fn logged_in(router: &Router, user: (&str, &str)) -> Browser {
    let mut browser = Browser::new(router.clone());
    let page = browser.log_in(user, "/").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    browser
}

#[tokio::test]
async fn guards_stay_shut_while_the_store_comes_and_goes() {
    let store = Flapping::default();
    let (_cloud, router, _users) = site(&store).await;
    let people = [
        (Some(ALICE.0), logged_in(&router, ALICE).await),
        (Some(ADMIN.0), logged_in(&router, ADMIN).await),
        (None, Browser::new(router.clone())),
    ];
    let (mut tried, mut refused) = (0, 0);

    for every in [2, 3, 5, 7] {
        store.fails_every.store(every, Ordering::Relaxed);
        for _ in 0..850 {
            for (name, browser) in &people {
                let mut browser = browser.clone();
                let page = browser.get("/members").await;
                tried += 1;
                match page.status {
                    StatusCode::OK => assert_eq!(Some(page.body.as_str()), *name),
                    StatusCode::SEE_OTHER => assert!(name.is_none(), "{name:?} is sent away"),
                    status => {
                        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{name:?}");
                        refused += 1;
                    }
                }
            }
        }
    }
    println!("{tried} requests, {refused} of them 503");
    assert!(tried > 10_000 && refused > 1000);

    store.is_down.store(true, Ordering::Relaxed);
    for (name, browser) in people {
        let mut browser = browser;
        assert_eq!(
            browser.get("/").await.status,
            StatusCode::OK,
            "{name:?}: public"
        );
        let status = browser.get("/members").await.status;
        match name {
            Some(_) => assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{name:?}"),
            None => assert_eq!(status, StatusCode::SEE_OTHER),
        }
    }
}

/// Whoever asks for codes without end fills no disk with what is kept of it for two weeks.
#[tokio::test]
async fn what_is_kept_of_strangers_lasts_an_hour() {
    let store = Flapping::default();
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    let pages = Pages::new().with_sign_up(["email"]).expect("a name");
    let cart = async |session: Session| session.insert("cart", 1).await.expect("a session");
    let routes = Router::new()
        .route("/cart", axum::routing::get(cart))
        .merge(JsonApi::new(pages.clone()).router())
        .merge(pages.router());
    let auth = Auth::builder().with_pool(backend);
    let router = with_layers(routes, auth, store.clone()).await;
    let hours_left = async || {
        let id = *store.created.lock().expect("a lock").last().expect("one");
        let record = store.store.load(&id).await.expect("an answer");
        let expires_at = record.expect("a record").expiry_date;
        (expires_at - SystemClock.now()).whole_minutes() as f64 / 60.0
    };

    let forms: [(&str, &[(&str, &str)]); 4] = [
        ("/password/forgot", &[("username", "nobody")]),
        ("/signup/resend", &[("username", "nobody")]),
        (
            "/signup",
            &[
                ("username", "bob"),
                ("email", "bob@example.com"),
                ("new_password", "Correct-horse-1"),
            ],
        ),
        ("/login", &[("username", NEWBIE.0), ("password", NEWBIE.1)]),
    ];
    for (path, form) in forms {
        for face in FACES {
            let known = store.created.lock().expect("a lock").len();
            let mut stranger = Browser::new(router.clone()).by(face);
            // Made up: the store knows nothing of it.
            stranger.cookie = Some("id=AAAAAAAAAAAAAAAAAAAAAA".to_owned());
            // The second time, the session is there already.
            for time in ["first", "second"] {
                let page = stranger.post(path, form).await;
                assert!(page.status.is_redirection(), "{path} {page:?}");
                assert!(store.created.lock().expect("a lock").len() > known);
                let left = hours_left().await;
                assert!(left <= 1.0, "{path} {face:?} {time}: {left} hours");
            }
        }
    }

    // A challenge alone lasts as long as it can be answered: three minutes.
    let mut stranger = Browser::new(router.clone());
    stranger.log_in(NEWBIE, "/").await;
    assert!(hours_left().await <= 0.05);

    // What the site itself keeps lasts as long as the site says.
    for (path, form) in [forms[0], forms[3]] {
        let mut customer = Browser::new(router.clone());
        customer.get("/cart").await;
        customer.post(path, form).await;
        assert!(hours_left().await > 24.0, "{path}");
    }
    let mut customer = Browser::new(router);
    customer.post(forms[0].0, forms[0].1).await;
    customer.get("/cart").await;
    assert!(hours_left().await > 24.0);
}

/// What another program, another release or a failing disk has left in a session.
#[tokio::test]
async fn a_damaged_session_is_nobody_and_never_a_fault() {
    let store = Flapping::default();
    let (cloud, router, _users) = site(&store).await;
    let value = |text: &str| serde_json::from_str(text).expect("JSON");
    let large = format!("\"{}\"", "x".repeat(70_000));
    let mut tried = 0;

    for key in [
        "axum_cognito.login",
        "axum_cognito.challenge",
        "axum_cognito.devices",
    ] {
        for damage in [
            "null",
            "0",
            "-1",
            "1e300",
            "true",
            "\"\"",
            "[]",
            "{}",
            "[[[]]]",
            "{\"id\":1}",
            "{\"id\":\"x\",\"version\":-1}",
            "{\"user_id\":\"alice\"}",
            "{\"tokens\":{}}",
            "{\"id\":\"x\",\"version\":0,\"backend\":\"nobody\",\"user_id\":1,\"groups\":[],\"tokens\":null,\"logged_in_at\":0}",
            "{\"id\":\"x\",\"version\":18446744073709551615,\"backend\":\"\",\"user_id\":9223372036854775807,\"groups\":[\"admins\"],\"tokens\":null,\"logged_in_at\":99999999999999}",
            "{\"backend\":\"cognito\",\"record\":{},\"expires_at\":0}",
            large.as_str(),
        ] {
            cloud.advance(std::time::Duration::from_secs(10));
            let alice = logged_in(&router, ALICE).await;
            let id = *store
                .created
                .lock()
                .expect("a lock")
                .last()
                .expect("a session");
            let mut record = store
                .store
                .load(&id)
                .await
                .expect("an answer")
                .expect("a record");
            record.data.insert(key.to_owned(), value(damage));
            store.store.save(&record).await.expect("saved");

            for path in [
                "/members",
                "/",
                "/profile",
                "/login",
                "/login/challenge",
                "/logout",
            ] {
                let mut browser = alice.clone();
                let page = browser.get(path).await;
                tried += 1;
                assert!(
                    !page.status.is_server_error(),
                    "{key} {damage:.60} {path}: {}",
                    page.status
                );
                if key == "axum_cognito.login" && path == "/members" {
                    assert_eq!(page.status, StatusCode::SEE_OTHER, "{damage:.60}");
                }
            }
            let mut again = alice.clone();
            assert_eq!(
                again.log_in(ALICE, "/").await.status,
                StatusCode::SEE_OTHER,
                "{damage:.60}"
            );
        }
    }
    println!("{tried} requests with damaged sessions");
}

/// A login whose session cannot be saved leaves nothing behind: the visitor was told that it failed.
#[tokio::test]
async fn a_login_that_cannot_be_saved_has_not_begun() {
    let store = Flapping::default();
    let (cloud, router, users) = site(&store).await;
    let mut browser = logged_in(&router, ALICE).await;
    browser.post("/logout", &[]).await;
    let row = users.store.find_by_username("alice").await;
    let id = row.expect("an answer").expect("a row").id;
    let logins = users.store.logins().expect("a registry");

    let revoked = cloud.calls("RevokeToken");
    for number in 0..20 {
        store.is_down.store(true, Ordering::Relaxed);
        let mut browser = Browser::new(router.clone());
        let page = browser.log_in(ALICE, "/").await;
        store.is_down.store(false, Ordering::Relaxed);

        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{number}");
        assert!(!page.header("retry-after").is_empty(), "{number}");
        let left = logins.list(cloud.pool.id(), &id).await.expect("a list");
        assert!(left.is_empty(), "{number}: {left:?}");
    }
    // The tokens of each, in a task of its own.
    let all_revoked = async {
        while cloud.calls("RevokeToken") - revoked < 20 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let all_revoked = tokio::time::timeout(Duration::from_secs(10), all_revoked).await;
    all_revoked.expect("as many as logins that were not to be");
}

/// Whatever a step keeps in the session: nobody goes on without it, and nobody is told of a fault.
#[tokio::test]
async fn a_step_that_cannot_be_saved_is_an_outage() {
    let store = Flapping::default();
    let (_cloud, router, _users) = site(&store).await;
    let forms: [(&str, &[(&str, &str)]); 4] = [
        ("/login", &[("username", TOTP.0), ("password", TOTP.1)]),
        ("/login", &[("username", NEWBIE.0), ("password", NEWBIE.1)]),
        ("/password/forgot", &[("username", ALICE.0)]),
        ("/cart", &[]),
    ];

    for switch in [&store.is_full, &store.is_down] {
        for (path, form) in forms {
            switch.store(true, Ordering::Relaxed);
            let page = Browser::new(router.clone()).post(path, form).await;
            switch.store(false, Ordering::Relaxed);

            assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
            assert!(!page.header("retry-after").is_empty(), "{path}");
        }
    }
    // What the site itself makes wrong stays its own.
    let page = Browser::new(router).post("/fault", &[]).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
}

/// The same of the login that takes the place of one whose password has changed. The change itself
/// is told: Cognito has made it.
#[tokio::test]
async fn a_login_that_cannot_take_the_place_of_another_leaves_nothing() {
    let store = Flapping::default();
    let (cloud, router, users) = site(&store).await;
    let mut browser = logged_in(&router, ALICE).await;
    let row = users.store.find_by_username("alice").await;
    let id = row.expect("an answer").expect("a row").id;
    let logins = users.store.logins().expect("a registry");
    let form = [("password", ALICE.1), ("new_password", "Another-horse-2")];

    store.is_read_only.store(true, Ordering::Relaxed);
    let page = browser.post("/profile/password", &form).await;
    store.is_read_only.store(false, Ordering::Relaxed);

    assert_eq!(
        page.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "{}",
        page.body
    );
    let left = logins.list(cloud.pool.id(), &id).await.expect("a list");
    assert!(left.is_empty(), "{left:?}");
    let page = browser.get("/members").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    logged_in(&router, (ALICE.0, "Another-horse-2")).await;
}
