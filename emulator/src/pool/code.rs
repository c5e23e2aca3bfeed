//! Codes that were sent to a user and wait to be typed in.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use time::OffsetDateTime;

use crate::failure::Failure;
use crate::keep;

const HOUR: Duration = Duration::from_secs(60 * 60);
const WRONG_TRIES: u32 = 15;

/// What a code is for.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) enum Purpose {
    SignUp,
    ForgotPassword,
    /// Proves that an address or number is the user's.
    Attribute(String),
}

impl Purpose {
    /// How long a code for this holds.
    fn validity(&self) -> Duration {
        match self {
            Self::ForgotPassword => HOUR,
            Self::SignUp | Self::Attribute(_) => 24 * HOUR,
        }
    }
}

/// A code that was sent.
#[derive(Clone, Deserialize, Serialize)]
struct Open {
    code: String,
    /// `email` or `phone_number`.
    contact: String,
    until: OffsetDateTime,
}

/// The open codes of one user, and how often the user has asked and tried.
#[derive(Clone, Default, Deserialize, Serialize)]
pub(crate) struct Codes {
    #[serde(with = "keep::pairs")]
    open: BTreeMap<Purpose, Open>,
    #[serde(skip)]
    events: BTreeMap<(Purpose, &'static str), Vec<OffsetDateTime>>,
}

impl Codes {
    /// Notes a code that was sent to a contact. An earlier one for the same purpose no longer counts.
    pub(crate) fn open_for(
        &mut self,
        purpose: Purpose,
        code: String,
        contact: &str,
        now: OffsetDateTime,
    ) {
        let until = now + purpose.validity();
        let contact = contact.to_owned();
        let open = Open {
            code,
            contact,
            until,
        };
        self.open.insert(purpose, open);
    }

    /// Checks a code, and tells the contact that it was sent to. Too many tries in an hour are refused unseen.
    pub(crate) fn check(
        &mut self,
        purpose: &Purpose,
        code: &str,
        now: OffsetDateTime,
    ) -> Result<String, Failure> {
        self.count(purpose, "try", WRONG_TRIES, now)?;
        let open = self
            .open
            .get(purpose)
            .filter(|open| now < open.until)
            .ok_or_else(Failure::expired_code)?;
        if !bool::from(open.code.as_bytes().ct_eq(code.as_bytes())) {
            return Err(Failure::code_mismatch());
        }
        Ok(open.contact.clone())
    }

    /// Uses a code up.
    pub(crate) fn close(&mut self, purpose: &Purpose) {
        self.open.remove(purpose);
    }

    /// Counts an event, and refuses it when there were too many within the last hour.
    pub(crate) fn count(
        &mut self,
        purpose: &Purpose,
        what: &'static str,
        limit: u32,
        now: OffsetDateTime,
    ) -> Result<(), Failure> {
        let events = self.events.entry((purpose.clone(), what)).or_default();
        events.retain(|&event| now - event < HOUR);
        if events.len() >= limit as usize {
            return Err(Failure::limit_exceeded());
        }
        events.push(now);
        Ok(())
    }
}

impl std::fmt::Debug for Codes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Codes")
            .field("open", &self.open.keys())
            .finish_non_exhaustive()
    }
}
