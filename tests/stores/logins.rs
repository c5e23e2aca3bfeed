//! The registry of logins.

use std::sync::Arc;
use std::time::Duration;

use axum_cognito::users::{
    Lease, LoginId, LoginRecord, LoginStore, StoredLogin, User, UserId, UserStore, contract,
};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::site::{NOON, Site, created, login};

const POOL: &str = "a pool";

fn registry(site: &impl Site) -> &dyn LoginStore {
    site.users().logins().expect("a registry")
}

async fn user(site: &impl Site, name: &str) -> User {
    match site.users().find_by_username(name).await.expect("a row") {
        Some(user) => user,
        None => created(site, &login(name, &[])).await,
    }
}

/// A login that is in the registry.
async fn begun(site: &impl Site, name: &str, id: &str) -> StoredLogin {
    let user = user(site, name).await;
    let mut record = LoginRecord::new(id.into(), POOL, user.id, NOON);
    record.groups = vec!["admins".to_owned(), "Ärzte, \"und\" mehr".to_owned()];
    record.user_agent = "Mozilla/5.0 (é🦀)".to_owned();
    let login = StoredLogin::new(record, Some(b"the tokens".to_vec()));

    assert!(add(registry(site), &login).await);
    login
}

/// Adds a login that begins now.
async fn add(registry: &dyn LoginStore, login: &StoredLogin) -> bool {
    let now = registry.now().await.expect("the time");

    registry.add(login, now).await.expect("an answer")
}

async fn ids(site: &impl Site, backend: &str, user_id: &UserId) -> Vec<String> {
    let list = registry(site).list(backend, user_id).await.expect("a list");

    list.into_iter().map(|login| login.id.to_string()).collect()
}

async fn lives(site: &impl Site, id: &str) -> bool {
    let found = registry(site).find(&id.into()).await.expect("an answer");

    found.is_some()
}

pub(crate) async fn keeps_the_contract_of_stores(site: &impl Site) {
    contract::check_users(site.users()).await;
    contract::check_logins(registry(site)).await;
}

pub(crate) async fn lists_the_logins_of_a_user(site: &impl Site) {
    for (name, id) in [("ann", "2"), ("bob", "3"), ("ann", "1")] {
        begun(site, name, id).await;
    }
    let ann = user(site, "ann").await.id;

    assert_eq!(ids(site, POOL, &ann).await, ["1", "2"]);
}

/// The row that is read along is one of the table whose store has added the login.
pub(crate) async fn numbers_of_another_table_are_other_users(site: &impl Site) {
    let ann = user(site, "ann").await;
    let id = LoginId::from("1");
    let record = LoginRecord::new(id.clone(), POOL, ann.id, NOON);
    let alone = site.logins_alone();
    assert!(add(&alone, &StoredLogin::new(record, None)).await);

    let found = registry(site).find(&id).await.expect("an answer");
    assert_eq!(found.expect("it lives").user, None);
    let found = alone.find(&id).await.expect("an answer");
    assert_eq!(found.expect("it lives").user, None);
}

pub(crate) async fn finds_a_login_with_its_user(site: &impl Site) {
    begun(site, "ann", "Login-1").await;
    site.execute("alter table users add column department varchar(99) default 'IT'")
        .await;
    super::site::mapping(site, &[("custom:dept", "department")]).await;

    let live = registry(site).find(&"Login-1".into()).await;
    let live = live.expect("an answer").expect("it lives");
    let ann = live.user.expect("read along");
    assert_eq!(*ann, user(site, "ann").await);
    assert_eq!(ann.extra["department"].as_deref(), Some("IT"));

    for other in ["login-1", "Login-1 ", "Login-2", ""] {
        assert!(!lives(site, other).await, "{other:?}");
    }
}

pub(crate) async fn a_login_without_its_user_is_nobodys(site: &impl Site) {
    begun(site, "ann", "1").await;
    site.execute("delete from users").await;

    let live = registry(site).find(&"1".into()).await.expect("an answer");
    assert!(live.is_none_or(|live| live.user.is_none()));
}

pub(crate) async fn keys_that_are_no_numbers_are_keys(site: &impl Site) {
    let ann = user(site, "ann").await.id;
    let keys = [
        "67e55044-10b1-426f-9247-bb680e5fe0c8".to_owned(),
        format!("{ann}e55044-10b1"),
        format!("0{ann}"),
        format!(" {ann}"),
        format!("+{ann}"),
        format!("{ann}.0"),
    ];

    for (number, key) in keys.iter().enumerate() {
        let key = UserId::from(key.as_str());
        let id = LoginId::from(number.to_string());
        let record = LoginRecord::new(id.clone(), POOL, key.clone(), NOON);
        assert!(add(registry(site), &StoredLogin::new(record, None)).await);

        let found = registry(site).find(&id).await.expect("an answer");
        let found = found.expect("it lives");
        assert_eq!(found.login.user_id, key);
        assert_eq!(found.user, None, "{key} is not {ann}");
        assert_eq!(ids(site, POOL, &key).await, [id.as_str()]);
    }
    assert!(ids(site, POOL, &ann).await.is_empty());
}

/// Each login begins before the end, and is added while it happens.
pub(crate) async fn no_login_outlives_an_end_that_it_races(site: &impl Site) {
    const LOGINS: usize = 8;
    let user_id = user(site, "ann").await.id;

    for round in 0..25 {
        let began = registry(site).now().await.expect("the time");
        let everybody_is_ready = Arc::new(Barrier::new(LOGINS + 1));
        let mut tasks = JoinSet::new();
        for number in 0..LOGINS {
            let id = LoginId::from(format!("{round}-{number}"));
            let login = LoginRecord::new(id, POOL, user_id.clone(), NOON);
            let login = StoredLogin::new(login, None);
            let users = site.another_process().await;
            let everybody_is_ready = Arc::clone(&everybody_is_ready);
            tasks.spawn(async move {
                everybody_is_ready.wait().await;
                let logins = users.logins().expect("a registry");
                logins.add(&login, began).await.expect("an answer")
            });
        }
        let ending: Arc<dyn UserStore> = site.another_process().await;
        everybody_is_ready.wait().await;
        let ending = ending.logins().expect("a registry");
        let ended = ending.end_all(POOL, &user_id, None).await.expect("ended");

        let added = tasks.join_all().await;
        let left = ids(site, POOL, &user_id).await;
        assert!(left.is_empty(), "round {round}: {left:?} live on");
        let added = added.into_iter().filter(|added| *added).count();
        assert!(ended.len() >= added, "each that was added was ended");
    }
}

pub(crate) async fn leases_a_version_to_one_of_fifty(site: &impl Site) {
    begun(site, "ann", "1").await;
    let mut holders = JoinSet::new();
    for number in 0..50 {
        let users = site.another_process().await;
        holders.spawn(async move {
            let lease = Lease::new(number.to_string(), Duration::from_secs(30));
            let logins = users.logins().expect("a registry");
            logins
                .lease(&"1".into(), 0, &lease)
                .await
                .expect("an answer")
        });
    }
    let won = holders.join_all().await.into_iter().filter(|won| *won);
    assert_eq!(won.count(), 1);
}
