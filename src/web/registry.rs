//! Whether a login lives, by the registry of its backend.

use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;
use tower_sessions::Session;
use tracing::{info, warn};

use super::error::AuthError;
use super::kept::KeptLogin;
use super::site::Site;
use crate::backend::{AuthBackend, Error};
use crate::token::Tokens;
use crate::users::{LoginRecord, LoginStore, User};

/// Use is noted so often at most.
const TOUCH_EVERY: Duration = Duration::from_secs(60);

/// A login that lives, as of now, with its user.
pub(super) struct Live {
    pub(super) user: User,
    pub(super) login: Arc<KeptLogin>,
}

/// The registry behind a backend.
pub(super) fn of(backend: &dyn AuthBackend) -> Option<&dyn LoginStore> {
    backend.user_store()?.logins()
}

impl Site {
    /// Finds out whether a login lives, and notes that it is in use. Its tokens are the newest,
    /// also if the session is old.
    pub(super) async fn find_live(
        &self,
        backend: &Arc<dyn AuthBackend>,
        session: &Session,
        login: Arc<KeptLogin>,
        now: OffsetDateTime,
    ) -> Result<Option<Live>, AuthError> {
        if age(login.logged_in_at, now) >= self.login_lifetime {
            self.end(&**backend, &login).await?;
            return Ok(None);
        }

        let user_id = login.user_id;
        let live = match of(&**backend) {
            Some(store) => self.find_registered(store, login, now).await?,
            None => self.find_unregistered(backend, session, login, now).await?,
        };
        Ok(live.filter(|live| live.user.is_active && live.user.id == user_id))
    }

    async fn find_registered(
        &self,
        store: &dyn LoginStore,
        login: Arc<KeptLogin>,
        now: OffsetDateTime,
    ) -> Result<Option<Live>, Error> {
        let live = match self.warm.get(&login.id, now, self.warm_for) {
            Some(live) => live,
            None => {
                let asked = self.warm.ask();
                let Some(live) = store.find_live(&login.id).await? else {
                    return Ok(None);
                };
                if !self.warm_for.is_zero() {
                    self.warm.keep(&login.id, &live, now, asked);
                }
                live
            }
        };
        let idle = age(live.seen_at, now);
        if idle >= self.idle_lifetime {
            info!(
                user = login.user_id,
                "a login has not been used for too long"
            );
            store.end(&login.id).await?;
            self.warm.forget(&login.id);
            return Ok(None);
        }
        if idle >= TOUCH_EVERY {
            self.warm.forget(&login.id);
            if let Err(error) = store.touch(&login.id, now).await {
                warn!(%error, "the use of a login was not noted");
            }
        }

        let login = if live.version > login.version {
            match store.read(&login.id).await? {
                Some(newest) => {
                    let login = Arc::unwrap_or_clone(login);
                    login.with_newest(newest).map(Arc::new)
                }
                None => None,
            }
        } else {
            Some(login)
        };
        Ok(login.map(|login| Live {
            user: live.user,
            login,
        }))
    }

    /// Without a registry, the session tells when the login was used last.
    async fn find_unregistered(
        &self,
        backend: &Arc<dyn AuthBackend>,
        session: &Session,
        mut login: Arc<KeptLogin>,
        now: OffsetDateTime,
    ) -> Result<Option<Live>, AuthError> {
        if self.ended.contains(&login.id) {
            return Ok(None);
        }
        let idle = age(login.seen_at.unwrap_or(login.logged_in_at), now);
        if idle >= self.idle_lifetime {
            self.ended.add(&login.id, now);
            return Ok(None);
        }
        if idle >= TOUCH_EVERY {
            Arc::make_mut(&mut login).seen_at = Some(now);
            login.write(session).await?;
        }

        let user = backend.user(login.user_id).await?;
        Ok(user.map(|user| Live { user, login }))
    }

    /// Enters a login that has just begun.
    pub(super) async fn begin(
        &self,
        backend: &dyn AuthBackend,
        login: &mut KeptLogin,
        user_agent: String,
    ) -> Result<(), Error> {
        if let Some(store) = of(backend) {
            let record = LoginRecord {
                user_agent,
                ..login.record(login.logged_in_at)
            };
            store.add(&record).await?;
            login.is_registered = true;
        }
        Ok(())
    }

    /// The login with its newest tokens: those in the session, if there are any, or those in the
    /// registry. None although it should have some: they cannot be read any more.
    pub(super) async fn with_tokens(
        &self,
        backend: &dyn AuthBackend,
        session: &Session,
        login: KeptLogin,
    ) -> Result<KeptLogin, AuthError> {
        if login.tokens.is_some() || login.expires_at.is_none() {
            return Ok(login);
        }
        let tokens = KeptLogin::read_tokens(session).await?;
        if tokens.is_some() {
            return Ok(KeptLogin { tokens, ..login });
        }

        let newest = match of(backend) {
            Some(store) => store.read(&login.id).await.map_err(Error::from)?,
            None => None,
        };
        Ok(match newest {
            Some(newest) => login.clone().with_newest(newest).unwrap_or(login),
            None => login,
        })
    }

    /// Ends a login, before anything else is done about it. Gives its tokens, if the registry had
    /// them.
    pub(super) async fn end(
        &self,
        backend: &dyn AuthBackend,
        login: &KeptLogin,
    ) -> Result<Option<Tokens>, Error> {
        match of(backend) {
            Some(store) => {
                let ended = store.end(&login.id).await?;
                self.warm.forget(&login.id);
                Ok(ended.and_then(|ended| ended.tokens))
            }
            None => {
                self.ended.add(&login.id, self.clock.now());
                Ok(None)
            }
        }
    }
}

/// How long ago something was. What is to come is not long ago.
fn age(at: OffsetDateTime, now: OffsetDateTime) -> Duration {
    Duration::try_from(now - at).unwrap_or_default()
}

impl KeptLogin {
    /// The login as the registry has it. `None`: its tokens cannot be read.
    pub(super) fn with_newest(self, newest: LoginRecord) -> Option<Self> {
        let has_lost_tokens = self.expires_at.is_some() && newest.tokens.is_none();

        (!has_lost_tokens).then_some(Self {
            version: newest.version,
            expires_at: newest.tokens.as_ref().map(|tokens| tokens.expires_at),
            tokens: newest.tokens,
            is_registered: true,
            groups: newest.groups,
            ..self
        })
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
