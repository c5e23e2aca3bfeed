use std::sync::Arc;

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use tower_sessions::session::Error as SessionError;
use tracing::error;

use crate::backend::Error;
use crate::cognito::{CognitoError, CognitoErrorKind};

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
    #[error("no `AuthLayer` on this route: add `.layer(AuthLayer::new(backend))` after it")]
    MissingAuthLayer,
    /// There is no `SessionManagerLayer` around the `AuthLayer`.
    #[error(
        "no session on this route: add `.layer(SessionManagerLayer::new(store))` after the \
         `AuthLayer`"
    )]
    MissingSessionLayer,
    /// A task that renewed tokens has panicked.
    #[error("the task that renews tokens has panicked")]
    RefreshPanicked,
    /// The session store failed.
    #[error("the session store failed")]
    Session(#[source] Arc<SessionError>),
}

impl AuthError {
    /// 500 for a mistake in the set-up, 503 for an outage.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Backend(error) if matches!(**error, Error::Setup(_)) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Self::Backend(_) | Self::Session(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::MissingAuthLayer | Self::MissingSessionLayer | Self::RefreshPanicked => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// The call to Cognito that failed, if that is what happened.
    pub fn cognito(&self) -> Option<&CognitoError> {
        match self {
            Self::Backend(error) => match &**error {
                Error::Cognito(error) => Some(error),
                _ => None,
            },
            _ => None,
        }
    }

    /// The kind of the call to Cognito that failed, if that is what happened.
    pub fn cognito_kind(&self) -> Option<CognitoErrorKind> {
        self.cognito().map(CognitoError::kind)
    }

    /// Logs the error with its causes. Called once, where the error is answered.
    pub(crate) fn log(&self) {
        let mut causes = String::new();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            causes.push_str(": ");
            causes.push_str(&cause.to_string());
            source = cause.source();
        }

        error!("{self}{causes}");
    }
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
        let mut response = if status == StatusCode::SERVICE_UNAVAILABLE {
            let retry = [(RETRY_AFTER, HeaderValue::from_static("5"))];
            let text = "The service is unavailable. Please try again later.";
            (status, retry, text).into_response()
        } else {
            (status, "Something is wrong on our side.").into_response()
        };
        response.extensions_mut().insert(StoppedByAuth);
        response
    }
}
