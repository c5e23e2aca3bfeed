use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;
use tracing::{debug, info};

use super::{AuthSession, Loaded};
use crate::backend::{CompletedLogin, Credentials, DeviceChange, Error, Login, Refusal};
use crate::challenge::{Answer, Challenge};
use crate::cognito::CognitoErrorKind;
use crate::web::current_user::CurrentUser;
use crate::web::devices::{self, KeptDevices};
use crate::web::error::AuthError;
use crate::web::hooks::Event;
use crate::web::kept::{self, KeptChallenge, KeptLogin, random_id};

/// What came of logging in.
#[derive(Debug)]
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
    /// Whether some users can log in without their password.
    pub fn offers_other_ways(&self) -> bool {
        self.site().backends.offer_other_ways()
    }

    /// Logs a user in, with a password or by other ways.
    ///
    /// The session gets a new id. If another user was logged in, it is emptied first. The device
    /// that this browser was at an earlier login of this user is used again.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when it could not be decided; a refusal is a value.
    pub async fn log_in(&self, credentials: &Credentials) -> Result<LogIn, AuthError> {
        let typed = &credentials.username;
        self.count_attempt(typed)?;
        let mut credentials = credentials.clone();
        if credentials.device.is_none() {
            let devices = KeptDevices::read(self.session()?).await?;
            credentials.device = devices.of(typed).cloned();
        }
        let asked = self.site().backends.authenticate(&credentials).await;
        let (backend, login) = asked.map_err(|error| self.tell_of_a_lock(typed, error))?;

        if let Login::Refused(refusal) = login {
            let username = typed.clone();
            self.tell(&Event::LoginFailed { username, refusal });
        }
        self.follow(backend.name(), typed, login).await
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

        self.count_attempt(&kept.typed)?;

        match backend.answer(answer).await {
            Ok(login) => {
                KeptChallenge::remove(session).await?;
                if let Login::Refused(refusal) = login {
                    let username = kept.record.username().to_owned();
                    self.tell(&Event::LoginFailed { username, refusal });
                }
                self.follow(&kept.backend, &kept.typed, login).await
            }
            Err(error) => {
                if !can_answer_again(&error) {
                    KeptChallenge::remove(session).await?;
                }
                if error.cognito_kind() == Some(CognitoErrorKind::DeviceRefused) {
                    let username = kept.record.username();
                    devices::follow(session, username, "", DeviceChange::Forgotten).await?;
                }
                Err(self.tell_of_a_lock(&kept.typed, error).into())
            }
        }
    }

    /// Cognito locks an account for a while after wrong passwords.
    fn tell_of_a_lock(&self, username: &str, error: Error) -> Error {
        use CognitoErrorKind as Kind;

        if let Some(Kind::LimitExceeded | Kind::TooManyFailedAttempts) = error.cognito_kind() {
            let username = username.to_owned();
            self.tell(&Event::Locked { username });
        }
        error
    }

    /// Drops the challenge that waits for an answer, so that the login starts again.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when the session could not be written.
    pub async fn abandon_challenge(&self) -> Result<(), AuthError> {
        Ok(KeptChallenge::remove(self.session()?).await?)
    }

    async fn follow(&self, backend: &str, typed: &str, login: Login) -> Result<LogIn, AuthError> {
        match login {
            Login::Challenge(challenge) => {
                self.keep_challenge(backend, typed, &challenge).await?;
                self.tell(&Event::Challenged {
                    username: challenge.username().to_owned(),
                    challenge: challenge.name().to_owned(),
                });
                Ok(LogIn::Challenge(challenge))
            }
            Login::Complete(completed) => {
                let user = self.keep_login(backend, typed, *completed).await?;
                Ok(LogIn::Complete(user))
            }
            Login::Refused(refusal) => {
                debug!(?refusal, "login refused");
                Ok(LogIn::Refused(refusal))
            }
        }
    }

    async fn keep_challenge(
        &self,
        backend: &str,
        typed: &str,
        challenge: &Challenge,
    ) -> Result<(), AuthError> {
        let session = self.session()?;
        let kept = KeptChallenge {
            backend: backend.to_owned(),
            record: challenge.record().clone(),
            typed: typed.to_owned(),
            expires_at: self.site().clock.now() + self.site().challenge_lifetime,
        };

        session.cycle_id().await?;
        kept.write(session).await?;
        Ok(())
    }

    /// Puts a login into the session, under an id that nobody knew before.
    async fn keep_login(
        &self,
        backend: &str,
        typed: &str,
        completed: CompletedLogin,
    ) -> Result<CurrentUser, AuthError> {
        let CompletedLogin {
            user,
            created,
            tokens,
            groups,
            device,
        } = completed;
        let mut login = KeptLogin {
            id: random_id().map_err(Error::other)?,
            version: 0,
            backend: backend.to_owned(),
            user_id: user.id,
            groups,
            expires_at: tokens.as_ref().map(|tokens| tokens.expires_at),
            tokens,
            is_registered: false,
            logged_in_at: self.site().clock.now(),
            seen_at: None,
        };

        let session = self.session()?;
        if let Some(backend) = self.site().backends.by_name(backend) {
            let user_agent = self.user_agent();
            let site = self.site();
            site.begin(&**backend, &mut login, user_agent).await?;
        }
        let before = KeptLogin::read_whole(session).await?;
        let same_user = before
            .as_ref()
            .is_none_or(|old| old.backend == login.backend && old.user_id == login.user_id);
        if same_user {
            session.cycle_id().await?;
        } else {
            kept::empty(session).await?;
        }
        if let Some(replaced) = before {
            let replaced = self.end(replaced).await?;
            self.revoke(replaced);
        }
        KeptChallenge::remove(session).await?;
        devices::follow(session, &user.username, typed, device).await?;
        login.write(session).await?;

        info!(user = user.id, backend, "logged in");
        let login = Arc::new(login);
        let user = CurrentUser::new(user, login.clone(), &self.site().permissions);
        self.tell(&Event::LoggedIn {
            user: user.clone(),
            created,
        });
        *self.inner.loaded.lock().await = Loaded::Done(Some((user.clone(), login)));
        Ok(user)
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
