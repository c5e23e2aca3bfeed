use std::borrow::Cow;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use time::OffsetDateTime;

use crate::backend::Backends;
use crate::id::trim_username;
use crate::users::LoginRecord;
use crate::web::hook::{AllHooks, Event, write_audit};
use crate::web::local_path::LocalPath;
use crate::web::login::{Permissions, Refreshes, Registry};
use crate::web::protect::{ClientAddress, Limiter};

/// What all requests of a site share.
pub(in crate::web) struct Site {
    pub(in crate::web) backends: Backends,
    /// The name of the tenant whose site it is, if it is one of several.
    pub(in crate::web) tenant: Option<String>,
    /// Those that it shares sessions with, and itself.
    pub(in crate::web) neighbours: Neighbours,
    pub(in crate::web) registry: Registry,
    pub(in crate::web) refreshes: Refreshes,
    pub(in crate::web) login_path: LocalPath,
    /// How long before their expiry tokens are renewed.
    pub(in crate::web) refresh_margin: Duration,
    /// How long a challenge can be answered: the app client's `AuthSessionValidity`.
    pub(in crate::web) challenge_lifetime: Duration,
    pub(in crate::web) permissions: Arc<Permissions>,
    pub(in crate::web) hooks: AllHooks,
    pub(in crate::web) limiter: Arc<Limiter>,
    pub(in crate::web) client_address: ClientAddress,
    pub(in crate::web) cookie: Cookie,
    /// Whether the tokens are copied into the tower session.
    pub(in crate::web) copies_tokens: bool,
}

impl Site {
    /// Returns the name by which tries of an account are counted. Two tenants have two users of one name.
    pub(in crate::web) fn counted<'a>(&self, account: &'a str) -> Cow<'a, str> {
        match &self.tenant {
            Some(tenant) => format!("{tenant}\n{}", trim_username(account)).into(),
            None => account.into(),
        }
    }

    /// Whether it shares sessions with others: a backend that is not here may be one of theirs.
    fn is_one_of_several(&self) -> bool {
        self.tenant.is_some() || self.neighbours.len() > self.backends.iter().count()
    }

    /// Whether a session names the login of another site, or what has begun there: it is none of ours.
    pub(in crate::web) fn is_elsewhere(&self, backend: &str) -> bool {
        self.backends.by_name(backend).is_none() && self.is_one_of_several()
    }

    /// Whether the tokens of a login are about to expire.
    pub(in crate::web) fn is_due(&self, login: &LoginRecord, now: OffsetDateTime) -> bool {
        login
            .expires_at
            .is_some_and(|at| at - now <= self.refresh_margin)
    }

    /// Whether the tokens of a login have not expired: until then they are good, and after that
    /// nobody knows.
    pub(in crate::web) fn has_good_tokens(&self, login: &LoginRecord) -> bool {
        let now = self.registry.clock.now();
        login.expires_at.is_some_and(|at| at > now)
    }

    /// Writes the audit log, and calls the hooks.
    pub(in crate::web) fn tell(&self, event: &Event, address: Option<IpAddr>) {
        write_audit(event, &self.limiter, address);
        #[cfg(feature = "metrics")]
        crate::web::hook::count_event(event);
        self.hooks.tell(event);
    }
}

/// The cookie of the session.
#[derive(Clone)]
pub(in crate::web) struct Cookie {
    pub(in crate::web) name: Cow<'static, str>,
    pub(in crate::web) is_secure: bool,
}

/// The sites that share sessions, by the names of their backends, as far as they are in memory.
/// Cloning it gives the same.
///
/// A browser may bring along the session of a login at another of them: it is nobody here, and has to
/// end when one here takes its place.
#[derive(Clone, Default)]
pub(in crate::web) struct Neighbours(Arc<Mutex<HashMap<String, Weak<Site>>>>);

impl Neighbours {
    /// Adds a site. One that was built anew takes the place of the one before.
    pub(super) fn join(&self, site: &Arc<Site>) {
        let mut sites = self.lock();
        for backend in site.backends.iter() {
            sites.insert(backend.name().to_owned(), Arc::downgrade(site));
        }
    }

    /// Returns the site that has this backend.
    pub(super) fn of(&self, backend: &str) -> Option<Arc<Site>> {
        self.lock().get(backend)?.upgrade()
    }

    /// How many backends they have.
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Forgets a site that is being dropped, unless another one has its place by now.
    fn forget(&self, site: &Site) {
        let mut sites = self.lock();
        for backend in site.backends.iter() {
            let is_gone = |site: &Weak<Site>| site.strong_count() == 0;
            if sites.get(backend.name()).is_some_and(is_gone) {
                sites.remove(backend.name());
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Weak<Site>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.neighbours.forget(self);
    }
}

#[cfg(test)]
mod tests {
    use crate::cognito::Cognito;
    use crate::web::auth::Auth;

    #[tokio::test]
    async fn a_site_that_is_dropped_is_forgotten_unless_another_has_its_place() {
        let site = Auth::builder().build_for_tenants();
        let neighbours = &site.site.neighbours;
        let name = "eu-west-1_Acme";
        let tenant = async || {
            let client = "1example23456789".parse().expect("an id");
            let cognito = Cognito::builder(name.parse().expect("an id"), client).build();
            let tenant = site.tenant().with_tokens_of(cognito.expect("a client"));
            tenant.build().await.expect("a tenant")
        };

        let first = tenant().await;
        let second = tenant().await;
        drop(first);
        assert!(neighbours.of(name).is_some());

        drop(second);
        assert!(neighbours.of(name).is_none());
        assert_eq!(neighbours.len(), 0);
    }
}
