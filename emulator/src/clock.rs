//! The one clock of an emulator. Tests move it; nothing else tells the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use time::OffsetDateTime;

/// The time of the machine, plus what tests have added.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    ahead_by_millis: Arc<AtomicU64>,
}

impl Clock {
    /// The current time.
    #[allow(clippy::disallowed_methods)] // this is the clock that the rest of the crate asks
    pub(crate) fn now(&self) -> OffsetDateTime {
        let ahead = Duration::from_millis(self.ahead_by_millis.load(Ordering::Relaxed));
        OffsetDateTime::now_utc() + ahead
    }

    /// Returns whether a client's clock agrees with ours, give or take five minutes.
    ///
    /// A client in another process knows nothing of [`Clock::advance`], so the machine's own time is right too.
    pub(crate) fn agrees_with(&self, moment: OffsetDateTime) -> bool {
        let tolerance = Duration::from_secs(5 * 60);
        [self.now(), Self::default().now()]
            .iter()
            .any(|now| (*now - moment).abs() <= tolerance)
    }

    /// The current time in whole seconds since 1970.
    pub(crate) fn unix(&self) -> u64 {
        u64::try_from(self.now().unix_timestamp()).unwrap_or(0)
    }

    /// What tests have added.
    pub(crate) fn ahead_by_millis(&self) -> u64 {
        self.ahead_by_millis.load(Ordering::Relaxed)
    }

    /// Moves the clock to at least so far before the machine's.
    pub(crate) fn catch_up(&self, millis: u64) {
        self.ahead_by_millis.fetch_max(millis, Ordering::Relaxed);
    }

    /// Moves the clock forward.
    pub(crate) fn advance(&self, by: Duration) {
        let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.ahead_by_millis.fetch_add(millis, Ordering::Relaxed);
    }
}
