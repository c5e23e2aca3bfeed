use std::convert::Infallible;
use std::time::Duration;

use tracing::{debug, info, warn};

use super::site::Site;

const EVERY: Duration = Duration::from_secs(10 * 60);

/// Maximum pause after errors, as a multiple of [`EVERY`].
const AT_MOST: u32 = 6;

/// How long a database may take: a silent one would hold the task for ever.
const PATIENCE: Duration = Duration::from_secs(30);

/// Deletes logins that are past their lifetime, every ten minutes.
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

/// Deletes them from each registry, also if one fails. Returns whether all went well.
async fn delete(site: &Site) -> bool {
    let registry = &site.registry;
    let lifetime = time::Duration::try_from(registry.login_lifetime);
    let lifetime = lifetime.unwrap_or(time::Duration::MAX);
    let before = registry.clock.now().saturating_sub(lifetime);
    let mut all_well = true;
    for backend in site.backends.iter() {
        let deletion = backend.logins().delete_older(before);
        let why = match tokio::time::timeout(PATIENCE, deletion).await {
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
    use crate::backend::{AuthBackend, CompletedLogin, Credentials, Error, LoginOutcome};
    use crate::users::{
        Lease, LiveLogin, LoginId, LoginRecord, LoginStore, SqliteUsers, StoreTime, StoredLogin,
        Synced, User, UserId, UserStore, UserStoreError, UserStoreErrorKind, UserSync,
    };
    use crate::web::auth::Auth;

    /// A backend that is nothing but its store of users.
    struct Only<S>(&'static str, S);

    #[async_trait]
    impl<S: UserStore> AuthBackend for Only<S> {
        fn name(&self) -> &str {
            self.0
        }
        fn users(&self) -> Option<&dyn UserStore> {
            Some(&self.1)
        }
        async fn authenticate(
            &self,
            _: &Credentials,
        ) -> Result<LoginOutcome<CompletedLogin>, Error> {
            unreachable!()
        }
        async fn user(&self, _: &UserId) -> Result<Option<User>, Error> {
            unreachable!()
        }
    }

    async fn users() -> SqliteUsers {
        let users = SqliteUsers::connect("sqlite::memory:").await;
        users.expect("a database")
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

    type Answer<T> = Result<T, UserStoreError>;

    #[async_trait]
    impl LoginStore for Told {
        async fn delete_older(&self, _: OffsetDateTime) -> Answer<u64> {
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

        async fn now(&self) -> Answer<StoreTime> {
            unreachable!()
        }
        async fn add(&self, _: &StoredLogin, _: StoreTime) -> Answer<bool> {
            unreachable!()
        }
        async fn find(&self, _: &LoginId) -> Answer<Option<LiveLogin>> {
            unreachable!()
        }
        async fn read(&self, _: &LoginId) -> Answer<Option<StoredLogin>> {
            unreachable!()
        }
        async fn touch(&self, _: &LoginId, _: OffsetDateTime) -> Answer<()> {
            unreachable!()
        }
        async fn prove(&self, _: &LoginId, _: OffsetDateTime, _: &[String]) -> Answer<bool> {
            unreachable!()
        }
        async fn lease(&self, _: &LoginId, _: u64, _: &Lease) -> Answer<bool> {
            unreachable!()
        }
        async fn release(&self, _: &LoginId, _: &str) -> Answer<()> {
            unreachable!()
        }
        async fn renew(&self, _: &StoredLogin) -> Answer<bool> {
            unreachable!()
        }
        async fn end(&self, _: &LoginId) -> Answer<Option<StoredLogin>> {
            unreachable!()
        }
        async fn end_all(
            &self,
            _: &str,
            _: &UserId,
            _: Option<&LoginId>,
        ) -> Answer<Vec<StoredLogin>> {
            unreachable!()
        }
        async fn list(&self, _: &str, _: &UserId) -> Answer<Vec<LoginRecord>> {
            unreachable!()
        }
    }

    #[async_trait]
    impl UserStore for Told {
        fn logins(&self) -> Option<&dyn LoginStore> {
            Some(self)
        }

        async fn check_mapping(&self, _: &AttributeMapping) -> Answer<()> {
            unreachable!()
        }
        async fn find(&self, _: &UserId) -> Answer<Option<User>> {
            unreachable!()
        }
        async fn find_by_username(&self, _: &str) -> Answer<Option<User>> {
            unreachable!()
        }
        async fn list(&self, _: Option<&str>, _: u32) -> Answer<Vec<User>> {
            unreachable!()
        }
        async fn set_active(&self, _: &UserId, _: bool) -> Answer<bool> {
            unreachable!()
        }
        async fn sync(&self, _: &UserSync) -> Answer<Synced> {
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
        let auth = Auth::builder().with_backend(Only("told", store.clone()));
        let auth = auth.build().await.expect("a site");

        let cleaning = tokio::spawn(auth.clean_up());
        tokio::time::sleep(Duration::from_secs(5 * 60 * 60)).await;

        let asked_at = store.asked_at.lock().expect("a lock");
        let pauses = asked_at.windows(2).map(|two| (two[1] - two[0]).as_secs());
        let pauses: Vec<_> = pauses.take(8).collect();
        let hour = 60 * 60;
        let grown = [1200, 2400, hour, hour, hour + 30, 600, 1200, 600];
        assert_eq!(pauses, grown);
        assert!(!cleaning.is_finished());
        let log = String::from_utf8(log.0.lock().expect("a lock").clone()).expect("text");
        // After errors one line tells that all is well, and none after that.
        let is_warning: Vec<_> = log.lines().map(|line| line.contains("WARN")).collect();
        let expected = [true, true, true, true, true, false, true, false];
        assert_eq!(is_warning, expected, "{log}");
        assert!(!log.contains("canary"), "{log}");
    }

    #[tokio::test]
    async fn goes_on_after_errors_and_with_the_other_stores() {
        let (broken, users) = (users().await, users().await);
        let auth = Auth::builder()
            .with_backend(Only("first", broken.clone()))
            .with_backend(Only("second", users.clone()));
        let auth = auth.build().await.expect("a site");
        broken.pool().close().await;
        let logins = users.logins().expect("a registry");

        let every = Duration::from_millis(2);
        let cleaning = tokio::spawn(async move { run(&auth.site, every).await });
        for id in ["one", "two", "three"] {
            let old = LoginRecord::new(id.into(), "second", 1, OffsetDateTime::UNIX_EPOCH);
            let began = logins.now().await.expect("a time");
            let added = logins.add(&StoredLogin::new(old, None), began).await;
            assert!(added.expect("an answer"));
            let is_gone = async {
                let list = async || logins.list("second", &1.into()).await;
                while !list().await.expect("a list").is_empty() {
                    tokio::time::sleep(every).await;
                }
            };
            let in_time = tokio::time::timeout(Duration::from_secs(10), is_gone).await;
            in_time.unwrap_or_else(|_| panic!("{id} is still there"));
        }
        assert!(!cleaning.is_finished());
    }
}
