use std::mem;
use std::sync::Arc;

#[cfg(feature = "pages")]
use tracing::debug;

#[cfg(feature = "alb")]
use super::load_balancer::{self, Admitted, AlbProof, KnownUsers};
use super::{
    AuthBackend, CognitoBackend, CompletedLogin, Credentials, Error, LoginFlow, LoginOutcome,
    LoginSettings, Refresh, Refusal, SetupError, login, upkeep,
};
#[cfg(feature = "managed-login")]
use super::{WantedProof, managed_login};
use crate::attribute::Attributes;
use crate::challenge::{Answer, Challenge};
use crate::cognito::{Cognito, has_proved_password};
#[cfg(feature = "pages")]
use crate::cognito::{CognitoError, CognitoErrorKind, LoginStep};
#[cfg(feature = "managed-login")]
use crate::cognito::{ManagedLogin, ManagedLoginAttempt};
use crate::token::{Principal, Tokens};
use crate::users::{LoginStore, MemoryLogins, User, UserId, UserStore};

/// A backend of the site, whichever it is, with the registry of its logins.
#[derive(Clone)]
pub(crate) struct Backend {
    kind: Kind,
    /// For a backend whose users' store has no registry.
    memory: Arc<MemoryLogins>,
    #[cfg(feature = "alb")]
    known_users: Arc<KnownUsers>,
}

#[derive(Clone)]
enum Kind {
    Other(Arc<dyn AuthBackend>),
    Pool(Arc<dyn CognitoBackend>),
    /// Nobody logs in: callers of an API bring their tokens along.
    Tokens(Cognito),
}

impl Backend {
    pub(crate) fn pool(pool: impl CognitoBackend) -> Self {
        Self::new(Kind::Pool(Arc::new(pool)))
    }

    pub(crate) fn other(backend: impl AuthBackend) -> Self {
        Self::new(Kind::Other(Arc::new(backend)))
    }

    pub(crate) fn tokens_of(cognito: Cognito) -> Self {
        Self::new(Kind::Tokens(cognito))
    }

    fn new(kind: Kind) -> Self {
        Self {
            kind,
            memory: Arc::default(),
            #[cfg(feature = "alb")]
            known_users: Arc::default(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        match &self.kind {
            Kind::Other(backend) => backend.name(),
            Kind::Pool(pool) => pool.name(),
            Kind::Tokens(cognito) => cognito.user_pool().as_str(),
        }
    }

    /// Returns the registry of logins: that of the users' store, or one in memory.
    pub(crate) fn logins(&self) -> &dyn LoginStore {
        let registry = self.users().and_then(UserStore::logins);
        registry.unwrap_or(&*self.memory)
    }

    pub(crate) fn users(&self) -> Option<&dyn UserStore> {
        match &self.kind {
            Kind::Other(backend) => backend.users(),
            Kind::Pool(pool) => Some(pool.pool().users()),
            Kind::Tokens(_) => None,
        }
    }

    pub(crate) fn cognito(&self) -> Option<&Cognito> {
        match &self.kind {
            Kind::Other(_) => None,
            Kind::Pool(pool) => Some(pool.pool().cognito()),
            Kind::Tokens(cognito) => Some(cognito),
        }
    }

    /// Returns how users log in, if the backend is a user pool.
    fn login_settings(&self) -> Option<&LoginSettings> {
        match &self.kind {
            Kind::Other(_) | Kind::Tokens(_) => None,
            Kind::Pool(pool) => Some(pool.pool().login_settings()),
        }
    }

    /// Whether a password that was typed was proved before the backend asked for more. The triggers of a
    /// custom flow may ask first.
    pub(crate) fn has_proof(&self, challenge: &Challenge) -> bool {
        let flow = self.login_settings().map(|login| login.login_flow);

        flow != Some(LoginFlow::Custom) || has_proved_password(challenge.record())
    }

    /// Returns the name of the account that a name or an alias leads to, as an administrator knows it, or
    /// else the first step of a login tells; or else a whole login, if a password is at hand. Without
    /// a password no login begins: some flows would send a code.
    #[cfg(feature = "pages")]
    pub(crate) async fn account_of(
        &self,
        cognito: &Cognito,
        credentials: &Credentials,
    ) -> Result<Option<String>, CognitoError> {
        if let Ok(admin) = cognito.admin()
            && let Ok(profile) = admin.get_user(&credentials.username).await
        {
            return Ok(Some(profile.username));
        }

        // There no password is proved, no code sent, and an account that is locked tells its name too.
        let first_step = || cognito.account_name(&credentials.username);
        let flow = self.login_settings().map(|login| login.login_flow);
        let request = login::login_request(flow.unwrap_or_default(), credentials);
        let Some(request) = request.filter(|_| credentials.password.is_some()) else {
            return first_step().await;
        };
        if flow != Some(LoginFlow::PlainPassword) {
            match first_step().await {
                Err(error) if error.kind() == CognitoErrorKind::FlowNotEnabled => {}
                answer => return answer,
            }
        }
        Ok(Some(match cognito.authenticate_with(&request).await? {
            LoginStep::Challenge(challenge) => challenge.username().to_owned(),
            LoginStep::Complete(user) => {
                if let Err(error) = user.revoke().await {
                    debug!(%error, "the tokens of a login after a reset were not revoked");
                }
                user.username().to_owned()
            }
        }))
    }

    /// Whether calls are to carry the visitor's address.
    pub(crate) fn sends_client_address(&self) -> bool {
        self.login_settings()
            .is_some_and(|login| login.sends_client_address)
    }

    /// Whether a load balancer logs users in.
    #[cfg(feature = "alb")]
    fn has_load_balancer(&self) -> bool {
        self.login_settings()
            .is_some_and(|login| login.load_balancer.is_some())
    }

    /// Returns the user whom a load balancer has let in, if this is what it is set up for.
    #[cfg(feature = "alb")]
    pub(crate) async fn admit_behind_load_balancer(
        &self,
        proof: &AlbProof<'_>,
    ) -> Result<Option<Admitted>, Error> {
        let Kind::Pool(pool) = &self.kind else {
            return Ok(None);
        };
        match &pool.pool().login_settings().load_balancer {
            Some(balancer) => {
                load_balancer::admit(&**pool, balancer, &self.known_users, proof).await
            }
            None => Ok(None),
        }
    }

    /// Returns the user pool, if the backend is one.
    #[cfg(feature = "managed-login")]
    pub(crate) fn user_pool(&self) -> Option<&dyn CognitoBackend> {
        match &self.kind {
            Kind::Other(_) | Kind::Tokens(_) => None,
            Kind::Pool(pool) => Some(&**pool),
        }
    }

    /// Whether the triggers of a user pool may let users in without their password.
    fn offers_other_ways(&self) -> bool {
        self.login_settings()
            .is_some_and(|login| login.login_flow == LoginFlow::Custom)
    }

    /// What users can log in with in place of their password.
    fn first_factors(&self) -> &[String] {
        match self.login_settings() {
            Some(login) if login.login_flow == LoginFlow::Choice => &login.first_factors,
            _ => &[],
        }
    }

    async fn check(&self) -> Result<(), Error> {
        match &self.kind {
            Kind::Other(backend) => backend.check().await,
            Kind::Pool(pool) => login::check(&**pool).await,
            Kind::Tokens(_) => Ok(()),
        }
    }

    /// Does, in tasks of their own, what the first request would otherwise wait for.
    fn warm_up(&self) {
        match &self.kind {
            Kind::Other(_) => {}
            Kind::Pool(pool) => pool.pool().cognito().warm_up(),
            Kind::Tokens(cognito) => {
                let verifier = cognito.token_verifier().clone();
                tokio::spawn(async move { verifier.prefetch_keys().await });
            }
        }
    }

    pub(crate) async fn authenticate(
        &self,
        credentials: &Credentials,
    ) -> Result<LoginOutcome<CompletedLogin>, Error> {
        match &self.kind {
            Kind::Other(backend) => backend.authenticate(credentials).await,
            Kind::Pool(pool) => pool.authenticate(credentials).await,
            Kind::Tokens(_) => Ok(LoginOutcome::Refused(Refusal::UserNotFound)),
        }
    }

    pub(crate) async fn answer(
        &self,
        answer: Answer,
    ) -> Result<LoginOutcome<CompletedLogin>, Error> {
        match &self.kind {
            Kind::Other(backend) => backend.answer(answer).await,
            Kind::Pool(pool) => pool.answer(answer).await,
            Kind::Tokens(_) => Ok(LoginOutcome::Refused(Refusal::NotAuthorized)),
        }
    }

    pub(crate) async fn user(&self, id: &UserId) -> Result<Option<User>, Error> {
        match &self.kind {
            Kind::Other(backend) => backend.user(id).await,
            Kind::Pool(pool) => Ok(pool.pool().users().find(id).await?),
            Kind::Tokens(_) => Ok(None),
        }
    }

    pub(crate) async fn refresh(&self, user: &User, tokens: &Tokens) -> Result<Refresh, Error> {
        match &self.kind {
            Kind::Other(backend) => backend.refresh(user, tokens).await,
            Kind::Pool(pool) => upkeep::refresh(&**pool, user, tokens).await,
            Kind::Tokens(_) => Ok(Refresh::Ended),
        }
    }

    pub(crate) async fn revoke(&self, tokens: &Tokens) -> Result<(), Error> {
        match &self.kind {
            Kind::Other(backend) => backend.revoke(tokens).await,
            Kind::Pool(pool) => upkeep::revoke(&**pool, tokens).await,
            Kind::Tokens(_) => Ok(()),
        }
    }

    /// Returns the pages of the user pool's domain, if users can come in by them.
    #[cfg(feature = "managed-login")]
    pub(crate) fn managed_login(&self) -> Option<(&Cognito, &ManagedLogin)> {
        let managed = self.login_settings()?.managed_login.as_ref()?;
        Some((self.cognito()?, managed))
    }

    /// Redeems the code with which a browser comes back from the domain.
    #[cfg(feature = "managed-login")]
    pub(crate) async fn redeem(
        &self,
        attempt: &ManagedLoginAttempt,
        code: &str,
        wanted: Option<&WantedProof>,
    ) -> Result<LoginOutcome<CompletedLogin>, Error> {
        match &self.kind {
            Kind::Other(_) | Kind::Tokens(_) => Ok(LoginOutcome::Refused(Refusal::NotAuthorized)),
            Kind::Pool(pool) => managed_login::redeem(&**pool, attempt, code, wanted).await,
        }
    }

    /// Brings the row up to date after a user has changed their attributes.
    pub(crate) async fn reload(
        &self,
        user: &User,
        tokens: &Tokens,
        changed: &Attributes,
    ) -> Result<(), Error> {
        match &self.kind {
            Kind::Other(_) | Kind::Tokens(_) => Ok(()),
            Kind::Pool(pool) => upkeep::reload(&**pool, user, tokens, changed).await,
        }
    }

    /// Returns the attributes in the tokens of a login. No call is made for it.
    pub(crate) async fn attributes(&self, tokens: &Tokens) -> Result<Attributes, Error> {
        match &self.kind {
            Kind::Other(_) | Kind::Tokens(_) => Ok(Attributes::new()),
            Kind::Pool(pool) => upkeep::attributes(&**pool, tokens).await,
        }
    }

    /// Verifies an access token that a stranger sends. The groups of a user are those that say what
    /// the user may do, as at a login.
    async fn verify_principal(&self, token: &str) -> Result<Option<Principal>, Error> {
        let Some(cognito) = self.cognito() else {
            return Ok(None);
        };
        let mut verified = upkeep::verify_principal(cognito, token).await?;

        if let Some(Principal::Person(claims)) = &mut verified {
            match &self.kind {
                Kind::Pool(pool) => {
                    claims.groups = login::roles(&**pool, mem::take(&mut claims.groups));
                }
                Kind::Other(_) | Kind::Tokens(_) => {
                    login::remove_provider_groups(cognito, &mut claims.groups);
                }
            }
        }
        Ok(verified)
    }

    /// Whether a user's access token, which was verified, is still good at Cognito.
    pub(crate) async fn is_revoked(&self, username: &str, token: &str) -> Result<bool, Error> {
        match self.cognito() {
            Some(cognito) => upkeep::is_revoked(cognito, username, token).await,
            None => Ok(false),
        }
    }
}

/// The backends of a site, in the order in which they are asked.
#[derive(Clone, Default)]
pub(crate) struct Backends(Vec<Backend>);

impl Backends {
    pub(crate) fn push(&mut self, next: Backend) {
        self.0.push(next);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Backend> {
        self.0.iter()
    }

    /// Returns the backend that a login remembers.
    pub(crate) fn by_name(&self, name: &str) -> Option<&Backend> {
        self.iter().find(|backend| backend.name() == name)
    }

    /// Returns the first user pool among them, with its client.
    pub(crate) fn first_pool(&self) -> Option<(&Backend, &Cognito)> {
        self.iter()
            .find_map(|backend| Some((backend, backend.cognito()?)))
    }

    /// Whether the site is behind a load balancer that logs users in.
    #[cfg(feature = "alb")]
    pub(crate) fn have_load_balancer(&self) -> bool {
        self.iter().any(Backend::has_load_balancer)
    }

    /// Whether the triggers of one of them may let users in without their password.
    pub(crate) fn offer_other_ways(&self) -> bool {
        self.iter().any(Backend::offers_other_ways)
    }

    /// What users of one of them can log in with in place of their password.
    pub(crate) fn first_factors(&self) -> Vec<&str> {
        let mut factors = Vec::new();
        for factor in self.iter().flat_map(Backend::first_factors) {
            if !factors.contains(&factor.as_str()) {
                factors.push(factor.as_str());
            }
        }
        factors
    }

    /// Checks that there are backends, that they have different names, and that each can do what it
    /// is set up for.
    pub(crate) async fn check(&self) -> Result<(), Error> {
        if self.0.is_empty() {
            return Err(SetupError::NoBackend.into());
        }
        for (index, backend) in self.iter().enumerate() {
            let name = backend.name();
            if self.0[..index].iter().any(|other| other.name() == name) {
                let name = name.to_owned();
                return Err(SetupError::BackendName { name }.into());
            }
            backend.check().await?;
        }
        Ok(())
    }

    /// Does beforehand what the first request would otherwise wait for.
    pub(crate) fn warm_up(&self) {
        self.iter().for_each(Backend::warm_up);
    }

    /// Returns the URL of the API that access tokens have to be bound to.
    pub(crate) fn resource(&self) -> Option<&str> {
        self.iter()
            .find_map(|backend| backend.cognito()?.token_verifier().resource())
    }

    /// Tries one backend after the other until one accepts the token, and returns whose it is. That
    /// one of them cannot tell matters if no other accepts it.
    pub(crate) async fn verify_principal(
        &self,
        token: &str,
    ) -> Result<Option<(&Backend, Principal)>, Error> {
        let mut failure = None;
        for backend in self.iter() {
            match backend.verify_principal(token).await {
                Ok(Some(principal)) => return Ok(Some((backend, principal))),
                Ok(None) => {}
                Err(error) => failure = failure.or(Some(error)),
            }
        }

        failure.map_or(Ok(None), Err)
    }
}
