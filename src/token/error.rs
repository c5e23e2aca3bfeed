use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use super::KeySourceError;

/// A token that was not accepted.
///
/// Decide by [`kind`](Self::kind). Neither the text nor the source repeats anything of the token.
#[derive(Clone, Debug)]
pub struct TokenError {
    kind: TokenErrorKind,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl TokenError {
    /// Returns the category of the error.
    pub fn kind(&self) -> TokenErrorKind {
        self.kind
    }

    pub(super) fn malformed(what: &'static str) -> Self {
        Self {
            kind: TokenErrorKind::Malformed,
            source: Some(Arc::new(Malformed(what))),
        }
    }

    pub(super) fn keys_unavailable(source: KeySourceError) -> Self {
        Self {
            kind: TokenErrorKind::KeysUnavailable,
            source: Some(Arc::from(source)),
        }
    }
}

impl From<TokenErrorKind> for TokenError {
    fn from(kind: TokenErrorKind) -> Self {
        Self { kind, source: None }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "token not accepted: {}", self.kind)
    }
}

impl StdError for TokenError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// The category of a [`TokenError`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenErrorKind {
    /// The signature is not that of the key.
    #[error("wrong signature")]
    BadSignature,
    /// `exp` has passed.
    #[error("expired")]
    Expired,
    /// The newest key set could not be had. This says nothing about the token: try again later.
    #[error("no key set to verify it with")]
    KeysUnavailable,
    /// It is not a token that Cognito makes.
    #[error("malformed")]
    Malformed,
    /// It was issued to an app client itself, where a user's is wanted.
    #[error("no user's token")]
    NoUser,
    /// `nbf` is in the future.
    #[error("not yet valid")]
    NotYetValid,
    /// The ID token and the access token are not those of one user.
    #[error("ID and access token of different users")]
    SubjectMismatch,
    /// The user pool has no such key.
    #[error("unknown key")]
    UnknownKey,
    /// It was issued to another app client.
    #[error("issued to another app client")]
    WrongAudience,
    /// It was issued by another user pool, or not by Cognito.
    #[error("wrong issuer")]
    WrongIssuer,
    /// It is bound to another resource, or to none where it has to be bound.
    #[error("not bound to this resource")]
    WrongResource,
    /// It was signed by another load balancer.
    #[cfg(feature = "alb")]
    #[error("signed by another load balancer")]
    WrongSigner,
    /// It is an access token where an ID token is wanted, or the other way round.
    #[error("wrong use")]
    WrongUse,
    /// It was not issued for the request that it is to answer: another `nonce`, or an `at_hash` of
    /// another access token.
    #[error("issued for another request")]
    WrongRequest,
    /// It is of another user than the one whom the login was asked for.
    #[error("issued to another user than the one who was asked for")]
    WrongUser,
}

/// What is malformed. The offending value is left out on purpose.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Malformed(&'static str);
