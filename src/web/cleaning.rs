use std::convert::Infallible;
use std::time::Duration;

use tracing::{debug, info, warn};

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
        let all_well = delete(site).await;
        if all_well && pause > every {
            info!("logins past their lifetime are deleted again");
        }
        pause = if all_well {
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
    use std::io;
    use std::sync::{Arc, Mutex};

    use async_trait::async_trait;
    use time::OffsetDateTime;
    use tokio::time::Instant;
    use tracing::Level;

    use super::*;
    use crate::attribute::AttributeMapping;
    use crate::backend::UserPoolBackend;
    use crate::cognito::Cognito;
    use crate::users::{
        Lease, LiveLogin, LoginRecord, LoginStore, SqliteUsers, Synced, User, UserStore,
        UserStoreError, UserStoreErrorKind, UserSync,
    };
    use crate::web::AuthLayer;

    fn backend_with(users: impl UserStore) -> UserPoolBackend {
        let user_pool = "eu-west-1_Ab12Cd34E".parse().expect("a pool id");
        let app_client = "1example23456789".parse().expect("an app client id");
        let cognito = Cognito::builder(user_pool, app_client).build();
        UserPoolBackend::with_client(cognito.expect("a client"), users)
    }

    /// A backend whose users are in a database of their own.
    async fn backend() -> (UserPoolBackend, SqliteUsers) {
        let users = SqliteUsers::connect("sqlite::memory:").await;
        let users = users.expect("a database");
        (backend_with(users.clone()), users)
    }

    /// How a deletion ends.
    #[derive(Clone, Copy)]
    enum End {
        Deleted,
        Failed,
        Never,
    }

    /// A registry whose deletions end as they are told to, and from then on well.
    struct Told {
        ends: Vec<End>,
        asked_at: Mutex<Vec<Instant>>,
    }

    #[async_trait]
    impl LoginStore for Told {
        async fn delete_older(&self, _: OffsetDateTime) -> Result<u64, UserStoreError> {
            let number = {
                let mut asked_at = self.asked_at.lock().expect("a lock");
                asked_at.push(Instant::now());
                asked_at.len() - 1
            };
            match self.ends.get(number) {
                None | Some(End::Deleted) => Ok(1),
                Some(End::Failed) => Err(UserStoreError::new(UserStoreErrorKind::Unavailable)
                    .with_source("canary in what the database said")),
                Some(End::Never) => std::future::pending().await,
            }
        }

        async fn add(&self, _: &LoginRecord) -> Result<(), UserStoreError> {
            unreachable!()
        }
        async fn find_live(&self, _: &str) -> Result<Option<LiveLogin>, UserStoreError> {
            unreachable!()
        }
        async fn touch(&self, _: &str, _: OffsetDateTime) -> Result<(), UserStoreError> {
            unreachable!()
        }
        async fn read(&self, _: &str) -> Result<Option<LoginRecord>, UserStoreError> {
            unreachable!()
        }
        async fn lease(&self, _: &str, _: u64, _: &Lease) -> Result<bool, UserStoreError> {
            unreachable!()
        }
        async fn release(&self, _: &str, _: &str) -> Result<(), UserStoreError> {
            unreachable!()
        }
        async fn renew(&self, _: &LoginRecord) -> Result<bool, UserStoreError> {
            unreachable!()
        }
        async fn end(&self, _: &str) -> Result<Option<LoginRecord>, UserStoreError> {
            unreachable!()
        }
        async fn end_all(&self, _: i64) -> Result<Vec<LoginRecord>, UserStoreError> {
            unreachable!()
        }
        async fn list(&self, _: i64) -> Result<Vec<LoginRecord>, UserStoreError> {
            unreachable!()
        }
    }

    #[async_trait]
    impl UserStore for Told {
        fn logins(&self) -> Option<&dyn LoginStore> {
            Some(self)
        }

        async fn check_mapping(&self, _: &AttributeMapping) -> Result<(), UserStoreError> {
            unreachable!()
        }
        async fn find(&self, _: i64) -> Result<Option<User>, UserStoreError> {
            unreachable!()
        }
        async fn find_by_username(&self, _: &str) -> Result<Option<User>, UserStoreError> {
            unreachable!()
        }
        async fn list(&self, _: Option<&str>, _: u32) -> Result<Vec<User>, UserStoreError> {
            unreachable!()
        }
        async fn sync(&self, _: &UserSync) -> Result<Synced, UserStoreError> {
            unreachable!()
        }
    }

    /// What is logged in this thread.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("a lock").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_with_errors_and_each_error_is_one_line() {
        use End::{Deleted, Failed, Never};

        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(Level::INFO)
            .with_writer(move || writer.clone())
            .finish();
        let _until_the_end = tracing::subscriber::set_default(subscriber);
        let store = Arc::new(Told {
            ends: vec![Failed, Failed, Failed, Failed, Never, Deleted, Failed],
            asked_at: Mutex::default(),
        });
        let layer = AuthLayer::new(backend_with(store.clone()));

        let cleaning = tokio::spawn(layer.clean_up());
        tokio::time::sleep(Duration::from_secs(5 * 60 * 60)).await;

        let asked_at = store.asked_at.lock().expect("a lock");
        let pauses = asked_at.windows(2).map(|two| (two[1] - two[0]).as_secs());
        let pauses: Vec<_> = pauses.take(8).collect();
        let hour = 60 * 60;
        let grown = [1200, 2400, hour, hour, hour + 30, 600, 1200, 600];
        assert_eq!(pauses, grown);
        assert!(!cleaning.is_finished());
        let log = String::from_utf8(log.0.lock().expect("a lock").clone()).expect("text");
        let count = |level| log.lines().filter(|line| line.contains(level)).count();
        assert_eq!((count("WARN"), count("INFO")), (6, 2), "{log}");
        assert_eq!(log.lines().count(), 8, "{log}");
        assert!(!log.contains("canary"), "{log}");
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
