//! What a server can have in the way: rights that are missing, characters that it cannot hold, a
//! pooler in between.

use std::collections::HashMap;
use std::time::Duration;

use axum_cognito::clock::{Clock, SystemClock};
use axum_cognito::tower_sessions::SessionStore;
use axum_cognito::tower_sessions::session::{Id, Record};
use axum_cognito::users::{
    LoginRecord, StoredLogin, Synced, UserStore, UserStoreError, UserStoreErrorKind,
};

use super::server::fresh_name;
use super::site::{NOON, Site, find, login};

/// A user who logs in, is found again, gets new tokens and logs out.
pub(crate) async fn logs_in(users: &dyn UserStore, name: &str) -> Result<(), UserStoreError> {
    let user = match users.sync(&login(name, &[])).await? {
        Synced::Created(user) | Synced::Updated(user) => user,
        other => panic!("{other:?}"),
    };
    let logins = users.logins().expect("a registry");
    let id = fresh_name().as_str().into();
    let record = LoginRecord::new(id, "a pool", user.id.clone(), NOON);
    let began = logins.now().await?;
    assert!(
        logins
            .add(&StoredLogin::new(record.clone(), None), began)
            .await?
    );
    let live = logins.find(&record.id).await?.expect("it lives");
    assert_eq!(live.user.expect("the row").id, user.id);
    let mut renewed = record.clone();
    renewed.version += 1;
    assert!(logins.renew(&StoredLogin::new(renewed, None)).await?);
    assert!(logins.end(&record.id).await?.is_some());
    Ok(())
}

/// A session that comes and goes.
pub(crate) async fn keeps_a_session(sessions: impl SessionStore) {
    let mut session = Record {
        id: Id::default(),
        data: HashMap::from([("note".to_owned(), "kept".into())]),
        expiry_date: SystemClock.now() + Duration::from_secs(60 * 60),
    };
    sessions.create(&mut session).await.expect("created");
    session.data.insert("note".to_owned(), "changed".into());
    sessions.save(&session).await.expect("saved");
    let kept = sessions.load(&session.id).await.expect("an answer");
    assert_eq!(kept.expect("a session").data, session.data);
    sessions.delete(&session.id).await.expect("deleted");
    let gone = sessions.load(&session.id).await.expect("an answer");
    assert!(gone.is_none());
}

fn is_read_only(error: &UserStoreError) {
    assert_eq!(error.kind(), UserStoreErrorKind::Unavailable, "{error:?}");
    assert!(error.to_string().contains("read-only"), "{error}");
}

#[cfg(feature = "postgres")]
mod postgres {
    use axum_cognito::users::PostgresUsers;

    use super::*;
    use crate::postgres::{PostgresSite, in_a_schema};

    /// Creates a role that may read and write in the schema, and no more. Returns its URL.
    async fn role(site: &PostgresSite) -> String {
        let role = fresh_name();
        let sql = format!(
            "create role {role} login password 'secret';
            do $$ begin
                execute 'grant usage on schema ' || current_schema() || ' to {role}';
                execute 'grant select, insert, update, delete on all tables in schema '
                    || current_schema() || ' to {role}';
            end $$"
        );
        site.execute(&sql).await;

        let (_, rest) = site.url.split_once('@').expect("a user");
        format!("postgres://{role}:secret@{rest}")
    }

    async fn drop_role(site: &PostgresSite, url: &str) {
        let name = url.split(['/', ':']).nth(3).expect("a name");
        site.execute(&format!("drop owned by {name}; drop role {name}"))
            .await;
    }

    #[tokio::test]
    async fn a_role_that_may_not_create_tables_starts_where_they_are() {
        let Some(site) = in_a_schema().await else {
            return;
        };
        let url = role(&site).await;

        let users = PostgresUsers::connect(&url).await.expect("all is there");
        logs_in(&users, "ann").await.expect("a login");
        keeps_a_session(users.sessions()).await;

        site.execute("drop table logins").await;
        let error = PostgresUsers::connect(&url).await.expect_err("no right");
        assert_eq!(error.kind(), UserStoreErrorKind::Schema, "{error:?}");
        users.pool().close().await;
        drop_role(&site, &url).await;
    }

    #[tokio::test]
    async fn tells_that_it_is_read_only() {
        let Some(site) = in_a_schema().await else {
            return;
        };
        let url = format!("{}&options[default_transaction_read_only]=on", site.url);

        let users = PostgresUsers::connect(&url).await.expect("it can be read");
        let error = users.sync(&login("ann", &[])).await.expect_err("read-only");

        is_read_only(&error);
        assert_eq!(find(&site, "ann").await, None);
    }

    #[tokio::test]
    async fn refuses_a_database_that_cannot_hold_every_name() {
        let Some(site) = in_a_schema().await else {
            return;
        };
        let name = fresh_name();
        let sql = format!(
            "create database {name} encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0"
        );
        site.execute(&sql).await;

        let url = format!("{}&dbname={name}", site.url);
        let error = PostgresUsers::connect(&url).await;
        site.execute(&format!("drop database {name} with (force)"))
            .await;

        let error = error.expect_err("LATIN1");
        assert_eq!(error.kind(), UserStoreErrorKind::Schema, "{error:?}");
        for word in ["LATIN1", "UTF8"] {
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}

#[cfg(feature = "mysql")]
mod mysql {
    use axum_cognito::users::MySqlUsers;

    use super::*;
    use crate::mysql::in_a_database;

    #[tokio::test]
    async fn a_role_that_may_not_create_tables_starts_where_they_are() {
        let Some(site) = in_a_database().await else {
            return;
        };
        let role = fresh_name();
        let (_, database) = site.url.split_once("/axum_cognito_").expect("a name");
        let (database, _) = database.split_once('?').unwrap_or((database, ""));
        let sql = format!(
            "create user {role}@'%' identified by 'secret';
            grant select, insert, update, delete on axum_cognito_{database}.* to {role}@'%'"
        );
        site.execute(&sql).await;
        let (_, rest) = site.url.split_once('@').expect("a user");
        let url = format!("mysql://{role}:secret@{rest}");

        let users = MySqlUsers::connect(&url).await.expect("all is there");
        logs_in(&users, "ann").await.expect("a login");
        keeps_a_session(users.sessions()).await;

        site.execute("drop table logins").await;
        let error = MySqlUsers::connect(&url).await.expect_err("no right");
        assert_eq!(error.kind(), UserStoreErrorKind::Schema, "{error:?}");
        site.execute(&format!("drop user {role}@'%'")).await;
    }

    #[tokio::test]
    async fn tells_that_it_is_read_only() {
        let Some(site) = in_a_database().await else {
            return;
        };
        let pool = sqlx::mysql::MySqlPoolOptions::new().after_connect(|connection, _| {
            Box::pin(async move {
                let sql = "set session transaction read only";
                sqlx::Executor::execute(connection, sql).await?;
                Ok(())
            })
        });
        let users = MySqlUsers::new(pool.connect(&site.url).await.expect("a pool"));

        users.migrate().await.expect("it can be read");
        let error = users.sync(&login("ann", &[])).await.expect_err("read-only");

        is_read_only(&error);
        assert_eq!(find(&site, "ann").await, None);
    }

    #[tokio::test]
    async fn refuses_connections_that_cannot_carry_every_name() {
        let Some(site) = in_a_database().await else {
            return;
        };
        let (url, _) = site.url.split_once('?').expect("options");

        for charset in ["utf8", "latin1"] {
            let error = MySqlUsers::connect(&format!("{url}?charset={charset}")).await;
            let error = error.expect_err(charset);
            assert_eq!(error.kind(), UserStoreErrorKind::Schema, "{error:?}");
            assert!(error.to_string().contains("utf8mb4"), "{error}");
        }
    }

    #[tokio::test]
    async fn refuses_a_column_that_cannot_hold_every_name() {
        let Some(site) = in_a_database().await else {
            return;
        };
        site.execute(
            "alter table users modify column username varchar(255) character set utf8mb3 \
             collate utf8mb3_bin not null",
        )
        .await;

        let error = site
            .start()
            .await
            .expect("no panic")
            .err()
            .expect("utf8mb3");
        assert_eq!(error.kind(), UserStoreErrorKind::Schema, "{error:?}");
        assert_eq!(error.column(), Some("username"));
    }
}
