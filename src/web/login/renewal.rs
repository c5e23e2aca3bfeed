//! One refresh, by one process of several.
//!
//! The process that gets the lease of a login asks Cognito; the others wait for the outcome. The
//! new tokens are in the registry before anyone gets to see them.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::{debug, warn};

use super::registry::Registry;
use crate::backend::{Backend, Error, Refresh};
use crate::token::Tokens;
use crate::users::{Lease, LoginId, LoginRecord, LoginStore, StoredLogin, User, UserStoreError};

/// Longer than a call to Cognito takes with all its retries. Nobody renews the tokens of a login
/// for this long whose process was killed on the way.
const LEASE: Duration = Duration::from_secs(30);

/// Tokens that are still good are not waited for any longer than this.
const PATIENCE: Duration = Duration::from_secs(1);

const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Tokens that Cognito gave must not be lost: writing them is tried this often.
const WRITES: u32 = 6;

/// The outcome of a refresh, for all who wait for it.
#[derive(Clone)]
pub(in crate::web) enum Refreshed {
    Ended,
    Failed(Arc<Error>),
    Renewed(Box<LoginRecord>),
}

/// What it takes to renew the tokens of a login.
pub(super) struct Renewal {
    pub(super) registry: Registry,
    pub(super) backend: Backend,
    pub(super) user: User,
}

impl Renewal {
    pub(super) async fn run(&self, login: LoginRecord) -> Refreshed {
        self.renew_leased(login).await.unwrap_or_else(|error| {
            warn!(%error, "tokens could not be renewed");
            Refreshed::Failed(Arc::new(error))
        })
    }

    async fn renew_leased(&self, login: LoginRecord) -> Result<Refreshed, Error> {
        let logins = self.backend.logins();
        let holder = LoginId::random().ok_or_else(|| Error::other("no random bytes"))?;
        let is_expired = login
            .expires_at
            .is_some_and(|expires_at| expires_at <= self.registry.clock.now());
        let give_up = Instant::now() + if is_expired { LEASE } else { PATIENCE };
        let mut pause = FIRST_PAUSE;
        loop {
            let now = self.registry.clock.now();
            let lease = Lease::new(holder.as_str(), now, now + LEASE);
            if logins.lease(&login.id, login.version, &lease).await? {
                return self.renew_as_holder(logins, login, holder.as_str()).await;
            }
            match logins.find(&login.id).await? {
                None => return Ok(Refreshed::Ended),
                Some(newest) if newest.login.version > login.version => {
                    return Ok(Refreshed::Renewed(Box::new(newest.login)));
                }
                Some(_) if Instant::now() > give_up => {
                    return Err(Error::other("another process does not end its refresh"));
                }
                Some(_) => {}
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn renew_as_holder(
        &self,
        logins: &dyn LoginStore,
        login: LoginRecord,
        holder: &str,
    ) -> Result<Refreshed, Error> {
        let id = login.id.clone();
        let (renewed, tokens) = match self.renew(logins, login).await {
            Ok(Some(renewed)) => renewed,
            Ok(None) => {
                self.registry.end(&self.backend, &id).await?;
                return Ok(Refreshed::Ended);
            }
            Err(error) => {
                if let Err(error) = logins.release(&id, holder).await {
                    debug!(%error, "a lease was not given back: it runs out");
                }
                return Err(error);
            }
        };

        if self.write(logins, &renewed, &tokens).await? {
            self.registry.forget(&id);
            return Ok(Refreshed::Renewed(Box::new(renewed)));
        }
        // The login has ended meanwhile: what was just given must not outlive it.
        if let Err(error) = self.backend.revoke(&tokens).await {
            warn!(%error, "the tokens of a login that ended were not revoked");
        }
        Ok(Refreshed::Ended)
    }

    /// Asks the backend for new tokens. `None`: the login is over.
    async fn renew(
        &self,
        logins: &dyn LoginStore,
        login: LoginRecord,
    ) -> Result<Option<(LoginRecord, Tokens)>, Error> {
        let stored = logins.read(&login.id).await?;
        // Tokens that are gone, or cannot be read any more, cannot be renewed.
        let Some(tokens) = stored.and_then(|stored| self.registry.read_tokens(&stored)) else {
            return Ok(None);
        };

        match self.backend.refresh(&self.user, &tokens).await? {
            Refresh::Renewed { tokens, groups } => {
                debug!(user = %self.user.id, "tokens renewed");
                let renewed = LoginRecord {
                    version: login.version + 1,
                    expires_at: Some(tokens.expires_at),
                    groups,
                    renewed_at: self.registry.clock.now(),
                    ..login
                };
                Ok(Some((renewed, tokens)))
            }
            Refresh::Ended => Ok(None),
        }
    }

    async fn write(
        &self,
        logins: &dyn LoginStore,
        renewed: &LoginRecord,
        tokens: &Tokens,
    ) -> Result<bool, UserStoreError> {
        let tokens = self.registry.write_tokens(renewed, tokens);
        let stored = StoredLogin::new(renewed.clone(), Some(tokens));
        let mut pause = FIRST_PAUSE;
        for _ in 1..WRITES {
            match logins.renew(&stored).await {
                Ok(written) => return Ok(written),
                Err(error) => warn!(%error, "renewed tokens could not be written, trying again"),
            }
            sleep(pause).await;
            pause *= 4;
        }
        logins.renew(&stored).await
    }
}
