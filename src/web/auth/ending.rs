//! The end of logins, whoever asks for it: the registry first, then hooks, then Cognito.

use std::sync::Arc;

use tokio::task::JoinHandle;
use tracing::{info, warn};

use super::site::Site;
use crate::backend::{Backend, Error};
use crate::users::{LoginId, UserId};
use crate::web::hook::{End, Event};
use crate::web::login::{Ended, KeptLogin};

/// A user has this many logins at most. The oldest end when another one begins.
const MAX_LOGINS: usize = 100;

impl Site {
    /// Ends all logins of a user but `except`, and revokes their tokens unless that is done already.
    /// Returns the number of those that ended.
    pub(in crate::web) async fn end_logins(
        self: &Arc<Self>,
        backend: &str,
        user_id: &UserId,
        except: Option<&LoginId>,
        revokes: bool,
    ) -> Result<usize, Error> {
        let Some(backend) = self.backends.by_name(backend) else {
            return Ok(0);
        };

        let site = self.clone();
        let follow_up = move |mut ended: Vec<Ended>| {
            let number = ended.len();
            if !revokes {
                ended.iter_mut().for_each(|ended| ended.tokens = None);
            }
            site.follow_up(ended);
            number
        };
        let ended = self.registry.end_all(backend, user_id, except, follow_up);
        ended.await
    }

    /// Ends one login. Returns whether it was there.
    pub(in crate::web) async fn end_login(
        self: &Arc<Self>,
        backend: &str,
        id: &LoginId,
    ) -> Result<bool, Error> {
        let Some(backend) = self.backends.by_name(backend) else {
            return Ok(false);
        };

        self.end(backend, id).await
    }

    /// Ends the oldest logins of a user who has too many.
    pub(in crate::web) async fn end_surplus(
        self: &Arc<Self>,
        backend: &Backend,
        user_id: &UserId,
    ) -> Result<(), Error> {
        let logins = backend.logins();
        for id in logins.surplus(backend.name(), user_id, MAX_LOGINS).await? {
            self.end(backend, &id).await?;
        }
        Ok(())
    }

    async fn end(self: &Arc<Self>, backend: &Backend, id: &LoginId) -> Result<bool, Error> {
        let site = self.clone();
        let follow_up = move |ended: Ended| site.follow_up([ended]);
        let ended = self.registry.end(backend, id, follow_up).await?;
        Ok(ended.is_some())
    }

    /// Ends the login that a session names, be it of this site or of another that shares its sessions,
    /// and does `then` with it if it was there.
    pub(in crate::web) async fn end_kept<T: Send + 'static>(
        &self,
        kept: &KeptLogin,
        then: impl FnOnce(Ended) -> T + Clone + Send + 'static,
    ) -> Result<Option<T>, Error> {
        if let Some(backend) = self.backends.by_name(&kept.backend) {
            return self.registry.end(backend, &kept.id, then).await;
        }
        if let Some(site) = self.neighbours.of(&kept.backend)
            && let Some(backend) = site.backends.by_name(&kept.backend)
        {
            return site.registry.end(backend, &kept.id, then).await;
        }

        // Of a tenant that is not in memory, the row may be in a table that is ours too.
        for backend in self.backends.iter() {
            let ended = self.registry.end(backend, &kept.id, then.clone());
            let ended = ended.await?;
            if ended.is_some() {
                return Ok(ended);
            }
        }
        Ok(None)
    }

    /// Notifies hooks of logins that were ended from elsewhere, and revokes their tokens.
    pub(in crate::web) fn follow_up(&self, ended: impl IntoIterator<Item = Ended>) {
        for ended in ended {
            let user_id = ended.login.user_id.clone();
            info!(user = %user_id, "a login was ended from elsewhere");
            let why = End::Elsewhere;
            self.tell(&Event::Ended { user_id, why }, None);
            self.revoke(ended);
        }
    }

    /// Revokes the tokens of a login that has ended, in a task of its own.
    pub(in crate::web) fn revoke(&self, ended: Ended) -> JoinHandle<()> {
        let name = &ended.login.backend;
        let here = self.backends.by_name(name).cloned();
        let elsewhere = || self.neighbours.of(name)?.backends.by_name(name).cloned();
        let backend = here.or_else(elsewhere);

        tokio::spawn(async move {
            if let (Some(backend), Some(tokens)) = (backend, ended.tokens)
                && let Err(error) = backend.revoke(&tokens).await
            {
                warn!(%error, "the tokens of a login that ended were not revoked");
            }
        })
    }
}
