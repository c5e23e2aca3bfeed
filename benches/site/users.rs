use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use axum_cognito::users::{Synced, User, UserId, UserStore, UserStoreError, UserSync};
use axum_cognito::{AttributeMapping, async_trait};

/// Users in memory, and no registry of logins: the counterpart of a peer's users in a map.
#[derive(Clone, Default)]
pub struct MemoryUsers {
    users: Arc<RwLock<HashMap<UserId, User>>>,
}

impl MemoryUsers {
    /// Adds users who never log in.
    pub fn with_strangers(self, count: i64) -> Self {
        let strangers = (1..=count).map(|number| {
            let id = 1_000_000 + number;
            (id.into(), User::new(id, format!("stranger{number}")))
        });
        self.write(|users| users.extend(strangers));
        self
    }

    fn read<T>(&self, read: impl FnOnce(&HashMap<UserId, User>) -> T) -> T {
        read(&self.users.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, write: impl FnOnce(&mut HashMap<UserId, User>) -> T) -> T {
        write(&mut self.users.write().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl UserStore for MemoryUsers {
    async fn check_mapping(&self, _: &AttributeMapping) -> Result<(), UserStoreError> {
        Ok(())
    }

    async fn find(&self, id: &UserId) -> Result<Option<User>, UserStoreError> {
        Ok(self.read(|users| users.get(id).cloned()))
    }

    async fn find_by_username(&self, name: &str) -> Result<Option<User>, UserStoreError> {
        Ok(self.read(|users| users.values().find(|user| user.username == name).cloned()))
    }

    async fn list(&self, _: Option<&str>, _: u32) -> Result<Vec<User>, UserStoreError> {
        Ok(Vec::new())
    }

    async fn set_active(&self, id: &UserId, is_active: bool) -> Result<bool, UserStoreError> {
        let set = |user: &mut User| user.is_active = is_active;
        Ok(self.write(|users| users.get_mut(id).map(set).is_some()))
    }

    async fn sync(&self, login: &UserSync) -> Result<Synced, UserStoreError> {
        let mut user = User::new(1, &login.username);
        user.sub = login.sub.clone();
        user.email = "alice@example.com".to_owned();
        user.first_name = "Alice".to_owned();
        user.last_name = "Example".to_owned();
        user.last_login = Some(login.at);
        self.write(|users| users.insert(user.id.clone(), user.clone()));
        Ok(Synced::Created(user))
    }
}
