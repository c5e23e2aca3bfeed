//! The table of sessions, on each database that is there.

#[cfg(any(feature = "mysql", feature = "postgres"))]
use std::env;

use time::OffsetDateTime;
use time::macros::datetime;

use crate::users::{
    LoginId, LoginRecord, SqlSessions, StoredLogin, StoredSession, Synced, UserStore, UserSync,
};

const NOON: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);
const EVENING: OffsetDateTime = datetime!(2026-03-01 18:00 UTC);

fn session(data: &str, login_id: Option<&str>, expires_at: OffsetDateTime) -> StoredSession {
    StoredSession {
        data: data.to_owned(),
        login_id: login_id.map(LoginId::from),
        expires_at,
    }
}

/// Everything that is asked of the table. The keys begin with a name that no other run has.
async fn check(sessions: &SqlSessions, users: &dyn UserStore) {
    let table = &*sessions.table;
    let run = LoginId::random().expect("random bytes");
    let key = |name: &str| format!("{name}-{run}");
    let (a, b, c) = (key("a"), key("b"), key("c"));
    let long = "🦀".repeat(50_000);

    // Created once, changed where it is, deleted for good.
    assert!(
        table
            .create(&a, &session("1", None, EVENING))
            .await
            .expect("created")
    );
    assert!(
        !table
            .create(&a, &session("2", None, EVENING))
            .await
            .expect("taken")
    );
    let (found, login) = table
        .load(&a, NOON)
        .await
        .expect("an answer")
        .expect("a session");
    assert_eq!(
        (found.data.as_str(), found.login_id, found.expires_at),
        ("1", None, EVENING)
    );
    assert!(login.is_none());
    assert!(
        table
            .save(&a, &session(&long, None, EVENING))
            .await
            .expect("saved")
    );
    assert!(
        table
            .save(&a, &session(&long, None, EVENING))
            .await
            .expect("saved")
    );
    let (found, _) = table
        .load(&a, NOON)
        .await
        .expect("an answer")
        .expect("a session");
    assert_eq!(found.data, long);
    for other in [a.to_uppercase(), format!("{a} "), b.clone()] {
        assert!(table.load(&other, NOON).await.expect("an answer").is_none());
    }
    table.delete(&a).await.expect("deleted");
    table.delete(&a).await.expect("deleted");
    assert!(
        !table
            .save(&a, &session("1", None, EVENING))
            .await
            .expect("not revived")
    );
    assert!(table.load(&a, NOON).await.expect("an answer").is_none());

    // With its login and user, as long as the login lives.
    let name = key("ann");
    let synced = users
        .sync(&UserSync::new(name.as_str(), NOON))
        .await
        .expect("a row");
    let Synced::Created(ann) = synced else {
        panic!("a new row");
    };
    let login_id = LoginId::from(key("l"));
    let record = LoginRecord::new(login_id.clone(), "a pool", ann.id.clone(), NOON);
    let logins = users.logins().expect("a registry");
    let now = logins.now().await.expect("the time");
    let stored = StoredLogin::new(record.clone(), None);
    assert!(logins.add(&stored, now).await.expect("added"));
    let with_login = session("1", Some(login_id.as_str()), EVENING);
    assert!(table.create(&b, &with_login).await.expect("created"));
    let (found, login) = table
        .load(&b, NOON)
        .await
        .expect("an answer")
        .expect("a session");
    assert_eq!(found.login_id.as_ref(), Some(&login_id));
    let login = login.expect("it lives");
    assert!(*login.login == record);
    assert_eq!(login.user.as_deref(), Some(&ann));
    logins.end(&login_id).await.expect("ended");
    let (found, login) = table
        .load(&b, NOON)
        .await
        .expect("an answer")
        .expect("a session");
    assert_eq!(found.login_id, Some(login_id));
    assert!(login.is_none());

    // Expired at the second that it names.
    assert!(
        table
            .create(&c, &session("1", None, NOON))
            .await
            .expect("created")
    );
    let before = NOON - time::Duration::SECOND;
    assert!(table.load(&c, before).await.expect("an answer").is_some());
    assert!(table.load(&c, NOON).await.expect("an answer").is_none());
    assert!(table.delete_expired(NOON).await.expect("deleted") >= 1);
    assert!(table.load(&c, before).await.expect("an answer").is_none());
    assert!(table.load(&b, NOON).await.expect("an answer").is_some());
    table.delete(&b).await.expect("deleted");
}

/// The URL of a server: that of the environment, or that of this machine.
#[cfg(any(feature = "mysql", feature = "postgres"))]
fn server(variable: &str, on_this_machine: &str) -> (String, bool) {
    match env::var(variable) {
        Ok(url) => (url, true),
        Err(_) => (on_this_machine.to_owned(), false),
    }
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn sqlite() {
    let users = crate::users::SqliteUsers::connect("sqlite::memory:").await;
    let users = users.expect("a database");

    check(&users.sessions(), &users).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres() {
    use sqlx::Executor;

    let (url, is_asked_for) = server(
        "TEST_POSTGRES_URL",
        "postgres://postgres@127.0.0.1:5432/postgres",
    );
    let schema = format!("axum_cognito_{:x}", std::process::id());
    let create = sqlx::AssertSqlSafe(format!("create schema {schema}"));
    let separator = if url.contains('?') { '&' } else { '?' };
    let in_schema = format!("{url}{separator}options[search_path]={schema}");
    match sqlx::PgPool::connect(&url).await {
        Ok(pool) => {
            pool.execute(create).await.expect("a schema");
            let users = crate::users::PostgresUsers::connect(&in_schema).await;
            let users = users.expect("a database");
            check(&users.sessions(), &users).await;
            let drop = sqlx::AssertSqlSafe(format!("drop schema {schema} cascade"));
            pool.execute(drop).await.expect("the end");
        }
        Err(error) => assert!(!is_asked_for, "{error}"),
    }
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn mysql() {
    use sqlx::Executor;

    let (url, is_asked_for) = server("TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306/test");
    let database = format!("axum_cognito_{:x}", std::process::id());
    match sqlx::MySqlPool::connect(&url).await {
        Ok(pool) => {
            let create = sqlx::AssertSqlSafe(format!("create database {database}"));
            pool.execute(create).await.expect("a database");
            let (server, _) = url.rsplit_once('/').expect("a database in the URL");
            let users = crate::users::MySqlUsers::connect(&format!("{server}/{database}")).await;
            let users = users.expect("a database");
            check(&users.sessions(), &users).await;
            let drop = sqlx::AssertSqlSafe(format!("drop database {database}"));
            pool.execute(drop).await.expect("the end");
        }
        Err(error) => assert!(!is_asked_for, "{error}"),
    }
}
