//! Logins at the pool's domain: the browser's session there, and codes that wait to be redeemed.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::random;

/// As long as AWS keeps both; the session counts from the last login by a person.
const SESSION_LIFE: Duration = Duration::from_secs(60 * 60);
const CODE_LIFE: Duration = Duration::from_secs(5 * 60);
const TRIP_LIFE: Duration = Duration::from_secs(5 * 60);

/// Who is logged in at the domain.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Visitor {
    pub(crate) username: String,
    pub(crate) sub: String,
    pub(crate) auth_time: u64,
    /// The identity provider that the visitor came by.
    pub(crate) provider: Option<String>,
}

/// What a code stands for.
#[derive(Clone, Debug)]
pub(crate) struct Approval {
    pub(crate) visitor: Visitor,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) nonce: Option<String>,
    /// Of PKCE, by SHA-256.
    pub(crate) challenge: Option<String>,
    pub(crate) resource: Option<String>,
}

/// A visit to an identity provider, from which the browser comes back.
#[derive(Clone, Debug)]
pub(crate) struct Trip {
    pub(crate) provider: String,
    /// The query with which the login began here.
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) redirect_uri: String,
    pub(crate) nonce: String,
}

/// What the domain of one pool remembers.
#[derive(Default, Deserialize, Serialize)]
pub(crate) struct Hosted {
    #[serde(skip)]
    trips: HashMap<String, (Trip, OffsetDateTime)>,
    sessions: BTreeMap<String, (Visitor, OffsetDateTime)>,
    #[serde(skip)]
    approvals: HashMap<String, (Approval, OffsetDateTime)>,
}

impl Hosted {
    /// Begins a session, and returns the value of its cookie.
    pub(crate) fn enter(&mut self, visitor: Visitor, now: OffsetDateTime) -> String {
        self.sessions.retain(|_, (_, until)| now < *until);
        let cookie = random::mixed(43);
        let until = now + SESSION_LIFE;
        self.sessions.insert(cookie.clone(), (visitor, until));
        cookie
    }

    pub(crate) fn visitor(&self, cookie: &str, now: OffsetDateTime) -> Option<Visitor> {
        let (visitor, until) = self.sessions.get(cookie)?;
        (now < *until).then(|| visitor.clone())
    }

    pub(crate) fn leave(&mut self, cookie: &str) {
        self.sessions.remove(cookie);
    }

    /// Remembers a trip, and returns its state.
    pub(crate) fn depart(&mut self, trip: Trip, now: OffsetDateTime) -> String {
        self.trips.retain(|_, (_, until)| now < *until);
        let state = random::mixed(43);
        self.trips.insert(state.clone(), (trip, now + TRIP_LIFE));
        state
    }

    /// Ends a trip: each state is good once.
    pub(crate) fn arrive(&mut self, state: &str, now: OffsetDateTime) -> Option<Trip> {
        let (trip, until) = self.trips.remove(state)?;
        (now < until).then_some(trip)
    }

    /// Keeps an approval under a new code.
    pub(crate) fn approve(&mut self, approval: Approval, now: OffsetDateTime) -> String {
        self.approvals.retain(|_, (_, until)| now < *until);
        let code = random::uuid();
        self.approvals
            .insert(code.clone(), (approval, now + CODE_LIFE));
        code
    }

    pub(crate) fn approval(&self, code: &str, now: OffsetDateTime) -> Option<Approval> {
        let (approval, until) = self.approvals.get(code)?;
        (now < *until).then(|| approval.clone())
    }

    /// Uses a code up.
    pub(crate) fn redeem(&mut self, code: &str) {
        self.approvals.remove(code);
    }
}

impl fmt::Debug for Hosted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hosted")
            .field("sessions", &self.sessions.len())
            .field("approvals", &self.approvals.len())
            .finish()
    }
}
