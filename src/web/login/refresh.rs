//! The refreshes of this process: one for each login and expiry, however many ask.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;
use tokio::sync::watch;

use super::registry::Registry;
use super::renewal::{Refreshed, Renewal};
use crate::backend::{Backend, Error};
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
        let now = registry.clock.now();
        let mut begun = None;
        let mut result = {
            let mut state = self.lock();
            state
                .failed
                .retain(|_, (_, at)| now < *at + REMEMBER_FAILED);
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
