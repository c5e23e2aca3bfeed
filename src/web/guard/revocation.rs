//! Whether a token was revoked, asked at Cognito and remembered for a while.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tokio::sync::Mutex;

use crate::backend::Error;
use crate::clock::is_younger;
use crate::web::auth::Site;
use crate::web::extract::{BearerUser, Verified};

/// Answers that are remembered. The one that was added first makes room for another.
const MAX_TOKENS: usize = 10_000;

/// How long a failure is passed on before Cognito is asked again for the same token.
const REMEMBER_FAILED: Duration = Duration::from_secs(1);

/// A token, by its hash: the memory of a process is no place for strangers' tokens.
type Key = [u8; 32];

/// The answers of Cognito, each for a token.
pub(super) struct Revocations {
    /// How old an answer may be.
    max_age: Duration,
    answers: StdMutex<Answers>,
}

#[derive(Default)]
struct Answers {
    by_token: HashMap<Key, Arc<Mutex<Option<Answer>>>>,
    /// The keys in the order in which they were added.
    order: VecDeque<Key>,
}

#[derive(Clone)]
struct Answer {
    /// When Cognito was asked.
    at: OffsetDateTime,
    is_revoked: Result<bool, Arc<Error>>,
}

impl Revocations {
    pub(super) fn new(max_age: Duration) -> Self {
        Self {
            max_age,
            answers: StdMutex::default(),
        }
    }

    /// Whether Cognito has said so, not long ago or now. Of all who ask about one token at once, the
    /// first calls; the others wait for the answer.
    pub(super) async fn is_revoked(
        &self,
        site: &Site,
        user: &BearerUser,
        verified: &Verified,
    ) -> Result<bool, Arc<Error>> {
        let Some(backend) = site.backends.by_name(user.backend()) else {
            return Ok(true);
        };
        let place = self.place(Sha256::digest(verified.token()).into());
        let mut answer = place.lock().await;
        let now = site.registry.clock.now();
        if let Some(known) = &*answer
            && self.is_fresh(known, now)
        {
            return known.is_revoked.clone();
        }

        // Boxed: most requests make no call, and would carry its kilobytes.
        let asked = Box::pin(backend.is_revoked(user.username(), verified.token()));
        let is_revoked = asked.await.map_err(Arc::new);
        *answer = Some(Answer {
            at: now,
            is_revoked: is_revoked.clone(),
        });
        is_revoked
    }

    fn is_fresh(&self, answer: &Answer, now: OffsetDateTime) -> bool {
        let lasts = match answer.is_revoked {
            // It will never be good again.
            Ok(true) => return true,
            Ok(false) => self.max_age,
            Err(_) => REMEMBER_FAILED,
        };
        is_younger(answer.at, now, lasts)
    }

    /// Returns where the answer for a token is or will be.
    fn place(&self, key: Key) -> Arc<Mutex<Option<Answer>>> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = answers.by_token.get(&key) {
            return place.clone();
        }

        if answers.order.len() >= MAX_TOKENS
            && let Some(oldest) = answers.order.pop_front()
        {
            answers.by_token.remove(&oldest);
        }
        let place = Arc::default();
        answers.order.push_back(key);
        answers.by_token.insert(key, Arc::clone(&place));
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_that_was_added_makes_room() {
        let revocations = Revocations::new(Duration::from_secs(10));
        let key = |number: u64| Sha256::digest(number.to_be_bytes()).into();
        let first = revocations.place(key(0));
        for number in 1..10_000 {
            revocations.place(key(number));
        }
        assert!(Arc::ptr_eq(&first, &revocations.place(key(0))));
        let second = revocations.place(key(1));

        revocations.place(key(10_000));

        assert!(!Arc::ptr_eq(&first, &revocations.place(key(0))));
        assert!(!Arc::ptr_eq(&second, &revocations.place(key(1))), "0 again");
        let answers = revocations.answers.lock().expect("no panic");
        assert_eq!(answers.order.len(), MAX_TOKENS);
        assert_eq!(answers.by_token.len(), MAX_TOKENS);
    }

    #[test]
    fn an_answer_is_fresh_for_as_long_as_it_says() {
        let revocations = Revocations::new(Duration::from_secs(10));
        let at = OffsetDateTime::UNIX_EPOCH;
        let failed = || Err(Arc::new(Error::other("an outage")));
        for (is_revoked, seconds, fresh) in [
            (Ok(false), 0, true),
            (Ok(false), 9, true),
            (Ok(false), 10, false),
            (Ok(false), -1, false),
            (Ok(true), 1_000_000, true),
            (failed(), 0, true),
            (failed(), 1, false),
        ] {
            let answer = Answer { at, is_revoked };
            let now = at + time::Duration::seconds(seconds);

            assert_eq!(revocations.is_fresh(&answer, now), fresh, "{seconds}");
        }

        let forever = Revocations::new(Duration::MAX);
        let is_revoked = Ok(false);
        let answer = Answer { at, is_revoked };
        assert!(forever.is_fresh(&answer, at + time::Duration::days(36_500)));
    }
}
