use std::fmt;
use std::sync::Arc;

use axum::http::header::WWW_AUTHENTICATE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::web::auth::InRequest;
use crate::web::error::AuthError;
use crate::web::problem::{problem, with_detail};
use crate::web::protected_resource::metadata_url;

/// Why a caller of an API is not let in.
///
/// As a response it is 401 or 403 with a challenge, as section 3 of
/// [RFC 6750](https://www.rfc-editor.org/rfc/rfc6750#section-3) has it, and 503 or 500 if it could not
/// be told who calls. The body is [problem details](https://www.rfc-editor.org/rfc/rfc9457). Where a
/// [resource](crate::cognito::CognitoBuilder::with_resource) is configured, the challenge says where
/// its [metadata](crate::web::ProtectedResource) is.
#[derive(Clone, Debug)]
pub struct BearerRejection {
    kind: BearerRejectionKind,
    scope: Option<Arc<str>>,
    resource_metadata: Option<String>,
}

/// The category of a [`BearerRejection`].
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BearerRejectionKind {
    /// It could not be told who calls: 503 or 500.
    #[error(transparent)]
    Failed(#[from] AuthError),
    /// The user's row says that the user may not log in: 403.
    #[error("this user may not use this site")]
    Inactive,
    /// The token lacks a scope: 403.
    #[error("the access token lacks a scope that is needed here")]
    InsufficientScope,
    /// The token is not one of this user pool and of an app client that may call, is bound to another
    /// resource, has expired, was revoked, or is no token: 401.
    #[error("the access token is not valid here")]
    InvalidToken,
    /// There is no `Authorization: Bearer` header: 401.
    #[error("no access token")]
    MissingToken,
    /// It is a user's token, where only machines may call: 403.
    #[error("this is for the tokens of app clients themselves")]
    NoMachine,
    /// It is a machine's token, where only users may call: 403.
    #[error("this is for the tokens of users")]
    NoUser,
    /// The user is not in the group: 403.
    #[error("this user is not in the group that is needed here")]
    NotInGroup,
    /// The user has no row, or a row of the same name is another user's: 403. Another token of the
    /// same user would not help; a login on the site does.
    #[error("this user has no account on this site")]
    UnknownUser,
}

impl BearerRejection {
    pub(in crate::web) fn new(kind: BearerRejectionKind, parts: &Parts) -> Self {
        let site = parts.extensions.get::<InRequest>();
        let resource = site.and_then(|InRequest(request)| request.site.backends.resource());

        Self {
            kind,
            scope: None,
            resource_metadata: resource.map(metadata_url),
        }
    }

    /// Says which scopes would do.
    pub(in crate::web) fn with_scope(mut self, scope: Arc<str>) -> Self {
        self.scope = Some(scope);
        self
    }

    /// Returns the category of the rejection.
    pub fn kind(&self) -> &BearerRejectionKind {
        &self.kind
    }

    /// Returns 401, 403, or the status of the [`AuthError`].
    pub fn status(&self) -> StatusCode {
        use BearerRejectionKind as Kind;

        match &self.kind {
            Kind::Failed(error) => error.status(),
            Kind::InvalidToken | Kind::MissingToken => StatusCode::UNAUTHORIZED,
            Kind::Inactive
            | Kind::InsufficientScope
            | Kind::NoMachine
            | Kind::NoUser
            | Kind::NotInGroup
            | Kind::UnknownUser => StatusCode::FORBIDDEN,
        }
    }

    /// Whether it is known who calls, and that they may not.
    pub(in crate::web) fn is_of_a_caller(&self) -> bool {
        self.status() == StatusCode::FORBIDDEN
    }

    /// The value of `WWW-Authenticate`.
    pub(super) fn challenge(&self) -> HeaderValue {
        let error = match self.kind {
            BearerRejectionKind::InsufficientScope => Some("insufficient_scope"),
            BearerRejectionKind::InvalidToken => Some("invalid_token"),
            _ => None,
        };
        let parameters = [
            ("error", error),
            ("scope", self.scope.as_deref()),
            ("resource_metadata", self.resource_metadata.as_deref()),
        ];
        let parameters: Vec<_> = parameters
            .iter()
            .filter_map(|(name, value)| Some(format!("{name}=\"{}\"", (*value)?)))
            .collect();

        let challenge = format!("Bearer {}", parameters.join(", "));
        HeaderValue::try_from(challenge.trim_end()).unwrap_or(HeaderValue::from_static("Bearer"))
    }
}

impl fmt::Display for BearerRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for BearerRejection {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.kind)
    }
}

impl IntoResponse for BearerRejection {
    fn into_response(self) -> Response {
        if let BearerRejectionKind::Failed(error) = self.kind {
            let (parts, _) = error.into_response().into_parts();
            return with_detail(parts, "");
        }

        let mut response = problem(self.status(), &self.to_string());
        let has_challenge = matches!(
            self.kind,
            BearerRejectionKind::InsufficientScope
                | BearerRejectionKind::InvalidToken
                | BearerRejectionKind::MissingToken
        );
        if has_challenge {
            let challenge = self.challenge();
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
