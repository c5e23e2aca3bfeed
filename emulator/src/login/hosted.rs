//! Logins at the pool's domain: by password, whatever flows the app client allows.

use serde_json::Value;

use super::ask::proceed;
use super::before::{migrate, pre_authentication};
use super::password::check;
use super::step::Step;
use crate::failure::Failure;
use crate::pool::{AppClient, Pool};

/// Begins a login that ends with a session at the domain in place of tokens.
pub(crate) fn begin_hosted(
    pool: &Pool,
    client: &AppClient,
    username: &str,
    password: &str,
) -> Result<Step, Failure> {
    migrate(pool, client, username, Some(password), &Value::Null)?;
    pre_authentication(pool, client, username, &Value::Null)?;
    let mut directory = pool.directory();
    let mut login = check(&mut directory, client, username, password)?;
    drop(directory);
    login.is_hosted = true;
    proceed(pool, login)
}
