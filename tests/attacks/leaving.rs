//! Visitors who leave while their login ends.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::routing::post;
use axum_cognito::attribute::AttributeMapping;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::users::{
    Lease, LiveLogin, LoginId, LoginRecord, LoginStore, StoreTime, StoredLogin, Synced, User,
    UserId, UserStore, UserStoreError, UserSync,
};
use axum_cognito::web::AuthError;
use axum_cognito::{Auth, AuthSession, SqliteUsers, UserPool};
use time::OffsetDateTime;
use tokio::sync::Semaphore;

use crate::site::{ALICE, Browser, Cloud, Users, routes};

/// A store whose answers are late when logins end, or users are shut out: that is done by then.
#[derive(Clone)]
struct Late {
    users: SqliteUsers,
    done: Arc<Semaphore>,
    answers: Arc<Semaphore>,
}

type Answer<T> = Result<T, UserStoreError>;

impl Late {
    fn new(users: SqliteUsers) -> Self {
        Self {
            users,
            done: Arc::new(Semaphore::new(0)),
            answers: Arc::new(Semaphore::new(0)),
        }
    }

    fn registry(&self) -> &dyn LoginStore {
        self.users.logins().expect("a registry")
    }

    async fn wait(&self) {
        self.done.add_permits(1);
        self.answers.acquire().await.expect("it opens").forget();
    }

    /// Drops what waits for an answer when it is done, and lets the answer through.
    async fn leave<F: Future>(&self, ending: F) {
        tokio::select! {
            _ = ending => panic!("the answer came"),
            done = self.done.acquire() => done.expect("it opens").forget(),
        }
        self.answers.add_permits(1);
    }
}

#[async_trait]
impl LoginStore for Late {
    async fn now(&self) -> Answer<StoreTime> {
        self.registry().now().await
    }

    async fn add(&self, login: &StoredLogin, began: StoreTime) -> Answer<bool> {
        self.registry().add(login, began).await
    }

    async fn find(&self, id: &LoginId) -> Answer<Option<LiveLogin>> {
        self.registry().find(id).await
    }

    async fn read(&self, id: &LoginId) -> Answer<Option<StoredLogin>> {
        self.registry().read(id).await
    }

    async fn touch(&self, id: &LoginId, at: OffsetDateTime) -> Answer<()> {
        self.registry().touch(id, at).await
    }

    async fn prove(&self, id: &LoginId, at: OffsetDateTime, methods: &[String]) -> Answer<bool> {
        self.registry().prove(id, at, methods).await
    }

    async fn lease(&self, id: &LoginId, version: u64, lease: &Lease) -> Answer<bool> {
        self.registry().lease(id, version, lease).await
    }

    async fn release(&self, id: &LoginId, holder: &str) -> Answer<()> {
        self.registry().release(id, holder).await
    }

    async fn renew(&self, login: &StoredLogin) -> Answer<bool> {
        self.registry().renew(login).await
    }

    async fn end(&self, id: &LoginId) -> Answer<Option<StoredLogin>> {
        let ended = self.registry().end(id).await;
        self.wait().await;
        ended
    }

    async fn end_all(
        &self,
        backend: &str,
        user_id: &UserId,
        except: Option<&LoginId>,
    ) -> Answer<Vec<StoredLogin>> {
        let ended = self.registry().end_all(backend, user_id, except).await;
        self.wait().await;
        ended
    }

    async fn list(&self, backend: &str, user_id: &UserId) -> Answer<Vec<LoginRecord>> {
        self.registry().list(backend, user_id).await
    }

    async fn delete_older(&self, before: OffsetDateTime) -> Answer<u64> {
        self.registry().delete_older(before).await
    }
}

#[async_trait]
impl UserStore for Late {
    fn logins(&self) -> Option<&dyn LoginStore> {
        Some(self)
    }

    async fn check_mapping(&self, mapping: &AttributeMapping) -> Answer<()> {
        self.users.check_mapping(mapping).await
    }

    async fn find(&self, id: &UserId) -> Answer<Option<User>> {
        UserStore::find(&self.users, id).await
    }

    async fn find_by_username(&self, username: &str) -> Answer<Option<User>> {
        self.users.find_by_username(username).await
    }

    async fn list(&self, after: Option<&str>, limit: u32) -> Answer<Vec<User>> {
        UserStore::list(&self.users, after, limit).await
    }

    async fn set_active(&self, id: &UserId, is_active: bool) -> Answer<bool> {
        let is_set = self.users.set_active(id, is_active).await;
        self.wait().await;
        is_set
    }

    async fn sync(&self, login: &UserSync) -> Answer<Synced> {
        self.users.sync(login).await
    }
}

struct Site {
    cloud: Cloud,
    store: Late,
    auth: Auth,
    router: Router,
    _users: Users,
}

impl Site {
    /// A site that keeps logins warm, on a clock that stands still.
    async fn start() -> Self {
        let (cloud, users) = (Cloud::start().await, Users::create().await);
        let store = Late::new(users.store.clone());
        let auth = Auth::builder()
            .with_pool(UserPool::with_client(cloud.cognito(), store.clone()))
            .with_clock(cloud.clock.clone())
            .with_warm_logins(Duration::from_secs(10));
        let auth = auth.build().await.expect("a site");
        let router = routes()
            .route("/leave", post(leave))
            .layer(auth.layer(MemoryStore::default()));
        Self {
            cloud,
            store,
            auth,
            router,
            _users: users,
        }
    }

    /// A browser whose login is warm.
    async fn logged_in(&self) -> Browser {
        let mut alice = Browser::new(self.router.clone());
        alice.log_in(ALICE, "/").await;
        assert_eq!(alice.get("/maybe").await.body, "Hello alice");
        alice
    }

    /// The row of the user.
    async fn alice(&self) -> UserId {
        let row = self.store.find_by_username(ALICE.0).await;
        row.expect("an answer").expect("a row").id
    }

    /// Sees to it that a login ends though nobody waits for it.
    async fn is_over(&self, alice: &mut Browser) {
        let revoked = async {
            while self.cloud.calls("RevokeToken") == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let revoked = tokio::time::timeout(Duration::from_secs(10), revoked).await;
        revoked.expect("nobody has the tokens");
        assert_eq!(alice.get("/maybe").await.body, "Hello stranger");
    }
}

/// A page of the site's own: ours go on by themselves.
async fn leave(auth: AuthSession) -> Result<(), AuthError> {
    auth.log_out().await
}

#[tokio::test]
async fn a_logout_goes_on_though_its_visitor_leaves() {
    let site = Site::start().await;
    let mut alice = site.logged_in().await;

    let mut leaving = alice.clone();
    site.store.leave(leaving.post("/leave", &[])).await;

    site.is_over(&mut alice).await;
}

#[tokio::test]
async fn the_end_of_all_logins_goes_on_though_nobody_waits_for_it() {
    let site = Site::start().await;
    let mut alice = site.logged_in().await;
    let id = site.alice().await;

    let ending = site.auth.end_logins_of(site.cloud.pool.id(), &id);
    site.store.leave(ending).await;

    site.is_over(&mut alice).await;
}

#[tokio::test]
async fn a_login_that_is_ended_from_elsewhere_is_over_though_nobody_waits_for_it() {
    let site = Site::start().await;
    let mut alice = site.logged_in().await;
    let id = site.alice().await;
    let pool = site.cloud.pool.id();
    let logins = site.auth.logins_of(pool, &id).await.expect("a list");

    site.store
        .leave(site.auth.end_login(pool, &logins[0].id))
        .await;

    site.is_over(&mut alice).await;
}

#[tokio::test]
async fn a_user_who_is_shut_out_has_no_logins_though_nobody_waits_for_it() {
    let site = Site::start().await;
    let mut alice = site.logged_in().await;
    let id = site.alice().await;

    let shutting_out = site.auth.set_active(site.cloud.pool.id(), &id, false);
    site.store.leave(shutting_out).await;
    // That of the registry, too.
    site.store.answers.add_permits(1);

    site.is_over(&mut alice).await;
}
