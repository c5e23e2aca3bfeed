//! The pages with which people look after their accounts at Cognito.
//!
//! Those for strangers (sign-up, reset) answer alike whether or not there is such an account.

pub(super) mod devices;
pub(super) mod forgot;
mod form_page;
pub(super) mod logins;
pub(super) mod mfa;
pub(super) mod passkeys;
pub(super) mod password;
pub(super) mod profile_edit;
pub(super) mod sign_up;
pub(super) mod verify;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

pub use self::form_page::{Button, FormPage, Link};
use super::View;
use crate::cognito::{CognitoError, CognitoErrorKind, CognitoUser};
use crate::web::{AuthError, AuthSession, CurrentUser, CurrentUserRejection};

/// Whether the service, and not what was typed, is why a call failed.
fn is_outage(failure: &CognitoError) -> bool {
    let kind = failure.kind();
    kind.is_transient()
        || matches!(
            kind,
            CognitoErrorKind::Forbidden
                | CognitoErrorKind::ResourceNotFound
                | CognitoErrorKind::Unexpected
                | CognitoErrorKind::UnknownOperation
        )
        // What the pool does not have, a visitor cannot have: that is no outage.
        || kind.is_setup()
            && !matches!(
                kind,
                CognitoErrorKind::AttributeNotPermitted | CognitoErrorKind::FeatureNotEnabled
            )
}

/// Whoever is logged in by a user pool. Others are sent to log in.
pub(super) struct Account {
    view: View,
    auth: AuthSession,
    user: CurrentUser,
    cognito: CognitoUser,
}

impl Account {
    /// What a page answers when Cognito does not tell of the user: log in again if the tokens
    /// were revoked meanwhile.
    async fn failed(&self, failure: &CognitoError) -> Response {
        if !failure.kind().ends_a_login() {
            return self.view.outage(failure);
        }

        match self.auth.log_out().await {
            Ok(()) => super::login::expired(None),
            Err(failure) => self.view.failed(&failure),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Account {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let view = View::of(&parts.extensions, &parts.headers);
        let failed = |failure: AuthError| view.failed(&failure);
        let user = CurrentUser::from_request_parts(parts, state)
            .await
            .map_err(|rejection| match rejection {
                CurrentUserRejection::Failed(failure) => failed(failure),
                rejection => rejection.into_response(),
            })?;
        let auth = AuthSession::from_request_parts(parts, state)
            .await
            .map_err(failed)?;

        match auth.cognito_user().await.map_err(failed)? {
            Some(cognito) => Ok(Self {
                view,
                auth,
                user,
                cognito,
            }),
            None => Err(view.no_user_pool()),
        }
    }
}

/// What the pages keep in the session from one step to the next.
#[derive(Clone, Copy)]
enum Kept {
    /// The attribute that waits for its code.
    Attribute,
    /// The seed of an authenticator app that is being enrolled.
    TotpSeed,
    /// The name with which somebody signs up or resets a password.
    Username,
}

impl Kept {
    fn key(self) -> &'static str {
        match self {
            Self::Attribute => "axum_cognito.attribute",
            Self::TotpSeed => "axum_cognito.totp_seed",
            Self::Username => "axum_cognito.account_name",
        }
    }

    async fn read(self, auth: &AuthSession) -> Result<Option<String>, AuthError> {
        Ok(auth.session()?.get(self.key()).await?)
    }

    async fn write(self, auth: &AuthSession, value: &str) -> Result<(), AuthError> {
        Ok(auth.session()?.insert(self.key(), value).await?)
    }

    async fn remove(self, auth: &AuthSession) -> Result<(), AuthError> {
        Ok(auth.session()?.remove_value(self.key()).await.map(drop)?)
    }
}
