//! Whether a login lives, by the registry of its backend.

use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use super::kept::KeptLogin;
use super::site::Site;
use crate::backend::{AuthBackend, Error};
use crate::users::{LoginRecord, LoginStore, User};

/// A login that lives, as of now, with its user.
pub(super) struct Live {
    pub(super) user: User,
    pub(super) login: KeptLogin,
}

/// The registry behind a backend.
pub(super) fn of(backend: &dyn AuthBackend) -> Option<&dyn LoginStore> {
    backend.user_store()?.logins()
}

impl Site {
    /// Finds out whether a login lives. Its tokens are the newest, also if the session is old.
    pub(super) async fn find_live(
        &self,
        backend: &Arc<dyn AuthBackend>,
        login: KeptLogin,
    ) -> Result<Option<Live>, Error> {
        let user_id = login.user_id;
        if self.is_past_its_lifetime(&login) {
            self.end(&**backend, &login).await?;
            return Ok(None);
        }

        let (user, login) = match of(&**backend) {
            Some(store) => {
                let Some(live) = store.find_live(&login.id).await? else {
                    return Ok(None);
                };
                let login = if live.version > login.version {
                    let Some(newest) = store.read(&login.id).await? else {
                        return Ok(None);
                    };
                    login.with_newest(newest)
                } else {
                    login
                };
                (live.user, login)
            }
            None if self.ended.contains(&login.id) => return Ok(None),
            None => match backend.user(user_id).await? {
                Some(user) => (user, login),
                None => return Ok(None),
            },
        };
        let is_good = user.is_active && user.id == user_id;
        Ok(is_good.then_some(Live { user, login }))
    }

    /// Enters a login that has just begun.
    pub(super) async fn begin(
        &self,
        backend: &dyn AuthBackend,
        login: &KeptLogin,
        user_agent: String,
    ) -> Result<(), Error> {
        if let Some(store) = of(backend) {
            let record = LoginRecord {
                user_agent,
                ..login.record(login.logged_in_at)
            };
            store.add(&record).await?;
        }
        Ok(())
    }

    /// Ends a login, before anything else is done about it.
    pub(super) async fn end(
        &self,
        backend: &dyn AuthBackend,
        login: &KeptLogin,
    ) -> Result<(), Error> {
        match of(backend) {
            Some(store) => {
                store.end(&login.id).await?;
            }
            None => self.ended.add(&login.id, self.clock.now()),
        }
        Ok(())
    }

    fn is_past_its_lifetime(&self, login: &KeptLogin) -> bool {
        let age = self.clock.now() - login.logged_in_at;
        Duration::try_from(age).is_ok_and(|age| age >= self.login_lifetime)
    }
}

impl KeptLogin {
    /// The login as the registry has it.
    pub(super) fn with_newest(self, newest: LoginRecord) -> Self {
        Self {
            version: newest.version,
            tokens: newest.tokens,
            groups: newest.groups,
            ..self
        }
    }

    /// The login as the registry is to have it.
    pub(super) fn record(&self, renewed_at: OffsetDateTime) -> LoginRecord {
        LoginRecord {
            version: self.version,
            tokens: self.tokens.clone(),
            groups: self.groups.clone(),
            renewed_at,
            ..LoginRecord::new(&self.id, self.user_id, &self.backend, self.logged_in_at)
        }
    }
}
