use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use time::OffsetDateTime;
use tokio::sync::Mutex;
use tower_sessions::Session;
use tracing::{debug, info, warn};

use super::current_user::CurrentUser;
use super::error::AuthError;
use super::kept::{KeptChallenge, KeptLogin};
use super::refresh::Refreshed;
use super::site::Site;
use crate::backend::{AuthBackend, Credentials, Error, Login, Refusal};
use crate::challenge::{Answer, Challenge};
use crate::cognito::CognitoErrorKind;
use crate::token::Tokens;
use crate::users::User;

/// A logout waits this long for Cognito to hear of it. It goes on without being waited for.
const REVOKE_PATIENCE: Duration = Duration::from_millis(1500);

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
    loaded: Mutex<Loaded>,
}

enum Loaded {
    NotYet,
    Done(Option<(CurrentUser, KeptLogin)>),
}

/// What came of logging in.
#[derive(Debug)]
#[non_exhaustive]
pub enum LogIn {
    /// The user is to be asked for something more. The challenge is kept in the session.
    Challenge(Challenge),
    /// The user is logged in.
    Complete(CurrentUser),
    /// No backend lets the user in.
    Refused(Refusal),
}

/// A challenge that waits in the session for its answer.
#[derive(Debug)]
#[non_exhaustive]
pub struct PendingChallenge {
    /// The challenge.
    pub challenge: Challenge,
    /// Until when it can be answered.
    pub expires_at: OffsetDateTime,
    /// How long it can still be answered.
    pub time_left: Duration,
}

impl AuthSession {
    pub(super) fn new(site: Arc<Site>, session: Option<Session>) -> Self {
        Self {
            inner: Arc::new(Inner {
                site,
                session,
                loaded: Mutex::new(Loaded::NotYet),
            }),
        }
    }

    pub(super) fn site(&self) -> &Site {
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
        Ok(self.load().await?.and_then(|(_, login)| login.tokens))
    }

    /// Logs a user in with a password.
    ///
    /// The session gets a new id. If another user was logged in, it is emptied first.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when it could not be decided; a refusal is a value.
    pub async fn log_in(&self, credentials: &Credentials) -> Result<LogIn, AuthError> {
        self.session()?;
        let (backend, login) = self.site().backends.authenticate(credentials).await?;

        self.follow(backend.name(), login).await
    }

    /// The challenge that waits for an answer. One that ran out of time is dropped.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when the session could not be read.
    pub async fn challenge(&self) -> Result<Option<PendingChallenge>, AuthError> {
        let session = self.session()?;
        let Some(kept) = KeptChallenge::read(session).await? else {
            return Ok(None);
        };

        match Duration::try_from(kept.expires_at - self.site().clock.now()) {
            Ok(time_left) if !time_left.is_zero() => Ok(Some(PendingChallenge {
                challenge: kept.record.into(),
                expires_at: kept.expires_at,
                time_left,
            })),
            _ => {
                KeptChallenge::remove(session).await?;
                Ok(None)
            }
        }
    }

    /// Sends the answer to the challenge that waits in this session.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when it could not be decided. After a wrong code, or a new password
    /// that breaks the rules, the challenge still waits; see [`AuthError::Backend`] and
    /// [`Error::cognito_kind`].
    pub async fn answer(&self, answer: Answer) -> Result<LogIn, AuthError> {
        let session = self.session()?;
        let Some(kept) = KeptChallenge::read(session).await? else {
            return Ok(LogIn::Refused(Refusal::NotAuthorized));
        };
        let Some(backend) = self.site().backends.by_name(&kept.backend).cloned() else {
            KeptChallenge::remove(session).await?;
            return Ok(LogIn::Refused(Refusal::NotAuthorized));
        };

        match backend.answer(answer).await {
            Ok(login) => {
                KeptChallenge::remove(session).await?;
                self.follow(&kept.backend, login).await
            }
            Err(error) => {
                if !can_answer_again(&error) {
                    KeptChallenge::remove(session).await?;
                }
                Err(error.into())
            }
        }
    }

    /// Drops the challenge that waits for an answer, so that the login starts again.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when the session could not be written.
    pub async fn abandon_challenge(&self) -> Result<(), AuthError> {
        Ok(KeptChallenge::remove(self.session()?).await?)
    }

    /// Logs the user out of this browser: ends the session, and revokes the tokens.
    ///
    /// The session ends whether or not Cognito can be reached. Does nothing when nobody
    /// is logged in.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when the session could not be ended.
    pub async fn log_out(&self) -> Result<(), AuthError> {
        let session = self.session()?;
        let login = KeptLogin::read(session).await?;
        session.flush().await?;
        *self.inner.loaded.lock().await = Loaded::Done(None);

        let Some(KeptLogin {
            backend,
            tokens,
            user_id,
            ..
        }) = login
        else {
            return Ok(());
        };
        info!(user = user_id, "logged out");
        let backend = self.site().backends.by_name(&backend).cloned();
        if let (Some(backend), Some(tokens)) = (backend, tokens) {
            let revoke = tokio::spawn(async move {
                if let Err(error) = backend.logout(&tokens).await {
                    warn!(%error, "the tokens of a login that ended were not revoked");
                }
            });
            // Whoever looks at Cognito after a logout should find it done, as a rule.
            let _ = tokio::time::timeout(REVOKE_PATIENCE, revoke).await;
        }

        Ok(())
    }

    async fn follow(&self, backend: &str, login: Login) -> Result<LogIn, AuthError> {
        match login {
            Login::Challenge(challenge) => {
                self.keep_challenge(backend, &challenge).await?;
                Ok(LogIn::Challenge(challenge))
            }
            Login::Complete {
                user,
                tokens,
                groups,
            } => {
                let login = KeptLogin {
                    id: random_id()?,
                    version: 0,
                    backend: backend.to_owned(),
                    user_id: user.id,
                    groups,
                    tokens,
                    logged_in_at: self.site().clock.now(),
                };
                let user = self.keep_login(*user, login).await?;
                Ok(LogIn::Complete(user))
            }
            Login::Refused(refusal) => {
                debug!(?refusal, "login refused");
                Ok(LogIn::Refused(refusal))
            }
        }
    }

    async fn keep_challenge(&self, backend: &str, challenge: &Challenge) -> Result<(), AuthError> {
        let session = self.session()?;
        let kept = KeptChallenge {
            backend: backend.to_owned(),
            record: challenge.record().clone(),
            expires_at: self.site().clock.now() + self.site().challenge_lifetime,
        };

        session.cycle_id().await?;
        kept.write(session).await?;
        Ok(())
    }

    /// Puts a login into the session, under an id that nobody knew before.
    async fn keep_login(&self, user: User, login: KeptLogin) -> Result<CurrentUser, AuthError> {
        let session = self.session()?;
        let before = KeptLogin::read(session).await?;
        let same_user = before
            .as_ref()
            .is_none_or(|old| old.backend == login.backend && old.user_id == login.user_id);

        if same_user {
            session.cycle_id().await?;
        } else {
            session.flush().await?;
        }
        KeptChallenge::remove(session).await?;
        login.write(session).await?;
        info!(user = user.id, backend = login.backend, "logged in");

        let user = CurrentUser::new(user, &login);
        *self.inner.loaded.lock().await = Loaded::Done(Some((user.clone(), login)));
        Ok(user)
    }

    async fn load(&self) -> Result<Option<(CurrentUser, KeptLogin)>, AuthError> {
        let mut loaded = self.inner.loaded.lock().await;
        if let Loaded::Done(known) = &*loaded {
            return Ok(known.clone());
        }

        let found = self.find().await?;
        *loaded = Loaded::Done(found.clone());
        Ok(found)
    }

    /// Finds out who is logged in. A login whose user is gone or inactive ends here.
    async fn find(&self) -> Result<Option<(CurrentUser, KeptLogin)>, AuthError> {
        let session = self.session()?;
        let Some(login) = KeptLogin::read(session).await? else {
            return Ok(None);
        };
        let Some(backend) = self.site().backends.by_name(&login.backend).cloned() else {
            warn!(
                backend = login.backend,
                "a session names a backend that is not there"
            );
            session.flush().await?;
            return Ok(None);
        };
        let user = backend.user(login.user_id).await?;
        let Some(user) = user.filter(|user| user.is_active) else {
            info!(
                user = login.user_id,
                "a login ended: its user is gone or inactive"
            );
            session.flush().await?;
            return Ok(None);
        };

        let login = self.keep_fresh(backend, session, &user, login).await?;
        Ok(login.map(|login| (CurrentUser::new(user, &login), login)))
    }

    /// Renews tokens that are about to expire. `None`: the login has ended.
    async fn keep_fresh(
        &self,
        backend: Arc<dyn AuthBackend>,
        session: &Session,
        user: &User,
        login: KeptLogin,
    ) -> Result<Option<KeptLogin>, AuthError> {
        let site = self.site();
        if !login.expires_within(site.refresh_margin, site.clock.now()) {
            return Ok(Some(login));
        }

        let refreshed = site
            .refreshes
            .refresh(backend, session.clone(), user.clone(), login.clone())
            .await;
        match refreshed {
            Refreshed::Ended => {
                info!(
                    user = user.id,
                    "a login ended: its tokens cannot be renewed"
                );
                session.flush().await?;
                Ok(None)
            }
            // Until they expire, the tokens are good. After that nobody can tell.
            Refreshed::Failed(_) if !login.expires_within(Duration::ZERO, site.clock.now()) => {
                Ok(Some(login))
            }
            Refreshed::Failed(error) => Err((*error).clone()),
            Refreshed::Renewed(renewed) => {
                // Our own copy of the session must not bring the old tokens back.
                renewed.write(session).await?;
                Ok(Some(renewed))
            }
        }
    }
}

impl<S: Sync> FromRequestParts<S> for AuthSession {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(AuthError::MissingAuthLayer)
    }
}

impl fmt::Debug for AuthSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthSession").finish_non_exhaustive()
    }
}

/// Whether the same challenge can be answered again after an error.
fn can_answer_again(error: &Error) -> bool {
    use CognitoErrorKind as Kind;

    error.cognito_kind().is_some_and(|kind| {
        kind.is_transient()
            || matches!(
                kind,
                Kind::CodeMismatch
                    | Kind::EnableSoftwareTokenMfa
                    | Kind::InvalidParameter
                    | Kind::InvalidPassword
                    | Kind::PasswordHistory
            )
    })
}

fn random_id() -> Result<String, AuthError> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(Error::other)?;

    Ok(BASE64_URL_SAFE_NO_PAD.encode(id))
}
