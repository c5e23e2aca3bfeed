//! What `Debug` shows of the values that hold what is nobody's business: which of them it is, and no more.

use std::collections::BTreeMap;
use std::fmt::Debug;

use axum_cognito::users::{LoginRecord, MemoryLogins, SqlLogins, StoredLogin, User};
use axum_cognito::{Credentials, Settings, SqliteUsers, UserPool};
use time::OffsetDateTime;

#[tokio::test]
async fn debug_names_the_type_and_shows_nothing_secret() {
    let users = SqliteUsers::connect("sqlite::memory:").await;
    let users = users.expect("a database");
    let mut record = LoginRecord::new("canary-id".into(), "pool", 7, OffsetDateTime::UNIX_EPOCH);
    record.user_agent = "canary-agent".to_owned();
    let stored = StoredLogin::new(record.clone(), Some(b"canary-tokens".to_vec()));
    let mut user = User::new(7, "canary-name");
    let extra = [("notes".to_owned(), Some("canary-notes".to_owned()))];
    user.extra = BTreeMap::from(extra);
    assert_eq!(user.text("notes"), Some("canary-notes"));
    assert_eq!(user.text("none"), None);

    let id = "us-east-1_Secrecy".parse().expect("a pool id");
    let mut settings = Settings::new(id, "client".parse().expect("an app client id"));
    settings.app_client_secret = Some("canary-secret".into());
    let pool = UserPool::new(settings.clone(), users.clone()).await;
    let pool = pool.expect("a user pool");

    let shown: [(&dyn Debug, &str); 10] = [
        (&settings, "Settings"),
        (&pool, "UserPool"),
        (
            &Credentials::new("canary-name", "canary-password"),
            "Credentials",
        ),
        (&users, "SqlUsers"),
        (&users.sessions(), "SqlSessions"),
        (&SqlLogins::from(users.pool().clone()), "SqlLogins"),
        (&MemoryLogins::default(), "MemoryLogins"),
        (&record, "LoginRecord"),
        (&stored, "StoredLogin"),
        (&user, "User"),
    ];
    for (value, name) in shown {
        for shown in [format!("{value:?}"), format!("{value:#?}")] {
            assert!(shown.starts_with(name), "{name}: {shown}");
            assert!(!shown.contains("canary"), "{name}: {shown}");
        }
    }
}
