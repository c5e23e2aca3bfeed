use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

/// No request is under way for so long.
const REMEMBER: Duration = Duration::from_secs(60 * 60);

/// With more, the oldest are dropped.
const MAX_ENDED: usize = 100_000;

/// The logins that have ended in this process a short while ago, for backends that have no
/// registry of logins.
///
/// A request that was under way when its login ended may bring the session back. Here it finds
/// that it is over. Another process does not know, nor does this one after a restart: that is
/// what a registry in a database is for.
#[derive(Clone, Default)]
pub(super) struct EndedLogins {
    ended: Arc<Mutex<HashMap<String, OffsetDateTime>>>,
}

impl EndedLogins {
    pub(super) fn add(&self, id: &str, now: OffsetDateTime) {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.len() >= MAX_ENDED {
            ended.retain(|_, at| *at + REMEMBER > now);
        }
        if ended.len() >= MAX_ENDED
            && let Some(oldest) = ended.iter().min_by_key(|(_, at)| **at)
        {
            let oldest = oldest.0.clone();
            ended.remove(&oldest);
        }
        ended.insert(id.to_owned(), now);
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.contains_key(id)
    }
}
