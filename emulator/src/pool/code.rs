//! Codes that were sent to a user and wait to be typed in.

use std::collections::BTreeMap;
use std::time::Duration;

use subtle::ConstantTimeEq;
use time::OffsetDateTime;

use crate::failure::Failure;

const HOUR: Duration = Duration::from_secs(60 * 60);
const WRONG_TRIES: u32 = 15;

/// What a code is for.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
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

/// The open codes of one user, and how often the user has asked and tried.
#[derive(Clone, Default)]
pub(crate) struct Codes {
    open: BTreeMap<Purpose, (String, OffsetDateTime)>,
    events: BTreeMap<(Purpose, &'static str), Vec<OffsetDateTime>>,
}

impl Codes {
    pub(crate) fn open(&mut self, purpose: Purpose, code: String, now: OffsetDateTime) {
        let until = now + purpose.validity();
        self.open.insert(purpose, (code, until));
    }

    /// Checks a code and uses it up. Too many tries in an hour are refused unseen.
    pub(crate) fn redeem(
        &mut self,
        purpose: &Purpose,
        code: &str,
        now: OffsetDateTime,
    ) -> Result<(), Failure> {
        self.count(purpose, "try", WRONG_TRIES, now)?;
        let Some((expected, until)) = self.open.get(purpose) else {
            return Err(Failure::expired_code());
        };
        if now >= *until {
            return Err(Failure::expired_code());
        }
        if !bool::from(expected.as_bytes().ct_eq(code.as_bytes())) {
            return Err(Failure::code_mismatch());
        }

        self.open.remove(purpose);
        Ok(())
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
