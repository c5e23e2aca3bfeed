//! How Cognito slows down guessing.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::failure::Failure;

const FREE_FAILURES: u32 = 5;
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// The failed logins of one user.
///
/// The fifth failure locks for one second, each one after it for twice as long, up to a quarter of an hour.
/// Attempts while locked do not count. A quarter of an hour without attempts, or a good login, clears it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Lockout {
    failures: u32,
    last_attempt: Option<OffsetDateTime>,
    locked_until: Option<OffsetDateTime>,
}

impl Lockout {
    /// Refuses an attempt while the user is locked.
    pub(crate) fn check(&mut self, now: OffsetDateTime) -> Result<(), Failure> {
        if self.last_attempt.is_some_and(|last| now - last >= LONGEST) {
            *self = Self::default();
        }
        self.last_attempt = Some(now);

        if self.locked_until.is_some_and(|until| now < until) {
            return Err(Failure::not_authorized("Password attempts exceeded"));
        }
        Ok(())
    }

    /// Counts a wrong password.
    pub(crate) fn failed(&mut self, now: OffsetDateTime) {
        self.failures += 1;
        if let Some(doublings) = self.failures.checked_sub(FREE_FAILURES) {
            let seconds = 1u64.checked_shl(doublings).unwrap_or(u64::MAX);
            self.locked_until = Some(now + Duration::from_secs(seconds).min(LONGEST));
        }
    }

    /// Forgets all failures.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_for_twice_as_long_after_each_failure_past_the_fifth() {
        let mut now = OffsetDateTime::UNIX_EPOCH;
        let mut lockout = Lockout::default();
        for _ in 0..FREE_FAILURES {
            assert!(lockout.check(now).is_ok());
            lockout.failed(now);
        }

        for seconds in [1, 2, 4, 8] {
            let almost = now + Duration::from_secs(seconds) - Duration::from_millis(1);
            assert!(lockout.check(almost).is_err(), "{seconds} s");
            now += Duration::from_secs(seconds);
            assert!(lockout.check(now).is_ok(), "{seconds} s");
            lockout.failed(now);
        }
    }

    #[test]
    fn forgets_after_a_quarter_of_an_hour_of_silence() {
        let mut now = OffsetDateTime::UNIX_EPOCH;
        let mut lockout = Lockout::default();
        for _ in 0..40 {
            lockout.failed(now);
        }
        lockout.check(now).expect_err("locked");

        now += LONGEST;
        assert!(lockout.check(now).is_ok());
    }
}
