use std::convert::Infallible;
use std::time::Duration;

use tracing::{debug, warn};

use super::site::Site;

const EVERY: Duration = Duration::from_secs(10 * 60);

/// After errors the pause grows, to so many times the usual one.
const AT_MOST: u32 = 6;

/// How long a database may take. One that has gone silent would hold the task for ever.
const PATIENCE: Duration = Duration::from_secs(30);

/// Deletes logins that are past their lifetime, again and again.
pub(super) async fn clean_up(site: &Site) -> Infallible {
    run(site, EVERY).await
}

async fn run(site: &Site, every: Duration) -> Infallible {
    let mut pause = every;
    loop {
        pause = if delete(site).await {
            every
        } else {
            (2 * pause).min(AT_MOST * every)
        };
        tokio::time::sleep(pause).await;
    }
}

/// Deletes what each backend has. One that fails keeps no other from it.
async fn delete(site: &Site) -> bool {
    let before = site.clock.now() - site.login_lifetime;
    let mut all_well = true;
    for store in site.backends.login_stores() {
        let why = match tokio::time::timeout(PATIENCE, store.delete_older(before)).await {
            Ok(Ok(deleted)) => {
                debug!(deleted, "deleted logins that are past their lifetime");
                continue;
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the database does not answer".to_owned(),
        };
        warn!("logins past their lifetime were not deleted, and will be later: {why}");
        all_well = false;
    }
    all_well
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::UserPoolBackend;
    use crate::cognito::Cognito;
    use crate::users::{LoginRecord, SqliteUsers, UserStore};
    use crate::web::AuthLayer;

    /// A backend whose users are in a database of their own.
    async fn backend() -> (UserPoolBackend, SqliteUsers) {
        let user_pool = "eu-west-1_Ab12Cd34E".parse().expect("a pool id");
        let app_client = "1example23456789".parse().expect("an app client id");
        let cognito = Cognito::builder(user_pool, app_client).build();
        let users = SqliteUsers::connect("sqlite::memory:").await;
        let users = users.expect("a database");
        let backend = UserPoolBackend::with_client(cognito.expect("a client"), users.clone());
        (backend, users)
    }

    #[tokio::test]
    async fn goes_on_after_errors_and_with_the_other_stores() {
        let (first, broken) = backend().await;
        let (second, users) = backend().await;
        broken.pool().close().await;
        let layer = AuthLayer::new(first).with_backend(second);
        let logins = users.logins().expect("a registry");

        let every = Duration::from_millis(2);
        let cleaning = tokio::spawn(async move { run(&layer.site, every).await });
        for id in ["one", "two", "three"] {
            let old = LoginRecord::new(id, 1, "cognito", OffsetDateTime::UNIX_EPOCH);
            logins.add(&old).await.expect("a login");
            let is_gone = async {
                while !logins.list(1).await.expect("a list").is_empty() {
                    tokio::time::sleep(every).await;
                }
            };
            let in_time = tokio::time::timeout(Duration::from_secs(10), is_gone).await;
            in_time.unwrap_or_else(|_| panic!("{id} is still there"));
        }
        assert!(!cleaning.is_finished());
    }
}
