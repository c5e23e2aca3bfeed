//! MySQL's own ways to make one name of two.

use std::error::Error;

use axum_cognito::attribute::AttributeMapping;
use axum_cognito::users::{MySqlUsers, UserStore, UserStoreErrorKind};

use super::mysql::{MySqlSite, in_a_database, pool_with_mode};
use super::site::{Site, login};

async fn users_with_mode(site: &MySqlSite, mode: &'static str) -> MySqlUsers {
    let pool = pool_with_mode(mode).connect(&site.url).await;

    MySqlUsers::new(pool.expect("a pool"))
}

#[tokio::test]
async fn writes_nothing_where_values_would_be_cut_short() {
    let Some(site) = in_a_database().await else {
        return;
    };

    for mode in ["", "ANSI_QUOTES,NO_ENGINE_SUBSTITUTION"] {
        let users = users_with_mode(&site, mode).await;
        users.migrate().await.expect_err("not strict");

        let long = login(&"a".repeat(999), &[]);
        let error = users.sync(&long).await.expect_err("not strict");
        assert_eq!(error.kind(), UserStoreErrorKind::Schema, "{error:?}");
        assert!(error.to_string().contains("STRICT_ALL_TABLES"), "{error}");

        let checked = users.check_mapping(&AttributeMapping::default()).await;
        assert!(checked.is_err());
    }
    assert_eq!(site.count().await, 0);
}

#[tokio::test]
async fn works_in_each_strict_mode() {
    let Some(site) = in_a_database().await else {
        return;
    };

    for mode in [
        "STRICT_TRANS_TABLES",
        "STRICT_ALL_TABLES,ANSI_QUOTES",
        "TRADITIONAL",
    ] {
        let users = users_with_mode(&site, mode).await;
        users.sync(&login(mode, &[])).await.expect("a login");
    }
    assert_eq!(site.count().await, 3);
}

#[tokio::test]
async fn refuses_a_name_that_is_too_long() {
    let Some(site) = in_a_database().await else {
        return;
    };

    let error = site.users.sync(&login(&"a".repeat(256), &[])).await;

    let error = error.expect_err("256 characters");
    assert_eq!(error.kind(), UserStoreErrorKind::InvalidValue, "{error:?}");
    assert!(error.column().is_some(), "{error:?}");
    assert_eq!(site.count().await, 0);
}

#[tokio::test]
async fn connects_in_strict_mode_and_in_utc() {
    let Some(site) = in_a_database().await else {
        return;
    };

    let (mode, zone): (String, String) =
        sqlx::query_as("select @@session.sql_mode, @@session.time_zone")
            .fetch_one(site.users.pool())
            .await
            .expect("the modes");

    assert!(mode.contains("STRICT_ALL_TABLES"), "{mode}");
    assert_eq!(zone, "+00:00");
}

#[tokio::test]
async fn refuses_a_table_that_takes_two_names_for_one() {
    let Some(site) = in_a_database().await else {
        return;
    };

    for column in ["sub", "username"] {
        let sql = format!(
            "alter table users modify column {column} varchar(255) collate utf8mb4_general_ci"
        );
        site.execute(&sql).await;
        let users = site.another_process().await;

        let error = users.sync(&login("ann", &[])).await.expect_err(column);
        assert_eq!(error.kind(), UserStoreErrorKind::Schema, "{error:?}");
        assert_eq!(error.column(), Some(column));

        let sql = format!("alter table users modify column {column} varbinary(255)");
        site.execute(&sql).await;
        users.sync(&login(column, &[])).await.expect("a login");
    }
}

#[tokio::test]
async fn gives_its_lock_back() {
    let Some(site) = in_a_database().await else {
        return;
    };

    let sql = "select is_free_lock(left(concat('axum_cognito.', database()), 64))";
    assert_eq!(site.number(sql).await, 1);
}

#[tokio::test]
async fn tells_that_no_database_is_named() {
    let Some(site) = in_a_database().await else {
        return;
    };
    let (url, _) = site.url.split_once("/axum_cognito_").expect("a name");

    let error = MySqlUsers::connect(url).await.expect_err("no database");

    assert_eq!(error.kind(), UserStoreErrorKind::Schema, "{error:?}");
    let cause = error.source().expect("a cause").to_string();
    assert!(cause.contains("1046"), "{cause}");
}
