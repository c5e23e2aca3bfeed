//! Logins on their way, and the challenges that wait for their answer.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use super::account::Account;
use super::mfa::Factor;
use crate::failure::Failure;
use crate::random;

/// A login on its way.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Login {
    pub(crate) client_id: String,
    /// The internal username.
    pub(crate) username: String,
    pub(crate) sub: String,
    pub(crate) device_key: Option<String>,
    /// Nothing more is asked than a new password: a second factor, a known device or a passkey did it.
    pub(crate) is_strong: bool,
    /// The device of `device_key` has proved itself.
    pub(crate) is_device_proved: bool,
    /// How many questions of the flow `CUSTOM_AUTH` have been answered, in that flow.
    pub(crate) custom_round: Option<usize>,
    /// The rounds of `CUSTOM_AUTH` so far, as functions are told of them.
    pub(crate) custom_session: Vec<Value>,
    /// `ClientMetadata` of the last call.
    pub(crate) metadata: Value,
    /// The login is at the pool's domain.
    pub(crate) is_hosted: bool,
    /// What the tokens of this login are made for: `TokenGeneration_Authentication`, …
    pub(crate) purpose: String,
}

impl Login {
    pub(crate) fn new(client_id: &str, account: &Account) -> Self {
        Self {
            client_id: client_id.to_owned(),
            username: account.username.clone(),
            sub: account.sub.clone(),
            device_key: None,
            is_strong: false,
            is_device_proved: false,
            custom_round: None,
            custom_session: Vec::new(),
            metadata: Value::Null,
            is_hosted: false,
            purpose: "Authentication".to_owned(),
        }
    }
}

/// What was asked.
#[derive(Clone)]
pub(crate) enum Pending {
    /// With the private parameters that a function gave.
    Custom(Value),
    DeviceSrp,
    /// A second factor; the code is missing where an authenticator app makes it.
    Factor(Factor, Option<String>),
    MfaSetup {
        verified: bool,
    },
    NewPassword,
    /// A code by mail or SMS as first factor.
    OneTimeCode {
        challenge: String,
        code: String,
    },
    Password,
    PasswordSrp,
    SelectChallenge(Vec<String>),
    /// A registration: after its confirmation the session logs in.
    SignUp {
        is_confirmed: bool,
    },
    SelectMfa(Vec<Factor>),
    WebAuthn {
        challenge: String,
    },
    /// A question to somebody who does not exist. No answer is right.
    Simulated,
}

struct Entry {
    login: Login,
    pending: Pending,
    expires: OffsetDateTime,
    is_used: bool,
}

/// The open challenges of a pool, by the text that the API calls `Session`.
#[derive(Default)]
pub(crate) struct Sessions {
    entries: HashMap<String, Entry>,
}

impl Sessions {
    pub(crate) fn open(
        &mut self,
        login: Login,
        pending: Pending,
        now: OffsetDateTime,
        validity: Duration,
    ) -> String {
        // Old ones stay for a while, so that a late answer gets the right refusal.
        let forgotten = Duration::from_secs(60 * 60);
        self.entries
            .retain(|_, entry| now < entry.expires + forgotten);

        let session = format!("AYABe{}", random::mixed(250));
        let entry = Entry {
            login,
            pending,
            expires: now + validity,
            is_used: false,
        };
        self.entries.insert(session.clone(), entry);
        session
    }

    /// Finds the login that a session belongs to, and what it was asked.
    pub(crate) fn find(
        &self,
        session: &str,
        client_id: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<(Login, Pending), Failure> {
        let refuse = |message| Err(Failure::not_authorized(message));
        let Some(entry) = self.entries.get(session) else {
            return refuse("Invalid session for the user.");
        };
        if client_id.is_some_and(|client| client != entry.login.client_id) {
            return refuse("Invalid session for the user.");
        }
        if entry.is_used {
            return Err(used());
        }
        if now >= entry.expires {
            return refuse("Invalid session for the user, session is expired.");
        }
        Ok((entry.login.clone(), entry.pending.clone()))
    }

    /// Marks a session as answered. Refuses if it was answered since it was found: the pool is not locked
    /// all the while.
    pub(crate) fn use_up(&mut self, session: &str) -> Result<(), Failure> {
        let entry = self.entries.get_mut(session);
        let was_used = entry.map(|entry| std::mem::replace(&mut entry.is_used, true));
        match was_used {
            Some(true) => Err(used()),
            _ => Ok(()),
        }
    }

    /// Ends the sessions of all open challenges, as if their time had passed.
    pub(crate) fn expire_all(&mut self, now: OffsetDateTime) {
        for entry in self.entries.values_mut() {
            entry.expires = entry.expires.min(now);
        }
    }
}

fn used() -> Failure {
    Failure::not_authorized("Invalid session for the user, session can only be used once.")
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions")
            .field("open", &self.entries.len())
            .finish_non_exhaustive()
    }
}
