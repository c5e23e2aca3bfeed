//! A user's accounts at identity providers, which open the user's account here too.

use tracing::info;
use url::Url;

use super::AuthSession;
use super::managed_outcome::{ConnectRefusal, ManagedLoginOption, ManagedLoginRefusal};
use super::old_logins::Whose;
use crate::backend::linking::{self, NotLinked};
use crate::backend::{Backend, CognitoBackend};
use crate::cognito::{CognitoErrorKind, LoginProvider, ManagedLogin, ManagedLoginRequest};
use crate::token::FederatedIdentity;
use crate::web::error::AuthError;
use crate::web::hook::AccountChange;
use crate::web::login::{CurrentUser, KeptManagedLogin};

/// So many Cognito lets a user have.
const MOST: usize = 5;

/// The accounts at identity providers by which a user can log in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ConnectedIdentities {
    /// Those that are connected.
    pub connected: Vec<ConnectedIdentity>,
    /// The ways in that could be connected: the providers of the settings that are not.
    pub others: Vec<ManagedLoginOption>,
}

/// An account at an identity provider by which a user can log in. `Debug` shows the provider alone.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ConnectedIdentity {
    /// Who the user is there.
    pub identity: FederatedIdentity,
    /// What visitors read on the provider's button, or else its name.
    pub label: String,
    /// Whether it can be disconnected: it is not the last way in.
    pub can_be_disconnected: bool,
}

/// Accounts at identity providers.
///
/// Pages of your own let only those at these methods who proved a moment ago who they are: see
/// [`recent_login`](crate::web::recent_login).
impl AuthSession {
    /// Whether the user can connect identity providers: the user pool has some in its settings, and
    /// the client has AWS credentials, which Cognito wants for it.
    pub fn can_connect_identities(&self, user: &CurrentUser) -> bool {
        self.linking_pool(user).is_some()
    }

    fn linking_pool(
        &self,
        user: &CurrentUser,
    ) -> Option<(&Backend, &dyn CognitoBackend, &ManagedLogin)> {
        let backend = self.backend_of(user)?;
        let (cognito, managed) = backend.managed_login()?;

        (cognito.has_credentials() && connectable(managed).next().is_some()).then_some((
            backend,
            backend.user_pool()?,
            managed,
        ))
    }

    /// Returns by which accounts at identity providers the user who is logged in can log in
    /// (`AdminGetUser`). `None` without a user, or if there can be none. `by_password` is whether the
    /// site takes the password on a page of its own: what is the last way in depends on it.
    ///
    /// # Errors
    ///
    /// Returns an [`AuthError`] if Cognito could not be asked.
    pub async fn connected_identities(
        &self,
        by_password: bool,
    ) -> Result<Option<ConnectedIdentities>, AuthError> {
        let Some(user) = self.load().await? else {
            return Ok(None);
        };
        let Some((backend, pool, managed)) = self.linking_pool(&user) else {
            return Ok(None);
        };
        let known = linking::list(pool, &user).await?;

        let is_external = known.connected.iter().any(|it| it.is_primary);
        let is_full = is_external || known.connected.len() >= MOST;
        let is_new = |name: &str| known.connected.iter().all(|it| it.provider != name);
        let others = connectable(managed)
            .filter(|provider| !is_full && is_new(provider.name()))
            .map(|provider| {
                let label = label_of(managed, provider.name());
                ManagedLoginOption::of(backend.name(), provider, Some(&label))
            });
        Ok(Some(ConnectedIdentities {
            others: others.collect(),
            connected: known
                .connected
                .iter()
                .map(|identity| ConnectedIdentity {
                    identity: identity.clone(),
                    label: label_of(managed, &identity.provider),
                    can_be_disconnected: known.can_lose(pool, identity, by_password),
                })
                .collect(),
        }))
    }

    /// Begins to connect the provider of the `request`, which has to prove there who they are.
    /// Returns where the browser goes; `None` if the user who is logged in cannot connect it.
    ///
    /// [`finish_managed_login`](Self::finish_managed_login) ends it, if the same login is still in
    /// this browser then.
    ///
    /// # Errors
    ///
    /// Returns an [`AuthError`] if the session could not be read or written.
    pub async fn begin_connecting(
        &self,
        request: &ManagedLoginRequest,
    ) -> Result<Option<Url>, AuthError> {
        let Some(user) = self.load().await? else {
            return Ok(None);
        };
        let Some((backend, _, managed)) = self.linking_pool(&user) else {
            return Ok(None);
        };
        let wanted = request.provider.as_deref();
        if !connectable(managed).any(|provider| Some(provider.name()) == wanted) {
            return Ok(None);
        }

        // A session at the provider, or at the domain, may be somebody else's.
        let request = ManagedLoginRequest {
            asks_again: true,
            ..request.clone()
        };
        self.begin_at(backend, &request, |kept| KeptManagedLogin {
            connects: Some(user.login_id().to_string()),
            ..kept
        })
        .await
    }

    /// Ends what [`begin_connecting`](Self::begin_connecting) has begun with the `login` that is in
    /// this browser.
    pub(super) async fn finish_connecting(
        &self,
        backend: &Backend,
        attempt: &KeptManagedLogin,
        login: &str,
        code: &str,
    ) -> Result<Result<(), ConnectRefusal>, AuthError> {
        let user = self.load().await?;
        let user = user
            .filter(|user| user.login_id().as_str() == login && user.backend() == backend.name());
        // The code stays unused: whoever it is of has nothing to do with who is here now.
        let Some(user) = user else {
            return Ok(Err(ConnectRefusal::Login(ManagedLoginRefusal::NotProved)));
        };
        let Some((_, pool, _)) = self.linking_pool(&user) else {
            return Ok(Err(ConnectRefusal::NotPossible));
        };

        let since = attempt.started_at;
        let linked = match linking::link(pool, &user, &attempt.attempt, code, since).await {
            Ok(linked) => linked,
            Err(error) if error.cognito_kind().is_some_and(is_for_the_operator) => {
                AuthError::from(error).log();
                return Ok(Err(ConnectRefusal::Login(ManagedLoginRefusal::Provider)));
            }
            Err(error) => return Err(error.into()),
        };
        Ok(match linked {
            Ok(()) => {
                self.account_changed(AccountChange::Identities).await?;
                Ok(())
            }
            Err(why) => {
                info!(user = %user.id, ?why, "an identity was not connected");
                Err(why.into())
            }
        })
    }

    /// Disconnects an account at an identity provider from the account of the user who is logged in,
    /// and ends the user's other logins. Returns `false` if it is not theirs, or the
    /// last way in: then nothing has changed. For `by_password` see
    /// [`connected_identities`](Self::connected_identities).
    ///
    /// # Errors
    ///
    /// Returns an [`AuthError`] if Cognito could not be asked.
    pub async fn disconnect_identity(
        &self,
        provider: &str,
        user_id: &str,
        by_password: bool,
    ) -> Result<bool, AuthError> {
        let Some(user) = self.load().await? else {
            return Ok(false);
        };
        let Some((backend, pool, _)) = self.linking_pool(&user) else {
            return Ok(false);
        };
        if !linking::unlink(pool, &user, (provider, user_id), by_password).await? {
            return Ok(false);
        }

        self.account_changed(AccountChange::Identities).await?;
        // The token of a connected user does not say by which identity it was: any may be of this one.
        let whose = Whose::Id(user.id.clone());
        self.end_old_logins(backend, whose, Some(user.login_id()))
            .await?;
        Ok(true)
    }
}

/// Whether the user pool or the credentials are set up so that nothing can be connected: AWS links no
/// user who has an immutable attribute, for one.
fn is_for_the_operator(kind: CognitoErrorKind) -> bool {
    kind.is_setup() || kind == CognitoErrorKind::InvalidParameter
}

impl From<NotLinked> for ConnectRefusal {
    fn from(why: NotLinked) -> Self {
        match why {
            NotLinked::Expired => Self::Login(ManagedLoginRefusal::Expired),
            NotLinked::InUse => Self::InUse,
            NotLinked::NotPossible => Self::NotPossible,
            NotLinked::NotProved => Self::Login(ManagedLoginRefusal::NotProved),
            NotLinked::TooMany => Self::TooMany,
        }
    }
}

/// The providers of the settings but the user pool itself.
fn connectable(managed: &ManagedLogin) -> impl Iterator<Item = &LoginProvider> {
    let providers = managed.providers().iter();
    providers.filter(|provider| provider.name() != LoginProvider::COGNITO)
}

fn label_of(managed: &ManagedLogin, name: &str) -> String {
    let mut providers = managed.providers().iter();
    let provider = providers.find(|provider| provider.name() == name);
    let label = provider.and_then(LoginProvider::label);

    label.unwrap_or(name).to_owned()
}
