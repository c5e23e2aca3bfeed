//! What can come between two of our statements, made to come there by PostgreSQL.

use std::time::Duration;

use axum_cognito::users::{LoginRecord, StoredLogin, UserStoreErrorKind};

use super::postgres::{PostgresSite, in_a_schema};
use super::site::{NOON, Site, created, find, login, updated};

/// Makes so many updates of users miss their row, as if it came a moment later.
async fn miss(site: &PostgresSite, times: u32) {
    site.execute(&format!(
        "drop sequence if exists missed;
        create sequence missed;
        create or replace function misses() returns trigger language plpgsql as $$ begin
            if nextval('missed') <= {times} then
                return null;
            end if;
            return new;
        end $$;
        create or replace trigger missing before update on users
            for each row execute function misses();"
    ))
    .await;
}

#[tokio::test]
async fn a_row_that_was_not_there_a_moment_ago_is_brought_up_to_date() {
    let Some(site) = in_a_schema().await else {
        return;
    };
    let before = created(&site, &login("ann", &[("given_name", "Ann")])).await;

    miss(&site, 2).await;
    let after = updated(&site, &login("ann", &[("given_name", "Anna")])).await;
    assert_eq!((after.id, &*after.first_name), (before.id, "Anna"));

    miss(&site, 1000).await;
    let late = login("ann", &[("given_name", "Annabel")]);
    let error = site.users().sync(&late).await.expect_err("not for ever");
    assert_eq!(error.kind(), UserStoreErrorKind::Unavailable, "{error:?}");
    assert_eq!(find(&site, "ann").await.expect("a row").first_name, "Anna");
}

/// A row is made inactive where others refer to it, and for no other reason.
#[tokio::test]
async fn a_row_that_could_not_be_deleted_stays_as_it_was() {
    let Some(site) = in_a_schema().await else {
        return;
    };
    let ann = created(&site, &login("ann", &[])).await;
    site.execute(
        "create function fails() returns trigger language plpgsql as $$ begin
            raise exception 'the disk is full' using errcode = '53100';
        end $$;
        create trigger failing before delete on users
            for each row execute function fails();",
    )
    .await;

    let error = site.users().delete(&ann.id).await.expect_err("a failure");

    assert_eq!(error.kind(), UserStoreErrorKind::Unavailable, "{error:?}");
    assert_eq!(find(&site, "ann").await, Some(ann));
}

/// A renewal that was under way leaves no login behind, and no tokens that nobody revokes.
#[tokio::test]
async fn what_is_renewed_while_all_logins_end_is_ended_too() {
    let Some(site) = in_a_schema().await else {
        return;
    };
    let ann = created(&site, &login("ann", &[])).await;
    let logins = site.users().logins().expect("a registry");
    let record = LoginRecord::new("one".into(), "a pool", ann.id.clone(), NOON);
    let began = logins.now().await.expect("the time");
    let login = StoredLogin::new(record, Some(b"old tokens".to_vec()));
    assert!(logins.add(&login, began).await.expect("an answer"));

    // The statement that deletes the login waits for the one that renews it.
    let renewal = site.users.pool().begin().await;
    let mut renewal = renewal.expect("a transaction");
    sqlx::raw_sql("update logins set version = 1, tokens = 'new tokens'")
        .execute(&mut *renewal)
        .await
        .expect("renewed");
    let pid: i32 = sqlx::query_scalar("select pg_backend_pid()")
        .fetch_one(&mut *renewal)
        .await
        .expect("a number");
    let waiting =
        format!("select count(*) from pg_stat_activity where {pid} = any(pg_blocking_pids(pid))");
    let commit = async {
        let waits = async {
            while site.number(&waiting).await == 0 {
                tokio::task::yield_now().await;
            }
        };
        let waits = tokio::time::timeout(Duration::from_secs(10), waits).await;
        waits.expect("somebody waits");
        renewal.commit().await.expect("committed");
    };
    let (ended, ()) = tokio::join!(logins.end_all("a pool", &ann.id, None), commit);

    let ended = ended.expect("an answer");
    let tokens: Vec<_> = ended.iter().map(|login| login.tokens.as_deref()).collect();
    assert_eq!(tokens, [Some(b"new tokens".as_slice())]);
    let found = logins.find(&"one".into()).await.expect("an answer");
    assert!(found.is_none(), "it lives on");
}
