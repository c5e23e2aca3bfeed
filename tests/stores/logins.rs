//! The registry of logins.

use std::time::Duration;

use axum_cognito::users::{Lease, LoginRecord, LoginStore};
use tokio::task::JoinSet;

use super::site::{EVENING, NOON, Site, created, login};

/// A user's row, and a login of the user in the registry.
async fn begun(site: &impl Site, name: &str, id: &str) -> LoginRecord {
    let user = match site
        .users()
        .find_by_username(name)
        .await
        .expect("an answer")
    {
        Some(user) => user,
        None => created(site, &login(name, &[])).await,
    };
    let mut record = LoginRecord::new(id, user.id, "a pool", NOON);
    record.groups = vec!["admins".to_owned(), "Ärzte, \"und\" mehr".to_owned()];
    record.user_agent = "Mozilla/5.0 (é🦀)".to_owned();
    registry(site).add(&record).await.expect("added");
    record
}

fn registry(site: &impl Site) -> &dyn LoginStore {
    site.users().logins().expect("a registry")
}

pub(crate) async fn finds_a_login_with_its_user(site: &impl Site) {
    let record = begun(site, "ann", "Login-1").await;

    let live = registry(site)
        .find_live("Login-1")
        .await
        .expect("an answer");
    let live = live.expect("it lives");
    assert_eq!((live.user.username.as_str(), live.version), ("ann", 0));
    let read = registry(site).read("Login-1").await.expect("an answer");
    let read = read.expect("it lives");
    assert_eq!(read.groups, record.groups);
    assert_eq!(read.user_agent, record.user_agent);
    assert_eq!(read.backend, "a pool");
    assert_eq!((read.logged_in_at, read.renewed_at), (NOON, NOON));
    assert!(read.tokens.is_none());

    for other in ["login-1", "Login-1 ", "Login-2", ""] {
        let found = registry(site).find_live(other).await.expect("an answer");
        assert!(found.is_none(), "{other:?}");
    }
}

pub(crate) async fn a_login_without_its_user_is_over(site: &impl Site) {
    begun(site, "ann", "1").await;
    site.execute("delete from users").await;

    let live = registry(site).find_live("1").await.expect("an answer");
    assert!(live.is_none());
}

pub(crate) async fn ends_one_login_or_all(site: &impl Site) {
    for (name, id) in [("ann", "1"), ("ann", "2"), ("bob", "3"), ("ann", "4")] {
        begun(site, name, id).await;
    }
    let ids = async |user_id| -> Vec<String> {
        let list = registry(site).list(user_id).await.expect("a list");
        list.into_iter().map(|login| login.id).collect()
    };
    let ann = site.users().find_by_username("ann").await.expect("a row");
    let ann = ann.expect("a row").id;
    assert_eq!(ids(ann).await, ["1", "2", "4"]);

    let ended = registry(site).end("2").await.expect("ended");
    assert_eq!(ended.expect("it lived").id, "2");
    assert!(registry(site).end("2").await.expect("an answer").is_none());
    assert_eq!(ids(ann).await, ["1", "4"]);

    let ended = registry(site).end_all(ann).await.expect("ended");
    assert_eq!(ended.len(), 2);
    assert!(ids(ann).await.is_empty());
    let live = registry(site).find_live("3").await.expect("an answer");
    assert_eq!(live.expect("bob's").user.username, "bob");
}

pub(crate) async fn renews_a_version_once(site: &impl Site) {
    let mut record = begun(site, "ann", "1").await;

    record.version = 1;
    record.groups = Vec::new();
    record.renewed_at = EVENING;
    assert!(registry(site).renew(&record).await.expect("written"));
    assert!(!registry(site).renew(&record).await.expect("an answer"));
    let read = registry(site).read("1").await.expect("an answer");
    let read = read.expect("it lives");
    assert_eq!((read.version, read.groups.len()), (1, 0));
    assert_eq!((read.logged_in_at, read.renewed_at), (NOON, EVENING));

    registry(site).end("1").await.expect("ended");
    record.version = 2;
    assert!(!registry(site).renew(&record).await.expect("an answer"));
    assert!(registry(site).read("1").await.expect("an answer").is_none());
}

pub(crate) async fn leases_a_version_to_one_of_fifty(site: &impl Site) {
    begun(site, "ann", "1").await;
    let mut holders = JoinSet::new();
    for number in 0..50 {
        let users = site.another_process().await;
        holders.spawn(async move {
            let until = NOON + Duration::from_secs(30);
            let lease = Lease::new(number.to_string(), NOON, until);
            let logins = users.logins().expect("a registry");
            logins.lease("1", 0, &lease).await.expect("an answer")
        });
    }
    let won = holders.join_all().await.into_iter().filter(|won| *won);
    assert_eq!(won.count(), 1);
}

pub(crate) async fn a_lease_runs_out_or_is_given_back(site: &impl Site) {
    begun(site, "ann", "1").await;
    let seconds = Duration::from_secs;
    let lease = async |holder: &str, now, version| {
        let lease = Lease::new(holder, now, now + seconds(30));
        let leased = registry(site).lease("1", version, &lease).await;
        leased.expect("an answer")
    };

    assert!(!lease("a", NOON, 1).await, "another version");
    assert!(lease("a", NOON, 0).await);
    assert!(!lease("b", NOON + seconds(30), 0).await);
    assert!(lease("b", NOON + seconds(31), 0).await, "it has run out");
    registry(site).release("1", "a").await.expect("an answer");
    assert!(!lease("c", NOON + seconds(32), 0).await, "not a's any more");
    registry(site).release("1", "b").await.expect("an answer");
    assert!(lease("c", NOON + seconds(33), 0).await);
}

pub(crate) async fn deletes_what_is_past_its_lifetime(site: &impl Site) {
    begun(site, "ann", "old").await;
    let mut young = begun(site, "ann", "young").await;
    registry(site).end("young").await.expect("ended");
    young.logged_in_at = EVENING;
    registry(site).add(&young).await.expect("added");

    let deleted = registry(site).delete_older(EVENING).await.expect("deleted");

    assert_eq!(deleted, 1);
    let live = registry(site).find_live("young").await.expect("an answer");
    assert!(live.is_some());
}
