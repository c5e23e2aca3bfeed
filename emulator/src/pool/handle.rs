//! A user pool as tests and the server hold it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::directory::Directory;
use crate::clock::Clock;
use crate::outbox::Outbox;
use crate::token::Sealer;
use crate::trigger::Triggers;

/// A user pool: made by [`Pool::new`], set up by its `with_` methods, and used through the handle that
/// [`Emulator::add_pool`](crate::Emulator::add_pool) gives back. Clones are handles on the same pool.
#[derive(Clone)]
pub struct Pool {
    id: Arc<str>,
    directory: Arc<Mutex<Directory>>,
    sealer: Arc<Sealer>,
}

impl Pool {
    /// Creates an empty pool with an id of the form `<region>_<name>`.
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

    /// A pool with everything that was in it before.
    pub(crate) fn from_directory(directory: Directory) -> Self {
        Self {
            id: directory.id.as_str().into(),
            directory: Arc::new(Mutex::new(directory)),
            sealer: Arc::new(Sealer::new()),
        }
    }

    /// Returns the pool id.
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
    pub(crate) fn attach(
        &self,
        issuer: &str,
        number: usize,
        clock: &Clock,
        outbox: &Outbox,
        triggers: &Triggers,
    ) {
        let mut directory = self.directory();
        let region = self.id.split('_').next().unwrap_or_default();
        directory.issuer = format!("{}/{}", issuer.replace("{region}", region), self.id);
        directory.keys.use_stock(number);
        directory.clock = clock.clone();
        directory.outbox = outbox.clone();
        directory.triggers.inherit(triggers);
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
