//! What a handler can do with the login of its browser.
//!
//! Here are the face and the state; each thing that happens to a login has a file.

mod account;
mod deletion;
mod ended;
mod export;
#[cfg(feature = "managed-login")]
mod identities;
mod load;
#[cfg(feature = "alb")]
mod load_balancer;
mod log_in;
mod log_out;
mod logins;
#[cfg(feature = "managed-login")]
mod managed_login;
#[cfg(feature = "managed-login")]
mod managed_outcome;
mod old_logins;
mod rekey;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use time::OffsetDateTime;
use tower_sessions::Session;

pub use self::export::{AccountExport, ExportedLogin, ExportedUser};
#[cfg(feature = "managed-login")]
pub use self::identities::{ConnectedIdentities, ConnectedIdentity};
pub use self::log_in::PendingChallenge;
pub use self::logins::LoginInfo;
#[cfg(feature = "managed-login")]
pub use self::managed_outcome::{
    ConnectRefusal, ManagedLoginOption, ManagedLoginOutcome, ManagedLoginRefusal,
};
use super::auth::{InRequest, Loaded, RequestState, Site};
use super::browser::browser_and_system;
use super::error::AuthError;
use super::hook::Event;
use super::local_path::LocalPath;
use super::login::CurrentUser;
use crate::attribute::Attributes;
use crate::backend::Backend;
use crate::cognito::CallContext;
use crate::token::Tokens;

const MAX_USER_AGENT_CHARS: usize = 200;

/// A proof may be noted by a clock that is ahead of ours by so much: another process's, or Cognito's.
/// AWS itself takes calls from clocks that are so far apart.
const CLOCKS_APART: time::Duration = time::Duration::minutes(5);

/// The login of this browser: who is logged in, and logging in and out.
///
/// An extractor, for handlers that do more than ask for the [`CurrentUser`]. Nothing is
/// loaded before it is asked for, and the user at most once in a request.
///
/// # Examples
///
/// A form of your own that logs in:
///
/// ```
/// use axum::response::Redirect;
/// use axum_cognito::web::AuthError;
/// use axum_cognito::{AuthSession, Credentials, LoginOutcome};
///
/// async fn log_in(auth: AuthSession, typed: Credentials) -> Result<Redirect, AuthError> {
///     Ok(match auth.log_in(&typed).await? {
///         LoginOutcome::Complete(_user) => Redirect::to("/"),
///         LoginOutcome::Challenge(_asked) => Redirect::to("/login/challenge"),
///         LoginOutcome::Refused(_why) => Redirect::to("/login"),
///     })
/// }
/// ```
#[derive(Clone)]
pub struct AuthSession {
    request: Arc<RequestState>,
}

impl AuthSession {
    pub(in crate::web) fn site(&self) -> &Arc<Site> {
        &self.request.site
    }

    /// Returns where guards send visitors to log in.
    pub fn login_path(&self) -> &LocalPath {
        &self.site().login_path
    }

    /// Returns the backend of a login. One that is not there any more has none.
    fn backend_of(&self, user: &CurrentUser) -> Option<&Backend> {
        self.site().backends.by_name(user.backend())
    }

    /// Returns the browser's session, for the site's own data.
    ///
    /// # Errors
    ///
    /// Returns [`AuthError::MissingSessionLayer`] if there is none.
    pub fn session(&self) -> Result<&Session, AuthError> {
        let session = self.request.seen().session.as_ref();
        session.ok_or(AuthError::MissingSessionLayer)
    }

    /// Returns the user who is logged in. Renews tokens that are about to expire.
    ///
    /// # Errors
    ///
    /// Returns an [`AuthError`] if that could not be found out; no user is `Ok(None)`.
    pub async fn current_user(&self) -> Result<Option<CurrentUser>, AuthError> {
        self.load().await
    }

    /// Whether the user has proved within `max_age` who they are. See
    /// [`recent_login`](super::recent_login), the guard.
    pub fn proved_within(&self, user: &CurrentUser, max_age: Duration) -> bool {
        let age = self.now() - user.proved_at();
        // A proof that is still to come is older than it looks: a clock was set back.
        age >= -CLOCKS_APART && age < max_age
    }

    /// Returns the time on the clock of the site.
    pub(crate) fn now(&self) -> OffsetDateTime {
        self.site().registry.clock.now()
    }

    /// Returns the three tokens of the user who is logged in, fresh enough to be used.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn tokens(&self) -> Result<Option<Tokens>, AuthError> {
        match self.load().await? {
            Some(user) => self.tokens_of(&user).await,
            None => Ok(None),
        }
    }

    async fn tokens_of(&self, user: &CurrentUser) -> Result<Option<Tokens>, AuthError> {
        let Some(backend) = self.backend_of(user) else {
            return Ok(None);
        };

        let registry = &self.site().registry;
        Ok(registry.tokens(backend, user.login_id()).await?)
    }

    /// Returns the attributes that Cognito has of the user who is logged in, as of the last login
    /// or refresh. Empty without a user, or if the backend has none.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn attributes(&self) -> Result<Attributes, AuthError> {
        let Some(user) = self.load().await? else {
            return Ok(Attributes::new());
        };

        match (self.backend_of(&user), self.tokens_of(&user).await?) {
            (Some(backend), Some(tokens)) => Ok(backend.attributes(&tokens).await?),
            _ => Ok(Attributes::new()),
        }
    }

    /// Returns what the browser says it is, cut short, and without what no list can show.
    fn user_agent(&self) -> String {
        let told = self.request.seen().visitor.user_agent.as_ref();
        let told = told.and_then(|told| told.to_str().ok()).unwrap_or_default();

        told.chars().take(MAX_USER_AGENT_CHARS).collect()
    }

    /// Returns the visitor's address, if it is known: see [`ClientAddress`](super::ClientAddress).
    pub fn client_address(&self) -> Option<IpAddr> {
        let address = self.request.seen().visitor.address;
        address.filter(|address| !address.is_unspecified())
    }

    /// What calls to Cognito are told of the visitor: the browser's name, and the address where the
    /// backend's settings say so.
    fn context(&self, backend: &Backend) -> CallContext {
        let mut context = CallContext::new();
        if let Some(name) = browser_and_system(&self.user_agent()) {
            context = context.with_device_name(name);
        }
        match self.client_address() {
            Some(address) if backend.sends_client_address() => context.with_ip_address(address),
            _ => context,
        }
    }

    /// Counts an attempt to prove that somebody is `account`, by a password or a code, or to have
    /// a code sent there.
    ///
    /// Logins and answers count by themselves. It is for pages of your own that check a password or
    /// a code in another way.
    ///
    /// # Errors
    ///
    /// [`AuthError::TooManyAttempts`]: go no further.
    pub fn count_attempt(&self, account: &str) -> Result<(), AuthError> {
        let site = self.site();
        site.limiter
            .count(&site.counted(account), self.request.seen().visitor.address)
            .map_err(|retry_after| {
                self.tell(&Event::Limited {
                    account: account.to_owned(),
                });
                AuthError::TooManyAttempts { retry_after }
            })
    }

    /// Counts a request for a page of the account, which asks Cognito.
    #[cfg(feature = "pages")]
    pub(crate) fn count_page(&self, user: &CurrentUser) -> Result<(), AuthError> {
        let counted = self.site().limiter.count_page(user.login());
        counted.map_err(|retry_after| {
            self.tell(&Event::Limited {
                account: user.username.clone(),
            });
            AuthError::TooManyAttempts { retry_after }
        })
    }

    /// Counts a request of a stranger that costs something, though nothing was typed.
    #[cfg(feature = "managed-login")]
    fn count_visit(&self) -> Result<(), AuthError> {
        let limiter = &self.site().limiter;
        let counted = limiter.count_visit(self.request.seen().visitor.address);
        counted.map_err(|retry_after| AuthError::TooManyAttempts { retry_after })
    }

    /// Writes the audit log, and calls the hooks.
    pub(in crate::web) fn tell(&self, event: &Event) {
        self.site().tell(event, self.client_address());
    }
}

impl<S: Sync> FromRequestParts<S> for AuthSession {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let Some(InRequest(request)) = parts.extensions.get() else {
            return Err(AuthError::MissingAuthLayer);
        };

        request.see(parts);
        Ok(Self {
            request: request.clone(),
        })
    }
}

impl fmt::Debug for AuthSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthSession").finish_non_exhaustive()
    }
}
