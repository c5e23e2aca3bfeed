use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Auth;
use super::site::{Cookie, Neighbours, Site};
use crate::backend::{AuthBackend, Backend, Backends, CognitoBackend, Error};
use crate::clock::{Clock, SystemClock};
use crate::cognito::Cognito;
use crate::seal::SealingKeys;
use crate::web::hook::{AllHooks, Hooks};
use crate::web::local_path::LocalPath;
use crate::web::login::{Permissions, Refreshes, Registry};
use crate::web::protect::{ClientAddress, Limiter, Limits};

/// Configures an [`Auth`].
#[must_use]
pub struct AuthBuilder {
    backends: Backends,
    registry: Registry,
    login_path: LocalPath,
    refresh_margin: Duration,
    challenge_lifetime: Duration,
    permissions: Arc<Permissions>,
    hooks: AllHooks,
    limits: Limits,
    /// What a tenant shares with its site.
    shared: Option<Shared>,
    client_address: ClientAddress,
    cookie: Cookie,
    copies_tokens: bool,
}

impl AuthBuilder {
    pub(super) fn new() -> Self {
        Self {
            backends: Backends::default(),
            registry: Registry::new(Arc::new(SystemClock)),
            login_path: LocalPath::from_static("/login"),
            refresh_margin: Duration::from_secs(60),
            challenge_lifetime: Duration::from_secs(3 * 60),
            permissions: Arc::default(),
            hooks: AllHooks::default(),
            limits: Limits::default(),
            shared: None,
            client_address: ClientAddress::default(),
            cookie: Cookie {
                name: "id".into(),
                is_secure: true,
            },
            copies_tokens: false,
        }
    }

    /// Starts with everything as a site has it but its backends.
    pub(super) fn of_tenant(site: &Site) -> Self {
        Self {
            backends: Backends::default(),
            registry: site.registry.clone(),
            login_path: site.login_path.clone(),
            refresh_margin: site.refresh_margin,
            challenge_lifetime: site.challenge_lifetime,
            permissions: site.permissions.clone(),
            hooks: site.hooks.clone(),
            limits: Limits::default(),
            shared: Some(Shared {
                limiter: site.limiter.clone(),
                refreshes: site.refreshes.clone(),
                neighbours: site.neighbours.clone(),
            }),
            client_address: site.client_address,
            cookie: site.cookie.clone(),
            copies_tokens: site.copies_tokens,
        }
    }

    /// Adds a user pool. Backends are asked in the order in which they are added.
    pub fn with_pool(mut self, pool: impl CognitoBackend) -> Self {
        self.backends.push(Backend::pool(pool));
        self
    }

    /// Accepts access tokens of a user pool, in whose name nobody logs in here: for an API without
    /// users of its own. It needs no store of users and no sessions, so that
    /// [`Auth::login_layer`] is all the layers there are; a token leads to a
    /// [`BearerUser`](crate::BearerUser) or a [`BearerMachine`](crate::web::BearerMachine), and to no
    /// row.
    pub fn with_tokens_of(mut self, cognito: Cognito) -> Self {
        self.backends.push(Backend::tokens_of(cognito));
        self
    }

    /// Adds a backend that is not a user pool.
    pub fn with_backend(mut self, backend: impl AuthBackend) -> Self {
        self.backends.push(Backend::other(backend));
        self
    }

    /// Encrypts what is in the sessions, and the tokens in the registry of logins.
    pub fn with_sealing_keys(mut self, keys: SealingKeys) -> Self {
        self.registry.keys = Some(keys);
        self
    }

    /// Sets where guards send visitors who are not logged in. The default is `/login`.
    pub fn with_login_path(mut self, path: LocalPath) -> Self {
        self.login_path = path;
        self
    }

    /// Sets the name of the session's cookie. The default is `id`. Two sites on one host need two
    /// names, on different ports too.
    pub fn with_cookie_name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.cookie.name = name.into();
        self
    }

    /// Omits `Secure` from the session's cookie, so that it works without TLS. For development.
    pub fn with_insecure_cookie(mut self) -> Self {
        self.cookie.is_secure = false;
        self
    }

    /// Sets how long before their expiry tokens are renewed. The default is one minute.
    pub fn with_refresh_margin(mut self, margin: Duration) -> Self {
        self.refresh_margin = margin;
        self
    }

    /// Sets how long a login lasts at most, however often its tokens are renewed. The default is
    /// 30 days, which is how long Cognito's refresh tokens are good unless configured otherwise.
    pub fn with_login_lifetime(mut self, lifetime: Duration) -> Self {
        self.registry.login_lifetime = lifetime;
        self
    }

    /// Sets how long a login lasts that nobody uses. The default is seven days.
    ///
    /// Use is any request that asks who is logged in. It is recorded once a minute at most, so a
    /// login can end up to a minute early. tower-sessions' `Expiry::OnInactivity` is something
    /// else: requests that only read do not count for it, so let it be no shorter than this.
    pub fn with_idle_lifetime(mut self, lifetime: Duration) -> Self {
        self.registry.idle_lifetime = lifetime;
        self
    }

    /// Trusts for this long that a login which was found alive still is, without asking the database at
    /// each request. The default is zero.
    ///
    /// That saves the query of a guarded request whose session is elsewhere, and costs time: a
    /// user who is deactivated in the database, or whose login another process ends, may stay
    /// logged in this much longer. What is ended in this process is over at once.
    pub fn with_warm_logins(mut self, time: Duration) -> Self {
        self.registry.warm_for = time;
        self
    }

    /// Sets how long a challenge can be answered, when the app client's `AuthSessionValidity` is
    /// not three minutes.
    pub fn with_challenge_lifetime(mut self, lifetime: Duration) -> Self {
        self.challenge_lifetime = lifetime;
        self
    }

    /// Sets how often passwords and codes may be tried. See [`Limits`] for the default.
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        if let Some(shared) = &mut self.shared {
            shared.limiter = Arc::new(Limiter::new(limits, self.registry.clock.clone()));
        }
        self
    }

    /// Sets where the address of a visitor is known from, for the limits and the audit log. The
    /// default is the connection.
    pub fn with_client_address(mut self, source: ClientAddress) -> Self {
        self.client_address = source;
        self
    }

    /// Sets which permissions the members of each group have.
    pub fn with_permissions(mut self, permissions: Permissions) -> Self {
        self.permissions = Arc::new(permissions);
        self
    }

    /// Adds hooks, which are called for logins and their ends.
    pub fn with_hooks(mut self, hooks: impl Hooks) -> Self {
        self.hooks.push(hooks);
        self
    }

    /// Also writes the tokens into the tower `Session`, at login and at each renewal, under the
    /// names that Warrant gave them: `ID_TOKEN`, `ACCESS_TOKEN` and `REFRESH_TOKEN`. It is for code
    /// that reads the `Session` alone; the copy is never read back. Other code calls
    /// [`AuthSession::tokens`](crate::AuthSession::tokens).
    pub fn with_tokens_in_session(mut self) -> Self {
        self.copies_tokens = true;
        self
    }

    /// Sets the clock, for tests.
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.registry.clock = clock;
        self
    }

    /// Checks that the backends can do what they are set up for, and returns the handle.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Setup`], which says what to change.
    pub async fn build(self) -> Result<Auth, Error> {
        self.backends.check().await?;
        // A site may have thousands of tenants, most of whom nobody visits today.
        if self.shared.is_none() {
            self.backends.warm_up();
        }

        Ok(self.finish())
    }

    /// Returns the handle of a site all of whose users are its tenants': see [`Auth::tenant`]. It is the
    /// one that makes the layer of [sessions](Auth::sessions).
    pub fn build_for_tenants(self) -> Auth {
        self.finish()
    }

    fn finish(self) -> Auth {
        let clock = self.registry.clock.clone();
        let tenant = self.shared.as_ref().and_then(|_| {
            let first = self.backends.iter().next()?;
            Some(first.name().to_owned())
        });
        let shared = self.shared.unwrap_or_else(|| Shared {
            limiter: Arc::new(Limiter::new(self.limits, clock)),
            refreshes: Refreshes::default(),
            neighbours: Neighbours::default(),
        });

        let site = Arc::new(Site {
            backends: self.backends,
            tenant,
            neighbours: shared.neighbours,
            registry: self.registry,
            refreshes: shared.refreshes,
            login_path: self.login_path,
            refresh_margin: self.refresh_margin,
            challenge_lifetime: self.challenge_lifetime,
            permissions: self.permissions,
            hooks: self.hooks,
            limiter: shared.limiter,
            client_address: self.client_address,
            cookie: self.cookie,
            copies_tokens: self.copies_tokens,
        });
        site.neighbours.join(&site);
        Auth { site }
    }
}

/// What all tenants of a site share, so that one that nobody visits costs next to nothing.
struct Shared {
    limiter: Arc<Limiter>,
    refreshes: Refreshes,
    neighbours: Neighbours,
}

impl fmt::Debug for AuthBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthBuilder").finish_non_exhaustive()
    }
}
