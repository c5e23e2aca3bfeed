//! The handle of a site: built once, checked before anything listens, and shared.

#[cfg(feature = "alb")]
mod alb_headers;
mod builder;
mod cleaning;
mod ending;
mod force;
mod layer;
mod request;
mod site;
mod tenants;
mod visitor;

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use tower_sessions::{SessionManagerLayer, SessionStore};

#[cfg(feature = "alb")]
pub(super) use self::alb_headers::AlbHeaders;
pub use self::builder::AuthBuilder;
#[cfg(all(feature = "managed-login", feature = "pages"))]
pub(crate) use self::layer::managed_domains;
pub use self::layer::{AuthLayer, AuthService};
pub(super) use self::request::{InRequest, Loaded, RequestState};
pub(super) use self::site::Site;
pub use self::tenants::{TenantLayer, TenantService, Tenants};
use crate::backend::{Error, SetupError};
use crate::cognito::Cognito;
use crate::users::{LoginId, LoginRecord, UserId, UserStore};
use crate::web::protected_resource::ProtectedResource;
use crate::web::store::ProtectedStore;
use crate::web::task::to_the_end;

/// The authentication of a site: its backends, its logins and its rules.
///
/// Build one with [`Auth::builder`]. Layers are made from it, and it is usable without a request,
/// from a job or a webhook. Cloning is cheap, and gives the same site.
///
/// # Examples
///
/// ```no_run
/// use axum::Router;
/// use axum_cognito::tower_sessions::MemoryStore;
/// use axum_cognito::{Auth, Settings, SqliteUsers, UserPool};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let users = SqliteUsers::connect("sqlite://app.db").await?;
/// let pool = UserPool::new(Settings::from_env()?, users).await?;
/// let auth = Auth::builder().with_pool(pool).build().await?;
///
/// let site: Router = Router::new().layer(auth.layer(MemoryStore::default()));
/// tokio::spawn(auth.clean_up());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Auth {
    site: Arc<Site>,
}

impl Auth {
    /// Starts to configure a site.
    pub fn builder() -> AuthBuilder {
        AuthBuilder::new()
    }

    /// Starts to configure a tenant of this site: one with backends of its own, and all the rest as it is
    /// here until you say otherwise. The handle that is built shares sessions, cookie and limits with
    /// this one; the counts of limits are each tenant's own.
    ///
    /// The keys of a user pool are fetched at the first login, and nothing else is done beforehand.
    /// Each tenant needs backends with names of their own, as user pools have them: a login that names
    /// another is nobody here. If one here takes its place in a browser, it ends.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use axum_cognito::{Auth, UserPool, backend::Error};
    /// # async fn f(acme: UserPool, globex: UserPool) -> Result<(), Error> {
    /// let site = Auth::builder().build_for_tenants();
    /// let acme = site.tenant().with_pool(acme).build().await?;
    /// let globex = site.tenant().with_pool(globex).build().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn tenant(&self) -> AuthBuilder {
        AuthBuilder::of_tenant(&self.site)
    }

    /// Returns the layers that give each request a session and a login, with the sessions in
    /// `store`: any store of tower-sessions, which never sees a session id.
    ///
    /// It is [`login_layer`](Self::login_layer) around [`sessions`](Self::sessions). To change
    /// settings of the cookie, give both to one call of `Router::layer`:
    ///
    /// ```
    /// # use axum::Router;
    /// # use axum_cognito::Auth;
    /// # use axum_cognito::tower_sessions::{MemoryStore, cookie::SameSite};
    /// # fn f(site: Router, auth: Auth) -> Router {
    /// let sessions = auth.sessions(MemoryStore::default()).with_same_site(SameSite::Lax);
    /// site.layer((auth.login_layer(), sessions))
    /// # }
    /// ```
    pub fn layer<S: SessionStore>(
        &self,
        store: S,
    ) -> (AuthLayer, SessionManagerLayer<ProtectedStore<S>>) {
        (self.login_layer(), self.sessions(store))
    }

    /// Returns the layer of sessions, with the cookie as the builder has it.
    pub fn sessions<S: SessionStore>(&self, store: S) -> SessionManagerLayer<ProtectedStore<S>> {
        let cookie = &self.site.cookie;
        let store = ProtectedStore::new(store, self.site.registry.keys.clone());
        SessionManagerLayer::new(store)
            .with_name(cookie.name.clone())
            .with_secure(cookie.is_secure)
    }

    /// Returns the layer of logins alone. It goes outside the layer of sessions, which must be one
    /// over a store of [`sessions`](Self::sessions): a login is refused otherwise, since a copy of
    /// another store's records would open every session.
    pub fn login_layer(&self) -> AuthLayer {
        AuthLayer::new(self.site.clone())
    }

    /// Returns the client of the first user pool.
    pub fn cognito(&self) -> Option<&Cognito> {
        Some(self.site.backends.first_pool()?.1)
    }

    /// Returns the metadata of the site's API, which other programs find their way in by. Its router
    /// goes to the root of the host.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Setup`] if no user pool has a
    /// [resource](crate::cognito::CognitoBuilder::with_resource).
    pub fn protected_resource(&self) -> Result<ProtectedResource, Error> {
        let backends = &self.site.backends;
        let resource = backends.resource().ok_or(SetupError::NoResource)?;
        let verifiers = backends
            .iter()
            .filter_map(|backend| Some(backend.cognito()?.token_verifier()));
        let issuers = verifiers
            .filter(|verifier| verifier.resource() == Some(resource))
            .map(|verifier| verifier.issuer().to_owned());

        Ok(ProtectedResource::new(resource, issuers.collect()))
    }

    /// Returns the store of the users of a backend, by its name; see [`backends`](Self::backends).
    pub fn users(&self, backend: &str) -> Option<&dyn UserStore> {
        self.site.backends.by_name(backend)?.users()
    }

    /// Returns the names of the backends, in the order in which they are asked.
    pub fn backends(&self) -> impl Iterator<Item = &str> {
        self.site.backends.iter().map(|backend| backend.name())
    }

    /// Returns the logins of a backend's user, the newest first.
    ///
    /// # Errors
    ///
    /// Returns an error if the registry could not be asked.
    pub async fn logins_of(
        &self,
        backend: &str,
        user_id: &UserId,
    ) -> Result<Vec<LoginRecord>, Error> {
        match self.site.backends.by_name(backend) {
            Some(backend) => Ok(backend.logins().list(backend.name(), user_id).await?),
            None => Ok(Vec::new()),
        }
    }

    /// Ends all logins of a backend's user at once, in all processes, and revokes their tokens.
    /// Returns their number. Logins on their way are refused.
    ///
    /// # Errors
    ///
    /// Returns an error if the logins could not be ended.
    pub async fn end_logins_of(&self, backend: &str, user_id: &UserId) -> Result<usize, Error> {
        self.site.end_logins(backend, user_id, None, true).await
    }

    /// Ends one login, in whatever process it is. Returns whether it was there.
    ///
    /// # Errors
    ///
    /// Returns an error if the login could not be ended.
    pub async fn end_login(&self, backend: &str, id: &LoginId) -> Result<bool, Error> {
        self.site.end_login(backend, id).await
    }

    /// Sets whether a backend's user may log in, and ends the logins of one who may not. Returns
    /// `false` if there is no such user.
    ///
    /// # Errors
    ///
    /// Returns an error if the row could not be written or the logins could not be ended.
    pub async fn set_active(
        &self,
        backend: &str,
        user_id: &UserId,
        is_active: bool,
    ) -> Result<bool, Error> {
        let (auth, backend, user_id) = (self.clone(), backend.to_owned(), user_id.clone());
        // Otherwise the logins would be there still, for a user who is let in again later.
        to_the_end(async move {
            let Some(users) = auth.users(&backend) else {
                return Ok(false);
            };
            let is_there = users.set_active(&user_id, is_active).await?;
            if is_there && !is_active {
                auth.end_logins_of(&backend, &user_id).await?;
            }
            Ok::<_, Error>(is_there)
        })
        .await
    }

    /// Deletes the logins that are past their lifetime, every ten minutes. Runs forever; spawn it
    /// at start-up.
    ///
    /// A failure is logged, does not keep the logins of other backends from it, and is tried again
    /// after a pause that grows to an hour.
    pub async fn clean_up(self) -> Infallible {
        cleaning::clean_up(&self.site).await
    }
}

#[cfg(any(test, fuzzing))]
impl Auth {
    /// Adds a login to the registry, as it stands.
    pub(in crate::web) async fn add_login(&self, login: LoginRecord) {
        let backend = self
            .site
            .backends
            .by_name(&login.backend)
            .expect("a backend");
        let began = backend.logins().now().await.expect("a time");
        let registry = &self.site.registry;
        let added = registry.begin(backend, &login, "", None, began).await;
        assert!(added.expect("a registry"), "a login that began now");
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").finish_non_exhaustive()
    }
}
