use std::sync::Arc;

use async_trait::async_trait;
use axum_cognito::attribute::{AttributeMapping, Attributes};
use axum_cognito::id::Subject;
use axum_cognito::users::{
    SqlLogins, Synced, User, UserStore, UserStoreError, UserSync, UserTable,
};
use sqlx::migrate::Migrator;
use time::OffsetDateTime;
use time::macros::datetime;
use tokio::task::JoinHandle;

/// When the logins of these tests happen.
pub(crate) const NOON: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);
pub(crate) const EVENING: OffsetDateTime = datetime!(2026-03-01 18:00 UTC);

/// A start of the site in another process.
pub(crate) type Start = JoinHandle<Result<Arc<dyn UserStore>, UserStoreError>>;

/// A site with an empty `users` table, and what it does with it besides logins.
#[async_trait]
pub(crate) trait Site: Send + Sync {
    /// The store under test.
    fn users(&self) -> &dyn UserStore;

    /// The same table as another process sees it: by connections of its own, where there
    /// can be any.
    async fn another_process(&self) -> Arc<dyn UserStore>;

    /// The registry over the same database, for a site whose users are elsewhere.
    fn logins_alone(&self) -> SqlLogins;

    /// A store over a table of users of the site's own.
    fn with_table(&self, table: UserTable) -> Arc<dyn UserStore>;

    /// Starts another process, which connects and migrates.
    fn start(&self) -> Start;

    /// Runs statements of the site's own.
    async fn execute(&self, sql: &str);

    /// Runs migrations of the site's own.
    async fn migrate(&self, own: &Migrator);

    /// Every column of the row of a username, as texts, also the columns that we do not know.
    async fn whole_row(&self, username: &str) -> Vec<Option<String>>;

    /// The only value of a query.
    async fn number(&self, sql: &str) -> i64;

    /// The number of rows.
    async fn count(&self) -> i64 {
        self.number("select count(*) from users").await
    }

    /// Our migration.
    fn migration(&self) -> &'static str;

    /// The name of a column in quotes.
    fn quoted(&self, name: &str) -> String {
        format!("\"{name}\"")
    }

    /// The statement that gives a column another type.
    fn retype(&self, column: &str, sql_type: &str) -> String {
        format!("alter table users alter column {column} type {sql_type}")
    }
}

/// A login of the default mapping.
pub(crate) fn login(username: &str, attributes: &[(&str, &str)]) -> UserSync {
    login_with(AttributeMapping::standard(), username, attributes)
}

/// A login whose subject is `sub-of-<username>`.
pub(crate) fn login_with(
    mapping: &AttributeMapping,
    username: &str,
    attributes: &[(&str, &str)],
) -> UserSync {
    let attributes: Attributes = attributes
        .iter()
        .map(|(name, value)| (name.parse().expect("a name"), (*value).to_owned()))
        .collect();

    let mut login = UserSync::new(username, NOON);
    login.sub = Some(Subject::from(format!("sub-of-{username}")));
    login.columns = mapping.columns_for(&attributes);
    login
}

/// The mapping of these pairs, checked by the store.
pub(crate) async fn mapping(site: &impl Site, pairs: &[(&str, &str)]) -> AttributeMapping {
    let mapping = AttributeMapping::new(pairs.iter().copied()).expect("a mapping");

    site.users()
        .check_mapping(&mapping)
        .await
        .expect("columns that are there");
    mapping
}

pub(crate) async fn created(site: &impl Site, login: &UserSync) -> User {
    match site.users().sync(login).await.expect("a login") {
        Synced::Created(user) => user,
        other => panic!("expected a new row, got {other:?}"),
    }
}

pub(crate) async fn updated(site: &impl Site, login: &UserSync) -> User {
    match site.users().sync(login).await.expect("a login") {
        Synced::Updated(user) => user,
        other => panic!("expected the row, got {other:?}"),
    }
}

pub(crate) async fn find(site: &impl Site, username: &str) -> Option<User> {
    site.users()
        .find_by_username(username)
        .await
        .expect("an answer")
}
