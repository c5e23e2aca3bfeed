use std::sync::Arc;
use std::time::Duration;

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use tower_sessions::session::Error as SessionError;
use tracing::{error, warn};

use crate::backend::Error;
use crate::cognito::{CognitoError, CognitoErrorKind};
use crate::token::TokenErrorKind;
use crate::users::UserStoreErrorKind;

/// Nobody knows how long an outage lasts. A try every few seconds does no harm.
pub(super) const RETRY_OUTAGE_AFTER: Duration = Duration::from_secs(5);

/// What kept the layer from telling who is there, or from logging somebody in or out.
///
/// As a response it is 503 for an outage and 500 for a mistake in the set-up, without
/// details; those are logged.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// A backend failed.
    #[error(transparent)]
    Backend(Arc<Error>),
    /// There is no `AuthLayer` around this route.
    #[error("no login layer on this route: add `.layer(auth.layer(store))` after it")]
    MissingAuthLayer,
    /// There is no layer of sessions on this route, or one of another version of tower-sessions.
    #[error(
        "no session on this route: add `.layer(auth.layer(store))` after it. A layer of sessions \
         of your own must come from `axum_cognito::tower_sessions`: another version of that crate \
         is not seen here"
    )]
    MissingSessionLayer,
    /// The challenge that was answered is not the one that waits in this session.
    #[error("the answer is for another challenge than the one that waits")]
    OtherChallenge,
    /// The store of the sessions would keep session ids in clear.
    #[error(
        "the layer of sessions must be made by `auth.sessions(store)` or `auth.layer(store)`, \
         which keep session ids out of the store"
    )]
    UnprotectedSessions,
    /// The session store failed.
    #[error("the session store failed")]
    Session(#[source] Arc<SessionError>),
    /// Passwords or codes were tried more often than the [`Limits`](super::Limits) allow.
    #[error("too many attempts")]
    TooManyAttempts {
        /// When the next attempt can be made.
        retry_after: Duration,
    },
}

impl AuthError {
    /// Returns 409 for a user whose row cannot be written, 429 for too many attempts, 500 for a mistake
    /// in the set-up, 503 for an outage.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Backend(error) if matches!(**error, Error::Setup(_)) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            // No wait mends the settings of a user pool.
            Self::Backend(error)
                if error.cognito_kind().is_some_and(CognitoErrorKind::is_setup) =>
            {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Self::Backend(error) if is_conflict(error) => StatusCode::CONFLICT,
            Self::Backend(_) | Self::Session(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::MissingAuthLayer | Self::MissingSessionLayer | Self::UnprotectedSessions => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Self::OtherChallenge => StatusCode::CONFLICT,
            Self::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// Returns after how long it is worth trying again.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooManyAttempts { retry_after } => Some(*retry_after),
            _ if self.status() == StatusCode::SERVICE_UNAVAILABLE => Some(RETRY_OUTAGE_AFTER),
            _ => None,
        }
    }

    /// Returns the call to Cognito that failed, if that is what happened.
    pub fn cognito(&self) -> Option<&CognitoError> {
        match self {
            Self::Backend(error) => match &**error {
                Error::Cognito(error) => Some(error),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns the kind of the call to Cognito that failed, if that is what happened.
    pub fn cognito_kind(&self) -> Option<CognitoErrorKind> {
        self.cognito().map(CognitoError::kind)
    }

    /// Logs the error with its causes. Called once, where the error is answered.
    pub(crate) fn log(&self) {
        if matches!(self, Self::TooManyAttempts { .. }) {
            return; // the audit log has it
        }

        let mut causes = String::new();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            causes.push_str(": ");
            causes.push_str(&cause.to_string());
            source = cause.source();
        }

        let finding = self.cognito_kind().and_then(CognitoErrorKind::finding);
        // A field, since it may hold what a server or a visitor wrote: one event stays one line.
        let causes = causes.trim_start_matches(": ");
        // A stranger can bring these about as often as they like, and the fetch that failed has a line of its own.
        if self.is_about_keys() {
            warn!(?causes, "{self}");
        } else {
            error!(finding, ?causes, "{self}");
        }
    }

    /// Whether there was no key set to verify a token with.
    fn is_about_keys(&self) -> bool {
        let Self::Backend(error) = self else {
            return false;
        };
        matches!(&**error, Error::Token(error) if error.kind() == TokenErrorKind::KeysUnavailable)
    }
}

/// Whether a value of the user belongs to another row already: no wait would mend that.
fn is_conflict(error: &Error) -> bool {
    matches!(error, Error::Users(error) if error.kind() == UserStoreErrorKind::Conflict)
}

/// A time as the `Retry-After` header has it: whole seconds, rounded up.
pub(crate) fn seconds(time: Duration) -> HeaderValue {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    seconds.into()
}

/// Marks an answer that a guard or an extractor gave in place of the handler.
///
/// It is in the extensions of the response, so that a layer around can give it a page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StoppedByAuth;

impl From<Error> for AuthError {
    fn from(error: Error) -> Self {
        Self::Backend(Arc::new(error))
    }
}

impl From<SessionError> for AuthError {
    fn from(error: SessionError) -> Self {
        Self::Session(Arc::new(error))
    }
}

impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        self.log();

        let status = self.status();
        let text = match status {
            StatusCode::SERVICE_UNAVAILABLE => {
                "The service is unavailable. Please try again later."
            }
            StatusCode::CONFLICT => "Your account cannot be opened on this site.",
            StatusCode::TOO_MANY_REQUESTS => "Too many attempts. Please wait a while.",
            _ => "Something is wrong on our side.",
        };
        let mut response = (status, text).into_response();
        if let Some(after) = self.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, seconds(after));
        }
        response.extensions_mut().insert(StoppedByAuth);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_to_wait_is_rounded_up() {
        for (millis, header) in [(0, "0"), (1, "1"), (4999, "5"), (5000, "5"), (5001, "6")] {
            assert_eq!(seconds(Duration::from_millis(millis)), header);
        }
    }
}
