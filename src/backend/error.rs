use std::error::Error as StdError;

use crate::cognito::{CognitoError, CognitoErrorKind, ConfigError};
use crate::token::TokenError;
use crate::users::UserStoreError;

/// Something that kept a backend from telling whether a user may log in.
///
/// It is never a refusal: those are [`LoginOutcome::Refused`](super::LoginOutcome::Refused).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A call to Cognito failed.
    #[error(transparent)]
    Cognito(#[from] CognitoError),
    /// A backend of your own failed.
    #[error(transparent)]
    Other(Box<dyn StdError + Send + Sync>),
    /// The backend is set up in a way that cannot work.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// Cognito issued tokens that do not verify, or its key set could not be had.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The user store failed.
    #[error(transparent)]
    Users(#[from] UserStoreError),
}

impl Error {
    /// Wraps an error of a backend of your own.
    pub fn other(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Other(error.into())
    }

    /// Returns the kind of the error, when a call to Cognito failed.
    pub fn cognito_kind(&self) -> Option<CognitoErrorKind> {
        match self {
            Self::Cognito(error) => Some(error.kind()),
            _ => None,
        }
    }
}

/// A backend that is set up in a way that cannot work. The message says what to change.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// Two backends have one name, so that a session could not tell whose user is in it.
    #[error(
        "two backends are named {name:?}: override `name` in one of them, so that a session \
         remembers which of them logged its user in"
    )]
    BackendName {
        /// The name they share.
        name: String,
    },
    /// No resource is configured, and its metadata is to be served.
    #[error(
        "there is no resource: set `COGNITO_RESOURCE`, or call `with_resource` of the client's \
         builder, with the URL of the API"
    )]
    NoResource,
    /// A caller of an API is to lead to a row, and the backend has none.
    #[error(
        "backend {name:?} has no store of users, so that a token leads to no row: extract a \
         `BearerUser`, or add the backend by `with_pool`"
    )]
    NoUsers {
        /// The backend whose token it is.
        name: String,
    },
    /// There is no backend at all.
    #[error("there is no backend: add one with `with_pool` or `with_backend`")]
    NoBackend,
    /// The client is set up wrongly.
    #[error(transparent)]
    Client(#[from] ConfigError),
    /// Statuses are to be refused that only `AdminGetUser` could tell.
    #[error(
        "users with status {status} cannot be refused: a login does not tell the status. Take it \
         from `ProfileSource::AdminGetUser`, or let `supports_inactive_user` be true"
    )]
    StatusUnknown {
        /// A status that Cognito does not refuse by itself.
        status: String,
    },
    /// `AdminGetUser` is to be called without credentials.
    #[error(
        "the status of users is to come from AdminGetUser, but the client has no AWS credentials: \
         give it some with the permission `cognito-idp:AdminGetUser`, or let \
         `supports_inactive_user` be true"
    )]
    StatusWithoutCredentials,
    /// The user store does not fit, e.g. a mapped column is missing.
    #[error(transparent)]
    Users(#[from] UserStoreError),
}
