//! Who calls an API with an access token.

use std::fmt;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::bearer_rejection::{BearerRejection, BearerRejectionKind};
use crate::id::Subject;
use crate::token::{AccessClaims, AccessToken, MachineClaims, Principal};
use crate::web::auth::{InRequest, RequestState};
use crate::web::error::AuthError;

/// Who calls an API, whichever it is: a user, or a machine.
///
/// It has these two cases and will have no others.
///
/// # Examples
///
/// ```
/// use axum_cognito::web::Bearer;
///
/// async fn orders(caller: Bearer) -> String {
///     match caller {
///         Bearer::Machine(machine) => format!("orders for app client {}", machine.client_id()),
///         Bearer::User(user) => format!("orders of {}", user.username()),
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub enum Bearer {
    /// An app client on its own behalf.
    Machine(BearerMachine),
    /// A user.
    User(BearerUser),
}

impl Bearer {
    /// Returns Cognito's `sub`.
    pub fn sub(&self) -> &Subject {
        match self {
            Self::Machine(machine) => &machine.claims().sub,
            Self::User(user) => user.sub(),
        }
    }

    /// Returns the app client that the token was issued to.
    pub fn client_id(&self) -> &str {
        match self {
            Self::Machine(machine) => machine.client_id(),
            Self::User(user) => &user.claims().client_id,
        }
    }

    /// Returns the scopes that the token was issued with.
    pub fn scopes(&self) -> &[String] {
        match self {
            Self::Machine(machine) => &machine.claims().scopes,
            Self::User(user) => &user.claims().scopes,
        }
    }

    /// Whether the token was issued with this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().iter().any(|known| known == scope)
    }

    async fn find(parts: &mut Parts) -> Result<Option<Self>, BearerRejection> {
        Ok(Verified::find(parts).await?.map(|verified| verified.bearer))
    }
}

/// The user who calls an API: whose verified access token is in the `Authorization` header.
///
/// No session and no row of the user are looked at; [`ApiUser`](super::ApiUser) has the row. A token
/// that was revoked stays good until it expires, since it is verified offline:
/// [`revocation_checked`](crate::web::revocation_checked) asks Cognito. The token of a machine is
/// refused with 403.
///
/// As `Option<BearerUser>`, a request without a token is `None`; one with a bad token is refused all
/// the same.
///
/// # Examples
///
/// ```
/// use axum_cognito::BearerUser;
///
/// async fn whoami(user: BearerUser) -> String {
///     format!("{}, in groups {:?}", user.username(), user.groups())
/// }
/// ```
#[derive(Clone)]
pub struct BearerUser {
    inner: Arc<User>,
}

struct User {
    claims: AccessClaims,
    backend: String,
}

impl BearerUser {
    /// Returns Cognito's `sub`.
    pub fn sub(&self) -> &Subject {
        &self.claims().sub
    }

    /// Returns the name that Cognito gave the user.
    pub fn username(&self) -> &str {
        &self.claims().username
    }

    /// Returns the user's groups.
    pub fn groups(&self) -> &[String] {
        &self.claims().groups
    }

    /// Whether the user is in the group of exactly this name.
    pub fn is_in_group(&self, group: &str) -> bool {
        self.groups().iter().any(|known| known == group)
    }

    /// Whether the token was issued with this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.claims().scopes.iter().any(|known| known == scope)
    }

    /// Returns all that the token says.
    pub fn claims(&self) -> &AccessClaims {
        &self.inner.claims
    }

    /// Returns the name of the backend whose user it is.
    pub fn backend(&self) -> &str {
        &self.inner.backend
    }

    /// Whether this is a copy of the other, and not only the same user.
    pub(super) fn is_copy_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

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

/// The machine that calls an API: an app client with an access token of its own, by client
/// credentials. It has no name and is in no group; what it may do is in its scopes.
///
/// The token of a user is refused with 403.
#[derive(Clone)]
pub struct BearerMachine {
    inner: Arc<Machine>,
}

struct Machine {
    claims: MachineClaims,
    backend: String,
}

impl BearerMachine {
    /// Returns the app client.
    pub fn client_id(&self) -> &str {
        &self.claims().client_id
    }

    /// Whether the token was issued with this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.claims().scopes.iter().any(|known| known == scope)
    }

    /// Returns all that the token says.
    pub fn claims(&self) -> &MachineClaims {
        &self.inner.claims
    }

    /// Returns the name of the backend whose user pool the app client is in.
    pub fn backend(&self) -> &str {
        &self.inner.backend
    }

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

impl fmt::Debug for BearerUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerUser").finish_non_exhaustive()
    }
}

impl fmt::Debug for BearerMachine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerMachine")
            .field("client_id", &self.client_id())
            .finish_non_exhaustive()
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
        let backend = backend.name().to_owned();
        let bearer = match principal {
            Principal::Machine(claims) => Bearer::Machine(BearerMachine {
                inner: Arc::new(Machine { claims, backend }),
            }),
            Principal::Person(claims) => Bearer::User(BearerUser {
                inner: Arc::new(User { claims, backend }),
            }),
        };
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
