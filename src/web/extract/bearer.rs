//! The extractors of callers with an access token.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;

use super::bearer_rejection::{BearerRejection, BearerRejectionKind};
use super::caller::{Bearer, BearerMachine, BearerUser};
use super::verified::Verified;

impl Bearer {
    async fn find(parts: &mut Parts) -> Result<Option<Self>, BearerRejection> {
        Ok(Verified::find(parts).await?.map(|verified| verified.bearer))
    }
}

impl BearerMachine {
    async fn find(parts: &mut Parts) -> Result<Option<Self>, BearerRejection> {
        match Bearer::find(parts).await? {
            None => Ok(None),
            Some(Bearer::Machine(machine)) => Ok(Some(machine)),
            Some(Bearer::User(_)) => {
                Err(BearerRejection::new(BearerRejectionKind::NoMachine, parts))
            }
        }
    }
}

impl BearerUser {
    pub(super) async fn find(parts: &mut Parts) -> Result<Option<Self>, BearerRejection> {
        match Bearer::find(parts).await? {
            None => Ok(None),
            Some(Bearer::User(user)) => Ok(Some(user)),
            Some(Bearer::Machine(_)) => {
                Err(BearerRejection::new(BearerRejectionKind::NoUser, parts))
            }
        }
    }
}

macro_rules! extractor {
    ($($name:ident)*) => {$(
        impl<S: Sync> FromRequestParts<S> for $name {
            type Rejection = BearerRejection;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
                let found = Self::find(parts).await?;
                found.ok_or_else(|| BearerRejection::new(BearerRejectionKind::MissingToken, parts))
            }
        }

        impl<S: Sync> OptionalFromRequestParts<S> for $name {
            type Rejection = BearerRejection;

            async fn from_request_parts(
                parts: &mut Parts,
                _: &S,
            ) -> Result<Option<Self>, Self::Rejection> {
                Self::find(parts).await
            }
        }
    )*};
}
pub(super) use extractor;

extractor!(Bearer BearerMachine BearerUser);
