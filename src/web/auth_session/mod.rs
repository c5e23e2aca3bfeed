//! What a handler can do with the login of its browser.
//!
//! Here are the face and the state; each of the three things that happen to a login has a file.

mod account;
mod load;
mod log_in;
mod log_out;
mod logins;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use tokio::sync::Mutex;
use tower_sessions::Session;

pub use self::log_in::{LogIn, PendingChallenge};
pub use self::logins::LoginInfo;
use super::audit;
use super::current_user::CurrentUser;
use super::error::AuthError;
use super::hooks::Event;
use super::kept::KeptLogin;
use super::site::Site;
use crate::attribute::Attributes;
use crate::token::Tokens;

const MAX_USER_AGENT_CHARS: usize = 200;

/// The login of this browser: who is logged in, and logging in and out.
///
/// An extractor, for handlers that do more than ask for the [`CurrentUser`]. Nothing is
/// loaded before it is asked for, and the user at most once in a request.
#[derive(Clone)]
pub struct AuthSession {
    inner: Arc<Inner>,
}

struct Inner {
    site: Arc<Site>,
    session: Option<Session>,
    visitor: Visitor,
    loaded: Mutex<Loaded>,
}

/// What the extensions of a request have of its `AuthLayer`.
#[derive(Clone)]
pub(in crate::web) enum InRequest {
    /// Somebody has asked for the session.
    Session(AuthSession),
    /// Nobody has.
    Site(Arc<Site>),
}

/// What the request tells of its sender.
struct Visitor {
    address: Option<IpAddr>,
    user_agent: Option<HeaderValue>,
}

enum Loaded {
    NotYet,
    Done(Option<(CurrentUser, Arc<KeptLogin>)>),
}

impl AuthSession {
    fn of(parts: &Parts, site: &Arc<Site>) -> Self {
        let extensions = &parts.extensions;
        let visitor = Visitor {
            address: site.client_address.of(extensions, &parts.headers),
            user_agent: parts.headers.get(USER_AGENT).cloned(),
        };

        Self {
            inner: Arc::new(Inner {
                site: site.clone(),
                session: extensions.get::<Session>().cloned(),
                visitor,
                loaded: Mutex::new(Loaded::NotYet),
            }),
        }
    }

    pub(in crate::web) fn site(&self) -> &Site {
        &self.inner.site
    }

    /// The browser's session, for the site's own data.
    ///
    /// # Errors
    ///
    /// [`AuthError::MissingSessionLayer`].
    pub fn session(&self) -> Result<&Session, AuthError> {
        self.inner
            .session
            .as_ref()
            .ok_or(AuthError::MissingSessionLayer)
    }

    /// Who is logged in. Renews tokens that are about to expire.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when it could not be told; "nobody" is `Ok(None)`.
    pub async fn current_user(&self) -> Result<Option<CurrentUser>, AuthError> {
        Ok(self.load().await?.map(|(user, _)| user))
    }

    /// The tokens of whoever is logged in, fresh enough to be used.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn tokens(&self) -> Result<Option<Tokens>, AuthError> {
        match self.load().await? {
            Some((_, login)) => self.tokens_of(&login).await,
            None => Ok(None),
        }
    }

    async fn tokens_of(&self, login: &KeptLogin) -> Result<Option<Tokens>, AuthError> {
        let site = self.site();
        let Some(backend) = site.backends.by_name(&login.backend) else {
            return Ok(None);
        };

        let session = self.session()?;
        let login = site.with_tokens(&**backend, session, login.clone());
        Ok(login.await?.tokens)
    }

    /// The attributes that Cognito has of whoever is logged in, as of the last login or
    /// refresh. Empty when nobody is, or when the backend has none.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn attributes(&self) -> Result<Attributes, AuthError> {
        let Some((_, login)) = self.load().await? else {
            return Ok(Attributes::new());
        };
        let backend = self.site().backends.by_name(&login.backend);

        match (backend, self.tokens_of(&login).await?) {
            (Some(backend), Some(tokens)) => Ok(backend.attributes(&tokens).await?),
            _ => Ok(Attributes::new()),
        }
    }

    /// What the browser says it is, for people: cut short, and without what no list can show.
    fn user_agent(&self) -> String {
        let told = self.inner.visitor.user_agent.as_ref();
        let told = told.and_then(|told| told.to_str().ok()).unwrap_or_default();

        told.chars().take(MAX_USER_AGENT_CHARS).collect()
    }

    /// The visitor's address, if it is known: see [`ClientAddress`](super::ClientAddress).
    pub fn client_address(&self) -> Option<IpAddr> {
        self.inner.visitor.address
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
        let limiter = &self.site().limiter;
        limiter
            .count(account, self.client_address())
            .map_err(|retry_after| {
                self.tell(&Event::Limited {
                    account: account.to_owned(),
                });
                AuthError::TooManyAttempts { retry_after }
            })
    }

    /// Writes the audit log, and tells the hooks.
    pub(in crate::web) fn tell(&self, event: &Event) {
        audit::write(event, &self.site().limiter, self.client_address());
        self.site().hooks.tell(event);
    }
}

impl<S: Sync> FromRequestParts<S> for AuthSession {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let auth = match parts.extensions.get() {
            None => return Err(AuthError::MissingAuthLayer),
            Some(InRequest::Session(auth)) => return Ok(auth.clone()),
            Some(InRequest::Site(site)) => Self::of(parts, site),
        };

        parts.extensions.insert(InRequest::Session(auth.clone()));
        Ok(auth)
    }
}

impl fmt::Debug for AuthSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthSession").finish_non_exhaustive()
    }
}
