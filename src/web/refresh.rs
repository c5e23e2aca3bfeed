use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tower_sessions::Session;
use tracing::warn;

use super::error::AuthError;
use super::kept::KeptLogin;
use super::renewal::Renewal;
use super::site::Site;
use crate::backend::AuthBackend;
use crate::users::User;

/// How long latecomers, who read the session before it was saved, find the new tokens here.
const REMEMBER_RENEWED: Duration = Duration::from_secs(60);

/// How long a failure is passed on before Cognito is asked again for the same login.
const REMEMBER_FAILED: Duration = Duration::from_secs(1);

/// What came of a refresh, for all who wait for it.
#[derive(Clone)]
pub(super) enum Refreshed {
    Ended,
    Failed(Arc<AuthError>),
    Renewed(Box<KeptLogin>),
}

impl Refreshed {
    pub(super) fn renewed(login: KeptLogin) -> Self {
        Self::Renewed(Box::new(login))
    }
}

/// The refreshes of this process: one for each login and expiry, however many ask.
///
/// With refresh token rotation a second refresh would use a dead token. So the first who
/// asks starts a task, which no closed connection can stop, and everybody gets its result.
#[derive(Clone, Default)]
pub(super) struct Refreshes {
    running: Arc<Mutex<HashMap<Key, Waiting>>>,
}

/// A login and the version of the tokens that expire.
type Key = (String, u64);
type Waiting = watch::Receiver<Option<Refreshed>>;

impl Refreshes {
    /// Renews the tokens of `login`, or waits for whoever does so already.
    ///
    /// The new tokens are saved into the session before anybody gets to see them: a request
    /// that fails later, or whose visitor leaves, must not lose them.
    pub(super) async fn refresh(
        &self,
        site: &Site,
        backend: Arc<dyn AuthBackend>,
        session: Session,
        user: User,
        login: KeptLogin,
    ) -> Refreshed {
        let key = (login.id.clone(), login.version);
        let mut result = {
            let mut running = self.lock();
            match running.get(&key) {
                Some(waiting) => waiting.clone(),
                None => {
                    let (sender, waiting) = watch::channel(None);
                    running.insert(key.clone(), waiting.clone());
                    let forget = Forget {
                        refreshes: self.clone(),
                        key,
                    };
                    let clock = site.clock.clone();
                    tokio::spawn(async move {
                        let renewal = Renewal {
                            backend: &*backend,
                            clock: &*clock,
                            user: &user,
                        };
                        let refreshed = renewal.run(login).await;
                        if let Refreshed::Renewed(renewed) = &refreshed {
                            save(&session, renewed).await;
                        }
                        let remember = match refreshed {
                            Refreshed::Failed(_) => REMEMBER_FAILED,
                            _ => REMEMBER_RENEWED,
                        };
                        sender.send_replace(Some(refreshed));
                        tokio::time::sleep(remember).await;
                        drop(forget);
                    });
                    waiting
                }
            }
        };

        match result.wait_for(Option::is_some).await {
            Ok(refreshed) => refreshed.clone().expect("it was waited for"),
            Err(_) => Refreshed::Failed(Arc::new(AuthError::RefreshPanicked)),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Waiting>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Frees the place of a refresh, also when its task panics.
struct Forget {
    refreshes: Refreshes,
    key: Key,
}

impl Drop for Forget {
    fn drop(&mut self) {
        self.refreshes.lock().remove(&self.key);
    }
}

/// Saves the new tokens at once. Should that fail, the registry has them; without one, the
/// session gets them when it is saved at the end of the request.
async fn save(session: &Session, login: &KeptLogin) {
    let saved = async {
        login.write(session).await?;
        session.save().await
    };
    if let Err(error) = saved.await {
        warn!(%error, "renewed tokens could not be saved in the session yet");
    }
}
