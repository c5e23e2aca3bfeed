use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::backend::Backends;
use crate::web::hook::{AllHooks, Event, write_audit};
use crate::web::local_path::LocalPath;
use crate::web::login::{Permissions, Refreshes, Registry};
use crate::web::protect::{ClientAddress, Limiter};

/// What all requests of a site share.
pub(in crate::web) struct Site {
    pub(in crate::web) backends: Backends,
    pub(in crate::web) registry: Registry,
    pub(in crate::web) refreshes: Refreshes,
    pub(in crate::web) login_path: LocalPath,
    /// How long before their expiry tokens are renewed.
    pub(in crate::web) refresh_margin: Duration,
    /// How long a challenge can be answered: the app client's `AuthSessionValidity`.
    pub(in crate::web) challenge_lifetime: Duration,
    pub(in crate::web) permissions: Arc<Permissions>,
    pub(in crate::web) hooks: AllHooks,
    pub(in crate::web) limiter: Limiter,
    pub(in crate::web) client_address: ClientAddress,
    pub(in crate::web) cookie: Cookie,
    /// Whether the tokens are copied into the tower session.
    pub(in crate::web) copies_tokens: bool,
}

impl Site {
    /// Writes the audit log, and calls the hooks.
    pub(in crate::web) fn tell(&self, event: &Event, address: Option<IpAddr>) {
        write_audit(event, &self.limiter, address);
        self.hooks.tell(event);
    }
}

/// The cookie of the session.
pub(in crate::web) struct Cookie {
    pub(in crate::web) name: Cow<'static, str>,
    pub(in crate::web) is_secure: bool,
}
