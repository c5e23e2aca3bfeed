use std::sync::Arc;

use tower_sessions::Session;
use tracing::warn;

use super::{AuthSession, Loaded};
use crate::backend::Backend;
use crate::users::{LoginRecord, User};
use crate::web::error::AuthError;
use crate::web::hook::{End, Event};
use crate::web::login::{CurrentUser, Found, KeptLogin, Live, Refreshed, TokenCopy, empty};
use crate::web::store::read_along;

impl AuthSession {
    /// Finds out who is logged in, once in a request.
    pub(super) async fn load(&self) -> Result<Option<CurrentUser>, AuthError> {
        let mut loaded = self.request.seen().loaded.lock().await;
        if let Loaded::Done(known) = &*loaded {
            return Ok(known.clone());
        }

        let found = self.find().await?;
        *loaded = Loaded::Done(found.clone());
        Ok(found)
    }

    /// Finds out who is logged in. A session whose login is over is emptied.
    async fn find(&self) -> Result<Option<CurrentUser>, AuthError> {
        #[cfg(feature = "alb")]
        if let Some(user) = self.find_behind_load_balancer().await? {
            return Ok(Some(user));
        }
        let session = match self.session() {
            // Behind a load balancer that logs users in, a site may have no sessions.
            #[cfg(feature = "alb")]
            Err(AuthError::MissingSessionLayer) if self.site().backends.have_load_balancer() => {
                return Ok(None);
            }
            session => session?,
        };
        let (kept, along) = read_along(KeptLogin::read(session)).await;
        let Some(kept) = kept? else {
            return Ok(None);
        };
        let site = self.site();
        let Some(backend) = site.backends.by_name(&kept.backend) else {
            // The login of another tenant, who has the same cookie: it is none of ours, and stays.
            if site.is_elsewhere(&kept.backend) {
                return Ok(None);
            }
            let backend = kept.backend;
            warn!(backend, "a session names a backend that is not there");
            empty(session).await?;
            return Ok(None);
        };

        let found = site.registry.find(backend, &kept.id, along).await?;
        let Live { user, login, at } = match found {
            Found::Live(live) => live,
            Found::Over(user_id) => {
                let login = kept.id;
                self.tell(&Event::FoundOver { login, user_id });
                empty(session).await?;
                return Ok(None);
            }
        };
        if site.is_due(&login, at) {
            // In a box of its own: otherwise each request has room for it in its future.
            return Box::pin(self.renew(backend, session, user, login)).await;
        }
        if site.copies_tokens {
            self.copy_tokens(backend, session, &login).await?;
        }
        Ok(Some(CurrentUser::new(user, login, &site.permissions)))
    }

    /// Renews tokens that are about to expire. `None`: the login has ended.
    async fn renew(
        &self,
        backend: &Backend,
        session: &Session,
        user: Arc<User>,
        login: Arc<LoginRecord>,
    ) -> Result<Option<CurrentUser>, AuthError> {
        let site = self.site();
        let refreshed = site
            .refreshes
            .refresh(&site.registry, backend, &user, &login)
            .await;
        match refreshed {
            Refreshed::Ended => {
                let user_id = login.user_id.clone();
                let why = End::NotRenewed;
                self.tell(&Event::Ended { user_id, why });
                empty(session).await?;
                Ok(None)
            }
            Refreshed::Failed(_) if site.has_good_tokens(&login) => {
                Ok(Some(CurrentUser::new(user, login, &site.permissions)))
            }
            Refreshed::Failed(error) => Err(AuthError::Backend(error)),
            Refreshed::Renewed(renewed) => {
                if site.copies_tokens {
                    self.copy_tokens(backend, session, &renewed).await?;
                }
                let user = CurrentUser::new(user, renewed, &site.permissions);
                self.tell(&Event::Refreshed { user: user.clone() });
                Ok(Some(user))
            }
        }
    }

    /// Brings the copy of the tokens in the tower session up to date.
    pub(super) async fn copy_tokens(
        &self,
        backend: &Backend,
        session: &Session,
        login: &LoginRecord,
    ) -> Result<(), AuthError> {
        if !TokenCopy::is_current(session, login).await? {
            let tokens = self.site().registry.tokens(backend, &login.id).await?;
            TokenCopy::write(session, login, tokens.as_ref()).await?;
        }
        Ok(())
    }
}
