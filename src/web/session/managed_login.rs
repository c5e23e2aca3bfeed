//! Logins by way of the pages of the user pool's domain.

use tower_sessions::Expiry;
use tracing::{debug, error, info};
use url::Url;

use super::AuthSession;
use super::log_in::{Attempt, save};
use super::managed_outcome::{
    ConnectRefusal, ManagedLoginOption, ManagedLoginOutcome, ManagedLoginRefusal,
};
use crate::backend::{Backend, Error, LoginOutcome, Refusal, WantedProof};
use crate::cognito::{CognitoErrorKind, ManagedLoginRequest};
use crate::web::error::AuthError;
use crate::web::local_path::LocalPath;
use crate::web::login::{CurrentUser, KeptManagedLogin, KeptManagedLogins, PATIENCE};

/// No answer of Cognito's is near this size: its codes have 36 characters, its states are ours.
const MAX_QUERY_BYTES: usize = 4096;

/// The query with which a browser comes back: section 4.1.2 of RFC 6749.
struct Callback {
    state: String,
    result: Result<String, Failure>,
}

/// What the domain says went wrong. The description may hold anybody's words.
struct Failure {
    error: String,
    description: String,
}

impl Callback {
    /// Reads the query. `None`: it is not one of Cognito's.
    fn read(query: &str) -> Option<Self> {
        if query.len() > MAX_QUERY_BYTES {
            return None;
        }
        let take = |wanted: &str| {
            let pairs = url::form_urlencoded::parse(query.as_bytes());
            let mut values = pairs.filter(|(name, _)| name == wanted);
            match (values.next(), values.next()) {
                (None, _) => Ok(None),
                (Some((_, value)), None) => Ok(Some(value.into_owned())),
                // Of two readers, one might take the first and the other the last.
                (Some(_), Some(_)) => Err(()),
            }
        };

        let state = take("state").ok()??;
        let result = match (take("code").ok()?, take("error").ok()?) {
            (Some(code), None) => Ok(code),
            (None, Some(error)) => Err(Failure {
                error,
                description: take("error_description").ok()?.unwrap_or_default(),
            }),
            _ => return None,
        };
        Some(Self { state, result })
    }
}

impl Failure {
    /// Whether the login passes if it is begun anew: a trigger has linked the user meanwhile.
    fn passes_next_time(&self) -> bool {
        self.description
            .starts_with("Already found an entry for username")
    }

    fn meaning(&self) -> ManagedLoginRefusal {
        let description = &self.description;
        if self.error == "access_denied" || description.contains("user_cancelled") {
            ManagedLoginRefusal::Cancelled
        } else if self.error == "login_required" {
            ManagedLoginRefusal::Expired
        } else if description.contains(" failed with error ") {
            ManagedLoginRefusal::NotAllowed(Refusal::NotAuthorized)
        } else {
            ManagedLoginRefusal::Provider
        }
    }
}

/// Managed login: the pages of the user pool's domain, and the identity providers behind it.
impl AuthSession {
    /// Returns the ways in through managed login, in the order of the backends and of their
    /// settings.
    pub fn managed_logins(&self) -> Vec<ManagedLoginOption> {
        let mut options = Vec::new();
        for backend in self.site().backends.iter() {
            let Some((_, managed)) = backend.managed_login() else {
                continue;
            };
            if managed.providers().is_empty() {
                options.push(ManagedLoginOption {
                    backend: backend.name().to_owned(),
                    provider: None,
                    label: None,
                    icon: None,
                });
            }
            for provider in managed.providers() {
                if let label @ Some(_) = provider.label() {
                    options.push(ManagedLoginOption::of(backend.name(), provider, label));
                }
            }
        }
        options
    }

    /// Returns the way in to which a mail address leads, if there are ways that are chosen so.
    pub fn managed_login_of(&self, email: &str) -> Option<ManagedLoginOption> {
        self.site().backends.iter().find_map(|backend| {
            let provider = backend.managed_login()?.1.provider_of(email)?;
            let label = provider.label();
            Some(ManagedLoginOption::of(backend.name(), provider, label))
        })
    }

    /// Returns the paths of the callback URLs of all backends, as the settings have them.
    pub fn callback_paths(&self) -> impl Iterator<Item = &str> {
        let backends = self.site().backends.iter();
        backends.filter_map(|backend| Some(backend.managed_login()?.1.callback_url().path()))
    }

    /// Whether a way in can be chosen by mail address.
    pub fn chooses_by_email(&self) -> bool {
        let mut backends = self.site().backends.iter();
        backends.any(|backend| {
            let providers = backend
                .managed_login()
                .map(|(_, managed)| managed.providers());
            let mut providers = providers.unwrap_or_default().iter();
            providers.any(|provider| !provider.email_domains().is_empty())
        })
    }

    /// Whether browsers keep the session's cookie over https alone.
    #[cfg(feature = "pages")]
    pub(crate) fn has_secure_cookie(&self) -> bool {
        self.site().cookie.is_secure
    }

    /// Begins a login at the domain of a backend, or of the first that has one. Returns where the
    /// browser goes; `None` if there is no such backend, or no such provider among those of its
    /// settings.
    ///
    /// With [`asks_again`](ManagedLoginRequest::asks_again) the user who is logged in has to prove
    /// who they are, and nobody else is let in.
    ///
    /// # Errors
    ///
    /// Returns an [`AuthError`] if the session could not be read or written.
    pub async fn begin_managed_login(
        &self,
        backend: Option<&str>,
        request: &ManagedLoginRequest,
        next: Option<&LocalPath>,
    ) -> Result<Option<Url>, AuthError> {
        let again = match request.asks_again {
            true => self.load().await?.map(|user| user.id.to_string()),
            false => None,
        };
        let mut backends = self.site().backends.iter();
        let Some(backend) = backends.find(|it| {
            it.managed_login().is_some() && backend.is_none_or(|wanted| wanted == it.name())
        }) else {
            return Ok(None);
        };

        self.begin_at(backend, request, |kept| KeptManagedLogin {
            next: next.map(|next| next.as_str().to_owned()),
            again,
            ..kept
        })
        .await
    }

    pub(super) async fn begin_at(
        &self,
        backend: &Backend,
        request: &ManagedLoginRequest,
        complete: impl FnOnce(KeptManagedLogin) -> KeptManagedLogin,
    ) -> Result<Option<Url>, AuthError> {
        let Some((cognito, managed)) = backend.managed_login() else {
            return Ok(None);
        };
        let is_known = |name: &String| managed.providers().iter().any(|it| it.name() == name);
        if request
            .provider
            .as_ref()
            .is_some_and(|name| !is_known(name))
        {
            return Ok(None);
        }

        self.count_visit()?;
        let session = self.session()?;
        let now = self.now();
        let began = backend.logins().now().await.map_err(Error::from)?;
        let (address, attempt) = cognito.begin_managed_login(managed, request);
        let mut kept = KeptManagedLogins::read(session, now).await?;
        let login = KeptManagedLogin::new(backend.name(), attempt, began, now);
        kept.add(complete(login));
        if session.is_empty().await {
            // Nothing but the attempt is in it: it need not outlive that.
            session.set_expiry(Some(Expiry::OnInactivity(PATIENCE)));
        }
        kept.write(session).await?;
        Ok(Some(address))
    }

    /// Ends a login that was begun at the domain, with the query with which the browser comes back.
    ///
    /// What the query says is not to be shown: anybody may have written it.
    ///
    /// # Errors
    ///
    /// Returns an [`AuthError`] if it could not be decided. The login has to be begun anew then: a
    /// code is good for one try.
    pub async fn finish_managed_login(
        &self,
        query: &str,
    ) -> Result<ManagedLoginOutcome, AuthError> {
        let Some(callback) = Callback::read(query) else {
            return Ok(ManagedLoginOutcome::Unknown);
        };
        let session = self.session()?;
        let now = self.now();
        let mut kept = KeptManagedLogins::read(session, now).await?;
        let Some(login) = kept.take(&callback.state) else {
            return Ok(ManagedLoginOutcome::Unknown);
        };
        self.count_visit()?;
        // Whatever comes of it, it is used up: before anything is asked of Cognito.
        kept.write(session).await?;
        save(session).await?;
        let Some(backend) = self.site().backends.by_name(&login.backend) else {
            return Ok(ManagedLoginOutcome::Unknown);
        };

        match callback.result {
            Ok(code) => match &login.connects {
                Some(here) => {
                    let done = self.finish_connecting(backend, &login, here, &code);
                    Ok(done.await?.into())
                }
                None => self.redeem(backend, &login, &code).await,
            },
            Err(failure) if failure.passes_next_time() && !login.restarted => {
                info!("a managed login is begun anew: the user was linked meanwhile");
                self.restart(backend, &login, &request_of(&login)).await
            }
            Err(failure) => {
                let why = failure.meaning();
                let error = safe_error(&failure.error);
                if why == ManagedLoginRefusal::Provider {
                    error!(error, "the domain of the user pool refused a login");
                }
                self.refuse("", Refusal::NotAuthorized);
                debug!(error, ?why, "a managed login was refused");
                Ok(refused(&login, why))
            }
        }
    }

    async fn redeem(
        &self,
        backend: &Backend,
        login: &KeptManagedLogin,
        code: &str,
    ) -> Result<ManagedLoginOutcome, AuthError> {
        let wanted = match &login.again {
            None => None,
            Some(user_id) => match self.load().await? {
                Some(user)
                    if user.backend() == backend.name() && user.id.to_string() == *user_id =>
                {
                    Some(WantedProof {
                        user: user.user().clone(),
                        since: login.started_at,
                    })
                }
                _ => return Ok(refused(login, ManagedLoginRefusal::NotProved)),
            },
        };
        let redeemed = backend.redeem(&login.attempt, code, wanted.as_ref()).await;
        let outcome = match redeemed {
            Ok(outcome) => outcome,
            Err(error) if error.cognito_kind().is_some_and(CognitoErrorKind::is_setup) => {
                AuthError::from(error).log();
                return Ok(refused(login, ManagedLoginRefusal::Provider));
            }
            Err(error) => return Err(error.into()),
        };

        let attempt = Attempt {
            backend,
            typed: "",
            began: login.began(),
            methods: Vec::new(),
        };
        Ok(match self.proceed(&attempt, outcome).await? {
            LoginOutcome::Complete(user) => ManagedLoginOutcome::Complete {
                user,
                next: next_of(login),
            },
            LoginOutcome::Refused(Refusal::DifferentSubject) if wanted.is_some() => {
                refused(login, ManagedLoginRefusal::NotProved)
            }
            // The domain knew the user from before their logins were ended.
            LoginOutcome::Refused(Refusal::Superseded) if !login.restarted => {
                let request = ManagedLoginRequest {
                    asks_again: true,
                    ..request_of(login)
                };
                self.restart(backend, login, &request).await?
            }
            LoginOutcome::Refused(Refusal::NotAuthorized | Refusal::Superseded) => {
                refused(login, ManagedLoginRefusal::Expired)
            }
            LoginOutcome::Refused(refusal) => {
                refused(login, ManagedLoginRefusal::NotAllowed(refusal))
            }
            // The domain asks for all challenges itself.
            LoginOutcome::Challenge(_) => refused(login, ManagedLoginRefusal::Provider),
        })
    }

    /// Begins a login anew by itself, once.
    async fn restart(
        &self,
        backend: &Backend,
        login: &KeptManagedLogin,
        request: &ManagedLoginRequest,
    ) -> Result<ManagedLoginOutcome, AuthError> {
        let again = |kept| KeptManagedLogin {
            next: login.next.clone(),
            again: login.again.clone(),
            connects: login.connects.clone(),
            restarted: true,
            ..kept
        };

        Ok(match self.begin_at(backend, request, again).await? {
            Some(address) => ManagedLoginOutcome::Restarted(address),
            None => refused(login, ManagedLoginRefusal::Provider),
        })
    }

    /// Returns where the browser ends its session at the domain, for a user who came in by it.
    pub fn managed_logout_url(&self, user: &CurrentUser) -> Option<Url> {
        user.provider()?;
        let (cognito, managed) = self.backend_of(user)?.managed_login()?;
        cognito.managed_logout_url(managed)
    }
}

/// The request that a login was begun with, as far as it is kept.
fn request_of(login: &KeptManagedLogin) -> ManagedLoginRequest {
    ManagedLoginRequest {
        provider: login.attempt.provider().map(str::to_owned),
        asks_again: login.again.is_some() || login.connects.is_some(),
        ..ManagedLoginRequest::default()
    }
}

fn refused(login: &KeptManagedLogin, why: ManagedLoginRefusal) -> ManagedLoginOutcome {
    if login.connects.is_some() {
        return ManagedLoginOutcome::NotConnected(ConnectRefusal::Login(why));
    }
    ManagedLoginOutcome::Refused {
        why,
        next: next_of(login),
        again: login.again.is_some(),
    }
}

fn next_of(login: &KeptManagedLogin) -> Option<LocalPath> {
    login.next.as_ref()?.parse().ok()
}

/// The code of an error, as far as it is one: it comes from the browser, and goes to the log.
fn safe_error(error: &str) -> &str {
    let is_code = error.len() <= 40 && error.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if is_code { error } else { "other" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_if_it_says_one_thing() {
        for (query, is_read) in [
            ("code=c&state=s", true),
            ("state=s&error=access_denied&error_description=a+b", true),
            ("code=c", false),
            ("state=s", false),
            ("code=c&state=s&state=t", false),
            ("code=c&code=d&state=s", false),
            ("code=c&error=e&state=s", false),
            ("", false),
        ] {
            assert_eq!(Callback::read(query).is_some(), is_read, "{query}");
        }
        let head = "code=c&state=";
        let longest = format!("{head}{}", "s".repeat(MAX_QUERY_BYTES - head.len()));
        assert!(Callback::read(&longest).is_some());
        assert!(Callback::read(&format!("{longest}s")).is_none());
    }

    #[test]
    fn errors_have_meanings() {
        use ManagedLoginRefusal as Why;
        for (error, description, why) in [
            ("access_denied", "", Why::Cancelled),
            (
                "invalid_request",
                "user_cancelled_authorize",
                Why::Cancelled,
            ),
            ("login_required", "", Why::Expired),
            (
                "invalid_request",
                "PreSignUp failed with error Only staff.",
                Why::NotAllowed(Refusal::NotAuthorized),
            ),
            ("invalid_scope", "", Why::Provider),
            (
                "invalid_request",
                "Google Error - 500 error getting token",
                Why::Provider,
            ),
            (
                "server_error",
                "Invalid SAML response received: x",
                Why::Provider,
            ),
        ] {
            let failure = Failure {
                error: error.to_owned(),
                description: description.to_owned(),
            };
            assert_eq!(failure.meaning(), why, "{error}: {description}");
        }
    }

    #[test]
    fn only_a_code_goes_to_the_log() {
        let longest = "a".repeat(40);
        for code in ["invalid_scope", &longest] {
            assert_eq!(safe_error(code), code);
        }
        for forged in ["a\nb", "Ada", "x=1", &"a".repeat(41)] {
            assert_eq!(safe_error(forged), "other");
        }
    }
}
