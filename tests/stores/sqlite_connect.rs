//! Opening a SQLite database, and what is told when it fails.

use std::collections::HashMap;
use std::time::Duration;

use axum_cognito::attribute::AttributeMapping;
use axum_cognito::clock::{Clock, SystemClock};
use axum_cognito::tower_sessions::SessionStore;
use axum_cognito::tower_sessions::session::{Id, Record};
use axum_cognito::users::{SqliteUsers, UserId, UserStore, UserStoreErrorKind};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, SqlitePool};

use super::site::login;
use super::sqlite::url_in;

async fn pragma(users: &SqliteUsers, name: &str) -> String {
    sqlx::query_scalar(AssertSqlSafe(format!(
        "select cast({name} as text) from pragma_{name}"
    )))
    .fetch_one(users.pool())
    .await
    .expect("a value")
}

#[tokio::test]
async fn creates_the_file_and_its_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("not/yet/there/app.db");

    let users = SqliteUsers::connect(&format!("sqlite://{}", file.display()))
        .await
        .expect("a database");

    assert!(file.exists());
    assert_eq!(pragma(&users, "journal_mode").await, "wal");
    assert_eq!(pragma(&users, "foreign_keys").await, "1");
}

#[tokio::test]
async fn keeps_users_when_the_site_starts_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let users = SqliteUsers::connect(&url_in(&folder))
        .await
        .expect("a database");
    users.sync(&login("ann", &[])).await.expect("a login");
    users.pool().close().await;

    let users = SqliteUsers::connect(&url_in(&folder))
        .await
        .expect("a database");

    let ann = users.find_by_username("ann").await.expect("an answer");
    assert!(ann.is_some());
}

#[tokio::test]
async fn each_database_in_memory_is_its_own() {
    let one = SqliteUsers::connect("sqlite::memory:")
        .await
        .expect("a database");
    let two = SqliteUsers::connect("sqlite::memory:")
        .await
        .expect("a database");

    one.sync(&login("ann", &[])).await.expect("a login");

    let ann = two.find_by_username("ann").await.expect("an answer");
    assert_eq!(ann, None);
}

/// Another connection would have another database, which ends with its last one.
#[tokio::test]
async fn a_database_in_memory_has_one_connection_that_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    for (url, is_in_memory) in [
        ("sqlite::memory:".to_owned(), true),
        ("sqlite:of_this_test?mode=memory".to_owned(), true),
        (url_in(&folder), false),
    ] {
        let users = SqliteUsers::connect(&url).await.expect("a database");

        let pool = users.pool().options();
        assert_eq!(pool.get_max_connections() == 1, is_in_memory, "{url}");
        assert_eq!(pool.get_min_connections() == 1, is_in_memory, "{url}");
        assert_eq!(pool.get_idle_timeout().is_none(), is_in_memory, "{url}");
        assert_eq!(pool.get_max_lifetime().is_none(), is_in_memory, "{url}");
    }
}

#[tokio::test]
async fn refuses_the_url_of_another_database() {
    for url in ["postgres://localhost/app", "app.db", ""] {
        let error = SqliteUsers::connect(url).await.expect_err(url);
        assert!(error.to_string().contains("sqlite://app.db"), "{error}");
    }
}

#[tokio::test]
async fn tells_that_a_file_cannot_be_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = format!("{}?mode=rw", url_in(&folder));
    let no_folder = format!("sqlite://{}", folder.path().join("file/app.db").display());
    std::fs::write(folder.path().join("file"), "in the way").expect("a file");

    for url in [missing, no_folder] {
        let error = SqliteUsers::connect(&url).await.expect_err("no database");
        assert_eq!(error.kind(), UserStoreErrorKind::Unavailable, "{error:?}");
    }
}

#[tokio::test]
async fn tells_that_migrations_did_not_run() {
    let pool = SqlitePool::connect("sqlite::memory:")
        .await
        .expect("a database");
    let users = SqliteUsers::new(pool);

    let error = users
        .check_mapping(&AttributeMapping::default())
        .await
        .expect_err("no table");
    assert_eq!(error.kind(), UserStoreErrorKind::Schema);
    assert!(error.to_string().contains("migrate"), "{error}");

    let error = users.find(&UserId::from(1)).await.expect_err("no table");
    assert_eq!(error.kind(), UserStoreErrorKind::Schema);
}

#[tokio::test]
async fn tells_that_the_database_is_locked() {
    let folder = tempfile::tempdir().expect("a folder");
    let patient = SqliteUsers::connect(&url_in(&folder))
        .await
        .expect("a database");
    let options: SqliteConnectOptions = url_in(&folder).parse().expect("options");
    let pool = SqlitePoolOptions::new()
        .connect_with(options.busy_timeout(Duration::from_millis(10)))
        .await
        .expect("a pool");
    let users = SqliteUsers::new(pool);

    let lock = patient
        .pool()
        .begin_with("begin immediate")
        .await
        .expect("the lock");
    let error = users.sync(&login("ann", &[])).await.expect_err("locked");
    assert_eq!(error.kind(), UserStoreErrorKind::Unavailable, "{error:?}");

    lock.rollback().await.expect("the end of it");
    users.sync(&login("ann", &[])).await.expect("a login");
}

#[tokio::test]
async fn tells_that_the_database_is_read_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let users = SqliteUsers::connect(&url_in(&folder))
        .await
        .expect("a database");
    users.sync(&login("ann", &[])).await.expect("a login");
    users.pool().close().await;

    let users = SqliteUsers::connect(&format!("{}?mode=ro", url_in(&folder))).await;
    let users = users.expect("it can be read");
    let error = users.sync(&login("ann", &[])).await.expect_err("read-only");

    assert_eq!(error.kind(), UserStoreErrorKind::Unavailable, "{error:?}");
    assert!(error.to_string().contains("read-only"), "{error}");

    // A new session is not tried under one id after another.
    let mut session = Record {
        id: Id::default(),
        data: HashMap::new(),
        expiry_date: SystemClock.now() + Duration::from_secs(60 * 60),
    };
    let sessions = users.sessions();
    let created = sessions.create(&mut session);
    let created = tokio::time::timeout(Duration::from_secs(10), created).await;
    let created = created.expect("an answer");
    assert!(created.is_err(), "{created:?}");
}

#[tokio::test]
async fn tells_that_the_database_is_full() {
    let users = SqliteUsers::connect("sqlite::memory:").await;
    let users = users.expect("a database");
    sqlx::raw_sql("pragma max_page_count = 1")
        .execute(users.pool())
        .await
        .expect("as many pages as there are");

    let long = "x".repeat(100_000);
    let error = users.sync(&login("ann", &[("email", &long)])).await;
    let error = error.expect_err("full");

    assert_eq!(error.kind(), UserStoreErrorKind::Unavailable, "{error:?}");
    assert!(error.to_string().contains("full"), "{error}");
}
