//! Which columns a login writes, and which it leaves alone.

use axum_cognito::attribute::{AttributeMapping, ColumnChange, WhenMissing};
use axum_cognito::users::UserStoreErrorKind;

use super::site::{EVENING, Site, created, find, login, login_with, mapping, updated};

pub(crate) async fn leaves_the_column_of_a_missing_attribute(site: &impl Site) {
    created(
        site,
        &login(
            "ann",
            &[("email", "ann@example.com"), ("given_name", "Ann")],
        ),
    )
    .await;

    let user = updated(site, &login("ann", &[("family_name", "Lee")])).await;

    assert_eq!(user.email, "ann@example.com");
    assert_eq!(user.full_name(), "Ann Lee");
}

pub(crate) async fn clears_the_column_of_a_missing_attribute_when_told_so(site: &impl Site) {
    let mapping = AttributeMapping::default()
        .with_when_missing("given_name", WhenMissing::Clear)
        .expect("mapped");
    let names = [("given_name", "Ann"), ("family_name", "Lee")];
    created(site, &login_with(&mapping, "ann", &names)).await;

    let user = updated(site, &login_with(&mapping, "ann", &[])).await;

    assert_eq!(user.full_name(), "Lee");
}

pub(crate) async fn fills_a_column_that_the_site_added(site: &impl Site) {
    site.execute("alter table users add column department text")
        .await;
    let mapping = mapping(site, &[("email", "email"), ("custom:dept", "department")]).await;

    let user = created(
        site,
        &login_with(&mapping, "ann", &[("custom:dept", "Ärzte")]),
    )
    .await;
    assert_eq!(user.extra["department"].as_deref(), Some("Ärzte"));

    let user = updated(site, &login_with(&mapping, "ann", &[("custom:dept", "IT")])).await;
    assert_eq!(user.extra["department"].as_deref(), Some("IT"));
    assert_eq!(user.extra.len(), 1);

    assert_eq!(find(site, "ann").await.as_ref(), Some(&user));
    let by_id = site.users().find(&user.id).await.expect("an answer");
    assert_eq!(by_id, Some(user));
}

pub(crate) async fn clears_a_column_that_the_site_added(site: &impl Site) {
    site.execute("alter table users add column department text")
        .await;
    site.execute("alter table users add column city varchar(99) not null default 'Bern'")
        .await;
    let pairs = [("custom:dept", "department"), ("custom:city", "city")];
    let mapping = mapping(site, &pairs)
        .await
        .with_when_missing("custom:dept", WhenMissing::Clear)
        .and_then(|mapping| mapping.with_when_missing("custom:city", WhenMissing::Clear))
        .expect("mapped");
    let values = [("custom:dept", "IT"), ("custom:city", "Basel")];
    created(site, &login_with(&mapping, "ann", &values)).await;

    let user = updated(site, &login_with(&mapping, "ann", &[])).await;

    assert_eq!(user.extra["department"], None);
    assert_eq!(user.extra["city"].as_deref(), Some(""));
}

pub(crate) async fn gives_defaults_to_columns_without_a_value(site: &impl Site) {
    site.execute("alter table users add column city varchar(99) not null default 'Bern'")
        .await;
    let mapping = mapping(site, &[("custom:city", "city")]).await;

    let user = created(site, &login_with(&mapping, "ann", &[])).await;

    assert_eq!(user.extra["city"].as_deref(), Some("Bern"));
}

pub(crate) async fn leaves_columns_alone_that_are_not_mapped(site: &impl Site) {
    site.execute("alter table users add column notes varchar(99) default 'new'")
        .await;
    created(site, &login("ann", &[])).await;
    site.execute("update users set notes = 'likes tea', email = 'own@example.com'")
        .await;

    let names = [("given_name", "Ann"), ("family_name", "Lee")];
    let user = updated(site, &login("ann", &names)).await;

    assert_eq!(user.email, "own@example.com");
    assert!(user.extra.is_empty());
    let row = site.whole_row("ann").await;
    assert_eq!(row.last(), Some(&Some("likes tea".to_owned())));
}

pub(crate) async fn leaves_other_rows_alone(site: &impl Site) {
    created(site, &login("ann", &[("email", "ann@example.com")])).await;
    created(site, &login("bob", &[("email", "bob@example.com")])).await;
    let ann = site.whole_row("ann").await;

    let mut bob = login(
        "bob",
        &[("email", "ann@example.com"), ("given_name", "Ann")],
    );
    bob.at = EVENING;
    updated(site, &bob).await;

    assert_eq!(site.whole_row("ann").await, ann);
}

pub(crate) async fn reads_numbers_as_text(site: &impl Site) {
    site.execute("alter table users add column floor integer")
        .await;
    let mapping = mapping(site, &[("custom:floor", "floor")]).await;

    let user = created(
        site,
        &login_with(&mapping, "ann", &[("custom:floor", "12")]),
    )
    .await;

    assert_eq!(user.extra["floor"].as_deref(), Some("12"));
}

pub(crate) async fn checks_a_mapping_at_its_first_login_if_nobody_did(site: &impl Site) {
    let pairs = [("custom:dept", "department")];
    let mapping = AttributeMapping::try_from(pairs).expect("a mapping");
    let ann = login_with(&mapping, "ann", &[("custom:dept", "IT")]);

    let error = site.users().sync(&ann).await.expect_err("no such column");
    assert_eq!(error.kind(), UserStoreErrorKind::UnknownColumn);
    assert_eq!(site.count().await, 0);

    site.execute("alter table users add column department text")
        .await;
    let user = created(site, &ann).await;
    assert_eq!(user.extra["department"].as_deref(), Some("IT"));

    // Another mapping, when the table has been looked at already.
    site.execute("alter table users add column city varchar(99)")
        .await;
    let pairs = [("custom:city", "city")];
    let mapping = AttributeMapping::try_from(pairs).expect("a mapping");
    let ann = login_with(&mapping, "ann", &[("custom:city", "Bern")]);
    let user = updated(site, &ann).await;
    assert_eq!(user.extra["city"].as_deref(), Some("Bern"));
}

pub(crate) async fn serves_two_mappings_at_once(site: &impl Site) {
    site.execute("alter table users add column department text")
        .await;
    site.execute("alter table users add column city text").await;
    let staff = mapping(site, &[("custom:dept", "department")]).await;
    let guests = mapping(site, &[("custom:city", "city")]).await;

    created(site, &login_with(&staff, "ann", &[("custom:dept", "IT")])).await;
    let user = updated(
        site,
        &login_with(&guests, "ann", &[("custom:city", "Bern")]),
    )
    .await;

    assert_eq!(user.extra["department"].as_deref(), Some("IT"));
    assert_eq!(user.extra["city"].as_deref(), Some("Bern"));
}

pub(crate) async fn names_a_mapped_column_that_is_not_there(site: &impl Site) {
    let pairs = [("email", "email"), ("custom:dept", "department")];
    let mapping = AttributeMapping::try_from(pairs).expect("a mapping");

    let error = site
        .users()
        .check_mapping(&mapping)
        .await
        .expect_err("no such column");

    assert_eq!(error.kind(), UserStoreErrorKind::UnknownColumn);
    assert_eq!(error.column(), Some("department"));
    let message = error.to_string();
    for hint in [
        "`department`",
        "first_name",
        "alter table users add column department",
    ] {
        assert!(message.contains(hint), "{message}");
    }
}

pub(crate) async fn takes_keywords_as_column_names(site: &impl Site) {
    for name in ["select", "order", "from"] {
        let name = site.quoted(name);
        site.execute(&format!("alter table users add column {name} text"))
            .await;
    }
    let pairs = [
        ("custom:a", "select"),
        ("custom:b", "order"),
        ("custom:c", "from"),
    ];
    let mapping = mapping(site, &pairs).await;
    let values = [("custom:a", "1"), ("custom:b", "2"), ("custom:c", "3")];

    created(site, &login_with(&mapping, "ann", &values)).await;
    let user = updated(site, &login_with(&mapping, "ann", &[("custom:b", "4")])).await;

    assert_eq!(user.extra["select"].as_deref(), Some("1"));
    assert_eq!(user.extra["order"].as_deref(), Some("4"));
}

pub(crate) async fn lets_two_users_have_one_email(site: &impl Site) {
    let email = [("email", "shared@example.com")];

    let ann = created(site, &login("ann", &email)).await;
    let bob = created(site, &login("bob", &email)).await;

    assert_ne!(ann.id, bob.id);
}

pub(crate) async fn leaves_the_row_that_has_the_unique_value(site: &impl Site) {
    site.execute("create unique index site_email on users (email)")
        .await;
    created(site, &login("ann", &[("email", "ann@example.com")])).await;
    created(site, &login("carl", &[("email", "carl@example.com")])).await;
    let ann = site.whole_row("ann").await;
    let carl = site.whole_row("carl").await;

    for name in ["bob", "carl"] {
        let mut thief = login(name, &[("email", "ann@example.com"), ("given_name", "Ann")]);
        thief.at = EVENING;
        let error = site.users().sync(&thief).await.expect_err("taken");
        assert_eq!(error.kind(), UserStoreErrorKind::Conflict);
        assert!(error.column().expect("a name").contains("email"), "{error}");
    }

    assert_eq!(site.whole_row("ann").await, ann);
    assert_eq!(site.whole_row("carl").await, carl);
    assert_eq!(find(site, "bob").await, None);
}

pub(crate) async fn writes_and_reads_group_flags(site: &impl Site) {
    site.execute("alter table users add column is_staff boolean")
        .await;
    let mapping = AttributeMapping::empty()
        .with_group_flag("staff", "is_staff")
        .expect("a flag");
    site.users()
        .check_mapping(&mapping)
        .await
        .expect("a column");
    let in_groups = |groups: &[&str]| {
        let groups: Vec<String> = groups.iter().map(|&group| group.to_owned()).collect();
        let mut login = login("ann", &[]);
        login.columns = mapping
            .flags_for(&groups)
            .map(|(column, is_set)| (column.clone(), ColumnChange::flag(is_set)))
            .collect();
        login
    };

    let user = created(site, &in_groups(&["staff"])).await;
    assert_eq!(user.flag("is_staff"), Some(true));
    let user = updated(site, &in_groups(&["Staff"])).await;
    assert_eq!(user.flag("is_staff"), Some(false));
    let user = updated(site, &login("ann", &[])).await;
    assert_eq!(user.flag("is_staff"), Some(false), "not told, not changed");
}
