//! The example of a site's own table keeps the contract.

use axum_cognito::users::{SqlLogins, UserStore, contract};
use sqlx::SqlitePool;

#[allow(dead_code)]
#[path = "../../examples/own_accounts.rs"]
mod example;

use self::example::{Accounts, TABLE};

#[tokio::test]
async fn the_example_keeps_the_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("{}?mode=rwc", super::sqlite::url_in(&folder));
    let pool = SqlitePool::connect(&url).await.expect("a database");
    sqlx::query(TABLE).execute(&pool).await.expect("a table");
    let logins = SqlLogins::from(pool.clone());
    logins.migrate().await.expect("tables");
    let accounts = Accounts { pool, logins };

    contract::check_users(&accounts).await;
    contract::check_logins(accounts.logins().expect("a registry")).await;
}
