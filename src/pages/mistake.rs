use axum::http::StatusCode;

use super::Texts;
use crate::cognito::{CognitoError, CognitoErrorKind};
use crate::web::AuthError;

/// What is wrong with a form: a field and a text, or an empty name for the form as a whole.
pub(super) struct Mistake {
    field: String,
    text: String,
}

impl Mistake {
    pub(super) fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            text: text.into(),
        }
    }

    /// Something that is wrong with the form as a whole.
    pub(super) fn of_form(text: impl Into<String>) -> Self {
        Self::new("", text)
    }

    /// What somebody who is logged in can mend. Of rules that were broken, Cognito says which.
    pub(super) fn of(failure: &CognitoError, texts: &Texts) -> Option<Self> {
        use CognitoErrorKind as Kind;

        let told = |otherwise: &str| failure.message().unwrap_or(otherwise).to_owned();
        let texts = &texts.mistakes;
        Some(match failure.kind() {
            Kind::AliasExists
            | Kind::AttributeNotPermitted
            | Kind::InvalidParameter
            | Kind::MfaMethodNotFound => Self::of_form(told(texts.value_refused)),
            Kind::CodeMismatch | Kind::EnableSoftwareTokenMfa | Kind::ExpiredCode => {
                Self::new("code", texts.code_wrong)
            }
            Kind::InvalidPassword => Self::new("new_password", told(texts.password_too_weak)),
            Kind::LimitExceeded | Kind::Locked | Kind::TooManyFailedAttempts => {
                Self::of_form(texts.too_many_tries)
            }
            Kind::PasswordHistory => Self::new("new_password", texts.password_used_before),
            _ => return None,
        })
    }

    /// What somebody who is not logged in yet can mend in the answer to a challenge.
    pub(super) fn of_answer(failure: &CognitoError, texts: &Texts) -> Option<Self> {
        use CognitoErrorKind as Kind;

        let can_be_mended = matches!(
            failure.kind(),
            Kind::CodeMismatch
                | Kind::EnableSoftwareTokenMfa
                | Kind::ExpiredCode
                | Kind::InvalidParameter
                | Kind::InvalidPassword
                | Kind::PasswordHistory
        );
        Self::of(failure, texts).filter(|_| can_be_mended)
    }

    /// What is said above a form that is not wrong, and may be sent again a little later.
    pub(super) fn of_the_moment(failure: &AuthError, texts: &Texts) -> Option<&'static str> {
        match failure.status() {
            StatusCode::SERVICE_UNAVAILABLE => Some(texts.mistakes.unavailable),
            StatusCode::TOO_MANY_REQUESTS => Some(texts.mistakes.too_many_tries),
            _ => None,
        }
    }

    /// The text that belongs to a field; with an empty name, to the form as a whole.
    pub(super) fn at(mistake: Option<&Self>, field: &str) -> String {
        mistake
            .filter(|mistake| mistake.field == field)
            .map(|mistake| mistake.text.clone())
            .unwrap_or_default()
    }

    /// The status of a form that is shown for the first time, or again with what is wrong.
    pub(super) fn status(mistake: Option<&Self>) -> StatusCode {
        mistake.map_or(StatusCode::OK, |_| StatusCode::UNPROCESSABLE_ENTITY)
    }
}
