//! Tables of users with names of the site's own, and none.

use axum_cognito::users::{
    LoginRecord, SqlLogins, StoredLogin, UserStoreErrorKind, UserTable, contract,
};

use super::site::{NOON, Site, created, login, login_with};

const NAMES: [(&str, &str); 7] = [
    ("id", "account"),
    ("username", "login"),
    ("sub", "order"),
    ("email", "mail"),
    ("is_active", "select"),
    ("date_joined", "created_at"),
    ("last_login", "Seen"),
];

fn accounts() -> UserTable {
    let table = UserTable::named("Accounts").expect("a name");

    NAMES.into_iter().fold(table, |table, (column, name)| {
        table.with_column(column, name).expect("a name")
    })
}

/// Our table as the site would have written it.
async fn create_accounts(site: &impl Site) {
    let lines = site.migration().lines().map(|line| {
        let line = line.split("--").next().unwrap_or_default();
        let indented = line.strip_prefix("    ").unwrap_or_default();
        let name = indented.split(' ').next().unwrap_or_default();
        let renamed = NAMES.iter().find(|(column, _)| *column == name);
        match renamed {
            Some((column, name)) => line.replacen(column, &site.quoted(name), 1),
            None => line.to_owned(),
        }
    });
    let sql = lines.collect::<Vec<_>>().join("\n");
    let sql = sql
        .replace(
            "exists users",
            &format!("exists {}", site.quoted("Accounts")),
        )
        .replace("users_", "accounts_")
        .replace(
            "unique (username)",
            &format!("unique ({})", site.quoted("login")),
        )
        .replace("(is_active in", &format!("({} in", site.quoted("select")));

    site.execute(&sql).await;
}

pub(crate) async fn has_the_names_that_the_site_gives(site: &impl Site) {
    create_accounts(site).await;
    let users = site.with_table(accounts());
    contract::check_users(&users).await;
    contract::check_logins(users.logins().expect("a registry")).await;
    assert_eq!(site.count().await, 0, "in `users`");

    // The row with the same key is another user.
    let ann = created(site, &login("ann", &[])).await;
    let twin = users.find(&ann.id).await.expect("an answer");
    assert!(twin.is_some(), "both tables have the key {}", ann.id);
    let record = LoginRecord::new("of-ann".into(), "a pool", ann.id.clone(), NOON);
    let registry = site.users().logins().expect("a registry");
    let now = registry.now().await.expect("the time");
    let login = StoredLogin::new(record.clone(), None);
    assert!(registry.add(&login, now).await.expect("an answer"));
    let found = registry.find(&record.id).await.expect("an answer");
    assert_eq!(found.expect("it lives").user, Some(ann.into()));
    let other = users.logins().expect("a registry");
    let found = other.find(&record.id).await.expect("an answer");
    assert_eq!(found.expect("it lives").user, None);

    // An attribute that is mapped to one of ours, and one of the site's own.
    let accounts = site.quoted("Accounts");
    site.execute(&format!(
        "alter table {accounts} add column department varchar(99)"
    ))
    .await;
    let pairs = [("email", "email"), ("custom:dept", "department")];
    let mapping = axum_cognito::attribute::AttributeMapping::new(pairs).expect("a mapping");
    users.check_mapping(&mapping).await.expect("both are there");
    let values = [("email", "ann@example.com"), ("custom:dept", "IT")];
    users
        .sync(&login_with(&mapping, "ann", &values))
        .await
        .expect("a login");
    let mail = site.quoted("mail");
    let sql = format!("select count(*) from {accounts} where {mail} = 'ann@example.com'");
    assert_eq!(site.number(&sql).await, 1);
    let ann = users
        .find_by_username("ann")
        .await
        .expect("an answer")
        .expect("a row");
    assert_eq!(ann.email, "ann@example.com");
    assert_eq!(ann.extra["department"].as_deref(), Some("IT"));
    assert_eq!(ann.last_login, Some(NOON));
}

pub(crate) async fn is_not_created_by_us_under_another_name(site: &impl Site) {
    let users = site.with_table(accounts());
    let mapping = axum_cognito::attribute::AttributeMapping::empty();
    let error = users.check_mapping(&mapping).await.expect_err("no table");
    assert_eq!(error.kind(), UserStoreErrorKind::Schema);
    assert!(error.to_string().contains("`Accounts`"), "{error}");

    create_accounts(site).await;
    let accounts = accounts().with_column("email", "e_mail").expect("a name");
    let users = site.with_table(accounts);
    let error = users.check_mapping(&mapping).await.expect_err("no column");
    assert_eq!(error.column(), Some("e_mail"));
}

pub(crate) async fn is_no_business_of_a_registry_alone(site: &impl Site) {
    for table in ["users", "logins", "login_ends", "browser_sessions"] {
        site.execute(&format!("drop table {table}")).await;
    }
    site.execute("create table users (name varchar(99))").await;
    let logins: SqlLogins = site.logins_alone();

    for _ in 0..2 {
        logins.migrate().await.expect("its own tables");
    }

    contract::check_logins(&logins).await;
    assert_eq!(site.count().await, 0);
}
