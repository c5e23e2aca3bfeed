//! Stores that are down, come and go, or have been written by somebody else.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::http::StatusCode;
use axum_cognito::pages;
use axum_cognito::tower_sessions::session::{Id, Record};
use axum_cognito::tower_sessions::session_store::{Error, Result};
use axum_cognito::tower_sessions::{MemoryStore, SessionStore};
use axum_cognito::users::UserStore;
use axum_cognito::{Auth, CurrentUser, UserPool, login_required};

use crate::site::{ADMIN, ALICE, Browser, Cloud, Users, with_layers};

/// A store that fails at every so many-th call, or always.
#[derive(Clone, Default)]
struct Flapping {
    store: MemoryStore,
    is_down: Arc<AtomicBool>,
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
}

impl fmt::Debug for Flapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flapping")
    }
}

#[async_trait]
impl SessionStore for Flapping {
    async fn create(&self, record: &mut Record) -> Result<()> {
        self.call()?;
        self.store.create(record).await?;
        self.created.lock().expect("a lock").push(record.id);
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.call()?;
        self.store.save(record).await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        self.call()?;
        self.store.load(id).await
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.call()?;
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
}
