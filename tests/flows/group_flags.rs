//! Columns that tell whether a user is in a group.

use std::time::Duration;

use axum_cognito::attribute::AttributeMapping;
use axum_cognito::backend::{Error, SetupError};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::{Auth, UserPool, UserStore};

use crate::site::{ADMIN, ALICE, Browser, Cloud, Users, router};

fn backend(cloud: &Cloud, users: &Users) -> UserPool {
    let mapping = AttributeMapping::default()
        .with_group_flag("admins", "is_staff")
        .expect("a flag");
    UserPool::with_client(cloud.cognito(), users.store.clone())
        .configure(|login| login.attribute_mapping = mapping)
}

async fn is_staff(users: &Users, name: &str) -> Option<bool> {
    let user = users.store.find_by_username(name).await.expect("an answer");
    user.expect("a row").flag("is_staff")
}

#[tokio::test]
async fn a_flag_follows_its_group_at_login_and_at_refresh() {
    let (cloud, users) = (Cloud::start().await, Users::create().await);
    sqlx::query("alter table users add column is_staff boolean not null default false")
        .execute(users.store.pool())
        .await
        .expect("a column");
    let auth = Auth::builder()
        .with_pool(backend(&cloud, &users))
        .with_clock(cloud.clock.clone());
    let router = router(auth, MemoryStore::default()).await;

    for (user, staff) in [(ALICE, false), (ADMIN, true)] {
        let mut browser = Browser::new(router.clone());
        browser.log_in(user, "/me").await;
        assert_eq!(is_staff(&users, user.0).await, Some(staff), "{}", user.0);
    }

    let mut browser = Browser::new(router);
    browser.log_in(ADMIN, "/me").await;
    let before = users.store.find_by_username("admin").await.expect("a row");
    cloud.pool.remove_user_from_group("admin", "admins");
    assert_eq!(browser.get("/me").await.status, 200);
    assert_eq!(is_staff(&users, "admin").await, Some(true), "not yet told");
    cloud.advance(Duration::from_secs(60 * 60));
    assert_eq!(browser.get("/me").await.status, 200);
    assert_eq!(is_staff(&users, "admin").await, Some(false));
    let after = users.store.find_by_username("admin").await.expect("a row");
    assert_eq!(
        before.expect("a row").last_login,
        after.expect("a row").last_login,
        "a refresh is no login"
    );
}

#[tokio::test]
async fn a_flag_without_its_column_is_said_at_start_up() {
    let (cloud, users) = (Cloud::start().await, Users::create().await);

    let auth = Auth::builder().with_pool(backend(&cloud, &users));
    let checked = auth.build().await;

    let Err(Error::Setup(SetupError::Users(error))) = checked else {
        panic!("no error: {checked:?}");
    };
    assert!(error.to_string().contains("is_staff"), "{error}");
}
