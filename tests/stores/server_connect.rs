//! Connecting to a server, and what is told when it fails.

#[cfg(feature = "mysql")]
use axum_cognito::users::MySqlUsers;
#[cfg(feature = "postgres")]
use axum_cognito::users::PostgresUsers;
use axum_cognito::users::UserStoreErrorKind;

/// Nobody listens there.
const NOWHERE: &str = "127.0.0.1:1/app";

#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres_refuses_the_url_of_another_database() {
    for url in ["sqlite://app.db", "mysql://localhost/app", "app", ""] {
        let error = PostgresUsers::connect(url).await.expect_err(url);
        assert!(error.to_string().contains("postgres://"), "{error}");
    }
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres_tells_that_nobody_answers() {
    let url = format!("postgres://{NOWHERE}");

    let error = PostgresUsers::connect(&url).await.expect_err("no server");

    assert_eq!(error.kind(), UserStoreErrorKind::Unavailable, "{error:?}");
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres_tells_that_there_is_no_such_database() {
    let Some(site) = super::postgres::in_a_schema().await else {
        return;
    };
    let url = format!("{}&dbname=axum_cognito_nowhere", site.url);

    let error = PostgresUsers::connect(&url).await.expect_err("no database");

    assert_eq!(error.kind(), UserStoreErrorKind::Unavailable, "{error:?}");
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn mysql_refuses_the_url_of_another_database() {
    for url in ["sqlite://app.db", "postgres://localhost/app", "app", ""] {
        let error = MySqlUsers::connect(url).await.expect_err(url);
        assert!(error.to_string().contains("mysql://"), "{error}");
    }
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn mysql_tells_that_nobody_answers() {
    let url = format!("mysql://{NOWHERE}");

    let error = MySqlUsers::connect(&url).await.expect_err("no server");

    assert_eq!(error.kind(), UserStoreErrorKind::Unavailable, "{error:?}");
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn mysql_tells_that_there_is_no_such_database() {
    let Some(site) = super::mysql::in_a_database().await else {
        return;
    };
    let url = site.url.replace("/axum_cognito_", "/axum_cognito_no");

    let error = MySqlUsers::connect(&url).await.expect_err("no database");

    assert_eq!(error.kind(), UserStoreErrorKind::Unavailable, "{error:?}");
}
