//! Our migrations beside those of the site, in one database.

use std::fs;
use std::path::Path;

use axum_cognito::attribute::AttributeMapping;
use axum_cognito::users::{UserId, UserStoreErrorKind};
use sqlx::migrate::Migrator;

use super::site::{Site, created, find, login, login_with, mapping};

const REPORTS: (&str, &str) = (
    "1_report.sql",
    "create table report (id integer primary key, author bigint references users (id));",
);
const DEPARTMENTS: (&str, &str) = (
    "2_department.sql",
    "alter table users add column department text;",
);

/// What `sqlx::migrate!()` makes of a site's folder. Its versions begin at 1, as ours do.
async fn own(folder: &Path, files: &[(&str, &str)]) -> Migrator {
    for (name, sql) in files {
        fs::write(folder.join(name), sql).expect("a file");
    }

    Migrator::new(folder).await.expect("migrations")
}

async fn start(site: &impl Site) {
    site.start().await.expect("no panic").expect("a database");
}

/// Makes the database as it was before our first start.
async fn drop_ours(site: &impl Site) {
    for table in ["users", "logins", "login_ends", "browser_sessions"] {
        site.execute(&format!("drop table {table}")).await;
    }
}

pub(crate) async fn run_before_the_sites_own(site: &impl Site) {
    let folder = tempfile::tempdir().expect("a folder");
    let own = own(folder.path(), &[REPORTS, DEPARTMENTS]).await;

    for _ in 0..3 {
        start(site).await;
        site.migrate(&own).await;
    }

    let mapping = mapping(site, &[("custom:dept", "department")]).await;
    created(site, &login_with(&mapping, "ann", &[("custom:dept", "IT")])).await;
}

pub(crate) async fn run_after_the_sites_own(site: &impl Site) {
    let folder = tempfile::tempdir().expect("a folder");
    let first = own(folder.path(), &[REPORTS]).await;

    for _ in 0..3 {
        site.migrate(&first).await;
        start(site).await;
    }

    // A later release of the site changes our table.
    let later = own(folder.path(), &[DEPARTMENTS]).await;
    site.migrate(&later).await;
    start(site).await;
    created(site, &login("ann", &[])).await;
}

pub(crate) async fn run_once_when_ten_processes_start_at_once(site: &impl Site) {
    drop_ours(site).await;

    let starts: Vec<_> = (0..10).map(|_| site.start()).collect();
    for start in starts {
        start.await.expect("no panic").expect("a database");
    }

    created(site, &login("ann", &[])).await;
}

pub(crate) async fn leave_alone_what_a_newer_release_has_added(site: &impl Site) {
    for table in ["users", "logins", "login_ends", "browser_sessions"] {
        site.execute(&format!("alter table {table} add column newer integer"))
            .await;
    }

    start(site).await;

    created(site, &login("ann", &[])).await;
    for table in ["logins", "login_ends", "browser_sessions"] {
        assert_eq!(
            site.number(&format!("select count(newer) from {table}"))
                .await,
            0
        );
    }
}

pub(crate) async fn take_up_what_was_cut_off(site: &impl Site) {
    created(site, &login("ann", &[])).await;
    for table in ["logins", "login_ends", "browser_sessions"] {
        site.execute(&format!("drop table {table}")).await;
        start(site).await;
        assert_eq!(
            site.number(&format!("select count(*) from {table}")).await,
            0
        );
    }
    assert_eq!(site.count().await, 1);
}

pub(crate) async fn refuse_the_tables_of_an_earlier_version(site: &impl Site) {
    created(site, &login("ann", &[])).await;
    site.execute("drop table logins").await;
    site.execute("create table logins (id integer, user_id integer)")
        .await;
    let error = site
        .start()
        .await
        .expect("no panic")
        .err()
        .expect("refused");
    assert_eq!(error.kind(), UserStoreErrorKind::Schema);
    assert!(error.to_string().contains("`logins`"), "{error}");

    site.execute("create table _axum_cognito_migrations (version integer)")
        .await;
    let error = site
        .start()
        .await
        .expect("no panic")
        .err()
        .expect("refused");
    assert_eq!(error.kind(), UserStoreErrorKind::Schema);
    for word in ["`logins`", "`_axum_cognito_migrations`", "`users` can stay"] {
        assert!(error.to_string().contains(word), "{error}");
    }

    // What the sentence says.
    for table in ["logins", "_axum_cognito_migrations"] {
        site.execute(&format!("drop table {table}")).await;
    }
    start(site).await;
    assert!(find(site, "ann").await.is_some());
}

pub(crate) async fn refuse_a_table_that_they_did_not_create(site: &impl Site) {
    drop_ours(site).await;
    site.execute("create table users (name text)").await;
    site.execute("insert into users values ('ann')").await;

    let error = site.start().await.expect("no panic").err();
    let error = error.expect("another table");
    assert_eq!(error.kind(), UserStoreErrorKind::Schema);
    let message = error.to_string();
    let named = message.split('`').find(|part| part.ends_with("users.sql"));
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = std::fs::read_to_string(root.join(named.expect("a file")));
    assert_eq!(named.expect("it is there"), site.migration(), "{message}");
    assert_eq!(site.count().await, 1);

    let error = site
        .users()
        .check_mapping(&AttributeMapping::empty())
        .await
        .expect_err("another table");
    assert_eq!(error.kind(), UserStoreErrorKind::Schema);
    assert_eq!(error.column(), Some("id"));
}

pub(crate) async fn are_not_needed_for_a_table_with_its_columns(site: &impl Site) {
    drop_ours(site).await;
    let with_department = site.migration().replace(
        "first_name ",
        "department varchar(99) not null,\n    first_name ",
    );
    site.execute(&with_department).await;
    let pairs = [("custom:dept", "department")];
    let mapping = AttributeMapping::try_from(pairs).expect("a mapping");

    created(site, &login_with(&mapping, "ann", &[])).await;

    let ann = find(site, "ann").await.expect("a row");
    assert_eq!(ann.extra["department"].as_deref(), Some(""));
}

pub(crate) async fn are_asked_for_when_they_did_not_run(site: &impl Site) {
    let users = site.another_process().await;
    drop_ours(site).await;

    let error = users
        .check_mapping(&AttributeMapping::default())
        .await
        .expect_err("no table");
    assert_eq!(error.kind(), UserStoreErrorKind::Schema);
    assert!(error.to_string().contains("migrate"), "{error}");

    let error = users.find(&UserId::from(1)).await.expect_err("no table");
    assert_eq!(error.kind(), UserStoreErrorKind::Schema, "{error:?}");
    let error = users.sync(&login("ann", &[])).await.expect_err("no table");
    assert_eq!(error.kind(), UserStoreErrorKind::Schema, "{error:?}");
}
