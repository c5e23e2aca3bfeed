//! What time it is: the system's clock, or one that a test moves by hand.

use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

/// A source of the current time.
pub trait Clock: Debug + Send + Sync + 'static {
    /// Returns the current time.
    fn now(&self) -> OffsetDateTime;
}

/// Whether what happened `at` is younger than this. What is to come is not: the clock was set back since, and it
/// would count for as long as that.
pub(crate) fn is_younger<D: Copy>(at: OffsetDateTime, now: OffsetDateTime, than: D) -> bool
where
    time::Duration: PartialOrd<D>,
{
    let age = now - at;
    !age.is_negative() && age < than
}

/// The clock of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // the one place that may ask the system
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }
}

/// A clock that stands still until it is moved. For tests.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use axum_cognito::clock::{Clock, ManualClock};
/// use time::OffsetDateTime;
///
/// let clock = ManualClock::new(OffsetDateTime::UNIX_EPOCH);
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now().unix_timestamp(), 60);
/// ```
#[derive(Debug)]
pub struct ManualClock(Mutex<OffsetDateTime>);

impl ManualClock {
    /// Creates a clock that shows `now`.
    pub fn new(now: OffsetDateTime) -> Self {
        Self(Mutex::new(now))
    }

    /// Sets the clock, forwards or backwards.
    pub fn set(&self, now: OffsetDateTime) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> OffsetDateTime {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_time_of_the_system() {
        let first = SystemClock.now();
        let second = SystemClock.now();

        assert!(first.year() >= 2024, "{first}");
        assert!(second - first < time::Duration::hours(1));
    }

    #[test]
    fn moves_only_by_hand() {
        let clock = ManualClock::new(OffsetDateTime::UNIX_EPOCH);

        assert_eq!(clock.now(), OffsetDateTime::UNIX_EPOCH);
        clock.advance(Duration::from_millis(1500));
        assert_eq!(
            clock.now() - OffsetDateTime::UNIX_EPOCH,
            time::Duration::milliseconds(1500)
        );
        clock.set(OffsetDateTime::UNIX_EPOCH);
        assert_eq!(clock.now(), OffsetDateTime::UNIX_EPOCH);
    }
}
