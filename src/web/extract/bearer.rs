use std::fmt;

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::id::Subject;
use crate::token::{AccessClaims, AccessToken};
use crate::web::error::AuthError;
use crate::web::session::AuthSession;

/// Who calls an API: the user of a verified access token in the `Authorization` header.
///
/// No session and no row of the user are looked at. A token that was revoked stays good
/// until it expires, since it is verified offline.
#[derive(Clone)]
pub struct BearerUser {
    claims: AccessClaims,
}

impl BearerUser {
    /// Cognito's `sub`.
    pub fn sub(&self) -> &Subject {
        &self.claims.sub
    }

    /// The name that Cognito gave the user.
    pub fn username(&self) -> &str {
        &self.claims.username
    }

    /// The user's groups.
    pub fn groups(&self) -> &[String] {
        &self.claims.groups
    }

    /// Whether the user is in the group of exactly this name.
    pub fn is_in_group(&self, group: &str) -> bool {
        self.claims.groups.iter().any(|known| known == group)
    }

    /// Whether the token was issued with this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.claims.scopes.iter().any(|known| known == scope)
    }

    /// All that the token says.
    pub fn claims(&self) -> &AccessClaims {
        &self.claims
    }
}

impl fmt::Debug for BearerUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerUser").finish_non_exhaustive()
    }
}

impl<S: Sync> FromRequestParts<S> for BearerUser {
    type Rejection = BearerUserRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let auth = AuthSession::from_request_parts(parts, state).await?;
        let token = read_token(parts)?;
        let verified = auth.site().backends.verify_access_token(&token).await;

        match verified.map_err(AuthError::from)? {
            Some(claims) => Ok(Self { claims }),
            None => Err(BearerUserRejection::InvalidToken),
        }
    }
}

fn read_token(parts: &Parts) -> Result<AccessToken, BearerUserRejection> {
    let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
    let header = headers.next().ok_or(BearerUserRejection::MissingToken)?;
    if headers.next().is_some() {
        return Err(BearerUserRejection::InvalidToken);
    }

    let (scheme, token) = header
        .to_str()
        .ok()
        .and_then(|header| header.split_once(' '))
        .ok_or(BearerUserRejection::InvalidToken)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(BearerUserRejection::MissingToken);
    }
    Ok(AccessToken::from(token.trim().to_owned()))
}

/// Why [`BearerUser`] could not be extracted. See section 3 of RFC 6750.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BearerUserRejection {
    /// It could not be told whether the token is good.
    #[error(transparent)]
    Failed(#[from] AuthError),
    /// The token is not one of this user pool and app client, has expired, or is no token.
    #[error("the access token is not valid here")]
    InvalidToken,
    /// There is no `Authorization: Bearer` header.
    #[error("no access token")]
    MissingToken,
}

impl IntoResponse for BearerUserRejection {
    fn into_response(self) -> Response {
        let challenge = match &self {
            Self::Failed(error) => return error.clone().into_response(),
            Self::InvalidToken => HeaderValue::from_static(r#"Bearer error="invalid_token""#),
            Self::MissingToken => HeaderValue::from_static("Bearer"),
        };
        let headers = [(WWW_AUTHENTICATE, challenge)];

        (StatusCode::UNAUTHORIZED, headers, self.to_string()).into_response()
    }
}
