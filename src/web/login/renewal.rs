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
use crate::figures::count_renewal;
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
    Renewed(Arc<LoginRecord>),
}

/// Whose the tokens of a version of a login are.
enum Held {
    /// Nobody else renews them, as long as the lease of this holder lasts.
    By(LoginId),
    Over,
    /// There are newer ones.
    Renewed(Arc<LoginRecord>),
}

/// Gets the lease of a login, or waits until another process has done with it.
async fn hold(
    logins: &dyn LoginStore,
    login: &LoginRecord,
    patience: Duration,
) -> Result<Held, Error> {
    let holder = LoginId::random().ok_or_else(|| Error::other("no random bytes"))?;
    let give_up = Instant::now() + patience;
    let mut pause = FIRST_PAUSE;
    loop {
        let lease = Lease::new(holder.as_str(), LEASE);
        if logins.lease(&login.id, login.version, &lease).await? {
            return Ok(Held::By(holder));
        }
        match logins.find(&login.id).await? {
            None => return Ok(Held::Over),
            Some(newest) if newest.login.version > login.version => {
                return Ok(Held::Renewed(newest.login));
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

/// Waits until nobody renews the tokens of a login any more, nor will as long as the lease of the holder
/// lasts. Returns the login as it is then, and the holder. `None`: it is over.
pub(in crate::web) async fn hold_newest(
    logins: &dyn LoginStore,
    login: LoginRecord,
) -> Result<Option<(LoginRecord, LoginId)>, Error> {
    let mut newest = login;
    loop {
        match hold(logins, &newest, LEASE).await? {
            Held::By(holder) => return Ok(Some((newest, holder))),
            Held::Over => return Ok(None),
            Held::Renewed(newer) => newest = Arc::unwrap_or_clone(newer),
        }
    }
}

/// What it takes to renew the tokens of a login.
pub(super) struct Renewal {
    pub(super) registry: Registry,
    pub(super) backend: Backend,
    pub(super) user: User,
}

impl Renewal {
    pub(super) async fn run(&self, login: LoginRecord) -> Refreshed {
        let id = login.id.clone();
        let refreshed = self.renew_leased(login).await.unwrap_or_else(|error| {
            warn!(%error, "tokens could not be renewed");
            Refreshed::Failed(Arc::new(error))
        });
        if matches!(refreshed, Refreshed::Ended) {
            self.registry.forget(&id);
        }
        count_renewal(match &refreshed {
            Refreshed::Ended => "ended",
            Refreshed::Failed(_) => "failed",
            Refreshed::Renewed(_) => "renewed",
        });
        refreshed
    }

    async fn renew_leased(&self, login: LoginRecord) -> Result<Refreshed, Error> {
        let logins = self.backend.logins();
        // Tokens that may expire meanwhile are waited for as expired ones are.
        let soon = self.registry.clock.now() + 5 * PATIENCE;
        let is_good = login.expires_at.is_none_or(|at| at > soon);
        let patience = if is_good { PATIENCE } else { LEASE };
        match hold(logins, &login, patience).await? {
            Held::By(holder) => self.renew_as_holder(logins, login, holder.as_str()).await,
            Held::Over => Ok(Refreshed::Ended),
            Held::Renewed(newest) => Ok(Refreshed::Renewed(newest)),
        }
    }

    async fn renew_as_holder(
        &self,
        logins: &dyn LoginStore,
        login: LoginRecord,
        holder: &str,
    ) -> Result<Refreshed, Error> {
        let id = login.id.clone();
        let version = login.version;
        let (renewed, tokens) = match self.renew(logins, login).await {
            Ok(Some(renewed)) => renewed,
            Ok(None) => {
                // A lease that ran out on the way may have let another process renew them.
                if let Some(newest) = logins.find(&id).await?
                    && newest.login.version > version
                {
                    return Ok(Refreshed::Renewed(newest.login));
                }
                self.registry.end(&self.backend, &id, drop).await?;
                return Ok(Refreshed::Ended);
            }
            Err(error) => {
                if let Err(error) = logins.release(&id, holder).await {
                    debug!(%error, "a lease was not given back: it runs out");
                }
                return Err(error);
            }
        };

        if let Some(newest) = self.write(logins, renewed, &tokens).await? {
            self.registry.forget(&id);
            return Ok(Refreshed::Renewed(newest));
        }
        // The login has ended meanwhile: what was just given must not outlive it.
        if let Err(error) = self.backend.revoke(&tokens).await {
            warn!(%error, "the tokens of a login that ended were not revoked");
        }
        Ok(Refreshed::Ended)
    }

    /// Gets new tokens from the backend. `None`: the login is over.
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

    /// Writes new tokens, and returns the login as it is then. `None`: it is over.
    ///
    /// That nothing was written does not tell: an earlier try may have done it, though its answer was lost,
    /// and others may have renewed those tokens by now. Tokens of a login that lives are not revoked.
    async fn write(
        &self,
        logins: &dyn LoginStore,
        renewed: LoginRecord,
        tokens: &Tokens,
    ) -> Result<Option<Arc<LoginRecord>>, UserStoreError> {
        let tokens = self.registry.write_tokens(&renewed, tokens);
        let stored = StoredLogin::new(renewed, Some(tokens));
        let mut pause = FIRST_PAUSE;
        let mut number = 1;
        loop {
            let written = async {
                Ok(match logins.renew(&stored).await? {
                    true => Some(Arc::new(stored.login.clone())),
                    false => logins.find(&stored.login.id).await?.map(|it| it.login),
                })
            };
            let error: UserStoreError = match written.await {
                Ok(newest) => return Ok(newest),
                Err(error) => error,
            };
            if number == WRITES {
                return Err(error);
            }
            warn!(%error, "renewed tokens could not be written, trying again");
            sleep(pause).await;
            pause *= 4;
            number += 1;
        }
    }
}
