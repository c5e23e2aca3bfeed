//! Many logins at once, each with connections of its own where the database has any.

use std::sync::Arc;

use axum_cognito::users::{Synced, User, UserStoreError, UserStoreErrorKind, UserSync};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::site::{Site, created, login, updated};

pub(crate) async fn makes_one_row_of_twenty_first_logins_at_once(site: &impl Site) {
    makes_one_row(site, 20).await;
}

pub(crate) async fn makes_one_row_of_fifty_first_logins_at_once(site: &impl Site) {
    makes_one_row(site, 50).await;
}

async fn makes_one_row(site: &impl Site, logins: usize) {
    for round in 0..3 {
        let ann = login(&format!("ann-{round}"), &[("email", "ann@example.com")]);
        let synced = at_once(site, vec![ann; logins]).await;
        let synced: Vec<_> = synced.into_iter().map(row_of).collect();

        let new = synced.iter().filter(|(is_new, _)| *is_new).count();
        assert_eq!(new, 1, "round {round}");
        let first = &synced[0].1;
        assert!(
            synced.iter().all(|(_, user)| user == first),
            "round {round}"
        );
        assert_eq!(site.count().await, round + 1);
    }
}

pub(crate) async fn makes_a_row_for_each_of_many_users_at_once(site: &impl Site) {
    let logins = (0..20)
        .map(|number| login(&format!("user-{number}"), &[("email", "same@example.com")]))
        .collect();

    let synced = at_once(site, logins).await;

    assert!(synced.into_iter().all(|synced| row_of(synced).0));
    assert_eq!(site.count().await, 20);
}

pub(crate) async fn does_not_lose_what_the_site_writes_meanwhile(site: &impl Site) {
    site.execute("alter table users add column visits integer not null default 0")
        .await;
    created(site, &login("ann", &[])).await;

    let site_writes = async {
        for _ in 0..100 {
            site.execute("update users set visits = visits + 1").await;
        }
    };
    let logins = async {
        for number in 0..100 {
            let email = format!("{number}@example.com");
            updated(site, &login("ann", &[("email", &email)])).await;
        }
    };
    tokio::join!(site_writes, logins);

    let row = site.whole_row("ann").await;
    assert_eq!(row.last(), Some(&Some("100".to_owned())));
    assert!(row.contains(&Some("99@example.com".to_owned())));
}

pub(crate) async fn gives_a_unique_value_to_one_of_many_at_once(site: &impl Site) {
    site.execute("create unique index site_email on users (email)")
        .await;
    let logins = (0..20)
        .map(|number| login(&format!("user-{number}"), &[("email", "same@example.com")]))
        .collect();

    let answers = at_once(site, logins).await;

    let conflicts = answers.iter().filter_map(|answer| answer.as_ref().err());
    let conflicts: Vec<_> = conflicts.map(UserStoreError::kind).collect();
    assert_eq!(conflicts, [UserStoreErrorKind::Conflict; 19]);
    assert_eq!(site.count().await, 1);
}

/// Has each login wait until all are ready.
async fn at_once(site: &impl Site, logins: Vec<UserSync>) -> Vec<Result<Synced, UserStoreError>> {
    let everybody_is_ready = Arc::new(Barrier::new(logins.len()));
    let mut tasks = JoinSet::new();

    for login in logins {
        let users = site.another_process().await;
        let everybody_is_ready = Arc::clone(&everybody_is_ready);
        tasks.spawn(async move {
            everybody_is_ready.wait().await;
            users.sync(&login).await
        });
    }

    tasks.join_all().await
}

/// Whether a login made the row, and the row.
fn row_of(synced: Result<Synced, UserStoreError>) -> (bool, User) {
    match synced.expect("a login") {
        Synced::Created(user) => (true, user),
        Synced::Updated(user) => (false, user),
        other => panic!("expected a row, got {other:?}"),
    }
}
