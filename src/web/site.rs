use std::sync::Arc;
use std::time::Duration;

use super::client_address::ClientAddress;
use super::ended::EndedLogins;
use super::hooks::AllHooks;
use super::limits::{Limiter, Limits};
use super::local_path::LocalPath;
use super::permissions::Permissions;
use super::refresh::Refreshes;
use super::warm::WarmLogins;
use crate::backend::Backends;
use crate::clock::Clock;

/// What all requests of a site share.
#[derive(Clone)]
pub(super) struct Site {
    pub(super) backends: Backends,
    pub(super) login_path: LocalPath,
    /// How long before their expiry tokens are renewed.
    pub(super) refresh_margin: Duration,
    /// How long a challenge can be answered: the app client's `AuthSessionValidity`.
    pub(super) challenge_lifetime: Duration,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) refreshes: Refreshes,
    pub(super) permissions: Arc<Permissions>,
    pub(super) hooks: AllHooks,
    /// How long a login lasts at most, however often its tokens are renewed.
    pub(super) login_lifetime: Duration,
    /// How long a login lasts that nobody uses.
    pub(super) idle_lifetime: Duration,
    pub(super) ended: EndedLogins,
    /// How long a login that was found alive is not looked up again. Zero: each request asks.
    pub(super) warm_for: Duration,
    pub(super) warm: Arc<WarmLogins>,
    pub(super) limits: Limits,
    pub(super) limiter: Arc<Limiter>,
    pub(super) client_address: ClientAddress,
}
