//! The emulator as a whole: its pools, its clock, its server.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::fault::Fault;
use crate::http;
use crate::ledger::Call;
use crate::outbox::Message;
use crate::pool::Pool;
use crate::shared::Shared;
use crate::trigger::{Trigger, Triggers};

/// A running emulator. Clones are handles on the same one; it stops when the last is dropped.
#[derive(Clone)]
pub struct Emulator {
    shared: Arc<Shared>,
    /// Dropping the sender ends the server.
    _running: Arc<oneshot::Sender<()>>,
}

/// Sets an emulator up.
#[derive(Clone, Debug)]
pub struct Builder {
    address: SocketAddr,
    issuer: Option<String>,
    is_open: bool,
    reachable_issuers: BTreeSet<String>,
    triggers: Triggers,
}

impl Emulator {
    /// Starts an emulator on a free port of `127.0.0.1`.
    ///
    /// # Errors
    ///
    /// The port cannot be bound.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Sets an emulator up by hand.
    pub fn builder() -> Builder {
        Builder {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            issuer: None,
            is_open: false,
            reachable_issuers: BTreeSet::new(),
            triggers: Triggers::default(),
        }
    }

    /// Returns the address that clients are pointed at, e.g. `http://127.0.0.1:9229`.
    pub fn endpoint(&self) -> &str {
        &self.shared.endpoint
    }

    /// Adds a pool, in place of one of the same id, and gives back a handle on it.
    pub fn add_pool(&self, pool: Pool) -> Pool {
        self.shared.add_pool(&pool);
        pool
    }

    /// Finds a pool, also one that was made through the API.
    pub fn pool(&self, id: &str) -> Option<Pool> {
        self.shared.pool(id).ok()
    }

    /// Returns all pools, also those that were made through the API.
    pub fn pools(&self) -> Vec<Pool> {
        self.shared.pools()
    }

    /// Moves the emulator's clock forward: tokens, codes and challenges grow old, locks open.
    pub fn advance(&self, by: Duration) {
        self.shared.clock.advance(by);
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// Returns the emulator's time in seconds since 1970.
    pub fn unix_time(&self) -> u64 {
        self.shared.clock.unix()
    }

    /// Returns the calls so far, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.ledger.calls()
    }

    /// Forgets the calls so far.
    pub fn clear_calls(&self) {
        self.shared.ledger.clear();
    }

    /// Spoils the next calls of one operation.
    pub fn inject(&self, fault: Fault) {
        self.shared.faults.add(fault);
    }

    /// Clears the faults that have not struck yet.
    pub fn clear_faults(&self) {
        self.shared.faults.clear();
    }

    /// Ends all open challenges, as if their time had passed.
    pub fn expire_challenges(&self) {
        let now = self.shared.clock.now();
        for pool in self.shared.pools() {
            pool.directory().sessions.expire_all(now);
        }
    }

    /// Returns what the pools "sent" by mail and SMS, oldest first.
    pub fn outbox(&self) -> Vec<Message> {
        self.shared.outbox.messages()
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("endpoint", &self.shared.endpoint)
            .finish_non_exhaustive()
    }
}

impl Builder {
    /// Sets the address to listen on, which has to be a loopback address.
    pub fn with_address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Sets what the issuer of each pool begins with, in place of the endpoint. `{region}` stands for the pool's region.
    ///
    /// Verifiers that take only AWS's form want `https://cognito-idp.{region}.amazonaws.com`.
    pub fn with_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Allows the emulator to ask this issuer although it is not on this machine: for an identity provider of a pool whose
    /// `oidc_issuer` it is, letter by letter. In plain HTTP, as on a network of containers.
    pub fn with_reachable_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.reachable_issuers.insert(issuer.into());
        self
    }

    /// Posts the events of this trigger to an address, from every pool that has no function of its own; see
    /// [`Pool::set_trigger_url`].
    pub fn with_trigger_url(mut self, trigger: Trigger, url: &str) -> Self {
        self.triggers.set_url(trigger, url);
        self
    }

    /// Allows an address that is reached from other machines, and requests under any host name.
    ///
    /// The emulator verifies no AWS credentials: everybody who reaches it may do everything with it. Containers need
    /// this, behind a network of their own.
    pub fn dangerously_reachable(mut self) -> Self {
        self.is_open = true;
        self
    }

    /// Starts the emulator.
    ///
    /// # Errors
    ///
    /// The address is not a loopback address (`InvalidInput`), or cannot be bound.
    pub async fn start(self) -> io::Result<Emulator> {
        if !self.is_open && !self.address.ip().is_loopback() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!(
                    "{} is not a loopback address: the emulator checks no AWS credentials, and must not be reached \
                     from elsewhere",
                    self.address.ip()
                ),
            ));
        }
        let listener = TcpListener::bind(self.address).await?;
        let mut address = listener.local_addr()?;
        if address.ip().is_unspecified() {
            // Nobody can be sent to that address.
            address.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        let mut shared = Shared::new(
            format!("http://{address}"),
            self.issuer,
            self.is_open,
            self.triggers,
        );
        shared.reachable_issuers = self.reachable_issuers;
        let shared = Arc::new(shared);

        let (running, stopped) = oneshot::channel::<()>();
        let router = http::router(Arc::clone(&shared));
        tokio::spawn(async move {
            let ended = async {
                // The sender never sends; it is dropped with the last handle.
                let _ = stopped.await;
            };
            if let Err(error) = axum::serve(listener, router)
                .with_graceful_shutdown(ended)
                .await
            {
                tracing::error!(%error, "the emulator stopped");
            }
        });

        Ok(Emulator {
            shared,
            _running: Arc::new(running),
        })
    }
}
