//! The pages with which people look after their accounts at Cognito.
//!
//! Those for strangers (sign-up, reset) answer alike whether or not there is such an account.

pub(super) mod devices;
pub(super) mod forgot;
pub(super) mod mfa;
pub(super) mod password;
pub(super) mod profile_edit;
pub(super) mod sign_up;
pub(super) mod verify;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::error::{self, ErrorPage};
use super::field::Field;
use super::{headers, page, texts};
use crate::cognito::{CognitoError, CognitoErrorKind, CognitoUser};
use crate::web::{AuthError, AuthSession, CurrentUser, CurrentUserRejection};

/// A page with one form.
#[derive(Template)]
#[template(path = "account/form.html")]
struct FormPage {
    heading: &'static str,
    intro: String,
    notice: &'static str,
    alert: String,
    action: &'static str,
    fields: Vec<Field>,
    submit: &'static str,
    button: Option<Button>,
    links: Vec<(&'static str, &'static str)>,
}

/// A second thing to do on the page.
struct Button {
    action: &'static str,
    label: &'static str,
}

impl FormPage {
    fn new(heading: &'static str, action: &'static str, submit: &'static str) -> Self {
        Self {
            heading,
            intro: String::new(),
            notice: "",
            alert: String::new(),
            action,
            fields: Vec::new(),
            submit,
            button: None,
            links: Vec::new(),
        }
    }

    fn show(&self) -> Response {
        page(StatusCode::OK, self)
    }

    /// Shows the form again, with what is wrong.
    fn mistaken(&self) -> Response {
        page(StatusCode::UNPROCESSABLE_ENTITY, self)
    }
}

/// What is wrong with a form: a field and a text, or an empty name for the form as a whole.
struct Mistake {
    field: &'static str,
    text: String,
}

impl Mistake {
    fn new(field: &'static str, text: impl Into<String>) -> Self {
        Self {
            field,
            text: text.into(),
        }
    }

    /// What somebody who is logged in can mend.
    fn of(failure: &CognitoError) -> Option<Self> {
        use CognitoErrorKind as Kind;

        let told = || failure.message().unwrap_or(texts::VALUE_REFUSED).to_owned();
        Some(match failure.kind() {
            Kind::AliasExists | Kind::InvalidParameter | Kind::NotAuthorized => {
                Self::new("", told())
            }
            Kind::CodeMismatch | Kind::EnableSoftwareTokenMfa | Kind::ExpiredCode => {
                Self::new("code", texts::CODE_WRONG)
            }
            Kind::InvalidPassword => Self::new("new_password", told()),
            Kind::LimitExceeded | Kind::TooManyFailedAttempts => Self::new("", texts::TOO_MANY),
            Kind::PasswordHistory => Self::new("new_password", texts::PASSWORD_USED_BEFORE),
            _ => return None,
        })
    }

    fn at(mistake: Option<&Self>, field: &str) -> String {
        mistake
            .filter(|mistake| mistake.field == field)
            .map(|mistake| mistake.text.clone())
            .unwrap_or_default()
    }
}

/// Whether the service, and not what was typed, is why a call failed.
fn is_outage(failure: &CognitoError) -> bool {
    let kind = failure.kind();
    kind.is_transient()
        || matches!(
            kind,
            CognitoErrorKind::Forbidden
                | CognitoErrorKind::Protocol
                | CognitoErrorKind::ResourceNotFound
                | CognitoErrorKind::Unexpected
                | CognitoErrorKind::UnknownOperation
                | CognitoErrorKind::WrongAppClientSecret
        )
}

/// What a page answers when Cognito cannot be asked.
fn outage(failure: &CognitoError) -> Response {
    let cause = std::error::Error::source(failure).map(ToString::to_string);
    tracing::error!(%failure, cause, "an account page cannot be served");
    headers::retry_soon(ErrorPage::of(StatusCode::SERVICE_UNAVAILABLE).into_response())
}

/// There is no user pool behind this login, or none at all.
fn no_user_pool() -> Response {
    ErrorPage::of(StatusCode::NOT_FOUND).into_response()
}

/// Whoever is logged in by a user pool. Others are sent to log in.
pub(super) struct Account {
    auth: AuthSession,
    user: CurrentUser,
    cognito: CognitoUser,
}

impl Account {
    /// What a page answers when Cognito does not tell of the user: log in again if the tokens
    /// were revoked meanwhile.
    async fn failed(&self, failure: &CognitoError) -> Response {
        if !failure.kind().ends_a_login() {
            return outage(failure);
        }

        match self.auth.log_out().await {
            Ok(()) => super::login::expired(None),
            Err(failure) => error::failed(&failure),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Account {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let failed = |failure: AuthError| error::failed(&failure);
        let user = CurrentUser::from_request_parts(parts, state)
            .await
            .map_err(|rejection| match rejection {
                CurrentUserRejection::Failed(failure) => error::failed(&failure),
                rejection => rejection.into_response(),
            })?;
        let auth = AuthSession::from_request_parts(parts, state)
            .await
            .map_err(failed)?;
        let cognito = auth.cognito_user().await.map_err(failed)?;

        match cognito {
            Some(cognito) => Ok(Self {
                auth,
                user,
                cognito,
            }),
            None => Err(no_user_pool()),
        }
    }
}

/// What the pages keep in the session from one step to the next.
#[derive(Clone, Copy)]
enum Kept {
    /// The name with which somebody signs up or resets a password.
    Username,
    /// The seed of an authenticator app that is being enrolled.
    TotpSeed,
    /// The attribute that waits for its code.
    Attribute,
}

impl Kept {
    fn key(self) -> &'static str {
        match self {
            Self::Username => "axum_cognito.account_name",
            Self::TotpSeed => "axum_cognito.totp_seed",
            Self::Attribute => "axum_cognito.attribute",
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
