//! User pools: what they hold, and how tests and demos fill them.

mod account;
mod attribute;
mod client;
mod client_settings;
mod code;
mod credential;
mod device;
mod directory;
mod group;
mod lockout;
mod mfa;
mod mfa_preference;
mod passkey;
mod policy;
mod pool_settings;
mod provider;
mod settings;
mod setup;
mod user;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use self::account::{Account, FORCE_CHANGE_PASSWORD, RESET_REQUIRED, UNCONFIRMED};
pub(crate) use self::attribute::check_attributes;
pub use self::client::{AppClient, AuthFlow};
pub(crate) use self::client_settings::ClientSettings;
pub(crate) use self::code::Purpose;
pub(crate) use self::credential::Credential;
pub(crate) use self::device::Device;
pub(crate) use self::directory::Directory;
pub(crate) use self::group::{Group, GroupType};
pub(crate) use self::mfa::{Factor, Totp};
pub(crate) use self::mfa_preference::MfaPreference;
pub(crate) use self::passkey::{Passkey, PublicKey};
pub(crate) use self::pool_settings::PoolSettings;
pub(crate) use self::provider::{IdentityProvider, ProviderSettings};
pub use self::settings::MfaMode;
pub(crate) use self::settings::{CustomRound, Settings};
pub use self::user::User;
use crate::clock::Clock;
use crate::outbox::Outbox;
use crate::token::Sealer;

/// A user pool: made by [`Pool::new`], set up by its `with_` methods, and used through the handle that
/// [`Emulator::add_pool`](crate::Emulator::add_pool) gives back. Clones are handles on the same pool.
#[derive(Clone)]
pub struct Pool {
    id: Arc<str>,
    directory: Arc<Mutex<Directory>>,
    sealer: Arc<Sealer>,
}

impl Pool {
    /// Makes an empty pool with an id of the form `<region>_<name>`.
    ///
    /// Usernames count case, a second factor is asked from users who have one, and a changed e-mail address is sent a
    /// code.
    pub fn new(id: impl AsRef<str>) -> Self {
        Self {
            id: id.as_ref().into(),
            directory: Arc::new(Mutex::new(Directory::new(id.as_ref()))),
            sealer: Arc::new(Sealer::new()),
        }
    }

    /// The pool id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Locks the pool. Nothing slow belongs between this and the end of the guard.
    pub(crate) fn directory(&self) -> MutexGuard<'_, Directory> {
        // A panic in another test thread leaves data that is still whole enough to read.
        self.directory
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// Makes the pool part of an emulator, as its pool of this number.
    pub(crate) fn attach(&self, endpoint: &str, number: usize, clock: &Clock, outbox: &Outbox) {
        let mut directory = self.directory();
        directory.issuer = format!("{endpoint}/{}", self.id);
        directory.keys.use_stock(number);
        directory.clock = clock.clone();
        directory.outbox = outbox.clone();
        directory.created = clock.now();
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
