//! Our migrations beside those of the site, in one database.

use std::fs;
use std::path::Path;

use axum_cognito::attribute::AttributeMapping;
use axum_cognito::users::{SqliteUsers, UserStore, UserStoreErrorKind};
use sqlx::SqlitePool;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqlitePoolOptions;
use tokio::task::JoinSet;

use super::site::{login, login_with};
use super::sqlite::url_in;

async fn empty_database() -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(1)
        .connect("sqlite::memory:")
        .await
        .expect("a database")
}

/// What `sqlx::migrate!()` makes of a site's folder. Its versions begin at 1, as ours do.
async fn site_migrator(folder: &Path, files: &[(&str, &str)]) -> Migrator {
    for (name, sql) in files {
        fs::write(folder.join(name), sql).expect("a file");
    }

    Migrator::new(folder).await.expect("migrations")
}

const REPORTS: (&str, &str) = (
    "1_report.sql",
    "create table report (id integer primary key, author integer references users (id));",
);
const DEPARTMENTS: (&str, &str) = (
    "2_department.sql",
    "alter table users add column department text;",
);

#[tokio::test]
async fn runs_before_the_sites_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let site = site_migrator(folder.path(), &[REPORTS, DEPARTMENTS]).await;
    let users = SqliteUsers::new(empty_database().await);

    for _ in 0..3 {
        users.migrate().await.expect("ours");
        site.run(users.pool()).await.expect("the site's");
    }

    let mapping = AttributeMapping::try_from([("custom:dept", "department")]).expect("a mapping");
    users.check_mapping(&mapping).await.expect("a column");
    let ann = login_with(&mapping, "ann", &[("custom:dept", "IT")]);
    users.sync(&ann).await.expect("a login");
}

#[tokio::test]
async fn runs_after_the_sites_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let site = site_migrator(folder.path(), &[REPORTS]).await;
    let users = SqliteUsers::new(empty_database().await);

    for _ in 0..3 {
        site.run(users.pool()).await.expect("the site's");
        users.migrate().await.expect("ours");
    }

    // A later release of the site changes our table.
    let site = site_migrator(folder.path(), &[DEPARTMENTS]).await;
    site.run(users.pool()).await.expect("the site's");
    users.migrate().await.expect("ours");
    users.sync(&login("ann", &[])).await.expect("a login");
}

#[tokio::test]
async fn runs_once_when_many_processes_start_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut starts = JoinSet::new();

    for _ in 0..10 {
        let url = url_in(&folder);
        starts.spawn(async move { SqliteUsers::connect(&url).await.expect("a database") });
    }
    let users = starts.join_all().await.pop().expect("ten of them");

    let applied: i64 = sqlx::query_scalar("select count(*) from _axum_cognito_migrations")
        .fetch_one(users.pool())
        .await
        .expect("a number");
    assert_eq!(applied, 1);
}

#[tokio::test]
async fn leaves_alone_what_a_newer_release_has_applied() {
    let users = SqliteUsers::new(empty_database().await);
    users.migrate().await.expect("ours");
    sqlx::query("insert into _axum_cognito_migrations (version) values (999)")
        .execute(users.pool())
        .await
        .expect("a newer release");

    users.migrate().await.expect("nothing to do");
}

#[tokio::test]
async fn refuses_a_table_that_it_did_not_create() {
    let pool = empty_database().await;
    sqlx::raw_sql("create table users (name text); insert into users values ('ann')")
        .execute(&pool)
        .await
        .expect("the site's table");
    let users = SqliteUsers::new(pool);

    let error = users.migrate().await.expect_err("another table");
    assert_eq!(error.kind(), UserStoreErrorKind::Schema);
    assert!(error.to_string().contains("0001_user.sql"), "{error}");

    let error = users
        .check_mapping(&AttributeMapping::empty())
        .await
        .expect_err("another table");
    assert_eq!(error.kind(), UserStoreErrorKind::Schema);
    assert_eq!(error.column(), Some("id"));
}

#[tokio::test]
async fn serves_a_table_that_the_site_created_with_its_columns() {
    let pool = empty_database().await;
    let ours = include_str!("../../migrations/sqlite/0001_user.sql");
    let with_department = ours.replace(
        "first_name text",
        "department text not null,\n    first_name text",
    );
    sqlx::raw_sql(&with_department)
        .execute(&pool)
        .await
        .expect("the site's table");
    let users = SqliteUsers::new(pool);
    let mapping = AttributeMapping::try_from([("custom:dept", "department")]).expect("a mapping");

    let without = login_with(&mapping, "ann", &[]);
    users.sync(&without).await.expect("a login");

    let ann = users.find_by_username("ann").await.expect("an answer");
    let department = &ann.expect("a row").extra["department"];
    assert_eq!(department.as_deref(), Some(""));
}
