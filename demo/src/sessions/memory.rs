//! Sessions in memory, for as long as the demo runs.

use tower_sessions_moka_store::MokaStore;

/// So many sessions are kept; with more, those that are used least go.
const MAX_SESSIONS: u64 = 100_000;

/// Opens a store that frees what has expired: tower-sessions' own `MemoryStore` keeps it for ever.
pub(super) fn open() -> MokaStore {
    MokaStore::new(Some(MAX_SESSIONS))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use axum_cognito::clock::{Clock, SystemClock};
    use axum_cognito::tower_sessions::SessionStore;
    use axum_cognito::tower_sessions::session::{Id, Record};
    use time::Duration;

    use super::*;

    fn memory() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.expect("a number")
    }

    /// Twice: what was freed after the first time holds the second.
    #[tokio::test]
    async fn a_hundred_thousand_sessions_expire_and_are_freed() {
        let store = open();
        let before = memory();
        let mut peaks = Vec::new();

        for _ in 0..2 {
            let expires = SystemClock.now() + Duration::seconds(4);
            let mut last = Id::default();
            for _ in 0..MAX_SESSIONS {
                let tokens = "x".repeat(4096);
                let mut record = Record {
                    id: Id::default(),
                    data: HashMap::from([("tokens".to_owned(), tokens.into())]),
                    expiry_date: expires,
                };
                store.create(&mut record).await.expect("created");
                last = record.id;
            }
            peaks.push(memory());
            assert!(store.load(&last).await.expect("an answer").is_some());

            let left = expires - SystemClock.now() + Duration::seconds(1);
            tokio::time::sleep(left.try_into().unwrap_or_default()).await;
            assert!(store.load(&last).await.expect("an answer").is_none());
        }

        println!("{before} KiB before, {peaks:?} KiB with 100,000 sessions");
        assert!(peaks[0] - before < 600 * 1024, "{peaks:?}");
        assert!(peaks[1] < peaks[0] + peaks[0] / 4, "{before}: {peaks:?}");
    }
}
