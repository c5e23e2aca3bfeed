//! A session that was written a moment ago: tower-sessions writes once more whatever a handler has
//! saved.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use time::{Duration, OffsetDateTime};
use tower_sessions::session::{Id, Record};

/// An expiry that has moved less is the same: it moves with the time of day.
const SAME: Duration = Duration::SECOND;

/// The session that a login has written last, until it is saved again.
#[derive(Clone, Default)]
pub(super) struct FreshSession {
    hasher: RandomState,
    last: Arc<Mutex<Option<Written>>>,
}

struct Written {
    id: Id,
    /// A hash of what is in it, which may be secret.
    hash: u64,
    expires_at: OffsetDateTime,
}

impl FreshSession {
    pub(super) fn note(&self, record: &Record) {
        let written = Written {
            id: record.id,
            hash: self.hash(record),
            expires_at: record.expiry_date,
        };
        *self.lock() = Some(written);
    }

    /// Forgets a session that is about to be written or deleted.
    pub(super) fn forget(&self, id: &Id) {
        self.take(id);
    }

    /// Whether the store has all of a record that is saved, since nothing has changed in it.
    pub(super) fn is(&self, record: &Record) -> bool {
        let Some(written) = self.take(&record.id) else {
            return false;
        };

        let moved = record.expiry_date - written.expires_at;
        moved.abs() < SAME && written.hash == self.hash(record)
    }

    fn take(&self, id: &Id) -> Option<Written> {
        self.lock().take_if(|written| written.id == *id)
    }

    /// A map has no order, so the hashes of what is in it are added. Of its texts: -1 and the largest
    /// number have one hash.
    fn hash(&self, record: &Record) -> u64 {
        let hash = |(key, value): (&String, &Value)| self.hasher.hash_one((key, value.to_string()));

        record.data.iter().map(hash).fold(0, u64::wrapping_add)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Written>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows no session id: whoever has one is its visitor.
impl fmt::Debug for FreshSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FreshSession").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tower_sessions::{MemoryStore, SessionStore};

    use super::super::{ProtectedStore, hashed, is_protected};
    use super::*;
    use crate::clock::{Clock, SystemClock};

    /// A store with a session that a login has written. It is deleted behind the store's back, so
    /// that another write shows.
    async fn written() -> (ProtectedStore<MemoryStore>, Record) {
        let behind = MemoryStore::default();
        let store = ProtectedStore::new(behind.clone(), None);
        let mut record = Record {
            id: Id::default(),
            data: [("a", 1), ("b", 2)]
                .map(|(key, value)| (key.to_owned(), value.into()))
                .into(),
            expiry_date: SystemClock.now() + Duration::DAY,
        };

        let (created, _) = is_protected(store.create(&mut record)).await;
        created.expect("a session");
        let is_there = store.load(&record.id).await.expect("an answer").is_some();
        assert!(is_there);
        let deleted = behind.delete(&hashed(&record.id)).await;
        deleted.expect("an answer");
        (store, record)
    }

    async fn is_written(store: &impl SessionStore, record: &Record) -> bool {
        store.save(record).await.expect("an answer");
        let found = store.load(&record.id).await.expect("an answer");
        found.is_some_and(|found| found.data == record.data)
    }

    #[tokio::test]
    async fn what_a_login_has_written_is_not_written_again_unless_it_has_changed() {
        let (store, mut record) = written().await;
        record.expiry_date += Duration::milliseconds(900);
        assert!(!is_written(&store, &record).await);
        assert!(is_written(&store, &record).await, "once");

        let (store, mut record) = written().await;
        record.data.insert("c".to_owned(), 3.into());
        assert!(is_written(&store, &record).await, "more");
        record.data.remove("c");
        assert!(is_written(&store, &record).await, "as at first, but later");

        let (store, mut record) = written().await;
        record.data.insert("a".to_owned(), 2.into());
        assert!(is_written(&store, &record).await, "another value");

        let (store, mut record) = written().await;
        record.data.insert("a".to_owned(), (-1).into());
        assert!(is_written(&store, &record).await);
        let (created, _) = is_protected(store.create(&mut record)).await;
        created.expect("a session");
        record.data.insert("a".to_owned(), u64::MAX.into());
        assert!(is_written(&store, &record).await, "the same bits");

        let (store, record) = written().await;
        store.delete(&record.id).await.expect("an answer");
        assert!(is_written(&store, &record).await, "deleted");

        let (store, mut record) = written().await;
        record.expiry_date += Duration::seconds(2);
        assert!(is_written(&store, &record).await, "another expiry");

        let (store, mut record) = written().await;
        record.id = Id::default();
        assert!(is_written(&store, &record).await, "another id");
    }

    #[tokio::test]
    async fn no_session_id_is_shown() {
        let (store, record) = written().await;
        let number = record.id.0.to_string();

        let shown = format!("{store:?}");
        assert!(!shown.contains(&number), "{shown}");
    }

    #[tokio::test]
    async fn what_no_login_has_written_is_written() {
        let behind = MemoryStore::default();
        let store = ProtectedStore::new(behind.clone(), None);
        let (_, mut record) = written().await;

        store.create(&mut record).await.expect("a session");
        let deleted = behind.delete(&hashed(&record.id)).await;
        deleted.expect("an answer");
        assert!(is_written(&store, &record).await);
    }
}
