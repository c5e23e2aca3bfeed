use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use time::{Duration, OffsetDateTime};

use super::{
    Lease, LiveLogin, LoginId, LoginRecord, LoginStore, StoreTime, StoredLogin, UserId,
    UserStoreError,
};
use crate::clock::{Clock, SystemClock};

/// A registry of logins in the memory of this process, for a site without a database.
///
/// Logins end with the process, and no other process knows of them.
#[derive(Default)]
pub struct MemoryLogins {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    logins: HashMap<LoginId, Entry>,
    /// When the logins of a user were ended, by `clock`.
    ended: HashMap<(String, UserId), (StoreTime, OffsetDateTime)>,
    /// Counts the ends: all that the clock of this registry is needed for.
    clock: i64,
}

struct Entry {
    stored: StoredLogin,
    lease: Option<(String, OffsetDateTime)>,
}

impl MemoryLogins {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a login. Returns `None` if it is over.
    fn change<T>(&self, id: &LoginId, change: impl FnOnce(&mut Entry) -> T) -> Option<T> {
        self.lock().logins.get_mut(id).map(change)
    }
}

fn is_of(login: &LoginRecord, backend: &str, user_id: &UserId) -> bool {
    login.user_id == *user_id && login.backend == backend
}

#[async_trait]
impl LoginStore for MemoryLogins {
    async fn now(&self) -> Result<StoreTime, UserStoreError> {
        Ok(StoreTime(self.lock().clock))
    }

    async fn add(&self, login: &StoredLogin, began: StoreTime) -> Result<bool, UserStoreError> {
        let mut state = self.lock();
        let user = (login.login.backend.clone(), login.login.user_id.clone());
        let proved_at = login.login.provider.as_ref().map(|_| login.login.proved_at);
        let is_over = |(ended, at): &(StoreTime, OffsetDateTime)| {
            *ended > began || proved_at.is_some_and(|proved_at| *at > proved_at)
        };
        if state.ended.get(&user).is_some_and(is_over) {
            return Ok(false);
        }

        let entry = Entry {
            stored: login.clone(),
            lease: None,
        };
        state.logins.insert(login.login.id.clone(), entry);
        Ok(true)
    }

    async fn find(&self, id: &LoginId) -> Result<Option<LiveLogin>, UserStoreError> {
        let state = self.lock();
        let entry = state.logins.get(id);
        Ok(entry.map(|entry| LiveLogin::new(entry.stored.login.clone(), None)))
    }

    async fn read(&self, id: &LoginId) -> Result<Option<StoredLogin>, UserStoreError> {
        Ok(self.lock().logins.get(id).map(|entry| entry.stored.clone()))
    }

    async fn touch(&self, id: &LoginId, at: OffsetDateTime) -> Result<(), UserStoreError> {
        self.change(id, |entry| entry.stored.login.seen_at = at);
        Ok(())
    }

    async fn prove(
        &self,
        id: &LoginId,
        at: OffsetDateTime,
        methods: &[String],
    ) -> Result<bool, UserStoreError> {
        let proved = self.change(id, |entry| {
            entry.stored.login.proved_at = at;
            entry.stored.login.methods = methods.to_vec();
        });
        Ok(proved.is_some())
    }

    async fn lease(
        &self,
        id: &LoginId,
        version: u64,
        lease: &Lease,
    ) -> Result<bool, UserStoreError> {
        let leased = self.change(id, |entry| {
            let is_free = entry
                .lease
                .as_ref()
                .is_none_or(|(_, until)| *until <= lease.now);
            let leases = is_free && entry.stored.login.version == version;
            if leases {
                entry.lease = Some((lease.holder.clone(), lease.until));
            }
            leases
        });
        Ok(leased.unwrap_or(false))
    }

    async fn release(&self, id: &LoginId, holder: &str) -> Result<(), UserStoreError> {
        self.change(id, |entry| {
            entry.lease.take_if(|(current, _)| current == holder);
        });
        Ok(())
    }

    async fn renew(&self, login: &StoredLogin) -> Result<bool, UserStoreError> {
        let renewed = self.change(&login.login.id, |entry| {
            let known = &mut entry.stored.login;
            let is_next = known.version + 1 == login.login.version;
            if is_next {
                known.version = login.login.version;
                known.expires_at = login.login.expires_at;
                known.groups.clone_from(&login.login.groups);
                known.renewed_at = login.login.renewed_at;
                entry.stored.tokens.clone_from(&login.tokens);
                entry.lease = None;
            }
            is_next
        });
        Ok(renewed.unwrap_or(false))
    }

    async fn end(&self, id: &LoginId) -> Result<Option<StoredLogin>, UserStoreError> {
        Ok(self.lock().logins.remove(id).map(|entry| entry.stored))
    }

    async fn end_all(
        &self,
        backend: &str,
        user_id: &UserId,
        except: Option<&LoginId>,
    ) -> Result<Vec<StoredLogin>, UserStoreError> {
        let mut state = self.lock();
        state.clock += 1;
        let now = StoreTime(state.clock);
        state.ended.insert(
            (backend.to_owned(), user_id.clone()),
            (now, SystemClock.now()),
        );

        let ended = state.logins.extract_if(|id, entry| {
            is_of(&entry.stored.login, backend, user_id) && Some(id) != except
        });
        Ok(ended.map(|(_, entry)| entry.stored).collect())
    }

    async fn list(
        &self,
        backend: &str,
        user_id: &UserId,
    ) -> Result<Vec<LoginRecord>, UserStoreError> {
        let state = self.lock();
        let logins = state.logins.values().map(|entry| &entry.stored.login);
        let mut logins: Vec<_> = logins
            .filter(|login| is_of(login, backend, user_id))
            .cloned()
            .collect();
        logins.sort_by_key(|login| std::cmp::Reverse(login.logged_in_at));
        Ok(logins)
    }

    async fn delete_older(&self, before: OffsetDateTime) -> Result<u64, UserStoreError> {
        let old = |entry: &Entry| entry.stored.login.logged_in_at < before;
        let mut state = self.lock();
        let deleted = state.logins.extract_if(|_, entry| old(entry)).count();
        let a_day_ago = SystemClock.now() - Duration::DAY;
        state.ended.retain(|_, (_, at)| *at > a_day_ago);
        Ok(deleted as u64)
    }
}

impl fmt::Debug for MemoryLogins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryLogins").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::users::contract;

    #[tokio::test]
    async fn keeps_the_contract() {
        contract::check_logins(&MemoryLogins::default()).await;
    }
}
