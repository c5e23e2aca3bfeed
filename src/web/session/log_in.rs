use std::time::Duration;

use time::OffsetDateTime;
use tower_sessions::{Expiry, Session};
use tracing::{debug, error, info, warn};

use super::old_logins::Whose;
use super::{AuthSession, Loaded};
use crate::backend::{
    Backend, CompletedLogin, Credentials, DeviceChange, Error, LoginOutcome, Refusal,
};
use crate::challenge::{Answer, Challenge, PasswordSrp};
use crate::cognito::CognitoErrorKind;
use crate::users::{LoginId, LoginRecord, StoreTime, User};
use crate::web::error::AuthError;
use crate::web::hook::Event;
use crate::web::login::{
    CurrentUser, Ended, KeptChallenge, KeptDevices, KeptLogin, KeptReset, TokenCopy, empty,
    follow_device,
};
use crate::web::store::is_protected;

/// The challenge whose answer is a new password.
const SETS_PASSWORD: &str = "NEW_PASSWORD_REQUIRED";

/// A challenge that waits in the session for its answer.
#[derive(Debug)]
#[non_exhaustive]
pub struct PendingChallenge {
    /// Distinguishes it from challenges of other attempts. A form sends it back, so that an answer
    /// goes to the challenge that was shown.
    pub id: String,
    /// The name that was typed to log in.
    pub typed: String,
    /// The challenge.
    pub challenge: Challenge,
    /// Until when it can be answered.
    pub expires_at: OffsetDateTime,
    /// How long it can still be answered.
    pub time_left: Duration,
    /// Whether nothing was proved before: whoever sees it may be a stranger.
    pub is_first: bool,
}

/// An attempt to log in: what is known of it from the first word to the last.
pub(super) struct Attempt<'a> {
    pub(super) backend: &'a Backend,
    /// The name that the user typed.
    pub(super) typed: &'a str,
    /// When it began, by the clock of the backend's registry.
    pub(super) began: StoreTime,
    /// What the user has proved, once the outcome is not a refusal.
    pub(super) methods: Vec<String>,
}

impl AuthSession {
    /// Whether the triggers of a user pool may let users in without their password: see
    /// [`LoginFlow::Custom`](crate::backend::LoginFlow::Custom).
    pub fn offers_other_ways(&self) -> bool {
        self.site().backends.offer_other_ways()
    }

    /// Returns what users can log in with in place of their password, by its names in the API: see
    /// [`LoginSettings::first_factors`](crate::backend::LoginSettings::first_factors).
    pub fn first_factors(&self) -> Vec<&str> {
        self.site().backends.first_factors()
    }

    /// Logs a user in, with a password or by other ways.
    ///
    /// The session gets a new id. If another user was logged in, it is emptied first. The device
    /// that this browser was at an earlier login of this user of the same backend is used again.
    ///
    /// # Errors
    ///
    /// Returns an [`AuthError`] if it could not be decided; a refusal is a value.
    pub async fn log_in(
        &self,
        credentials: &Credentials,
    ) -> Result<LoginOutcome<CurrentUser>, AuthError> {
        let typed = &*credentials.username;
        self.count_attempt(typed)?;
        let given = &credentials.device;
        let devices = match given {
            Some(_) => KeptDevices::default(),
            None => KeptDevices::read(self.session()?).await?,
        };

        let mut refusal = Refusal::UserNotFound;
        for backend in self.site().backends.iter() {
            let began = backend.logins().now().await.map_err(Error::from)?;
            let kept = || devices.of(backend.name(), typed).cloned();
            let mut credentials = credentials.for_backend();
            credentials.device = given.clone().or_else(kept);
            credentials.context = self.context(backend);
            let outcome = backend.authenticate(&credentials).await;
            let counted = self.count_account(backend, typed, credentials.account());
            if counted.is_err() {
                give_back(backend, &outcome).await;
                // No other words: they would tell that the name is another one of that account.
                return Ok(self.refuse(typed, Refusal::NotAuthorized));
            }
            match outcome.map_err(|error| self.tell_of_a_lock(typed, error))? {
                // "No such user" says least: the first backend that knows more is heard.
                LoginOutcome::Refused(reason) => {
                    if refusal == Refusal::UserNotFound {
                        refusal = reason;
                    }
                }
                outcome => {
                    let is_proved = match &outcome {
                        LoginOutcome::Challenge(challenge) => backend.has_proof(challenge),
                        _ => true,
                    };
                    let password = credentials.password.iter().filter(|_| is_proved);
                    let attempt = Attempt {
                        backend,
                        typed,
                        began,
                        methods: password.map(|_| "pwd".into()).collect(),
                    };
                    return self.proceed(&attempt, outcome).await;
                }
            }
        }
        Ok(self.refuse(typed, refusal))
    }

    /// Returns the challenge that waits for an answer. One that ran out of time is dropped.
    ///
    /// # Errors
    ///
    /// Returns an [`AuthError`] if the session could not be read.
    pub async fn challenge(&self) -> Result<Option<PendingChallenge>, AuthError> {
        let session = self.session()?;
        let Some(kept) = KeptChallenge::read(session).await? else {
            return Ok(None);
        };
        if self.site().is_elsewhere(&kept.backend) {
            return Ok(None);
        }

        match Duration::try_from(kept.expires_at - self.now()) {
            Ok(time_left) if !time_left.is_zero() => Ok(Some(PendingChallenge {
                id: kept.id,
                is_first: kept.methods.is_empty(),
                typed: kept.typed,
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

    /// Sends the answer to the challenge with this [id](PendingChallenge::id).
    ///
    /// # Errors
    ///
    /// Returns [`AuthError::OtherChallenge`] if another one waits by now, perhaps from another
    /// tab: nothing was sent. Returns another [`AuthError`] if it could not be decided. After a
    /// wrong code, or a new password that breaks the rules, the challenge still waits; see
    /// [`AuthError::cognito_kind`].
    pub async fn answer(
        &self,
        challenge_id: &str,
        answer: Answer,
    ) -> Result<LoginOutcome<CurrentUser>, AuthError> {
        let session = self.session()?;
        let Some(kept) = KeptChallenge::read(session).await? else {
            return Ok(LoginOutcome::Refused(Refusal::NotAuthorized));
        };
        if kept.id != challenge_id {
            return Err(AuthError::OtherChallenge);
        }
        let Some(backend) = self.site().backends.by_name(&kept.backend) else {
            if !self.site().is_elsewhere(&kept.backend) {
                KeptChallenge::remove(session).await?;
            }
            return Ok(LoginOutcome::Refused(Refusal::NotAuthorized));
        };

        self.count_attempt(&kept.typed)?;
        let account = Some(kept.record.username());
        let counted = self.count_account(backend, &kept.typed, account);
        if kept.methods.is_empty() && counted.is_err() {
            return Ok(self.refuse(&kept.typed, Refusal::NotAuthorized));
        }
        counted?;

        // A password may come along with the choice of it.
        let proves = match answer.password_to_prove() {
            Some(_) => PasswordSrp::NAME,
            None => kept.record.name(),
        };
        let reply = backend.answer(answer).await;
        let failure = reply.as_ref().err().and_then(Error::cognito_kind);
        let can_be_answered_again = failure.is_some_and(CognitoErrorKind::can_be_answered_again);
        // Cognito has the new password by now, whatever becomes of this login. It may also have it where what
        // comes next has failed for a while.
        let may_have_password =
            !can_be_answered_again || failure.is_some_and(CognitoErrorKind::is_transient);
        let mut began = kept.began();
        if kept.record.name() == SETS_PASSWORD && may_have_password {
            began = match self.begin_anew(backend, kept.record.username()).await {
                Ok(began) => began,
                Err(error) => {
                    give_back(backend, &reply).await;
                    return Err(error.into());
                }
            };
        }
        match reply {
            Ok(outcome) => {
                KeptChallenge::remove(session).await?;
                let attempt = Attempt {
                    backend,
                    typed: &kept.typed,
                    began,
                    methods: with_method(kept.methods, proves),
                };
                self.proceed(&attempt, outcome).await
            }
            Err(error) => {
                if !can_be_answered_again {
                    KeptChallenge::remove(session).await?;
                }
                if error.cognito_kind() == Some(CognitoErrorKind::DeviceRefused) {
                    let whose = (backend.name(), kept.record.username());
                    follow_device(session, whose, "", DeviceChange::Forgotten).await?;
                }
                Err(self.tell_of_a_lock(&kept.typed, error).into())
            }
        }
    }

    /// Ends all logins of a user, and returns when one may begin that counts.
    async fn begin_anew(&self, backend: &Backend, username: &str) -> Result<StoreTime, Error> {
        let whose = Whose::Name(username.to_owned());
        self.end_old_logins(backend, whose, None).await?;
        Ok(backend.logins().now().await?)
    }

    /// Drops the challenge that waits for an answer, so that the login starts again.
    ///
    /// # Errors
    ///
    /// Returns an [`AuthError`] if the session could not be written.
    pub async fn abandon_challenge(&self) -> Result<(), AuthError> {
        Ok(KeptChallenge::remove(self.session()?).await?)
    }

    /// Counts an attempt for the account of a backend that was meant, whatever name of it was typed: two
    /// backends have two accounts of one name, and one login is a try at each. It is known only
    /// after Cognito was asked, so a right password is refused beyond the limit as a wrong one is; and
    /// nothing of it may show, or it would tell whose a name is.
    fn count_account(
        &self,
        backend: &Backend,
        typed: &str,
        account: Option<&str>,
    ) -> Result<(), AuthError> {
        let (site, address) = (self.site(), self.request.seen().visitor.address);
        let account = site.counted(account.unwrap_or(typed));
        let counted = site
            .limiter
            .count_account(backend.name(), &account, address);
        counted.map_err(|retry_after| AuthError::TooManyAttempts { retry_after })
    }

    /// Cognito locks an account for a while after wrong passwords.
    fn tell_of_a_lock(&self, username: &str, error: Error) -> Error {
        use CognitoErrorKind as Kind;

        if let Some(Kind::LimitExceeded | Kind::Locked | Kind::TooManyFailedAttempts) =
            error.cognito_kind()
        {
            let username = username.to_owned();
            self.tell(&Event::Locked { username });
        }
        error
    }

    pub(super) fn refuse(&self, typed: &str, refusal: Refusal) -> LoginOutcome<CurrentUser> {
        debug!(?refusal, "login refused");
        let username = typed.to_owned();
        self.tell(&Event::LoginFailed { username, refusal });
        LoginOutcome::Refused(refusal)
    }

    pub(super) async fn proceed(
        &self,
        attempt: &Attempt<'_>,
        outcome: LoginOutcome<CompletedLogin>,
    ) -> Result<LoginOutcome<CurrentUser>, AuthError> {
        match outcome {
            LoginOutcome::Challenge(challenge) => {
                self.keep_challenge(attempt, &challenge).await?;
                self.tell(&Event::Challenged {
                    username: challenge.username().to_owned(),
                    challenge: challenge.name().to_owned(),
                });
                Ok(LoginOutcome::Challenge(challenge))
            }
            LoginOutcome::Complete(completed) => match self.begin(attempt, completed).await? {
                Some(user) => Ok(LoginOutcome::Complete(user)),
                None => Ok(self.refuse(attempt.typed, Refusal::Superseded)),
            },
            LoginOutcome::Refused(refusal) => Ok(self.refuse(attempt.typed, refusal)),
        }
    }

    async fn keep_challenge(
        &self,
        attempt: &Attempt<'_>,
        challenge: &Challenge,
    ) -> Result<(), AuthError> {
        let session = self.session()?;
        let lifetime = time::Duration::try_from(self.site().challenge_lifetime);
        let lifetime = lifetime.unwrap_or(time::Duration::MAX);
        let kept = KeptChallenge {
            id: random_id()?.to_string(),
            backend: attempt.backend.name().to_owned(),
            record: challenge.record().clone(),
            typed: attempt.typed.to_owned(),
            methods: attempt.methods.clone(),
            began: attempt.began.0,
            expires_at: self.now().saturating_add(lifetime),
        };

        if session.is_empty().await {
            // Nothing but the challenge is in it: it need not outlive that.
            session.set_expiry(Some(Expiry::OnInactivity(lifetime)));
        }
        session.cycle_id().await?;
        kept.write(session).await?;
        Ok(())
    }

    /// Begins a login: in the registry, and in the session under an id that nobody knew before.
    /// `None`: the user's logins were ended since the attempt began.
    async fn begin(
        &self,
        attempt: &Attempt<'_>,
        completed: CompletedLogin,
    ) -> Result<Option<CurrentUser>, AuthError> {
        let CompletedLogin {
            user,
            created,
            tokens,
            groups,
            device,
            provider,
            methods,
            proved_at,
        } = completed;
        let site = self.site();
        let backend = attempt.backend;
        let now = site.registry.clock.now();
        let login = LoginRecord {
            expires_at: tokens.as_ref().map(|tokens| tokens.expires_at),
            groups,
            user_agent: self.user_agent(),
            methods: if methods.is_empty() {
                attempt.methods.clone()
            } else {
                methods
            },
            provider: provider.or_else(|| self.provider_before(backend, &user)),
            proved_at: proved_at.unwrap_or(now),
            ..LoginRecord::new(random_id()?, backend.name(), user.id.clone(), now)
        };

        let tokens_ref = tokens.as_ref();
        let added = site
            .registry
            .begin(backend, &login, &user.username, tokens_ref, attempt.began)
            .await;
        match added {
            Ok(true) => {}
            Ok(false) => {
                site.revoke(Ended { login, tokens });
                return Ok(None);
            }
            // It may be in the registry all the same.
            Err(error) => {
                self.undo(backend, Ended { login, tokens }).await;
                return Err(error.into());
            }
        }
        let saved = async {
            let session = self.session()?;
            let ends_others = KeptReset::is_of(attempt.typed, session).await?;
            self.make_room(session, &login).await?;
            KeptChallenge::remove(session).await?;
            let whose = (backend.name(), user.username.as_str());
            follow_device(session, whose, attempt.typed, device).await?;
            KeptLogin::from(&login).write(session).await?;
            if site.copies_tokens {
                TokenCopy::write(session, &login, tokens_ref).await?;
            }
            save(session).await?;
            if ends_others {
                let whose = Whose::Id(login.user_id.clone());
                self.end_old_logins(backend, whose, Some(&login.id)).await?;
                KeptReset::remove(session).await?;
            }
            Ok::<_, AuthError>(())
        };
        if let Err(error) = saved.await {
            self.undo(backend, Ended { login, tokens }).await;
            return Err(error);
        }
        if let Err(error) = site.end_surplus(backend, &login.user_id).await {
            warn!(%error, "a user's oldest logins were not ended");
        }

        info!(user = %user.id, backend = backend.name(), "logged in");
        let user = CurrentUser::new(user, login, &site.permissions);
        self.tell(&Event::LoggedIn {
            user: user.clone(),
            created,
        });
        *self.request.seen().loaded.lock().await = Loaded::Done(Some(user.clone()));
        Ok(Some(user))
    }

    /// Ends a login that the session could not take: nobody may be logged in who was told that it
    /// failed.
    pub(super) async fn undo(&self, backend: &Backend, unsaved: Ended) {
        let (site, id) = (self.site(), unsaved.login.id.clone());
        match site.registry.end(backend, &id, self.revokes()).await {
            Ok(Some(_)) => return,
            Ok(None) => {}
            Err(error) => {
                error!(%error, "a login that was not saved is in the registry still");
            }
        }
        site.revoke(unsaved);
    }

    /// Revokes the tokens of a login that has ended. Returns the rest of it.
    fn revokes(&self) -> impl FnOnce(Ended) -> LoginRecord + Clone + Send + use<> {
        let site = self.site().clone();
        move |ended: Ended| {
            let login = ended.login.clone();
            site.revoke(ended);
            login
        }
    }

    /// Returns the provider through which the same user came in before: who proves again who they
    /// are by a password has a session at the domain still.
    fn provider_before(&self, backend: &Backend, user: &User) -> Option<String> {
        let loaded = self.request.seen().loaded.try_lock().ok()?;
        match &*loaded {
            Loaded::Done(Some(before))
                if before.backend() == backend.name() && before.id == user.id =>
            {
                before.provider().map(str::to_owned)
            }
            _ => None,
        }
    }

    /// Takes the login out of the session that was there before, and everything else if it was
    /// another user's. The session gets a new id.
    async fn make_room(&self, session: &Session, login: &LoginRecord) -> Result<(), AuthError> {
        let before = KeptLogin::read(session).await?;
        let replaced = match &before {
            Some(before) => self.site().end_kept(before, self.revokes()).await?,
            None => None,
        };

        // Whose a session was cannot be found out once the login in it is over.
        let same_user = match (&before, &replaced) {
            (None, _) => true,
            (Some(_), Some(before)) => {
                before.backend == login.backend && before.user_id == login.user_id
            }
            (Some(_), None) => false,
        };
        if same_user {
            session.cycle_id().await?;
        } else {
            empty(session).await?;
        }
        Ok(())
    }
}

/// Revokes the tokens of a login that goes no further.
async fn give_back(backend: &Backend, outcome: &Result<LoginOutcome<CompletedLogin>, Error>) {
    if let Ok(LoginOutcome::Complete(CompletedLogin {
        tokens: Some(tokens),
        ..
    })) = outcome
        && let Err(error) = Box::pin(backend.revoke(tokens)).await
    {
        debug!(%error, "the tokens of a refused login were not revoked");
    }
}

/// Saves the session now, so that a failure is known while the login can still be undone.
pub(super) async fn save(session: &Session) -> Result<(), AuthError> {
    let (saved, is_protected) = is_protected(session.save()).await;
    saved?;

    if is_protected {
        Ok(())
    } else {
        session.delete().await?;
        Err(AuthError::UnprotectedSessions)
    }
}

/// Adds what an answered challenge proves, as RFC 8176 names it.
fn with_method(mut methods: Vec<String>, challenge: &str) -> Vec<String> {
    let method = match challenge {
        "EMAIL_OTP" | "SMS_MFA" | "SMS_OTP" | "SOFTWARE_TOKEN_MFA" => "otp",
        "PASSWORD" | "PASSWORD_SRP" => "pwd",
        "WEB_AUTHN" => "pop",
        // Nor does MFA_SETUP: whoever knows the password can set up an app of their own.
        _ => return methods,
    };
    if !methods.iter().any(|known| known == method) {
        methods.push(method.to_owned());
    }
    if methods.len() == 2 {
        methods.push("mfa".to_owned());
    }
    methods
}

pub(super) fn random_id() -> Result<LoginId, Error> {
    LoginId::random().ok_or_else(|| Error::other("no random bytes"))
}
