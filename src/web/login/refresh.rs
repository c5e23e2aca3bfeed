//! The refreshes of this process: one for each login and expiry, however many ask.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;
use tokio::sync::watch;

use super::registry::Registry;
use super::renewal::{Refreshed, Renewal};
use crate::backend::{Backend, Error};
use crate::clock::is_younger;
use crate::users::{LoginId, LoginRecord, User};

/// How long a failure is passed on before Cognito is asked again for the same login.
const REMEMBER_FAILED: Duration = Duration::from_secs(1);

/// With refresh token rotation a second refresh would use a dead token. So the first who asks
/// starts a task, which no closed connection can stop, and everybody gets its result. Latecomers
/// find the new tokens in the registry.
#[derive(Clone, Default)]
pub(in crate::web) struct Refreshes {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    running: HashMap<Key, Waiting>,
    failed: HashMap<Key, (Arc<Error>, OffsetDateTime)>,
}

/// A login and the version of the tokens that expire.
type Key = (LoginId, u64);
type Waiting = watch::Receiver<Option<Refreshed>>;

impl Refreshes {
    /// Renews the tokens of `login`, or waits for the task that does so already.
    ///
    /// The new tokens are in the registry before anyone gets to see them: a request that fails
    /// later, or whose visitor leaves, must not lose them.
    pub(in crate::web) async fn refresh(
        &self,
        registry: &Registry,
        backend: &Backend,
        user: &User,
        login: &LoginRecord,
    ) -> Refreshed {
        let key = (login.id.clone(), login.version);
        let mut begun = None;
        let mut result = {
            let mut state = self.lock();
            // Read under the lock, so that no noted failure is later than `now`.
            let now = registry.clock.now();
            state
                .failed
                .retain(|_, (_, at)| is_younger(*at, now, REMEMBER_FAILED));
            if let Some((error, _)) = state.failed.get(&key) {
                return Refreshed::Failed(error.clone());
            }
            match state.running.get(&key) {
                Some(waiting) => waiting.clone(),
                None => {
                    let (sender, waiting) = watch::channel(None);
                    state.running.insert(key.clone(), waiting.clone());
                    begun = Some(sender);
                    waiting
                }
            }
        };
        // Without the lock, which the task wants if the runtime drops it at once.
        if let Some(sender) = begun {
            let renewal = Renewal {
                registry: registry.clone(),
                backend: backend.clone(),
                user: user.clone(),
            };
            self.start(key, sender, renewal, login.clone());
        }

        match result.wait_for(Option::is_some).await {
            Ok(refreshed) => refreshed.clone().expect("it was waited for"),
            Err(_) => Refreshed::Failed(Arc::new(Error::other(
                "the task that renews tokens has panicked",
            ))),
        }
    }

    fn start(
        &self,
        key: Key,
        sender: watch::Sender<Option<Refreshed>>,
        renewal: Renewal,
        login: LoginRecord,
    ) {
        let mut place = Place {
            refreshes: self.clone(),
            key,
            failed: None,
        };
        tokio::spawn(async move {
            let refreshed = renewal.run(login).await;
            if let Refreshed::Failed(error) = &refreshed {
                place.failed = Some((error.clone(), renewal.registry.clock.now()));
            }
            sender.send_replace(Some(refreshed));
            drop(place);
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Frees the place of a refresh, also when its task panics.
struct Place {
    refreshes: Refreshes,
    key: Key,
    failed: Option<(Arc<Error>, OffsetDateTime)>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.refreshes.lock();
        state.running.remove(&self.key);
        if let Some(failed) = self.failed.take() {
            state.failed.insert(self.key.clone(), failed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use async_trait::async_trait;

    use super::*;
    use crate::backend::{AuthBackend, CompletedLogin, Credentials, LoginOutcome, Refresh};
    use crate::clock::ManualClock;
    use crate::token::{RefreshToken, Tokens};
    use crate::users::UserId;

    /// A backend that renews no tokens, and counts how often it was asked.
    struct Down(Arc<AtomicU32>);

    #[async_trait]
    impl AuthBackend for Down {
        fn name(&self) -> &str {
            "down"
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
        async fn refresh(&self, _: &User, _: &Tokens) -> Result<Refresh, Error> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Err(Error::other("an outage"))
        }
    }

    #[tokio::test]
    async fn a_failure_is_passed_on_for_a_second_and_not_until_a_clock_is_right_again() {
        let begin = OffsetDateTime::UNIX_EPOCH;
        let clock = Arc::new(ManualClock::new(begin));
        let asked = Arc::new(AtomicU32::new(0));
        let (registry, refreshes) = (Registry::new(clock.clone()), Refreshes::default());
        let (backend, user) = (Backend::other(Down(asked.clone())), User::new(1, "ann"));
        let tokens = Tokens::new("id", "access", Some(RefreshToken::new("refresh")));
        let login = LoginRecord::new("one".into(), "down", 1, begin);
        let began = backend.logins().now().await.expect("a time");
        let added = registry.begin(&backend, &login, "ann", Some(&tokens), began);
        assert!(added.await.expect("a registry"));

        // The clock is set back by a minute at last.
        for (second, calls) in [(100, 1), (100, 1), (101, 2), (101, 2), (41, 3), (41, 3)] {
            clock.set(begin + Duration::from_secs(second));
            let refreshed = refreshes.refresh(&registry, &backend, &user, &login).await;
            assert!(matches!(refreshed, Refreshed::Failed(_)), "{second}");
            assert_eq!(asked.load(Ordering::Relaxed), calls, "{second}");
        }
    }
}
