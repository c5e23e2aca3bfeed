use std::time::Duration;

use async_trait::async_trait;
use axum::http::StatusCode;
use axum_cognito::backend::Refusal;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::users::UserId;
use axum_cognito::web::{AccountChange, Hooks, Permissions};
use axum_cognito::{Auth, CurrentUser, UserPool};

use crate::diary::Diary;
use crate::site::{ADMIN, ALICE, Browser, Cloud, NEWBIE, Users, router};

#[async_trait]
impl Hooks for Diary {
    async fn logged_in(&self, user: &CurrentUser) {
        self.write(format!("logged in: {}", user.username));
    }

    async fn user_created(&self, user: &CurrentUser) {
        self.write(format!("created: {}", user.username));
    }

    async fn login_failed(&self, username: &str, refusal: Refusal) {
        self.write(format!("failed: {username} {refusal:?}"));
    }

    async fn challenged(&self, username: &str, challenge: &str) {
        self.write(format!("challenged: {username} {challenge}"));
    }

    async fn refreshed(&self, user: &CurrentUser) {
        self.write(format!("refreshed: {}", user.username));
    }

    async fn account_changed(&self, user: &CurrentUser, change: AccountChange) {
        self.write(format!("changed: {change:?}, tell {}", user.email));
    }

    async fn logged_out(&self, user_id: &UserId) {
        self.write(format!("logged out: {user_id}"));
    }
}

/// Fails whenever it can.
struct Broken;

#[async_trait]
impl Hooks for Broken {
    async fn logged_in(&self, _: &CurrentUser) {
        panic!("a hook of the site's has a mistake");
    }

    async fn login_failed(&self, _: &str, _: Refusal) {
        std::future::pending::<()>().await;
    }
}

#[tokio::test]
async fn hooks_are_told_of_everything_and_can_break_nothing() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let diary = Diary::default();
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    let auth = Auth::builder()
        .with_pool(backend)
        .with_clock(cloud.clock.clone())
        .with_hooks(Broken)
        .with_hooks(diary.clone());
    let mut browser = Browser::new(router(auth, MemoryStore::default()).await);

    browser.log_in(("alice", "wrong"), "/").await;
    diary.read(1).await;
    browser.log_in(NEWBIE, "/").await;
    diary.read(2).await;
    let page = browser.log_in(ALICE, "/").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    diary.read(4).await;
    cloud.advance(Duration::from_secs(3600));
    browser.get("/members").await;
    diary.read(5).await;
    browser.post("/logout", &[]).await;

    assert_eq!(
        diary.read(6).await,
        [
            "failed: alice NotAuthorized",
            "challenged: newbie NEW_PASSWORD_REQUIRED",
            "created: alice",
            "logged in: alice",
            "refreshed: alice",
            "logged out: 1",
        ]
    );
}

#[tokio::test]
async fn permissions_come_by_groups() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    let auth = Auth::builder()
        .with_pool(backend)
        .with_permissions(Permissions::new().grant("admins", ["reports.view"]));
    let router = router(auth, MemoryStore::default()).await;

    for (user, status) in [(ALICE, StatusCode::FORBIDDEN), (ADMIN, StatusCode::OK)] {
        let mut browser = Browser::new(router.clone());
        browser.log_in(user, "/").await;

        assert_eq!(browser.get("/reports").await.status, status, "{user:?}");
    }
    let stranger = Browser::new(router).get("/reports").await;
    assert_eq!(stranger.status, StatusCode::SEE_OTHER);
}

/// Whoever has taken a login over changes the address first: the notice goes to the one before.
#[tokio::test]
async fn a_change_is_told_with_the_address_of_before() {
    let (cloud, users, diary) = (
        Cloud::start().await,
        Users::create().await,
        Diary::default(),
    );
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    let auth = Auth::builder().with_pool(backend).with_hooks(diary.clone());
    let mut alice = Browser::new(router(auth, MemoryStore::default()).await);
    alice.log_in(ALICE, "/").await;

    let form = [("email", "thief@example.com")];
    let page = alice.post("/profile/edit", &form).await;

    assert_eq!(page.location(), "/profile/verify", "{}", page.body);
    let told = "changed: Attributes, tell alice@example.com";
    let lines = diary.read(3).await;
    assert!(lines.iter().any(|line| line == told), "{lines:?}");
}
