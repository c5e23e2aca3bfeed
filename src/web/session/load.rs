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
        let mut loaded = self.inner.loaded.lock().await;
        if let Loaded::Done(known) = &*loaded {
            return Ok(known.clone());
        }

        let found = self.find().await?;
        *loaded = Loaded::Done(found.clone());
        Ok(found)
    }

    /// Finds out who is logged in. A session whose login is over is emptied.
    async fn find(&self) -> Result<Option<CurrentUser>, AuthError> {
        let session = self.session()?;
        let (kept, along) = read_along(KeptLogin::read(session)).await;
        let Some(kept) = kept? else {
            return Ok(None);
        };
        let site = self.site();
        let Some(backend) = site.backends.by_name(&kept.backend) else {
            let backend = kept.backend;
            warn!(backend, "a session names a backend that is not there");
            empty(session).await?;
            return Ok(None);
        };

        let Live { user, login } = match site.registry.find(backend, &kept.id, along).await? {
            Found::Live(live) => *live,
            Found::Over(user_id) => {
                let login = kept.id;
                self.tell(&Event::FoundOver { login, user_id });
                empty(session).await?;
                return Ok(None);
            }
        };
        let is_due = login
            .expires_at
            .is_some_and(|at| at <= site.registry.clock.now() + site.refresh_margin);
        if is_due {
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
        user: User,
        login: LoginRecord,
    ) -> Result<Option<CurrentUser>, AuthError> {
        let site = self.site();
        let refreshed = site
            .refreshes
            .refresh(&site.registry, backend, &user, &login)
            .await;
        let is_good = login
            .expires_at
            .is_some_and(|at| at > site.registry.clock.now());
        match refreshed {
            Refreshed::Ended => {
                let user_id = login.user_id;
                let why = End::NotRenewed;
                self.tell(&Event::Ended { user_id, why });
                empty(session).await?;
                Ok(None)
            }
            // Until they expire, the tokens are good. After that nobody knows.
            Refreshed::Failed(_) if is_good => {
                Ok(Some(CurrentUser::new(user, login, &site.permissions)))
            }
            Refreshed::Failed(error) => Err(AuthError::Backend(error)),
            Refreshed::Renewed(renewed) => {
                if site.copies_tokens {
                    self.copy_tokens(backend, session, &renewed).await?;
                }
                let user = CurrentUser::new(user, *renewed, &site.permissions);
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
