use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

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
    /// The logins of each user, by a hash of the user, which takes less room than a list for each.
    users: BTreeSet<(u64, LoginId)>,
    hasher: RandomState,
    /// When the logins of a user were ended, by `clock`.
    ended: HashMap<(String, UserId), (StoreTime, OffsetDateTime)>,
    /// Counts the ends: all that the clock of this registry is needed for.
    clock: i64,
}

struct Entry {
    login: Arc<LoginRecord>,
    tokens: Option<Vec<u8>>,
    lease: Option<(String, Instant)>,
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

impl State {
    fn insert(&mut self, entry: Entry) {
        let login = &entry.login;
        self.remove(&login.id);
        let key = self.key(&login.backend, &login.user_id);
        self.users.insert((key, login.id.clone()));
        self.logins.insert(login.id.clone(), entry);
    }

    fn remove(&mut self, id: &LoginId) -> Option<Entry> {
        let entry = self.logins.remove(id)?;
        let key = self.key(&entry.login.backend, &entry.login.user_id);
        self.users.remove(&(key, id.clone()));
        Some(entry)
    }

    /// Returns the logins of a user, in no order.
    fn of<'a>(&'a self, backend: &'a str, user_id: &'a UserId) -> impl Iterator<Item = &'a Entry> {
        let key = self.key(backend, user_id);
        let from = (key, LoginId::from(""));
        let of_key = self.users.range(from..).take_while(move |it| it.0 == key);
        let entries = of_key.filter_map(|(_, id)| self.logins.get(id));
        // Two users may have one hash.
        entries.filter(move |it| it.login.user_id == *user_id && it.login.backend == backend)
    }

    fn key(&self, backend: &str, user_id: &UserId) -> u64 {
        self.hasher.hash_one((backend, user_id))
    }
}

impl Entry {
    fn login_mut(&mut self) -> &mut LoginRecord {
        Arc::make_mut(&mut self.login)
    }

    fn to_stored(&self) -> StoredLogin {
        StoredLogin::new(LoginRecord::clone(&self.login), self.tokens.clone())
    }

    fn into_stored(self) -> StoredLogin {
        StoredLogin::new(Arc::unwrap_or_clone(self.login), self.tokens)
    }
}

#[async_trait]
impl LoginStore for MemoryLogins {
    async fn now(&self) -> Result<StoreTime, UserStoreError> {
        Ok(StoreTime(self.lock().clock))
    }

    async fn add(&self, login: &StoredLogin, began: StoreTime) -> Result<bool, UserStoreError> {
        let mut state = self.lock();
        let keys = [Some(&login.login.user_id), login.second_key.as_ref()];
        let keys = keys.into_iter().flatten();
        let mut users = keys.map(|key| (login.login.backend.clone(), key.clone()));
        let proved_at = login.login.provider.as_ref().map(|_| login.login.proved_at);
        let is_over = |(ended, at): &(StoreTime, OffsetDateTime)| {
            *ended > began || proved_at.is_some_and(|proved_at| *at > proved_at)
        };
        if users.any(|user| state.ended.get(&user).is_some_and(is_over)) {
            return Ok(false);
        }

        let entry = Entry {
            login: Arc::new(login.login.clone()),
            tokens: login.tokens.clone(),
            lease: None,
        };
        state.insert(entry);
        Ok(true)
    }

    async fn find(&self, id: &LoginId) -> Result<Option<LiveLogin>, UserStoreError> {
        let state = self.lock();
        let entry = state.logins.get(id);
        Ok(entry.map(|entry| LiveLogin::new(entry.login.clone(), None)))
    }

    async fn read(&self, id: &LoginId) -> Result<Option<StoredLogin>, UserStoreError> {
        Ok(self.lock().logins.get(id).map(Entry::to_stored))
    }

    async fn touch(&self, id: &LoginId, at: OffsetDateTime) -> Result<(), UserStoreError> {
        self.change(id, |entry| entry.login_mut().seen_at = at);
        Ok(())
    }

    async fn prove(
        &self,
        id: &LoginId,
        at: OffsetDateTime,
        methods: &[String],
    ) -> Result<bool, UserStoreError> {
        let proved = self.change(id, |entry| {
            let known = entry.login_mut();
            known.proved_at = at;
            known.methods = methods.to_vec();
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
            let now = Instant::now();
            let is_free = entry.lease.as_ref().is_none_or(|(_, until)| *until <= now);
            let leases = is_free && entry.login.version == version;
            if leases {
                entry.lease = Some((lease.holder.clone(), now + lease.length));
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
            let is_next = entry.login.version + 1 == login.login.version;
            if is_next {
                let known = entry.login_mut();
                known.version = login.login.version;
                known.expires_at = login.login.expires_at;
                known.groups.clone_from(&login.login.groups);
                known.renewed_at = login.login.renewed_at;
                entry.tokens.clone_from(&login.tokens);
                entry.lease = None;
            }
            is_next
        });
        Ok(renewed.unwrap_or(false))
    }

    async fn end(&self, id: &LoginId) -> Result<Option<StoredLogin>, UserStoreError> {
        Ok(self.lock().remove(id).map(Entry::into_stored))
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

        let ids = state.of(backend, user_id).map(|entry| &entry.login.id);
        let ids: Vec<_> = ids.filter(|id| Some(*id) != except).cloned().collect();
        let ended = ids.iter().filter_map(|id| state.remove(id));
        Ok(ended.map(Entry::into_stored).collect())
    }

    async fn list(
        &self,
        backend: &str,
        user_id: &UserId,
    ) -> Result<Vec<LoginRecord>, UserStoreError> {
        let state = self.lock();
        let logins = state.of(backend, user_id);
        let mut logins: Vec<_> = logins
            .map(|entry| LoginRecord::clone(&entry.login))
            .collect();
        logins.sort_by_key(|login| std::cmp::Reverse(login.logged_in_at));
        Ok(logins)
    }

    async fn delete_older(&self, before: OffsetDateTime) -> Result<u64, UserStoreError> {
        let mut state = self.lock();
        let logins = state.logins.values().map(|entry| &entry.login);
        let old = logins.filter(|login| login.logged_in_at < before);
        let old: Vec<_> = old.map(|login| login.id.clone()).collect();
        for id in &old {
            state.remove(id);
        }
        let deleted = old.len();
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

    /// A login by another provider: its proof may be older than its beginning.
    #[tokio::test]
    async fn a_proof_from_before_all_logins_ended_begins_none() {
        let logins = MemoryLogins::default();
        let user_id = UserId::from(7);
        let ended = logins.end_all("pool", &user_id, None).await;
        assert!(ended.expect("ended").is_empty());
        let began = logins.now().await.expect("a time");
        let at = logins.lock().ended[&("pool".to_owned(), user_id.clone())].1;

        for (proved_at, is_added) in [(at - Duration::NANOSECOND, false), (at, true)] {
            let mut login = LoginRecord::new("id".into(), "pool", user_id.clone(), at);
            login.provider = Some("Google".to_owned());
            login.proved_at = proved_at;
            let added = logins.add(&StoredLogin::new(login, None), began).await;
            assert_eq!(added.expect("an answer"), is_added, "{proved_at}");
        }
    }
}
