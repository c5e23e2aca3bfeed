//! Logins that were found alive a moment ago.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

use crate::clock::is_younger;
use crate::users::{LiveLogin, LoginId, UserId};

/// With more, all are looked up anew.
const MAX_WARM: usize = 10_000;

/// Logins that are not looked up again for a while.
///
/// What ends in this process, or was to, is forgotten at once. What another process or the database itself
/// does is noticed when the time is over.
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
        is_younger(*at, now, time).then(|| live.clone())
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
        self.lock_to_forget().remove(id);
    }

    /// Forgets all logins of a user.
    pub(super) fn forget_user(&self, backend: &str, user_id: &UserId) {
        self.lock_to_forget()
            .retain(|_, (live, _)| live.login.user_id != *user_id || live.login.backend != backend);
    }

    /// Forgets all logins, where one of them is over and it is not known which.
    pub(super) fn forget_all(&self) {
        self.lock_to_forget().clear();
    }

    /// From here on, answers to what was asked before are not kept.
    fn lock_to_forget(&self) -> MutexGuard<'_, HashMap<LoginId, (LiveLogin, OffsetDateTime)>> {
        let found = self.lock();
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        found
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<LoginId, (LiveLogin, OffsetDateTime)>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::users::LoginRecord;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;
    const TIME: Duration = Duration::from_secs(10);

    fn keep(warm: &WarmLogins, id: &str, backend: &str, user_id: i64, asked: Asked) {
        let login = LoginRecord::new(id.into(), backend, user_id, NOW);
        warm.keep(&LiveLogin::new(login, None), NOW, asked);
    }

    fn knows(warm: &WarmLogins, id: &str, now: OffsetDateTime) -> bool {
        warm.get(&id.into(), now, TIME).is_some()
    }

    #[test]
    fn a_login_is_warm_for_its_time_and_a_late_answer_never() {
        let warm = WarmLogins::default();
        let early = warm.ask();
        keep(&warm, "one", "pool", 1, early);
        let second = Duration::from_secs(1);
        for (now, is_warm) in [
            (NOW - second, false),
            (NOW, true),
            (NOW + TIME - second, true),
            (NOW + TIME, false),
        ] {
            assert_eq!(knows(&warm, "one", now), is_warm, "{now}");
        }

        warm.forget(&"one".into());
        assert!(!knows(&warm, "one", NOW));
        keep(&warm, "one", "pool", 1, early);
        assert!(!knows(&warm, "one", NOW), "asked before the end");
        let asked = warm.ask();
        warm.forget_user("pool", &2.into());
        keep(&warm, "one", "pool", 1, asked);
        assert!(!knows(&warm, "one", NOW), "before the end of some");
    }

    #[test]
    fn a_user_is_forgotten_and_no_other() {
        let warm = WarmLogins::default();
        let asked = warm.ask();
        for (id, backend, user_id) in [
            ("one", "pool", 1),
            ("two", "pool", 1),
            ("three", "pool", 2),
            ("four", "other", 1),
        ] {
            keep(&warm, id, backend, user_id, asked);
        }

        warm.forget_user("pool", &1.into());

        let known = ["one", "two", "three", "four"].map(|id| knows(&warm, id, NOW));
        assert_eq!(known, [false, false, true, true]);
    }

    #[test]
    fn all_are_forgotten() {
        let warm = WarmLogins::default();
        let asked = warm.ask();
        keep(&warm, "one", "pool", 1, asked);

        warm.forget_all();
        keep(&warm, "two", "pool", 2, asked);

        let known = ["one", "two"].map(|id| knows(&warm, id, NOW));
        assert_eq!(known, [false, false]);
    }

    #[test]
    fn so_many_are_kept() {
        let warm = WarmLogins::default();
        let asked = warm.ask();
        for number in 0..MAX_WARM {
            keep(&warm, &number.to_string(), "pool", 1, asked);
        }
        assert_eq!(warm.lock().len(), MAX_WARM);

        keep(&warm, "one more", "pool", 1, asked);
        assert_eq!(warm.lock().len(), 1);
    }
}
