//! The token in a request, and its verification.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::bearer_rejection::{BearerRejection, BearerRejectionKind};
use super::caller::Bearer;
use crate::token::AccessToken;
use crate::web::auth::{InRequest, RequestState};
use crate::web::error::AuthError;

/// A token of this request that was verified, so that guards and extractors verify it once.
#[derive(Clone)]
pub(in crate::web) struct Verified {
    request: Arc<RequestState>,
    token: Arc<AccessToken>,
    pub(in crate::web) bearer: Bearer,
}

impl Verified {
    pub(in crate::web) fn token(&self) -> &AccessToken {
        &self.token
    }

    /// Verifies the token of a request. `None`: there is none.
    pub(in crate::web) async fn find(parts: &mut Parts) -> Result<Option<Self>, BearerRejection> {
        let Some(InRequest(request)) = parts.extensions.get().cloned() else {
            let missing = BearerRejectionKind::Failed(AuthError::MissingAuthLayer);
            return Err(BearerRejection::new(missing, parts));
        };
        let invalid = || BearerRejectionKind::InvalidToken;
        let token = match read_token(&parts.headers) {
            Ok(Some(token)) => token,
            Ok(None) => return Ok(None),
            Err(Malformed) => return Err(BearerRejection::new(invalid(), parts)),
        };
        // Of the same site, and not of a token that somebody has put in the place of another.
        if let Some(known) = parts.extensions.get::<Self>()
            && Arc::ptr_eq(&known.request, &request)
            && known.token.expose() == token
        {
            return Ok(Some(known.clone()));
        }

        let token = AccessToken::from(token);
        let verified = request.site.backends.verify_principal(&token).await;
        let (backend, principal) = match verified {
            Ok(Some(verified)) => verified,
            Ok(None) => return Err(BearerRejection::new(invalid(), parts)),
            Err(error) => {
                let failed = BearerRejectionKind::Failed(error.into());
                return Err(BearerRejection::new(failed, parts));
            }
        };
        let bearer = Bearer::new(principal, backend.name().to_owned());
        let verified = Self {
            request,
            token: Arc::new(token),
            bearer,
        };
        parts.extensions.insert(verified.clone());
        Ok(Some(verified))
    }
}

/// An `Authorization` header that is neither a token nor of another scheme.
struct Malformed;

/// Returns the token in the `Authorization` header. `None`: there is none.
fn read_token(headers: &HeaderMap) -> Result<Option<&str>, Malformed> {
    let mut headers = headers.get_all(AUTHORIZATION).iter();
    let Some(header) = headers.next() else {
        return Ok(None);
    };
    if headers.next().is_some() {
        return Err(Malformed);
    }

    let header = header.to_str().map_err(|_| Malformed)?;
    match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        None if header.eq_ignore_ascii_case("bearer") => Err(Malformed),
        _ => Ok(None),
    }
}
