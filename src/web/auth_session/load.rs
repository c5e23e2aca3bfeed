use std::sync::Arc;
use std::time::Duration;

use tower_sessions::Session;
use tracing::warn;

use super::{AuthSession, Loaded};
use crate::backend::AuthBackend;
use crate::users::User;
use crate::web::current_user::CurrentUser;
use crate::web::error::AuthError;
use crate::web::hooks::{End, Event};
use crate::web::kept::{self, KeptLogin};
use crate::web::refresh::Refreshed;
use crate::web::registry::Live;

impl AuthSession {
    /// Tells who is logged in, and looks at most once.
    pub(super) async fn load(&self) -> Result<Option<(CurrentUser, Arc<KeptLogin>)>, AuthError> {
        let mut loaded = self.inner.loaded.lock().await;
        if let Loaded::Done(known) = &*loaded {
            return Ok(known.clone());
        }

        let found = self.find().await?;
        *loaded = Loaded::Done(found.clone());
        Ok(found)
    }

    /// Finds out who is logged in. A login whose user is gone or inactive ends here.
    async fn find(&self) -> Result<Option<(CurrentUser, Arc<KeptLogin>)>, AuthError> {
        let session = self.session()?;
        let Some(login) = KeptLogin::read(session).await? else {
            return Ok(None);
        };
        let Some(backend) = self.site().backends.by_name(&login.backend).cloned() else {
            warn!(
                backend = login.backend,
                "a session names a backend that is not there"
            );
            kept::empty(session).await?;
            return Ok(None);
        };
        let known = login.version;
        let user_id = login.user_id;
        let now = self.site().clock.now();
        let found = (self.site()).find_live(&backend, session, Arc::new(login), now);
        let found = found.await?;
        let Some(Live { user, login }) = found else {
            let why = End::FoundOver;
            self.tell(&Event::Ended { user_id, why });
            kept::empty(session).await?;
            return Ok(None);
        };
        if login.version != known {
            // The session was written by a request that knew older tokens.
            login.write(session).await?;
        }

        let version = login.version;
        let login = if login.expires_within(self.site().refresh_margin, now) {
            let login = Arc::unwrap_or_clone(login);
            // In a box of its own: otherwise each request has room for it in its future.
            match Box::pin(self.renew(backend, session, &user, login)).await? {
                Some(renewed) => Arc::new(renewed),
                None => return Ok(None),
            }
        } else {
            login
        };
        let user = CurrentUser::new(user, login.clone(), &self.site().permissions);
        if login.version != version {
            self.tell(&Event::Refreshed { user: user.clone() });
        }
        Ok(Some((user, login)))
    }

    /// Renews tokens that are about to expire. `None`: the login has ended.
    async fn renew(
        &self,
        backend: Arc<dyn AuthBackend>,
        session: &Session,
        user: &User,
        login: KeptLogin,
    ) -> Result<Option<KeptLogin>, AuthError> {
        let site = self.site();
        let login = site.with_tokens(&*backend, session, login).await?;
        if !login.expires_within(site.refresh_margin, site.clock.now()) {
            // Somebody else has renewed them a moment ago.
            login.write(session).await?;
            return Ok(Some(login));
        }
        let refreshed = site
            .refreshes
            .refresh(site, backend, session.clone(), user.clone(), login.clone())
            .await;
        match refreshed {
            Refreshed::Ended => {
                site.warm.forget_user(user.id);
                self.tell(&Event::Ended {
                    user_id: user.id,
                    why: End::NotRenewed,
                });
                kept::empty(session).await?;
                Ok(None)
            }
            // Until they expire, the tokens are good. After that nobody can tell.
            Refreshed::Failed(_) if !login.expires_within(Duration::ZERO, site.clock.now()) => {
                Ok(Some(login))
            }
            Refreshed::Failed(error) => Err((*error).clone()),
            Refreshed::Renewed(renewed) => {
                site.warm.forget(&renewed.id);
                // Our own copy of the session must not bring the old tokens back.
                renewed.write(session).await?;
                Ok(Some(*renewed))
            }
        }
    }
}
