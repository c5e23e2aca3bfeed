//! The key set in use: when it is fetched, and when it is not.

use std::sync::{Arc, PoisonError, RwLock};

use time::{Duration, OffsetDateTime};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::JoinHandle;
use tracing::warn;

use super::key_set::VerificationKey;
use super::{KeySet, KeySource, TokenError, TokenErrorKind};
use crate::clock::{Clock, is_younger};

/// How long to wait before a `kid` that is not in the key set may cause another fetch.
///
/// Anybody can make up a `kid`, so this bounds what strangers can make us ask of Cognito.
pub(super) const PAUSE: Duration = Duration::MINUTE;

/// How long to wait while there is no key set at all, and for a token that Cognito itself has given.
pub(super) const PAUSE_WITHOUT_KEYS: Duration = Duration::SECOND;

/// When to fetch anew although all keys are known: one might have been withdrawn.
pub(super) const MAX_AGE: Duration = Duration::HOUR;

/// Keeps the last key set that could be fetched.
///
/// Known keys are found without waiting, even while a fetch is under way, and stay when it fails.
pub(super) struct KeyCache {
    source: Arc<dyn KeySource>,
    fetched: RwLock<Option<Fetched>>,
    /// Held during a fetch, so that a thousand waiting callers make one.
    attempt: Arc<Mutex<Option<Attempt>>>,
}

struct Fetched {
    keys: KeySet,
    at: OffsetDateTime,
}

/// The last fetch.
struct Attempt {
    /// When it began, or failed.
    at: OffsetDateTime,
    failure: Option<TokenError>,
}

impl KeyCache {
    pub(super) fn new(source: Arc<dyn KeySource>) -> Arc<Self> {
        Arc::new(Self {
            source,
            fetched: RwLock::new(None),
            attempt: Arc::new(Mutex::new(None)),
        })
    }

    /// Returns the key of that `kid`, if it is in the key set at hand.
    pub(super) fn get(
        self: &Arc<Self>,
        key_id: &str,
        clock: &Arc<dyn Clock>,
    ) -> Option<VerificationKey> {
        let (key, fetched_at) = self.known(key_id)?;
        let now = clock.now();
        if !is_younger(fetched_at, now, MAX_AGE)
            && let Ok(attempt) = self.attempt.clone().try_lock_owned()
            && may_fetch_after(attempt.as_ref(), now, PAUSE)
        {
            self.fetch(attempt, clock.clone()); // nobody waits for it
        }
        Some(key)
    }

    /// Returns a key that is not at hand, from a newly fetched key set if the last fetch was a pause ago.
    /// Returns `KeysUnavailable` if the last fetch failed, and `UnknownKey` if the newest key set has no
    /// such key.
    pub(super) async fn look_for(
        self: &Arc<Self>,
        key_id: &str,
        clock: &Arc<dyn Clock>,
        pause: Duration,
    ) -> Result<VerificationKey, TokenError> {
        let mut attempt = self.attempt.clone().lock_owned().await;
        // Whoever held the lock may have fetched the key.
        if let Some((key, _)) = self.known(key_id) {
            return Ok(key);
        }

        let pause = match self.has_keys() {
            true => pause,
            false => PAUSE_WITHOUT_KEYS,
        };
        if may_fetch_after(attempt.as_ref(), clock.now(), pause) {
            attempt = self
                .fetch(attempt, clock.clone())
                .await
                .map_err(|error| TokenError::keys_unavailable(error.into()))?;
        }

        if let Some((key, _)) = self.known(key_id) {
            return Ok(key);
        }
        // A key set that could not be fetched might have had it.
        let failure = attempt.as_ref().and_then(|last| last.failure.clone());
        Err(failure.unwrap_or(TokenErrorKind::UnknownKey.into()))
    }

    /// Fetches a key set, unless there is one.
    pub(super) async fn ready(self: &Arc<Self>, clock: &Arc<dyn Clock>) -> Result<(), TokenError> {
        if self.has_keys() {
            return Ok(());
        }
        // No key has an empty name.
        match self.look_for("", clock, PAUSE).await {
            Err(error) if error.kind() != TokenErrorKind::UnknownKey => Err(error),
            _ => Ok(()),
        }
    }

    /// Fetches in a task of its own, which ends even if the caller goes away.
    fn fetch(
        self: &Arc<Self>,
        mut attempt: OwnedMutexGuard<Option<Attempt>>,
        clock: Arc<dyn Clock>,
    ) -> JoinHandle<OwnedMutexGuard<Option<Attempt>>> {
        let cache = self.clone();
        let at = clock.now();
        // It counts as failed until it has succeeded: a panic leaves this as it is.
        *attempt = Some(Attempt {
            at,
            failure: Some(TokenErrorKind::KeysUnavailable.into()),
        });

        tokio::spawn(async move {
            match cache.source.fetch().await {
                Ok(keys) => {
                    let fetched = Some(Fetched { keys, at });
                    *cache
                        .fetched
                        .write()
                        .unwrap_or_else(PoisonError::into_inner) = fetched;
                    *attempt = Some(Attempt { at, failure: None });
                }
                Err(error) => {
                    warn!(error, "the key set could not be fetched");
                    // As of now, since it may have taken long: those who waited do not all try again.
                    *attempt = Some(Attempt {
                        at: clock.now(),
                        failure: Some(TokenError::keys_unavailable(error)),
                    });
                }
            }
            attempt
        })
    }

    fn known(&self, key_id: &str) -> Option<(VerificationKey, OffsetDateTime)> {
        let fetched = self.fetched.read().unwrap_or_else(PoisonError::into_inner);
        let fetched = fetched.as_ref()?;
        Some((fetched.keys.get(key_id)?, fetched.at))
    }

    fn has_keys(&self) -> bool {
        let fetched = self.fetched.read().unwrap_or_else(PoisonError::into_inner);
        fetched.is_some()
    }
}

fn may_fetch_after(last: Option<&Attempt>, now: OffsetDateTime, pause: Duration) -> bool {
    // A clock that was set back must not stop fetches for as long as it was ahead.
    last.is_none_or(|last| !is_younger(last.at, now, pause))
}
