//! Logins that are warm in a process which is told of their end after another process has ended them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use axum_cognito::tower_sessions::{MemoryStore, Session};
use axum_cognito::users::{LoginId, UserStore};
use axum_cognito::{Auth, UserPool};
use tokio::sync::Semaphore;

use crate::site::{ALICE, Browser, Cloud, Users, routes};

/// Two processes of a site. Both keep logins warm, and a clock that stands still keeps them so.
struct Processes {
    cloud: Cloud,
    users: Users,
    auth: Auth,
    here: Router,
    there: Router,
    /// Writing into a session has begun, and may be done.
    begun: Arc<Semaphore>,
    done: Arc<Semaphore>,
}

impl Processes {
    async fn start() -> Self {
        let (cloud, users) = (Cloud::start().await, Users::create().await);
        let sessions = MemoryStore::default();
        let [begun, done] = [(); 2].map(|()| Arc::new(Semaphore::new(0)));
        let process = async || {
            let (begun, done) = (begun.clone(), done.clone());
            let write = async move |session: Session| {
                session.insert("draft", "a text").await.expect("written");
                begun.add_permits(1);
                done.acquire().await.expect("it opens").forget();
            };
            let auth = Auth::builder()
                .with_pool(UserPool::with_client(cloud.cognito(), users.store.clone()))
                .with_clock(cloud.clock.clone())
                .with_warm_logins(Duration::from_secs(10));
            let auth = auth.build().await.expect("a site");
            let routes = routes().route("/write", post(write));
            (auth.clone(), routes.layer(auth.layer(sessions.clone())))
        };
        let ((auth, here), (_, there)) = (process().await, process().await);
        Self {
            cloud,
            users,
            auth,
            here,
            there,
            begun,
            done,
        }
    }

    /// A browser whose login is warm here.
    async fn logged_in(&self) -> Browser {
        let mut alice = Browser::new(self.here.clone());
        alice.log_in(ALICE, "/").await;
        assert_eq!(alice.get("/maybe").await.body, "Hello alice");
        alice
    }

    /// The same browser, at the other process.
    fn there(&self, browser: &Browser) -> Browser {
        let mut there = Browser::new(self.there.clone());
        there.cookie.clone_from(&browser.cookie);
        there
    }

    /// The logins of the user, the newest first.
    async fn logins(&self) -> Vec<LoginId> {
        let row = self.users.store.find_by_username(ALICE.0).await;
        let row = row.expect("an answer").expect("a row");
        let logins = self.auth.logins_of(self.cloud.pool.id(), &row.id).await;
        logins
            .expect("a list")
            .into_iter()
            .map(|it| it.id)
            .collect()
    }
}

/// A request writes into the session meanwhile, which most stores bring back.
#[tokio::test]
async fn a_logout_is_final_though_the_session_had_ended_and_comes_back() {
    let processes = Processes::start().await;
    let mut alice = processes.logged_in().await;
    let [mut writing, mut tab] = [(); 2].map(|()| alice.clone());

    let written = tokio::spawn(async move { writing.post("/write", &[]).await });
    processes.begun.acquire().await.expect("it opens").forget();
    processes.there(&alice).post("/logout", &[]).await;
    tab.post("/logout", &[]).await;
    processes.done.add_permits(1);
    let written = written.await.expect("an answer");

    assert_eq!(written.status, StatusCode::OK);
    assert_eq!(alice.get("/maybe").await.body, "Hello stranger");
}

#[tokio::test]
async fn a_logout_everywhere_ends_what_is_warm_though_its_session_had_ended() {
    let processes = Processes::start().await;
    let mut alice = processes.logged_in().await;
    let mut elsewhere = processes.logged_in().await;

    for browser in [&mut processes.there(&alice), &mut alice] {
        let page = browser.post("/logout/everywhere", &[]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    }

    assert_eq!(elsewhere.get("/maybe").await.body, "Hello stranger");
}

#[tokio::test]
async fn the_end_of_another_login_is_final_though_it_had_ended() {
    let processes = Processes::start().await;
    let mut elsewhere = processes.logged_in().await;
    let id = processes.logins().await.remove(0);
    let mut alice = processes.logged_in().await;

    for browser in [&mut processes.there(&alice), &mut alice] {
        let page = browser
            .post("/profile/logins", &[("id", id.as_str())])
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    }

    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
    assert_eq!(elsewhere.get("/maybe").await.body, "Hello stranger");
}
