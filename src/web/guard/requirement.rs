//! What a guard of an API requires of a caller.

use std::fmt;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::revocation::Revocations;
use crate::web::auth::InRequest;
use crate::web::error::AuthError;
use crate::web::extract::{
    Bearer, BearerMachine, BearerRejection, BearerRejectionKind, BearerUser, Verified,
};
use crate::web::hook::Event;
use crate::web::session::AuthSession;

/// The scope without which Cognito answers nothing about its user.
const MAY_BE_ASKED: &str = "aws.cognito.signin.user.admin";

#[derive(Clone)]
pub(super) enum BearerRequirement {
    /// These scopes, at their spaces.
    AllScopes(Arc<str>),
    Any,
    AnyScope(Arc<str>),
    Group(Arc<str>),
    Machine,
    NotRevoked(Arc<Revocations>),
    User,
}

impl BearerRequirement {
    pub(super) async fn check(&self, parts: &mut Parts) -> Result<(), BearerRejection> {
        let scopes = match self {
            Self::AllScopes(scopes) | Self::AnyScope(scopes) => Some(scopes.clone()),
            _ => None,
        };
        let checked = match self {
            Self::AllScopes(scopes) => has_scopes(parts, scopes, true).await,
            Self::AnyScope(scopes) => has_scopes(parts, scopes, false).await,
            Self::Any => Bearer::from_request_parts(parts, &()).await.map(drop),
            Self::Group(group) => is_in_group(parts, group).await,
            Self::Machine => BearerMachine::from_request_parts(parts, &())
                .await
                .map(drop),
            Self::NotRevoked(revocations) => not_revoked(parts, revocations).await,
            Self::User => BearerUser::from_request_parts(parts, &()).await.map(drop),
        };

        let Err(rejection) = checked else {
            return Ok(());
        };
        if rejection.is_of_a_caller() {
            self.tell(parts).await;
        }
        Err(match scopes {
            Some(scopes) => rejection.with_scope(scopes),
            None => rejection,
        })
    }

    /// Writes the audit log: the caller is known, and may not do this.
    async fn tell(&self, parts: &mut Parts) {
        if let Ok(auth) = AuthSession::from_request_parts(parts, &()).await
            && let Ok(caller) = Bearer::from_request_parts(parts, &()).await
        {
            auth.tell(&Event::CallerForbidden {
                sub: caller.sub().clone(),
                client: caller.client_id().to_owned(),
                required: self.to_string(),
            });
        }
    }
}

impl fmt::Display for BearerRequirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AllScopes(scopes) => write!(f, "scope {scopes}"),
            Self::Any => f.write_str("token"),
            Self::AnyScope(scopes) => write!(f, "one scope of {scopes}"),
            Self::Group(group) => write!(f, "group {group}"),
            Self::Machine => f.write_str("token of an app client itself"),
            Self::NotRevoked(_) => f.write_str("token that can be revoked"),
            Self::User => f.write_str("token of a user"),
        }
    }
}

async fn has_scopes(parts: &mut Parts, scopes: &str, all: bool) -> Result<(), BearerRejection> {
    let caller = Bearer::from_request_parts(parts, &()).await?;
    let mut scopes = scopes.split(' ');
    let is_allowed = if all {
        scopes.all(|scope| caller.has_scope(scope))
    } else {
        scopes.any(|scope| caller.has_scope(scope))
    };

    if is_allowed {
        Ok(())
    } else {
        let lacking = BearerRejectionKind::InsufficientScope;
        Err(BearerRejection::new(lacking, parts))
    }
}

async fn is_in_group(parts: &mut Parts, group: &str) -> Result<(), BearerRejection> {
    let user = BearerUser::from_request_parts(parts, &()).await?;

    if user.is_in_group(group) {
        Ok(())
    } else {
        Err(BearerRejection::new(BearerRejectionKind::NotInGroup, parts))
    }
}

async fn not_revoked(parts: &mut Parts, revocations: &Revocations) -> Result<(), BearerRejection> {
    let user = BearerUser::from_request_parts(parts, &()).await?;
    if !user.has_scope(MAY_BE_ASKED) {
        let lacking = BearerRejection::new(BearerRejectionKind::InsufficientScope, parts);
        return Err(lacking.with_scope(MAY_BE_ASKED.into()));
    }

    let verified = Verified::find(parts).await?;
    let request = parts.extensions.get::<InRequest>().cloned();
    let (Some(verified), Some(InRequest(request))) = (verified, request) else {
        let missing = AuthError::MissingAuthLayer.into();
        return Err(BearerRejection::new(missing, parts));
    };
    let kind = match revocations
        .is_revoked(&request.site, &user, &verified)
        .await
    {
        Ok(false) => return Ok(()),
        Ok(true) => BearerRejectionKind::InvalidToken,
        Err(error) => AuthError::Backend(error).into(),
    };
    Err(BearerRejection::new(kind, parts))
}
