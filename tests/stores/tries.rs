//! Statements that PostgreSQL has undone because another came first: they are tried again.

use axum_cognito::users::{
    LoginRecord, LoginStore, StoredLogin, UserStore, UserStoreErrorKind, UserTable,
};
use time::OffsetDateTime;

use super::postgres::{PostgresSite, in_a_schema};
use super::site::{Site, created, login};

/// How often a statement is tried, the first time among them.
const TRIES: i64 = 16;

/// Makes the statements on a login and those that read from the view `watched` fail so many times.
/// The numbers of a sequence are not given back by what is undone.
async fn give_way(site: &PostgresSite, times: i64) {
    site.execute(&format!(
        "drop sequence if exists tried;
        create sequence tried;
        create or replace function gives_way() returns boolean language plpgsql as $$ begin
            if nextval('tried') <= {times} then
                raise exception 'another came first' using errcode = '40001';
            end if;
            return true;
        end $$;"
    ))
    .await;
}

async fn tried(site: &PostgresSite) -> i64 {
    site.number("select last_value from tried").await
}

#[tokio::test]
async fn what_gave_way_is_tried_again_and_not_for_ever() {
    let Some(site) = in_a_schema().await else {
        return;
    };
    let alice = created(&site, &login("alice", &[])).await;
    give_way(&site, 0).await;
    site.execute(
        "create view watched as select * from users where gives_way();
        create function watch() returns trigger language plpgsql as $$ begin
            perform gives_way();
            return new;
        end $$;
        create trigger watching before update on logins for each row execute function watch();",
    )
    .await;
    let logins = site.logins_alone();
    let record = LoginRecord::new(
        "one".into(),
        "a pool",
        alice.id.clone(),
        OffsetDateTime::UNIX_EPOCH,
    );
    let began = logins.now().await.expect("a time");
    let added = logins.add(&StoredLogin::new(record, None), began).await;
    assert!(added.expect("an answer"));
    let table = UserTable::named("watched").expect("a name");
    let watched = site.with_table(table);
    watched.find(&alice.id).await.expect("an answer");

    let touch = async || {
        logins
            .touch(&"one".into(), OffsetDateTime::UNIX_EPOCH)
            .await
    };
    let find = async || watched.find(&alice.id).await;

    give_way(&site, TRIES - 1).await;
    touch().await.expect("the last try");
    assert_eq!(tried(&site).await, TRIES);
    give_way(&site, TRIES - 1).await;
    assert!(find().await.expect("the last try").is_some());
    assert_eq!(tried(&site).await, TRIES);

    give_way(&site, TRIES).await;
    let error = touch().await.expect_err("one more");
    assert_eq!(error.kind(), UserStoreErrorKind::Unavailable);
    assert_eq!(tried(&site).await, TRIES);
    give_way(&site, TRIES).await;
    assert!(find().await.is_err());
    assert_eq!(tried(&site).await, TRIES);
}
