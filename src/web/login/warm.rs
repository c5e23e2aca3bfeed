//! Logins that were found alive a moment ago.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

use crate::users::{LiveLogin, LoginId, UserId};

/// With more, all are looked up anew.
const MAX_WARM: usize = 10_000;

/// Logins that are not looked up again for a while.
///
/// What ends in this process is forgotten at once. What another process or the database itself does
/// is noticed when the time is over.
#[derive(Default)]
pub(super) struct WarmLogins {
    found: Mutex<HashMap<LoginId, (LiveLogin, OffsetDateTime)>>,
    /// Counts what was forgotten: an answer of the database from before that is late.
    forgotten: AtomicU64,
}

/// When a question to the database began.
#[derive(Clone, Copy)]
pub(super) struct Asked(u64);

impl WarmLogins {
    pub(super) fn get(
        &self,
        id: &LoginId,
        now: OffsetDateTime,
        time: Duration,
    ) -> Option<LiveLogin> {
        let found = self.lock();
        let (live, at) = found.get(id)?;
        let is_warm = (*at..*at + time).contains(&now);
        is_warm.then(|| live.clone())
    }

    pub(super) fn ask(&self) -> Asked {
        Asked(self.forgotten.load(Ordering::Acquire))
    }

    pub(super) fn keep(&self, live: &LiveLogin, now: OffsetDateTime, asked: Asked) {
        let mut found = self.lock();
        // What was forgotten meanwhile may be this one.
        if self.forgotten.load(Ordering::Acquire) != asked.0 {
            return;
        }
        if found.len() >= MAX_WARM {
            found.clear();
        }
        found.insert(live.login.id.clone(), (live.clone(), now));
    }

    pub(super) fn forget(&self, id: &LoginId) {
        let mut found = self.lock();
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        found.remove(id);
    }

    /// Forgets all logins of a user.
    pub(super) fn forget_user(&self, backend: &str, user_id: &UserId) {
        let mut found = self.lock();
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        found
            .retain(|_, (live, _)| live.login.user_id != *user_id || live.login.backend != backend);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<LoginId, (LiveLogin, OffsetDateTime)>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
