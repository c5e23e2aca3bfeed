use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use tracing::debug;

use super::error::PageError;
use super::headers;
use super::shown::Field;
use super::texts::{Texts, fill};
use super::view::View;
use crate::cognito::{CognitoError, CognitoErrorKind, Remedy};
use crate::web::AuthError;

/// What is wrong with a form that is shown again: a field and a text, or an empty name for the
/// form as a whole.
pub(super) struct Mistake {
    field: String,
    text: String,
    status: StatusCode,
    retry_after: Option<Duration>,
}

impl Mistake {
    pub(super) fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            text: text.into(),
            status: StatusCode::UNPROCESSABLE_ENTITY,
            retry_after: None,
        }
    }

    /// What is wrong, in words.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Something that is wrong with the form as a whole.
    pub(super) fn of_form(text: impl Into<String>) -> Self {
        Self::new("", text)
    }

    /// What is said on a form of somebody whose call failed: what they can mend, or that nothing is
    /// wrong with what they typed and when to send it again. The error, if it is neither.
    ///
    /// What Cognito says is in English and for developers: it decides, and is never shown.
    pub(super) fn of(failure: impl Into<PageError>, view: &View) -> Result<Self, PageError> {
        let failure = match failure.into() {
            PageError::Failed(failure) => failure,
            other => return Err(other),
        };
        if let Some(failure) = failure.cognito()
            && let Some(mistake) = Self::of_cognito(failure, view)
        {
            let words = failure.message();
            debug!(words, "{failure}");
            return Ok(mistake);
        }

        Self::of_the_moment(failure, view.texts)
    }

    /// What is said above a form that is not wrong, and may be sent again a little later.
    pub(super) fn of_the_moment(failure: AuthError, texts: &Texts) -> Result<Self, PageError> {
        let status = failure.status();
        match status {
            StatusCode::TOO_MANY_REQUESTS => Ok(Self::of_limit(&failure, texts)),
            StatusCode::SERVICE_UNAVAILABLE => {
                failure.log();
                Ok(Self {
                    status,
                    retry_after: failure.retry_after(),
                    ..Self::of_form(texts.mistakes.unavailable)
                })
            }
            _ => Err(failure.into()),
        }
    }

    /// What is said above a form that was sent too often.
    pub(super) fn of_limit(failure: &AuthError, texts: &Texts) -> Self {
        let retry_after = failure.retry_after();
        let seconds = retry_after.map_or(60, |after| {
            after.as_secs() + u64::from(after.subsec_nanos() > 0)
        });
        let values = [("seconds", &*seconds.to_string())];

        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            retry_after,
            ..Self::of_form(fill(texts.mistakes.too_many_tries, &values))
        }
    }

    /// What can be mended by whoever sent the form.
    fn of_cognito(failure: &CognitoError, view: &View) -> Option<Self> {
        use CognitoErrorKind as Kind;

        let texts = view.texts;
        let message = failure.message().unwrap_or_default();
        let mistakes = &texts.mistakes;
        Some(match failure.kind() {
            Kind::AliasExists => attribute_of(message, "email").map_or_else(
                || Self::of_form(mistakes.value_refused),
                |name| {
                    let attribute = texts.attribute(name);
                    let text = fill(mistakes.alias_taken, &[("attribute", &attribute)]);
                    Self::new(name, text)
                },
            ),
            Kind::AttributeNotPermitted => Self::of_form(mistakes.attribute_fixed),
            Kind::CodeDeliveryFailure | Kind::NoVerifiedAddress => {
                Self::of_form(mistakes.code_not_sent)
            }
            Kind::ExpiredCode if message.contains("already been used") => {
                Self::new("code", mistakes.code_used)
            }
            Kind::CodeMismatch | Kind::EnableSoftwareTokenMfa | Kind::ExpiredCode => {
                Self::new("code", mistakes.code_wrong)
            }
            Kind::InvalidParameter => of_parameter(message, texts),
            Kind::InvalidPassword => Self::new("new_password", weak(message, texts)),
            Kind::LimitExceeded | Kind::Locked | Kind::TooManyFailedAttempts => Self {
                status: StatusCode::TOO_MANY_REQUESTS,
                ..Self::of_form(mistakes.try_again_later)
            },
            Kind::FeatureNotEnabled | Kind::MfaMethodNotFound => {
                Self::of_form(mistakes.not_offered)
            }
            Kind::PasswordHistory => Self::new("new_password", mistakes.password_used_before),
            Kind::UserLambdaValidation => {
                let told = failure.trigger_message();
                let told = told.filter(|_| view.pages().trigger_messages);
                Self::of_form(told.unwrap_or(mistakes.value_refused))
            }
            kind if kind.remedy() == Remedy::Correct => Self::of_form(mistakes.value_refused),
            _ => return None,
        })
    }

    /// Gives a form its status: 200 when it is shown for the first time, or what is wrong.
    pub(super) fn answer(
        mistake: Option<&Self>,
        page: impl FnOnce(StatusCode) -> Response,
    ) -> Response {
        let status = mistake.map_or(StatusCode::OK, |mistake| mistake.status);
        let retry_after = mistake.and_then(|mistake| mistake.retry_after);
        let response = headers::retry_after(page(status), retry_after);
        match mistake {
            Some(Self { field, text, .. }) => {
                let (field, text) = (field.clone(), text.clone());
                (Extension(Said { field, text }), response).into_response()
            }
            None => response,
        }
    }
}

/// In the extensions of a response: what is wrong with the form that it shows.
#[derive(Clone)]
#[cfg_attr(
    not(feature = "json"),
    allow(dead_code, reason = "HTML has it in place")
)]
pub(super) struct Said {
    /// The name of the field; empty for the form as a whole.
    pub(super) field: String,
    pub(super) text: String,
}

/// Puts a mistake where it belongs: at its field, which is also where to go on; or above the form,
/// if the form has no such field.
pub(super) struct Marks<'a> {
    mistake: Option<&'a Mistake>,
    is_placed: bool,
}

impl<'a> Marks<'a> {
    pub(super) fn new(mistake: Option<&'a Mistake>) -> Self {
        Self {
            mistake,
            is_placed: false,
        }
    }

    /// Marks a field, if the mistake is there.
    pub(super) fn field(&mut self, field: Field) -> Field {
        match self.mistake {
            Some(mistake) if mistake.field == field.name => {
                self.is_placed = true;
                field.with_error(mistake.text.clone()).with_focus(true)
            }
            // Focus goes to the field that is wrong; where none is, to where it would go.
            Some(mistake) if !mistake.field.is_empty() => field.with_focus(false),
            _ => field,
        }
    }

    pub(super) fn fields(&mut self, fields: impl IntoIterator<Item = Field>) -> Vec<Field> {
        fields.into_iter().map(|field| self.field(field)).collect()
    }

    /// What is said above the form, after all fields were marked.
    pub(super) fn alert(&self) -> String {
        self.mistake
            .filter(|_| !self.is_placed)
            .map(|mistake| mistake.text.clone())
            .unwrap_or_default()
    }
}

/// The attribute that a message of Cognito's speaks of; `otherwise` if it says "alias" or nothing.
fn attribute_of(message: &str, otherwise: &'static str) -> Option<&'static str> {
    let message = message.to_ascii_lowercase();
    if message.contains("phone") {
        Some("phone_number")
    } else if message.contains("email") || message.is_empty() {
        Some(otherwise)
    } else {
        None
    }
}

/// A value that Cognito cannot take. Its message names the parameter or the attribute.
fn of_parameter(message: &str, texts: &Texts) -> Mistake {
    let mistakes = &texts.mistakes;
    let lower = message.to_ascii_lowercase();
    let is_of = |name: &str| {
        lower.contains(&format!("value at '{name}'"))
            || lower.contains(&format!("at '{name}' failed"))
    };

    if is_of("password") || is_of("proposedpassword") {
        Mistake::new("new_password", mistakes.password_malformed)
    } else if is_of("previouspassword") {
        Mistake::new("password", mistakes.password_wrong)
    } else if is_of("confirmationcode") || is_of("usercode") || is_of("code") {
        Mistake::new("code", mistakes.code_wrong)
    } else if is_of("username") {
        Mistake::new("username", mistakes.username_malformed)
    } else if lower.contains("phone number format") || lower.contains("phone_number") {
        Mistake::new("phone_number", mistakes.phone_number_malformed)
    } else if lower.contains("email address format") || lower.contains("email") {
        Mistake::new("email", mistakes.email_malformed)
    } else {
        match schema_attribute(message) {
            Some(name) => Mistake::new(name, mistakes.value_malformed),
            None => Mistake::of_form(mistakes.value_refused),
        }
    }
}

/// The attribute in "Attributes did not conform to the schema: NAME: ..." and "user.NAME: ...".
fn schema_attribute(message: &str) -> Option<&str> {
    let rest = message
        .split_once("schema: ")
        .or_else(|| message.split_once("user."))?
        .1;
    let name = rest.split([':', ' ']).next()?;
    let name = match rest.strip_prefix("custom:") {
        Some(custom) => &rest[..7 + custom.find([':', ' ']).unwrap_or(custom.len())],
        None => name,
    };

    (!name.is_empty()).then_some(name)
}

/// What is missing from a password, by the rule that Cognito says is broken.
pub(super) fn weak(message: &str, texts: &Texts) -> String {
    let passwords = &texts.password;
    let rule = [
        ("not long enough", passwords.rule_longer),
        ("uppercase", passwords.rule_uppercase),
        ("lowercase", passwords.rule_lowercase),
        ("numeric", passwords.rule_digit),
        ("symbol", passwords.rule_symbol),
    ]
    .into_iter()
    .find_map(|(words, rule)| message.contains(words).then_some(rule));

    fill(
        texts.mistakes.password_too_weak,
        &[("rule", rule.unwrap_or(passwords.rule_any))],
    )
}

/// Whether Cognito could take this as a new password at all: its API refuses others as malformed,
/// whatever the rules of the pool are.
pub(super) fn is_well_formed(password: &str) -> bool {
    let ends_blank =
        password.starts_with(char::is_whitespace) || password.ends_with(char::is_whitespace);

    !ends_blank && (1..=256).contains(&password.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_message_of_cognito_has_a_text_at_a_field() {
        let texts = &Texts::ENGLISH;
        for (message, field) in [
            ("Invalid phone number format.", "phone_number"),
            ("Invalid email address format.", "email"),
            (
                "1 validation error detected: Value at 'password' failed to satisfy constraint: \
                 Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$",
                "new_password",
            ),
            (
                "1 validation error detected: Value at 'confirmationCode' failed to satisfy \
                 constraint: Member must satisfy regular expression pattern: [\\S]+",
                "code",
            ),
            (
                "Attributes did not conform to the schema: given_name: The attribute given_name \
                 is required",
                "given_name",
            ),
            (
                "Attributes did not conform to the schema: custom:team: too long",
                "custom:team",
            ),
            (
                "user.nickname: Attribute does not exist in the schema.\n",
                "nickname",
            ),
            ("Auth flow not enabled for this client", ""),
            ("", ""),
        ] {
            let mistake = of_parameter(message, texts);
            assert_eq!(mistake.field, field, "{message}");
            for raw in ["regular", "Member", "schema", "flow"] {
                assert!(!mistake.text.contains(raw), "{}", mistake.text);
            }
        }
    }

    #[test]
    fn a_password_that_is_refused_says_what_is_missing() {
        for (message, says) in [
            (
                "Password did not conform with policy: Password not long enough",
                "longer",
            ),
            (
                "Password did not conform with policy: Password must have uppercase characters",
                "uppercase",
            ),
            (
                "Password did not conform with policy: Password must have numeric characters",
                "number",
            ),
            (
                "Provided password cannot be used for security reasons.",
                "guess",
            ),
        ] {
            let text = weak(message, &Texts::ENGLISH);
            assert!(text.contains(says), "{message}: {text}");
        }
    }

    #[test]
    fn a_mistake_that_no_field_has_is_said_above_the_form() {
        let mistake = Mistake::new("phone_number", "wrong");
        let mut marks = Marks::new(Some(&mistake));
        let fields = marks.fields([Field::text("email", "E-mail")]);

        assert!(fields[0].error.is_empty());
        assert_eq!(marks.alert(), "wrong");
    }
}
