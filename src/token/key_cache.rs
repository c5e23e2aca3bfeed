//! The key set in use: when it is fetched, and when it is not.

use std::sync::{Arc, PoisonError, RwLock};

use time::{Duration, OffsetDateTime};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tracing::warn;

use super::key_set::VerificationKey;
use super::{KeySet, KeySource, TokenError, TokenErrorKind};
use crate::clock::Clock;

/// How long to wait before a `kid` that is not in the key set may cause another fetch.
///
/// Anybody can make up a `kid`, so this bounds what strangers can make us ask of Cognito.
const PAUSE: Duration = Duration::MINUTE;

/// How long to wait while there is no key set at all.
const PAUSE_WITHOUT_KEYS: Duration = Duration::SECOND;

/// Keeps the last key set that could be fetched.
///
/// Known keys are found without waiting, even while a fetch is under way.
pub(super) struct KeyCache {
    source: Arc<dyn KeySource>,
    keys: RwLock<Option<KeySet>>,
    /// Held by whoever fetches, so that a thousand waiting callers make one fetch.
    last_fetch: Arc<Mutex<Option<Fetch>>>,
}

/// A fetch that was begun.
struct Fetch {
    at: OffsetDateTime,
    failure: Option<TokenError>,
}

impl KeyCache {
    pub(super) fn new(source: Arc<dyn KeySource>) -> Arc<Self> {
        Arc::new(Self {
            source,
            keys: RwLock::new(None),
            last_fetch: Arc::new(Mutex::new(None)),
        })
    }

    /// Finds a key by its `kid`, in a newly fetched key set if need be and if allowed.
    pub(super) async fn get(
        self: &Arc<Self>,
        key_id: &str,
        clock: &dyn Clock,
    ) -> Result<VerificationKey, TokenError> {
        if let Some(key) = self.known(key_id) {
            return Ok(key);
        }

        let mut last_fetch = self.last_fetch.clone().lock_owned().await;
        // Whoever held the lock may have fetched the key.
        if let Some(key) = self.known(key_id) {
            return Ok(key);
        }

        let now = clock.now();
        if last_fetch
            .as_ref()
            .is_none_or(|fetch| self.may_follow(fetch, now))
        {
            // In a task of its own, a fetch ends even if the caller goes away.
            *last_fetch = Some(Fetch {
                at: now,
                failure: None,
            });
            last_fetch = tokio::spawn(self.clone().fetch(last_fetch))
                .await
                .map_err(|error| TokenError::keys_unavailable(error.into()))?;
        }

        self.known(key_id).ok_or_else(|| {
            let failure = last_fetch.as_ref().and_then(|fetch| fetch.failure.clone());
            match failure {
                Some(failure) if !self.has_keys() => failure,
                _ => TokenErrorKind::UnknownKey.into(),
            }
        })
    }

    async fn fetch(
        self: Arc<Self>,
        mut last_fetch: OwnedMutexGuard<Option<Fetch>>,
    ) -> OwnedMutexGuard<Option<Fetch>> {
        match self.source.fetch().await {
            Ok(keys) => {
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Some(keys);
            }
            Err(error) => {
                warn!(error, "the key set could not be fetched");
                if let Some(fetch) = &mut *last_fetch {
                    fetch.failure = Some(TokenError::keys_unavailable(error));
                }
            }
        }
        last_fetch
    }

    fn may_follow(&self, last: &Fetch, now: OffsetDateTime) -> bool {
        let pause = if self.has_keys() {
            PAUSE
        } else {
            PAUSE_WITHOUT_KEYS
        };

        // A clock that was set back must not stop fetches for as long as it was ahead.
        !(Duration::ZERO..pause).contains(&(now - last.at))
    }

    fn known(&self, key_id: &str) -> Option<VerificationKey> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.as_ref()?.get(key_id)
    }

    fn has_keys(&self) -> bool {
        self.keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
    }
}
