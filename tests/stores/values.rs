//! Values that want to be more than values, and names that want to be more than names.

use std::error::Error;

use axum_cognito::attribute::{AttributeMapping, MappingError};
use axum_cognito::users::{UserStoreError, UserStoreErrorKind};

use super::site::{Site, created, find, login, login_with, mapping, updated};

const SQL: [&str; 24] = [
    "'",
    "''",
    "\"",
    "`",
    "\\",
    "\\'",
    ";",
    "--",
    "/*",
    "' or '1'='1",
    "' or 1=1 --",
    "'; drop table users; --",
    "\"; drop table users; --",
    "') on conflict do update set is_active = true --",
    "x', is_active = false where '1' = '1",
    "' union select * from users --",
    "1; update users set email = 'x'",
    "' || (select sub from users) || '",
    "?1",
    "$1",
    ":name",
    "%s%n{}{0}",
    "%27%20or%201=1",
    "＇ or ＇1＇=＇1",
];

/// Forty names that are no columns, or none that a mapping may have.
const NAMES: [&str; 40] = [
    "",
    " ",
    "email ",
    " email",
    "e mail",
    "email\0",
    "email\n",
    "email\t",
    "1email",
    "e-mail",
    "e.mail",
    "users.email",
    "main.users.email",
    "\"email\"",
    "email\"",
    "`email`",
    "[email]",
    "'email'",
    "email'",
    "email;",
    "email; drop table users",
    "email = 'x', is_active",
    "email = (select 1)",
    "email--",
    "email/**/",
    "email)",
    "(email)",
    "email,sub",
    "*",
    "?",
    "$1",
    ":email",
    "@email",
    "email\\",
    "émail",
    "еmail",
    "e\u{200b}mail",
    "email😀",
    "ROWID",
    "a234567890123456789012345678901234567890123456789012345678901234",
];

pub(crate) async fn stores_sql_in_values_literally(site: &impl Site) {
    for (index, sql) in SQL.iter().enumerate() {
        let name = format!("user-{index}-{sql}");
        let attributes = [("email", *sql), ("given_name", sql), ("family_name", sql)];
        created(site, &login(&name, &attributes)).await;
        updated(site, &login(&name, &attributes)).await;

        let user = find(site, &name).await.expect("a row");
        assert_eq!((&*user.email, &*user.first_name), (*sql, *sql));
        assert!(user.is_active);
    }

    assert_eq!(site.count().await, SQL.len() as i64);
}

#[test]
fn refuses_sql_in_column_names() {
    for name in NAMES {
        let error = AttributeMapping::empty()
            .with("custom:x", name)
            .expect_err(name);
        assert!(matches!(error, MappingError::ColumnName(_)), "{error}");
    }
}

pub(crate) async fn stores_long_values_and_emoji_whole(site: &impl Site) {
    for value in [
        "x".repeat(2_048),
        "😀".repeat(2_048),
        "👩‍👩‍👧‍👦 é e\u{301} 𝒳".to_owned(),
    ] {
        let username = format!("user-{}", value.len());
        created(site, &login(&username, &[("given_name", &value)])).await;

        let user = find(site, &username).await.expect("a row");
        assert_eq!(user.first_name, value);
    }
}

pub(crate) async fn leaves_a_column_when_its_value_has_a_nul(site: &impl Site) {
    let user = created(
        site,
        &login("ann", &[("given_name", "A\0"), ("email", "a@b.c")]),
    )
    .await;
    assert_eq!((&*user.first_name, &*user.email), ("", "a@b.c"));

    updated(site, &login("ann", &[("given_name", "Ann")])).await;
    let user = updated(site, &login("ann", &[("given_name", "\0Ann")])).await;
    assert_eq!(user.first_name, "Ann");
}

pub(crate) async fn takes_emoji_in_names(site: &impl Site) {
    for name in ["😀", "😁", "a😀", "a😁"] {
        let user = created(site, &login(name, &[("given_name", name)])).await;
        assert_eq!((&*user.username, &*user.first_name), (name, name));
    }

    let user = updated(site, &login("😁", &[("given_name", "𝒳")])).await;
    assert_eq!(user.first_name, "𝒳");
    assert_eq!(site.count().await, 4);
}

pub(crate) async fn knows_no_name_with_a_nul(site: &impl Site) {
    created(site, &login("ann", &[])).await;

    assert_eq!(find(site, "ann\0").await, None);
    let error = site.users().sync(&login("ann\0", &[])).await;
    let error = error.expect_err("a NUL");
    assert_eq!(error.kind(), UserStoreErrorKind::InvalidValue);
    assert_eq!(site.count().await, 1);
}

pub(crate) async fn refuses_a_value_that_is_too_long(site: &impl Site) {
    site.execute("alter table users add column code varchar(5) check (length(code) <= 5)")
        .await;
    let mapping = mapping(site, &[("custom:code", "code")]).await;
    created(
        site,
        &login_with(&mapping, "ann", &[("custom:code", "12345")]),
    )
    .await;
    let before = site.whole_row("ann").await;

    for name in ["ann", "bob"] {
        let values = [("custom:code", "secret")];
        let error = site
            .users()
            .sync(&login_with(&mapping, name, &values))
            .await;
        let error = error.expect_err("six characters");
        assert_eq!(error.kind(), UserStoreErrorKind::InvalidValue, "{error:?}");
        assert!(!everything_of(&error).contains("secret"), "{error:?}");
    }

    assert_eq!(site.whole_row("ann").await, before);
    assert_eq!(site.count().await, 1);
}

pub(crate) async fn shows_no_value_in_an_error(site: &impl Site) {
    site.execute("create unique index site_email on users (email)")
        .await;
    created(site, &login("ann", &[("email", "secret@example.com")])).await;

    let bob = login("bob", &[("email", "secret@example.com")]);
    let error = site.users().sync(&bob).await.expect_err("taken");

    let shown = format!("{} {bob:?}", everything_of(&error));
    assert!(!shown.contains("secret"), "{shown}");
    assert!(!shown.contains("bob"), "{shown}");
}

/// An error and its causes, as a log would have them and as a debugger would.
pub(crate) fn everything_of(error: &UserStoreError) -> String {
    let mut shown = String::new();
    let mut next: Option<&dyn Error> = Some(error);

    while let Some(error) = next {
        shown += &format!("{error} {error:?} ");
        next = error.source();
    }

    shown
}
