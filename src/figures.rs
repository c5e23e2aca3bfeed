//! Figures of a running site, for whatever recorder of the crate `metrics` the site installs.
//!
//! This module alone knows their names, which `docs/src/how-to/watching.md` lists. Without the
//! feature `metrics` nothing is counted or timed; without a recorder it costs next to nothing. A
//! label holds one of a few words, and never a name, an id or what somebody typed.

#[cfg(any(feature = "metrics", feature = "web"))]
use std::time::Duration;
#[cfg(feature = "metrics")]
use std::time::Instant;

#[cfg(feature = "metrics")]
#[cfg(feature = "web")]
use metrics::counter;
#[cfg(feature = "metrics")]
use metrics::histogram;

/// Counts what happened to a login: an event of the audit log.
#[cfg(all(feature = "metrics", feature = "web"))]
pub(crate) fn count_event(event: &'static str, detail: String) {
    counter!("axum_cognito.events", "event" => event, "detail" => detail).increment(1);
}

/// Counts a refresh of tokens: `renewed`, `ended` or `failed`.
#[cfg(feature = "web")]
pub(crate) fn count_renewal(outcome: &'static str) {
    #[cfg(feature = "metrics")]
    counter!("axum_cognito.renewals", "outcome" => outcome).increment(1);
    #[cfg(not(feature = "metrics"))]
    let _ = outcome;
}

/// Records a call to Cognito, with all its retries. `error` is empty if it succeeded.
#[cfg(feature = "metrics")]
pub(crate) fn record_call(operation: String, error: String, took: Duration) {
    let name = "axum_cognito.cognito.duration";
    histogram!(name, "operation" => operation, "error" => error).record(took);
}

/// Records a look into the registry of logins: `found`, `over` or `failed`.
#[cfg(feature = "web")]
pub(crate) fn record_lookup(outcome: &'static str, took: Duration) {
    #[cfg(feature = "metrics")]
    histogram!("axum_cognito.registry.duration", "outcome" => outcome).record(took);
    #[cfg(not(feature = "metrics"))]
    let _ = (outcome, took);
}

/// Measures a time, where there are figures.
#[cfg(any(feature = "metrics", feature = "web"))]
#[derive(Debug)]
pub(crate) struct Stopwatch {
    #[cfg(feature = "metrics")]
    start: Instant,
}

#[cfg(any(feature = "metrics", feature = "web"))]
impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self {
            #[cfg(feature = "metrics")]
            start: Instant::now(),
        }
    }

    #[cfg(feature = "metrics")]
    pub(crate) fn took(&self) -> Duration {
        self.start.elapsed()
    }

    #[cfg(all(feature = "web", not(feature = "metrics")))]
    pub(crate) fn took(&self) -> Duration {
        Duration::ZERO
    }
}
