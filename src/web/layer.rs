use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::Request;
use tower_layer::Layer;
use tower_service::Service;

use super::auth_session::InRequest;
use super::cleaning;
use super::client_address::ClientAddress;
use super::ended::EndedLogins;
use super::hooks::{AllHooks, Hooks};
use super::limits::{Limiter, Limits};
use super::local_path::LocalPath;
use super::permissions::Permissions;
use super::refresh::Refreshes;
use super::site::Site;
use crate::backend::{AuthBackend, Backends, Error};
use crate::clock::{Clock, SystemClock};

const DEFAULT_LOGIN_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
const DEFAULT_IDLE_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Tells handlers who is logged in, and lets them log users in and out.
///
/// It goes inside a `SessionManagerLayer`: after it in one call of `layer`, or added in a call
/// before. One call is the faster way, since each makes a box of every route.
///
/// # Examples
///
/// ```
/// use axum::Router;
/// use axum_cognito::tower_sessions::{MemoryStore, SessionManagerLayer};
/// use axum_cognito::{AuthBackend, AuthLayer};
///
/// fn site(backend: impl AuthBackend) -> Router {
///     let sessions = SessionManagerLayer::new(MemoryStore::default());
///     Router::new().layer((sessions, AuthLayer::new(backend)))
/// }
/// ```
#[derive(Clone)]
pub struct AuthLayer {
    pub(super) site: Arc<Site>,
}

impl AuthLayer {
    /// Creates a layer with one backend: a value, or an `Arc<dyn AuthBackend>`.
    pub fn new(backend: impl AuthBackend) -> Self {
        let clock = Arc::new(SystemClock);
        let limits = Limits::default();
        Self {
            site: Arc::new(Site {
                backends: Backends::new(backend),
                login_path: LocalPath::from_static("/login"),
                refresh_margin: Duration::from_secs(60),
                challenge_lifetime: Duration::from_secs(3 * 60),
                warm_for: Duration::ZERO,
                warm: Arc::default(),
                limits,
                limiter: Arc::new(Limiter::new(limits, clock.clone())),
                client_address: ClientAddress::default(),
                clock,
                refreshes: Refreshes::default(),
                permissions: Arc::default(),
                hooks: AllHooks::default(),
                login_lifetime: DEFAULT_LOGIN_LIFETIME,
                idle_lifetime: DEFAULT_IDLE_LIFETIME,
                ended: EndedLogins::default(),
            }),
        }
    }

    /// Adds a backend that is asked when all before it have refused.
    #[must_use]
    pub fn with_backend(self, backend: impl AuthBackend) -> Self {
        self.configure(|site| site.backends.push(backend))
    }

    /// Sets where guards send visitors who are not logged in. The default is `/login`.
    #[must_use]
    pub fn with_login_path(self, path: LocalPath) -> Self {
        self.configure(|site| site.login_path = path)
    }

    /// Sets how long before their expiry tokens are renewed. The default is one minute.
    #[must_use]
    pub fn with_refresh_margin(self, margin: Duration) -> Self {
        self.configure(|site| site.refresh_margin = margin)
    }

    /// Sets how long a login lasts at most, however often its tokens are renewed. The default is
    /// 30 days, which is how long Cognito's refresh tokens are good unless told otherwise.
    #[must_use]
    pub fn with_login_lifetime(self, lifetime: Duration) -> Self {
        self.configure(|site| site.login_lifetime = lifetime)
    }

    /// Sets how long a login lasts that nobody uses. The default is seven days.
    ///
    /// Use is any request that asks who is logged in. It is noted once a minute at most, so a login
    /// can end up to a minute early. tower-sessions' `Expiry::OnInactivity` is something else:
    /// requests that only read do not count for it, so let it be no shorter than this.
    #[must_use]
    pub fn with_idle_lifetime(self, lifetime: Duration) -> Self {
        self.configure(|site| site.idle_lifetime = lifetime)
    }

    /// Takes a login that was found alive to be so for this long, without asking the database at
    /// each request. The default is zero.
    ///
    /// That saves the query of a guarded request, and costs time: a user who is deactivated in the
    /// database, or whose login is ended by another process, is out this much later. What is ended
    /// in this process is over at once. A second or a few is enough for pages with many parts.
    #[must_use]
    pub fn with_warm_logins(self, time: Duration) -> Self {
        self.configure(|site| site.warm_for = time)
    }

    /// Sets how long a challenge can be answered, when the app client's
    /// `AuthSessionValidity` is not three minutes.
    #[must_use]
    pub fn with_challenge_lifetime(self, lifetime: Duration) -> Self {
        self.configure(|site| site.challenge_lifetime = lifetime)
    }

    /// Sets how often passwords and codes may be tried. [`Limits`] tells the default.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        self.configure(|site| {
            site.limiter = Arc::new(Limiter::new(limits, site.clock.clone()));
            site.limits = limits;
        })
    }

    /// Sets where the address of a visitor is known from, for the limits and the audit log. The
    /// default is the connection.
    #[must_use]
    pub fn with_client_address(self, source: ClientAddress) -> Self {
        self.configure(|site| site.client_address = source)
    }

    /// Sets which permissions the members of each group have.
    #[must_use]
    pub fn with_permissions(self, permissions: Permissions) -> Self {
        self.configure(|site| site.permissions = Arc::new(permissions))
    }

    /// Adds hooks, which are told of logins and their ends.
    #[must_use]
    pub fn with_hooks(self, hooks: impl Hooks) -> Self {
        self.configure(|site| site.hooks.push(hooks))
    }

    /// Sets the clock, for tests.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        self.configure(|site| {
            site.limiter = Arc::new(Limiter::new(site.limits, clock.clone()));
            site.clock = clock;
        })
    }

    /// Checks that all backends can do what they are set up for.
    ///
    /// Call it at start-up. Otherwise a mistake comes out at the first login.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] says what to change.
    pub async fn check(&self) -> Result<(), Error> {
        self.site.backends.check().await
    }

    /// Deletes the logins that are past their lifetime, from now on and without an end. Spawn it
    /// at start-up, where users are in a database.
    ///
    /// A failure today does not stop it tomorrow, nor the other backends: it is logged, and tried
    /// again after a pause that grows to an hour.
    pub async fn clean_up(self) -> Infallible {
        cleaning::clean_up(&self.site).await
    }

    fn configure(mut self, change: impl FnOnce(&mut Site)) -> Self {
        change(Arc::make_mut(&mut self.site));
        self
    }
}

impl<S> Layer<S> for AuthLayer {
    type Service = AuthService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        AuthService {
            inner,
            site: self.site.clone(),
        }
    }
}

impl fmt::Debug for AuthLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthLayer").finish_non_exhaustive()
    }
}

/// The service of [`AuthLayer`].
#[derive(Clone)]
pub struct AuthService<S> {
    inner: S,
    site: Arc<Site>,
}

impl<S, Body> Service<Request<Body>> for AuthService<S>
where
    S: Service<Request<Body>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        // An `AuthSession` is made when somebody asks for it: public pages do not.
        let site = InRequest::Site(self.site.clone());
        request.extensions_mut().insert(site);

        self.inner.call(request)
    }
}

impl<S> fmt::Debug for AuthService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthService").finish_non_exhaustive()
    }
}
