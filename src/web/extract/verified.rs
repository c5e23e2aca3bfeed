//! The token in a request, and its verification.

use std::sync::Arc;

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};

use super::bearer_rejection::{BearerRejection, BearerRejectionKind};
use super::caller::Bearer;
use crate::web::auth::{InRequest, RequestState};
use crate::web::error::AuthError;

/// A token of this request that was verified, so that guards and extractors verify it once.
#[derive(Clone)]
pub(in crate::web) struct Verified {
    request: Arc<RequestState>,
    /// The header that the token is in.
    header: HeaderValue,
    pub(in crate::web) bearer: Bearer,
}

impl Verified {
    pub(in crate::web) fn token(&self) -> &str {
        let token = token_in(&self.header);
        token.ok().flatten().unwrap_or_default()
    }

    /// Verifies the token of a request. `None`: there is none.
    pub(in crate::web) async fn find(parts: &mut Parts) -> Result<Option<Self>, BearerRejection> {
        let Some(InRequest(request)) = parts.extensions.get().cloned() else {
            let missing = BearerRejectionKind::Failed(AuthError::MissingAuthLayer);
            return Err(BearerRejection::new(missing, parts));
        };
        let invalid = || BearerRejectionKind::InvalidToken;
        let (header, token) = match read_token(&parts.headers) {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(None),
            Err(Malformed) => return Err(BearerRejection::new(invalid(), parts)),
        };
        // Of the same site, and not of a token that somebody has put in the place of another.
        if let Some(known) = parts.extensions.get::<Self>()
            && Arc::ptr_eq(&known.request, &request)
            && known.header == *header
        {
            return Ok(Some(known.clone()));
        }

        let verified = request.site.backends.verify_principal(token).await;
        let (backend, principal) = match verified {
            Ok(Some(verified)) => verified,
            Ok(None) => return Err(BearerRejection::new(invalid(), parts)),
            Err(error) => {
                let failed = BearerRejectionKind::Failed(error.into());
                return Err(BearerRejection::new(failed, parts));
            }
        };
        let bearer = Bearer::new(principal, backend.name().to_owned());
        let header = header.clone();
        let verified = Self {
            request,
            header,
            bearer,
        };
        parts.extensions.insert(verified.clone());
        Ok(Some(verified))
    }
}

/// An `Authorization` header that is neither a token nor of another scheme.
struct Malformed;

/// Returns the `Authorization` header, and the token in it. `None`: there is none.
fn read_token(headers: &HeaderMap) -> Result<Option<(&HeaderValue, &str)>, Malformed> {
    let mut headers = headers.get_all(AUTHORIZATION).iter();
    let Some(header) = headers.next() else {
        return Ok(None);
    };
    if headers.next().is_some() {
        return Err(Malformed);
    }

    Ok(token_in(header)?.map(|token| (header, token)))
}

fn token_in(header: &HeaderValue) -> Result<Option<&str>, Malformed> {
    let header = header.to_str().map_err(|_| Malformed)?;
    match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        None if header.eq_ignore_ascii_case("bearer") => Err(Malformed),
        _ => Ok(None),
    }
}
