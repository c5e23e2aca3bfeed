//! What follows a new password, or a way in that was taken away: nobody stays logged in by the old one.

use std::time::Duration;

#[cfg(feature = "pages")]
use secrecy::SecretString;
use time::OffsetDateTime;
use tracing::{Instrument, error, warn};

use super::AuthSession;
#[cfg(feature = "pages")]
use crate::backend::Credentials;
use crate::backend::{Backend, Error};
use crate::cognito::CognitoErrorKind;
use crate::users::{LoginId, UserId};
#[cfg(feature = "pages")]
use crate::web::error::AuthError;
#[cfg(feature = "pages")]
use crate::web::login::KeptReset;

/// Cognito locks an account for up to a quarter of an hour, and outages pass.
const PAUSES: [Duration; 6] = [
    Duration::from_secs(1),
    Duration::from_secs(10),
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(15 * 60),
    Duration::from_secs(30 * 60),
];

/// Whose logins end.
#[derive(Clone)]
pub(super) enum Whose {
    Id(UserId),
    /// By Cognito's name. There may be no row yet.
    Name(String),
    /// By a name or an alias that was typed, with the password that the account has now, if it is at hand.
    #[cfg(feature = "pages")]
    Typed(String, Option<SecretString>),
}

impl AuthSession {
    /// Ends the logins of whom `typed` leads to, a username or an alias of the
    /// [user pool](Self::user_pool) in which strangers sign up, and who has set this password a moment
    /// ago.
    ///
    /// Returns `false` if that could not be done. It is tried again in the background, and done when the
    /// user logs in by this name with this browser.
    #[cfg(feature = "pages")]
    pub(crate) async fn end_logins_after_reset(
        &self,
        typed: &str,
        password: &SecretString,
    ) -> Result<bool, AuthError> {
        let Some((backend, _)) = self.site().backends.first_pool() else {
            return Ok(true);
        };
        let whose = Whose::Typed(typed.to_owned(), Some(password.clone()));
        if self.end_old_logins(backend, whose, None).await.is_ok() {
            return Ok(true);
        }

        KeptReset::write(typed, self.session()?).await?;
        Ok(false)
    }

    /// Ends the logins of a user but `except`, and those on their way. What cannot be done now is tried
    /// again in the background, for those that began before.
    pub(super) async fn end_old_logins(
        &self,
        backend: &Backend,
        whose: Whose,
        except: Option<&LoginId>,
    ) -> Result<(), Error> {
        let Err(error) = self.end_now(backend, &whose, except).await else {
            return Ok(());
        };
        if is_for_good(&error) {
            return Err(error);
        }

        warn!(%error, "the old logins of a user are to be ended later");
        let (auth, name, since) = (self.clone(), backend.name().to_owned(), self.now());
        let except = except.cloned();
        let whose = whose.without_password();
        let later = async move {
            for pause in PAUSES {
                tokio::time::sleep(pause).await;
                let Some(backend) = auth.site().backends.by_name(&name) else {
                    return;
                };
                let ended = auth.end_older(backend, &whose, except.as_ref(), since);
                match ended.await {
                    Ok(()) => return,
                    Err(error) if is_for_good(&error) => break,
                    Err(_) => {}
                }
            }
            error!("the old logins of a user were not ended");
        };
        tokio::spawn(later.in_current_span());
        Err(error)
    }

    async fn end_now(
        &self,
        backend: &Backend,
        whose: &Whose,
        except: Option<&LoginId>,
    ) -> Result<(), Error> {
        let site = self.site();
        if let Whose::Id(id) = whose {
            let ended = site.end_logins(backend.name(), id, except, true);
            return ended.await.map(drop);
        }
        let (name, told) = self.name_of(backend, whose).await;

        // Before the look for a row, so that a login which makes one later finds the end.
        site.registry.end_first_ones(backend, &name).await?;
        if let Some(id) = row_of(backend, &name).await? {
            let ended = site.end_logins(backend.name(), &id, except, true);
            ended.await?;
        }
        told
    }

    async fn end_older(
        &self,
        backend: &Backend,
        whose: &Whose,
        except: Option<&LoginId>,
        since: OffsetDateTime,
    ) -> Result<(), Error> {
        let (id, told) = match whose {
            Whose::Id(id) => (Some(id.clone()), Ok(())),
            whose => {
                let (name, told) = self.name_of(backend, whose).await;
                (row_of(backend, &name).await?, told)
            }
        };
        let logins = match &id {
            Some(id) => backend.logins().list(backend.name(), id).await?,
            None => Vec::new(),
        };
        for login in logins {
            // Logins are noted to the second.
            let is_older = login.logged_in_at.unix_timestamp() < since.unix_timestamp();
            if is_older && Some(&login.id) != except {
                self.site().end_login(backend.name(), &login.id).await?;
            }
        }
        told
    }

    /// Returns the name of the account. If it cannot be found out, returns what was typed, and why.
    #[cfg_attr(
        not(feature = "pages"),
        allow(unused_variables, reason = "only what was typed is looked up")
    )]
    async fn name_of(&self, backend: &Backend, whose: &Whose) -> (String, Result<(), Error>) {
        match whose {
            Whose::Id(id) => (id.to_string(), Ok(())),
            Whose::Name(name) => (name.clone(), Ok(())),
            #[cfg(feature = "pages")]
            Whose::Typed(typed, password) => {
                match self.account_of(backend, typed, password.as_ref()).await {
                    Ok(account) => (account, Ok(())),
                    Err(error) => (typed.clone(), Err(error)),
                }
            }
        }
    }

    /// Returns the name of the account that a name or an alias leads to. A row of the name that was typed
    /// need not be the account's.
    #[cfg(feature = "pages")]
    async fn account_of(
        &self,
        backend: &Backend,
        typed: &str,
        password: Option<&SecretString>,
    ) -> Result<String, Error> {
        let Some(cognito) = backend.cognito() else {
            return Ok(typed.to_owned());
        };
        let cognito = cognito.with_context(self.context(backend));
        let credentials = match password {
            Some(password) => Credentials::new(typed, password.clone()),
            None => Credentials::without_password(typed),
        };

        // Boxed: this is rare, and the future of each login would carry it.
        let account = Box::pin(backend.account_of(&cognito, &credentials)).await?;
        Ok(account.unwrap_or_else(|| typed.to_owned()))
    }
}

/// Whether no wait mends it: the settings of a user pool, but not a trigger that fails.
fn is_for_good(error: &Error) -> bool {
    let kind = error.cognito_kind();
    kind.is_some_and(|kind| kind.is_setup() && kind != CognitoErrorKind::TriggerFailed)
}

impl Whose {
    /// What waits for later holds no secret.
    fn without_password(self) -> Self {
        match self {
            #[cfg(feature = "pages")]
            Self::Typed(typed, _) => Self::Typed(typed, None),
            whose => whose,
        }
    }
}

async fn row_of(backend: &Backend, name: &str) -> Result<Option<UserId>, Error> {
    let Some(users) = backend.users() else {
        return Ok(None);
    };
    Ok(users.find_by_username(name).await?.map(|user| user.id))
}
