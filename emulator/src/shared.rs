//! What the server, the operations and the handles share: the pools, the clock, what came and what was sent.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock};

use crate::clock::Clock;
use crate::failure::Failure;
use crate::fault::FaultPlan;
use crate::ledger::Ledger;
use crate::login::{Access, issuer_of};
use crate::outbox::Outbox;
use crate::pool::{AppClient, Pool};
use crate::token::Grant;
use crate::trigger::Triggers;

/// The state of one emulator.
pub(crate) struct Shared {
    pub(crate) endpoint: String,
    /// What the issuer of a pool begins with; `{region}` stands for the pool's region.
    issuer: String,
    /// Requests may come from anywhere, under any name.
    pub(crate) is_open: bool,
    /// Issuers that may be asked although they are not on this machine.
    pub(crate) reachable_issuers: BTreeSet<String>,
    /// Of every pool that has no function of its own.
    triggers: Triggers,
    pub(crate) clock: Clock,
    pub(crate) outbox: Outbox,
    pub(crate) ledger: Ledger,
    pub(crate) faults: FaultPlan,
    pools: RwLock<BTreeMap<String, Pool>>,
    /// Pools so far, deleted ones included.
    pool_count: AtomicUsize,
}

impl Shared {
    pub(crate) fn new(
        endpoint: String,
        issuer: Option<String>,
        is_open: bool,
        triggers: Triggers,
    ) -> Self {
        Self {
            issuer: issuer.unwrap_or_else(|| endpoint.clone()),
            endpoint,
            is_open,
            reachable_issuers: BTreeSet::new(),
            triggers,
            clock: Clock::default(),
            outbox: Outbox::default(),
            ledger: Ledger::default(),
            faults: FaultPlan::default(),
            pools: RwLock::default(),
            pool_count: AtomicUsize::new(0),
        }
    }

    pub(crate) fn add_pool(&self, pool: &Pool) {
        let mut pools = self.pools.write().unwrap_or_else(PoisonError::into_inner);
        let number = self.pool_count.fetch_add(1, Ordering::Relaxed);
        pool.attach(
            &self.issuer,
            number,
            &self.clock,
            &self.outbox,
            &self.triggers,
        );
        pools.insert(pool.id().to_owned(), pool.clone());
    }

    pub(crate) fn remove_pool(&self, id: &str) {
        self.pools
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(id);
    }

    pub(crate) fn pools(&self) -> Vec<Pool> {
        self.pools
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect()
    }

    pub(crate) fn pool(&self, id: &str) -> Result<Pool, Failure> {
        self.pools
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned()
            .ok_or_else(|| Failure::not_found(format!("User pool {id} does not exist.")))
    }

    /// Finds an app client and its pool by the client id alone, as public operations name them.
    pub(crate) fn client(&self, id: &str) -> Result<(Pool, AppClient), Failure> {
        for pool in self.pools() {
            let client = pool.directory().clients.get(id).cloned();
            if let Some(client) = client {
                return Ok((pool, client));
            }
        }
        Err(Failure::not_found(format!(
            "User pool client {id} does not exist."
        )))
    }

    /// Finds an app client of a given pool, as admin operations name it.
    pub(crate) fn client_of(&self, pool: &str, id: &str) -> Result<(Pool, AppClient), Failure> {
        let pool = self.pool(pool)?;
        let client = pool.directory().client(id)?.clone();
        Ok((pool, client))
    }

    /// Verifies the access token of an operation for users, which wants the scope of all logins by the API.
    pub(crate) fn access(&self, token: &str) -> Result<(Pool, Access), Failure> {
        let (pool, access) = self.bearer(token)?;
        if access
            .scope
            .split_whitespace()
            .any(|it| it == Grant::USER_SCOPE)
        {
            Ok((pool, access))
        } else {
            Err(Failure::not_authorized(
                "Access Token does not have required scopes",
            ))
        }
    }

    /// Verifies an access token, and finds its pool by the issuer it names.
    pub(crate) fn bearer(&self, token: &str) -> Result<(Pool, Access), Failure> {
        let invalid = || Failure::not_authorized("Invalid Access Token");
        let issuer = issuer_of(token).ok_or_else(invalid)?;
        let id = issuer.rsplit('/').next().unwrap_or_default();
        let pool = self.pool(id).map_err(|_| invalid())?;
        let access = Access::verify(&pool.directory(), token)?;
        Ok((pool, access))
    }
}
