//! What a call to Cognito can fail with.

mod hint;
mod kind;

use std::error::Error as StdError;
use std::fmt;

use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use self::hint::read_kind;
pub use self::kind::{CognitoErrorKind, Remedy};

type BoxError = Box<dyn StdError + Send + Sync>;

/// A call to Cognito that did not succeed.
///
/// Decide by [`kind`](Self::kind). `Display` says what is known of the failure in words of this
/// library; those of AWS, which may quote what a visitor typed, are in `source`.
#[derive(Debug)]
pub struct CognitoError {
    kind: CognitoErrorKind,
    operation: &'static str,
    message: Option<String>,
    username: Option<String>,
    source: BoxError,
}

impl CognitoError {
    pub(super) fn new(
        kind: CognitoErrorKind,
        operation: &'static str,
        source: impl Into<BoxError>,
    ) -> Self {
        Self {
            kind,
            operation,
            message: None,
            username: None,
            source: source.into(),
        }
    }

    /// The same failure, of a user whom Cognito has named.
    pub(super) fn about(self, username: &str) -> Self {
        Self {
            username: Some(username.to_owned()),
            ..self
        }
    }

    /// The same failure, where more is known of its meaning.
    pub(super) fn with_kind(self, kind: CognitoErrorKind) -> Self {
        Self { kind, ..self }
    }

    /// Reads an error of the SDK. Its outputs and raw answers may hold tokens, so only the
    /// error's code and message are kept of an answer.
    pub(super) fn from_sdk<E>(operation: &'static str, error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        match error {
            SdkError::ServiceError(context) => {
                let status = context.raw().status().as_u16();
                let code = context.err().code();
                let message = context.err().message().map(str::to_owned);
                let kind = read_kind(code, message.as_deref(), status);
                let source = ServiceAnswer {
                    code: code.map_or_else(|| format!("HTTP {status}"), str::to_owned),
                    message: message.clone(),
                };

                Self {
                    kind,
                    operation,
                    message,
                    username: None,
                    source: source.into(),
                }
            }
            SdkError::TimeoutError(_) => Self::new(
                CognitoErrorKind::Unavailable,
                operation,
                "no answer in the time allowed",
            ),
            SdkError::DispatchFailure(failure) => Self::new(
                CognitoErrorKind::Unavailable,
                operation,
                SdkError::<E, HttpResponse>::DispatchFailure(failure)
                    .into_source()
                    .unwrap_or_else(|_| "the request could not be sent".into()),
            ),
            SdkError::ResponseError(context) => {
                // The SDK reads an error without a code so, and an answer that is cut off.
                let status = context.raw().status().as_u16();
                let kind = match CognitoErrorKind::of_status(status) {
                    CognitoErrorKind::Unexpected => CognitoErrorKind::Unavailable,
                    kind => kind,
                };
                Self::new(
                    kind,
                    operation,
                    format!("an answer that is not Cognito's, HTTP {status}"),
                )
            }
            _ => Self::new(
                CognitoErrorKind::Unexpected,
                operation,
                "the request could not be built",
            ),
        }
    }

    /// Returns what went wrong, to decide by.
    pub fn kind(&self) -> CognitoErrorKind {
        self.kind
    }

    /// Returns the API operation that failed, e.g. `InitiateAuth`.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the name that Cognito has for the user whose password it refused: the account behind
    /// an alias. Where the app client hides which users there are, it names one for strangers too.
    pub fn username(&self) -> Option<&str> {
        self.username.as_deref()
    }

    /// Returns what AWS said, in its English, e.g. which rule of the password policy was broken.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Returns what a trigger of the user pool said when it refused the request: the text of its
    /// author, without what Cognito puts around it. It may quote what the visitor typed.
    pub fn trigger_message(&self) -> Option<&str> {
        if self.kind != CognitoErrorKind::UserLambdaValidation {
            return None;
        }
        let message = self.message()?;
        let text = message
            .split_once(" failed with error ")
            .filter(|(trigger, _)| !trigger.contains(' '))
            .map_or(message, |(_, text)| text.strip_suffix('.').unwrap_or(text));

        Some(text)
    }
}

impl fmt::Display for CognitoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed: {}", self.operation, self.kind)
    }
}

impl StdError for CognitoError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

/// What the service answered: the error's code and message, and nothing else of the answer.
#[derive(Debug)]
struct ServiceAnswer {
    code: String,
    message: Option<String>,
}

impl fmt::Display for ServiceAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            Some(message) => write!(f, "{}: {message}", self.code),
            None => f.write_str(&self.code),
        }
    }
}

impl StdError for ServiceAnswer {}

#[cfg(test)]
mod tests {
    use aws_sdk_cognitoidentityprovider::operation::initiate_auth::InitiateAuthError;
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    #[test]
    fn tells_its_own_level_and_keeps_the_cause() {
        let error = CognitoError::new(CognitoErrorKind::NotAuthorized, "InitiateAuth", "the cause");

        assert_eq!(error.to_string(), "InitiateAuth failed: not authorized");
        assert_eq!(error.source().expect("a cause").to_string(), "the cause");
    }

    #[test]
    fn the_status_tells_of_an_answer_without_a_code() {
        for (status, kind) in [
            (200, CognitoErrorKind::Unavailable),
            (400, CognitoErrorKind::Unavailable),
            (403, CognitoErrorKind::Forbidden),
            (404, CognitoErrorKind::UnknownOperation),
            (429, CognitoErrorKind::Throttled),
            (501, CognitoErrorKind::UnknownOperation),
            (502, CognitoErrorKind::Unavailable),
        ] {
            let answer = StatusCode::try_from(status).expect("a status");
            let answer = HttpResponse::new(answer, SdkBody::from("<html>canary</html>"));
            let error = SdkError::<InitiateAuthError, _>::response_error("no code", answer);

            let error = CognitoError::from_sdk("InitiateAuth", error);

            assert_eq!(error.kind(), kind, "HTTP {status}");
            assert!(!format!("{error:?}").contains("canary"), "{error:?}");
        }
    }

    #[test]
    fn the_text_of_a_trigger_is_had_on_demand_and_never_shown() {
        for (message, text) in [
            (
                "PreSignUp failed with error Domain not allowed..",
                "Domain not allowed.",
            ),
            ("PreSignUp failed with error Not today.", "Not today"),
            (
                "UserMigration failed with error a failed with error b.",
                "a failed with error b",
            ),
            ("Anything else.", "Anything else."),
            (
                "He said it failed with error 7.",
                "He said it failed with error 7.",
            ),
        ] {
            let mut error = CognitoError::new(
                CognitoErrorKind::UserLambdaValidation,
                "SignUp",
                "the cause",
            );
            error.message = Some(message.to_owned());

            assert_eq!(error.trigger_message(), Some(text), "{message}");
            assert!(!error.to_string().contains(text), "{error}");

            let other = error.with_kind(CognitoErrorKind::NotAuthorized);
            assert_eq!(other.trigger_message(), None, "not of a trigger");
        }
    }
}
