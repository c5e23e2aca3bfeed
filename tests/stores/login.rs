//! Whose row it is, and what a login does to it.

use axum_cognito::id::Subject;
use axum_cognito::users::{Synced, UserId};
use time::macros::datetime;

use super::site::{EVENING, NOON, Site, created, find, login, updated};

const ANN: &[(&str, &str)] = &[
    ("email", "ann@example.com"),
    ("given_name", "Ann"),
    ("family_name", "Lee"),
];

pub(crate) async fn finds_nobody_in_an_empty_store(site: &impl Site) {
    assert_eq!(find(site, "ann").await, None);
    assert_eq!(
        site.users()
            .find(&UserId::from(1))
            .await
            .expect("an answer"),
        None
    );
}

pub(crate) async fn creates_a_row_at_the_first_login(site: &impl Site) {
    let user = created(site, &login("ann", ANN)).await;

    assert_eq!(user.username, "ann");
    assert_eq!(user.sub, Some(Subject::from("sub-of-ann".to_owned())));
    assert_eq!(user.email, "ann@example.com");
    assert_eq!(user.full_name(), "Ann Lee");
    assert!(user.is_active);
    assert_eq!(user.date_joined, NOON);
    assert_eq!(user.last_login, Some(NOON));
    assert!(user.extra.is_empty());
}

pub(crate) async fn updates_the_row_at_the_next_login(site: &impl Site) {
    let before = created(site, &login("ann", ANN)).await;

    let mut later = login(
        "ann",
        &[("email", "lee@example.com"), ("given_name", "Ann")],
    );
    later.at = EVENING;
    let after = updated(site, &later).await;

    assert_eq!(after.id, before.id);
    assert_eq!(after.date_joined, before.date_joined);
    assert_eq!(after.last_login, Some(EVENING));
    assert_eq!(after.email, "lee@example.com");
    assert_eq!(site.count().await, 1);
}

pub(crate) async fn finds_the_same_row_by_id_and_by_username(site: &impl Site) {
    let user = created(site, &login("ann", ANN)).await;

    assert_eq!(find(site, "ann").await.as_ref(), Some(&user));
    let by_id = site.users().find(&user.id).await.expect("an answer");
    assert_eq!(by_id, Some(user));
}

pub(crate) async fn does_not_create_an_unknown_user_when_told_so(site: &impl Site) {
    let mut ann = login("ann", ANN);
    ann.create_unknown_user = false;

    let synced = site.users().sync(&ann).await.expect("a login");

    assert_eq!(synced, Synced::Unknown);
    assert_eq!(site.count().await, 0);
}

pub(crate) async fn updates_a_known_user_also_when_told_not_to_create(site: &impl Site) {
    created(site, &login("ann", &[])).await;

    let mut ann = login("ann", ANN);
    ann.create_unknown_user = false;

    assert_eq!(updated(site, &ann).await.email, "ann@example.com");
}

pub(crate) async fn refuses_another_subject_and_leaves_the_row(site: &impl Site) {
    created(site, &login("ann", ANN)).await;
    let before = site.whole_row("ann").await;

    for create_unknown_user in [true, false] {
        let mut stranger = login("ann", &[("email", "stranger@example.com")]);
        stranger.sub = Some(Subject::from("sub-of-a-stranger".to_owned()));
        stranger.create_unknown_user = create_unknown_user;
        let synced = site.users().sync(&stranger).await.expect("a login");
        assert_eq!(synced, Synced::DifferentSubject);
    }

    assert_eq!(site.whole_row("ann").await, before);
    assert_eq!(site.count().await, 1);
}

pub(crate) async fn adopts_a_row_without_a_subject_only_when_told_so(site: &impl Site) {
    let mut without = login("ann", ANN);
    without.sub = None;
    let before = created(site, &without).await;
    assert_eq!(before.sub, None);
    let row = site.whole_row("ann").await;

    let mut ann = login("ann", &[("email", "lee@example.com")]);
    for create_unknown_user in [true, false] {
        ann.create_unknown_user = create_unknown_user;
        let synced = site.users().sync(&ann).await.expect("a login");
        assert_eq!(synced, Synced::DifferentSubject);
        assert_eq!(site.whole_row("ann").await, row);
    }

    ann.adopts_row = true;
    let after = updated(site, &ann).await;
    assert_eq!(after.id, before.id);
    assert_eq!(after.sub, Some(Subject::from("sub-of-ann".to_owned())));
    assert_eq!(after.email, "lee@example.com");
    let mut stranger = login("ann", ANN);
    stranger.sub = Some(Subject::from("sub-of-a-stranger".to_owned()));
    stranger.adopts_row = true;
    let synced = site.users().sync(&stranger).await.expect("a login");
    assert_eq!(synced, Synced::DifferentSubject);
    assert_eq!(site.count().await, 1);
}

pub(crate) async fn a_login_without_a_subject_has_the_row_without_one(site: &impl Site) {
    let mut without = login("ann", ANN);
    without.sub = None;
    created(site, &without).await;
    let again = updated(site, &without).await;
    assert_eq!(again.sub, None);

    created(site, &login("bob", ANN)).await;
    let row = site.whole_row("bob").await;
    without.username = "bob".to_owned();
    for adopts_row in [true, false] {
        without.adopts_row = adopts_row;
        let synced = site.users().sync(&without).await.expect("a login");
        assert_eq!(synced, Synced::DifferentSubject);
    }
    assert_eq!(site.whole_row("bob").await, row);
}

pub(crate) async fn a_change_without_a_login_leaves_its_time(site: &impl Site) {
    let invited = created(site, &login("ann", ANN).without_login()).await;
    assert_eq!((invited.date_joined, invited.last_login), (NOON, None));

    updated(site, &login("ann", ANN)).await;
    let mut change = login("ann", &[("email", "lee@example.com")]).without_login();
    change.at = EVENING;
    let changed = updated(site, &change).await;
    assert_eq!(changed.email, "lee@example.com");
    assert_eq!(changed.last_login, Some(NOON));
}

pub(crate) async fn lets_a_user_in_or_no_longer(site: &impl Site) {
    let ann = created(site, &login("ann", ANN)).await;
    let bob = created(site, &login("bob", ANN)).await;

    for is_active in [false, false, true, true] {
        let known = site.users().set_active(&ann.id, is_active).await;
        assert!(known.expect("an answer"));
        assert_eq!(find(site, "ann").await.expect("a row").is_active, is_active);
        assert_eq!(find(site, "bob").await.as_ref(), Some(&bob));
    }
    for nobody in [UserId::from(4711), UserId::from("67e55044-10b1")] {
        let known = site.users().set_active(&nobody, true).await;
        assert!(!known.expect("an answer"));
        assert_eq!(site.users().find(&nobody).await.expect("an answer"), None);
    }
}

pub(crate) async fn leaves_an_inactive_row_as_it_is(site: &impl Site) {
    created(site, &login("ann", ANN)).await;
    site.execute("update users set is_active = false where username = 'ann'")
        .await;
    let before = site.whole_row("ann").await;

    let mut later = login("ann", &[("email", "lee@example.com")]);
    later.at = EVENING;
    let user = updated(site, &later).await;

    assert!(!user.is_active);
    assert_eq!(user.email, "ann@example.com");
    assert_eq!(site.whole_row("ann").await, before);

    later.sub = Some(Subject::from("sub-of-a-stranger".to_owned()));
    let stranger = site.users().sync(&later).await.expect("a login");
    assert_eq!(stranger, Synced::DifferentSubject);
}

pub(crate) async fn tells_names_apart_that_differ_in_case_or_blanks(site: &impl Site) {
    let names = [
        "ann",
        "Ann",
        "ANN",
        "ann ",
        " ann",
        "änn",
        "ÄNN",
        "a\u{308}nn",
        "аnn",
        "ann%",
        "_nn",
    ];

    for name in names {
        created(site, &login(name, &[("email", name)])).await;
    }

    assert_eq!(site.count().await, names.len() as i64);
    for name in names {
        let user = find(site, name).await.expect("a row");
        assert_eq!((&*user.username, &*user.email), (name, name));
    }
}

pub(crate) async fn never_gives_an_id_to_a_second_user(site: &impl Site) {
    let ann = created(site, &login("ann", ANN)).await;
    site.execute("delete from users where username = 'ann'")
        .await;

    let again = created(site, &login("ann", ANN)).await;

    assert_ne!(again.id, ann.id);
}

pub(crate) async fn keeps_whole_seconds_in_utc(site: &impl Site) {
    let mut ann = login("ann", ANN);
    ann.at = datetime!(2026-03-01 14:00:00.123_456_789 +2);
    created(site, &ann).await;

    let user = find(site, "ann").await.expect("a row");

    assert_eq!(user.last_login, Some(NOON));
    assert_eq!(user.date_joined, NOON);
    assert!(user.date_joined.offset().is_utc());
}

pub(crate) async fn lists_users_in_the_order_of_their_names(site: &impl Site) {
    let names = ["Zoe", "ann", "bob", "ann2", "Ärzte", "ANN"];
    for name in names {
        created(site, &login(name, &[])).await;
    }
    let list = async |after: Option<&str>, limit| -> Vec<String> {
        let users = site.users().list(after, limit).await.expect("a list");
        users.into_iter().map(|user| user.username).collect()
    };

    // The order of bytes, the same in every database.
    let ordered = ["ANN", "Zoe", "ann", "ann2", "bob", "Ärzte"];
    assert_eq!(list(None, 100).await, ordered);
    assert_eq!(list(None, 2).await, ordered[..2]);
    assert_eq!(list(Some("Zoe"), 2).await, ordered[2..4]);
    assert_eq!(list(Some("aardvark"), 1).await, ["ann"]);
    assert!(list(Some("Ärzte"), 100).await.is_empty());
    assert_eq!(list(Some("ann\0"), 1).await, ["ann2"]);
}
