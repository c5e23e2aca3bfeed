//! Troubles that tests switch on.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What goes wrong with a call.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum FaultKind {
    /// Status 200, with this text where the answer should be.
    Answer(String),
    /// The answer comes, but later. Real time, not the emulator's clock.
    Delay(Duration),
    /// The connection is closed without an answer.
    Drop,
    /// An error with this name, in the form of the API or, at the domain, of OAuth.
    Error(String),
    /// The same with this message.
    ErrorWithMessage(String, String),
    /// Status 200, with a page of HTML where JSON should be.
    Garbage,
    /// The right answer with these members over it, as a JSON merge patch: `{"Status":"ERROR"}`, or null to take one out.
    Patch(String),
    /// This status, with an empty body.
    Status(u16),
    /// `TooManyRequestsException`; at the domain with status 429.
    Throttle,
    /// The right answer, cut off in the middle.
    Truncate,
}

impl FaultKind {
    /// Creates an error with this name.
    pub fn error(name: impl Into<String>) -> Self {
        Self::Error(name.into())
    }

    /// What the ledger says of it; nothing where the operation itself answers, or something like it.
    pub(crate) fn word(&self) -> Option<String> {
        match self {
            Self::Error(name) | Self::ErrorWithMessage(name, _) => Some(name.clone()),
            Self::Throttle => Some("TooManyRequestsException".to_owned()),
            Self::Status(status) => Some(status.to_string()),
            Self::Drop => Some("no answer".to_owned()),
            _ => None,
        }
    }
}

/// Spoils the next call of one operation, or the next few.
///
/// ```
/// use cognito_emulator::{Fault, FaultKind};
///
/// let thrice = Fault::on("InitiateAuth", FaultKind::Throttle).times(3);
/// # let _ = thrice;
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    operation: String,
    kind: FaultKind,
    times: usize,
    skip: usize,
    /// `AuthFlow`, `ChallengeName` or `grant_type` of the calls that are meant.
    only: Option<String>,
    is_late: bool,
}

impl Fault {
    /// Spoils one call of this operation. `jwks` stands for a fetch of the key set; the endpoints of the domain that
    /// programs call have their paths, `/oauth2/token`, `/oauth2/userInfo` and `/oauth2/revoke`; `*` stands for everything.
    pub fn on(operation: impl Into<String>, kind: FaultKind) -> Self {
        Self {
            operation: operation.into(),
            kind,
            times: 1,
            skip: 0,
            only: None,
            is_late: false,
        }
    }

    /// Sets how many calls are spoilt.
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// Spoils only calls of this `AuthFlow`, `ChallengeName` or `grant_type`, e.g. `REFRESH_TOKEN_AUTH`.
    pub fn only(mut self, kind: impl Into<String>) -> Self {
        self.only = Some(kind.into());
        self
    }

    /// Spoils the answer alone, after the operation has done its work: an account is made, and its code cannot be sent.
    pub fn once_done(mut self) -> Self {
        self.is_late = true;
        self
    }

    /// Spares this many calls first.
    pub fn after(mut self, calls: usize) -> Self {
        self.skip = calls;
        self
    }

    /// Spoils all calls, until [`Emulator::clear_faults`](crate::Emulator::clear_faults).
    pub fn forever(self) -> Self {
        self.times(usize::MAX)
    }
}

/// What goes wrong with one call.
#[derive(Debug)]
pub(crate) struct Strike {
    pub(crate) kind: FaultKind,
    /// After the work of the operation.
    pub(crate) is_late: bool,
}

/// The faults that are still to strike.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan {
    faults: Mutex<Vec<Fault>>,
}

impl FaultPlan {
    pub(crate) fn add(&self, fault: Fault) {
        self.faults
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(fault);
    }

    pub(crate) fn clear(&self) {
        self.faults
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Takes what is to go wrong with this call: the oldest fault for its operation.
    pub(crate) fn strike(&self, operation: &str, kind: Option<&str>) -> Option<Strike> {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let index = faults.iter().position(|fault| {
            let is_named = fault.operation == operation || fault.operation == "*";
            is_named && fault.only.as_deref().is_none_or(|only| kind == Some(only))
        })?;
        let fault = &mut faults[index];
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        let strike = Strike {
            kind: fault.kind.clone(),
            is_late: fault.is_late,
        };
        fault.times = fault.times.saturating_sub(1);
        if fault.times == 0 {
            faults.remove(index);
        }
        Some(strike)
    }
}
