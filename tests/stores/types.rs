//! Columns of the site that are no texts.

use axum_cognito::users::UserStoreErrorKind;

use super::site::{Site, created, login_with, mapping, updated};
use super::values::everything_of;

const PAIRS: [(&str, &str); 4] = [
    ("custom:floor", "floor"),
    ("custom:rate", "rate"),
    ("custom:born", "born"),
    ("custom:guest", "guest"),
];

async fn add_columns(site: &impl Site) {
    for column in [
        "floor integer",
        "rate decimal(9, 2)",
        "born date",
        "guest boolean",
    ] {
        site.execute(&format!("alter table users add column {column}"))
            .await;
    }
}

pub(crate) async fn turns_texts_into_the_type_of_the_column(site: &impl Site) {
    add_columns(site).await;
    let mapping = mapping(site, &PAIRS).await;
    let values = [
        ("custom:floor", "-3"),
        ("custom:rate", "1234567.89"),
        ("custom:born", "1990-12-31"),
        ("custom:guest", "1"),
    ];

    let new = created(site, &login_with(&mapping, "ann", &values)).await;
    let old = updated(site, &login_with(&mapping, "ann", &values)).await;
    let untouched = updated(site, &login_with(&mapping, "ann", &[])).await;

    for user in [new, old, untouched] {
        assert_eq!(user.extra["floor"].as_deref(), Some("-3"));
        assert_eq!(user.extra["rate"].as_deref(), Some("1234567.89"));
        assert_eq!(user.extra["born"].as_deref(), Some("1990-12-31"));
        let guest = user.extra["guest"].as_deref();
        assert!(matches!(guest, Some("1" | "true")), "{guest:?}");
    }
}

pub(crate) async fn refuses_a_text_that_is_not_of_the_type(site: &impl Site) {
    add_columns(site).await;
    let mapping = mapping(site, &PAIRS).await;
    created(site, &login_with(&mapping, "ann", &[])).await;
    let before = site.whole_row("ann").await;

    for attribute in ["custom:floor", "custom:rate", "custom:born"] {
        for name in ["ann", "bob"] {
            let login = login_with(&mapping, name, &[(attribute, "secret")]);
            let error = site.users().sync(&login).await.expect_err(attribute);
            assert_eq!(error.kind(), UserStoreErrorKind::InvalidValue, "{error:?}");
            assert!(!everything_of(&error).contains("secret"), "{error:?}");
        }
    }

    assert_eq!(site.whole_row("ann").await, before);
    assert_eq!(site.count().await, 1);
}

pub(crate) async fn goes_on_when_the_site_changes_a_type(site: &impl Site) {
    add_columns(site).await;
    let mapping = mapping(site, &PAIRS).await;
    let low = login_with(&mapping, "ann", &[("custom:floor", "3")]);
    created(site, &low).await;
    updated(site, &low).await;

    for (column, sql_type) in [("floor", "bigint"), ("email", "varchar(300)")] {
        site.execute(&site.retype(column, sql_type)).await;
    }

    let user = updated(site, &low).await;
    assert_eq!(user.extra["floor"].as_deref(), Some("3"));
}
