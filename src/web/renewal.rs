//! One refresh, by one process of several.
//!
//! Whoever gets the lease of a login asks Cognito; the others wait for what comes of it. The new
//! tokens are in the registry before anybody gets to see them.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::{debug, warn};

use super::error::AuthError;
use super::kept::{KeptLogin, random_id};
use super::refresh::Refreshed;
use super::registry;
use crate::backend::{AuthBackend, Error, Refresh};
use crate::clock::Clock;
use crate::users::{Lease, LoginStore, User, UserStoreError};

/// Longer than a call to Cognito takes with all its retries; so long nobody renews the tokens of a
/// login whose process was killed on the way.
const LEASE: Duration = Duration::from_secs(30);

/// Tokens that are still good are not waited for any longer than this.
const PATIENCE: Duration = Duration::from_secs(1);

const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Tokens that Cognito gave must not be lost: so often they are written until it works.
const WRITES: u32 = 5;

/// What it takes to renew the tokens of a login.
#[derive(Clone, Copy)]
pub(super) struct Renewal<'a> {
    pub(super) backend: &'a dyn AuthBackend,
    pub(super) clock: &'a dyn Clock,
    pub(super) user: &'a User,
}

impl Renewal<'_> {
    pub(super) async fn run(self, login: KeptLogin) -> Refreshed {
        let done = match registry::of(self.backend) {
            Some(store) => self.renew_leased(store, login).await,
            None => self.renew(login).await,
        };

        done.unwrap_or_else(|error| {
            warn!(%error, "tokens could not be renewed");
            Refreshed::Failed(Arc::new(error))
        })
    }

    async fn renew_leased(
        self,
        store: &dyn LoginStore,
        login: KeptLogin,
    ) -> Result<Refreshed, AuthError> {
        let holder = random_id().map_err(Error::other)?;
        let is_expired = login.expires_within(Duration::ZERO, self.clock.now());
        let give_up = Instant::now() + if is_expired { LEASE } else { PATIENCE };
        let mut pause = FIRST_PAUSE;
        loop {
            let now = self.clock.now();
            let lease = Lease::new(&holder, now, now + LEASE);
            if store
                .lease(&login.id, login.version, &lease)
                .await
                .map_err(failed)?
            {
                return self.renew_as_holder(store, login, &holder).await;
            }
            match store.read(&login.id).await.map_err(failed)? {
                None => return Ok(Refreshed::Ended),
                Some(newest) if newest.version > login.version => {
                    let newest = login.with_newest(newest);
                    return Ok(newest.map_or(Refreshed::Ended, Refreshed::renewed));
                }
                // It was down when these tokens came: only the session has them.
                Some(newest) if newest.version < login.version => {
                    let written = store.renew(&login.record(now)).await.map_err(failed)?;
                    if !written {
                        return Ok(Refreshed::Ended);
                    }
                }
                Some(_) if Instant::now() > give_up => {
                    return Err(Error::other("another process does not end its refresh").into());
                }
                Some(_) => {}
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn renew_as_holder(
        self,
        store: &dyn LoginStore,
        login: KeptLogin,
        holder: &str,
    ) -> Result<Refreshed, AuthError> {
        let id = login.id.clone();
        let renewed = match self.renew(login).await {
            Ok(Refreshed::Renewed(renewed)) => renewed,
            Ok(other) => {
                store.end(&id).await.map_err(failed)?;
                return Ok(other);
            }
            Err(error) => {
                if let Err(error) = store.release(&id, holder).await {
                    debug!(%error, "a lease was not given back: it runs out");
                }
                return Err(error);
            }
        };

        match self.write(store, &renewed).await {
            Ok(true) => {
                return Ok(Refreshed::renewed(KeptLogin {
                    is_registered: true,
                    ..*renewed
                }));
            }
            Ok(false) => {}
            Err(error) => {
                warn!(%error, "renewed tokens are in the session alone");
                return Ok(Refreshed::Renewed(renewed));
            }
        }
        // The login has ended meanwhile: what was just given must not outlive it.
        if let Some(tokens) = &renewed.tokens
            && let Err(error) = self.backend.logout(tokens).await
        {
            warn!(%error, "the tokens of a login that ended were not revoked");
        }
        Ok(Refreshed::Ended)
    }

    /// Asks the backend for new tokens.
    async fn renew(self, login: KeptLogin) -> Result<Refreshed, AuthError> {
        let Some(tokens) = &login.tokens else {
            // Tokens that were there, and cannot be read any more, cannot be renewed.
            return Ok(match login.expires_at {
                Some(_) => Refreshed::Ended,
                None => Refreshed::renewed(login),
            });
        };

        match self.backend.refresh(self.user, tokens).await? {
            Refresh::Renewed { tokens, groups } => {
                debug!(user = self.user.id, "tokens renewed");
                Ok(Refreshed::renewed(KeptLogin {
                    version: login.version + 1,
                    expires_at: Some(tokens.expires_at),
                    tokens: Some(tokens),
                    is_registered: false,
                    groups,
                    ..login
                }))
            }
            Refresh::Ended => Ok(Refreshed::Ended),
        }
    }

    async fn write(
        self,
        store: &dyn LoginStore,
        renewed: &KeptLogin,
    ) -> Result<bool, UserStoreError> {
        let record = renewed.record(self.clock.now());
        let mut pause = FIRST_PAUSE;
        for _ in 1..WRITES {
            match store.renew(&record).await {
                Ok(written) => return Ok(written),
                Err(error) => warn!(%error, "renewed tokens could not be written, trying again"),
            }
            sleep(pause).await;
            pause *= 4;
        }
        store.renew(&record).await
    }
}

fn failed(error: UserStoreError) -> AuthError {
    Error::from(error).into()
}
