use std::error::Error as StdError;
use std::fmt;

use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

type BoxError = Box<dyn StdError + Send + Sync>;

/// A call to Cognito that did not succeed.
///
/// Decide by [`kind`](Self::kind). `Display` tells this level only; what AWS said
/// is in `source`, and may change with any release of the service.
#[derive(Debug)]
pub struct CognitoError {
    kind: CognitoErrorKind,
    operation: &'static str,
    message: Option<String>,
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
            source: source.into(),
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
                let kind = CognitoErrorKind::of(code, message.as_deref(), status);
                let source = ServiceAnswer {
                    code: code.map_or_else(|| format!("HTTP {status}"), str::to_owned),
                    message: message.clone(),
                };

                Self {
                    kind,
                    operation,
                    message,
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

    /// What went wrong, to decide by.
    pub fn kind(&self) -> CognitoErrorKind {
        self.kind
    }

    /// The API operation that failed, e.g. `InitiateAuth`.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// What AWS said, in its English, e.g. which rule of the password policy was broken.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Whether the account is locked for a while, which only the message tells.
    pub(crate) fn is_about_a_lock(&self) -> bool {
        self.message()
            .is_some_and(|message| message.starts_with("Password attempts exceeded"))
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

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $text:literal,)*) => {
        /// The category of a [`CognitoError`].
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum CognitoErrorKind {
            $($(#[$doc])* $kind,)*
        }

        impl fmt::Display for CognitoErrorKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$kind => $text,)*
                })
            }
        }
    };
}

kinds! {
    /// The AWS credentials are wrong, have expired, or lack the permission for the call.
    AccessDenied = "the AWS credentials do not allow the call",
    /// `AliasExistsException`: another account has this e-mail address or phone number.
    AliasExists = "the alias is taken",
    /// The `Session` of a challenge ran out, or was used before. Log in again.
    ChallengeExpired = "the challenge has expired or was answered before",
    /// `CodeDeliveryFailureException`: the message with the code could not be sent.
    CodeDeliveryFailure = "the code could not be sent",
    /// `CodeMismatchException`: the code is wrong. Another try is possible.
    CodeMismatch = "the code is wrong",
    /// `ConcurrentModificationException`: somebody else changes the same. Try again.
    ConcurrentModification = "changed by somebody else meanwhile",
    /// Cognito has forgotten the remembered device, or it could not prove itself. What was kept of
    /// it is of no use any more: log in again without it.
    DeviceRefused = "the remembered device is refused",
    /// `DuplicateProviderException`: the name of the identity provider is taken.
    DuplicateProvider = "the identity provider exists",
    /// `EnableSoftwareTokenMFAException`: the code of the authenticator app is wrong at enrolment.
    EnableSoftwareTokenMfa = "the code of the authenticator app is wrong",
    /// `ExpiredCodeException`: the code is too old, or was never asked for.
    ExpiredCode = "the code has expired",
    /// `ForbiddenException`: a web application firewall refused the request.
    Forbidden = "forbidden by a firewall",
    /// `GroupExistsException`: the name of the group is taken.
    GroupExists = "the group exists",
    /// `InvalidParameterException`: often a flow that the app client does not allow.
    InvalidParameter = "invalid parameter",
    /// `InvalidPasswordException`: the new password breaks the pool's policy.
    InvalidPassword = "the password breaks the policy",
    /// `LimitExceededException`: too many tries of this user.
    LimitExceeded = "attempt limit exceeded",
    /// `MFAMethodNotFoundException`, `SoftwareTokenMFANotFoundException`: a second factor that
    /// the user does not have.
    MfaMethodNotFound = "no such second factor",
    /// The call needs AWS credentials, and the client has none.
    MissingCredentials = "no AWS credentials",
    /// `NotAuthorizedException`: the password is wrong, the user is disabled or the token is refused.
    NotAuthorized = "not authorized",
    /// `PasswordHistoryPolicyViolationException`: the new password was used before.
    PasswordHistory = "the password was used before",
    /// `PasswordResetRequiredException`: the user must reset the password first.
    PasswordResetRequired = "a password reset is required",
    /// The SRP values of the challenge cannot be right.
    Protocol = "the challenge does not follow the protocol",
    /// `RefreshTokenReuseException`: a refresh token was used again after its rotation.
    RefreshTokenReuse = "the refresh token was used before",
    /// `ResourceNotFoundException`: no such user pool, app client or device.
    ResourceNotFound = "not found",
    /// `TooManyRequestsException`: the account's quota is used up.
    Throttled = "too many requests",
    /// `TooManyFailedAttemptsException`: too many wrong codes.
    TooManyFailedAttempts = "too many failed attempts",
    /// Cognito could not be reached, did not answer in time, or had a fault of its own.
    Unavailable = "unavailable",
    /// Any other answer.
    Unexpected = "unexpected answer",
    /// The service does not know the operation. AWS does; an emulator may not.
    UnknownOperation = "unknown operation",
    /// `UnsupportedUserStateException`: the user's status does not go with the call.
    UnsupportedUserState = "the user is in another state",
    /// `UserLambdaValidationException`: a trigger of the user pool refused the request.
    UserLambdaValidation = "refused by a trigger of the user pool",
    /// `UserNotConfirmedException`: the sign-up was not confirmed yet.
    UserNotConfirmed = "the user is not confirmed",
    /// `UserNotFoundException`: no such user.
    UserNotFound = "no such user",
    /// `UsernameExistsException`: the name is taken.
    UsernameExists = "the name is taken",
    /// `WebAuthnChallengeNotFoundException`, `WebAuthnClientMismatchException`: not the answer to
    /// the registration that was started last. Start again.
    WebAuthnChallengeMismatch = "not the passkey that was asked for",
    /// `WebAuthnCredentialNotSupportedException`: another authenticator may do.
    WebAuthnCredentialNotSupported = "this passkey cannot be used",
    /// `WebAuthnNotEnabledException`, `WebAuthnConfigurationMissingException`,
    /// `WebAuthnOriginNotAllowedException`, `WebAuthnRelyingPartyMismatchException`: a mistake in
    /// the settings of the user pool or of the site.
    WebAuthnNotConfigured = "passkeys are not set up for this site",
    /// The secret of the app client is wrong, or is missing: a mistake in the settings.
    WrongAppClientSecret = "the app client secret is wrong or missing",
}

impl CognitoErrorKind {
    /// Whether the same call may succeed later: an outage, not a refusal.
    pub fn is_transient(self) -> bool {
        matches!(self, Self::Throttled | Self::Unavailable)
    }

    /// Whether a call with a user's tokens failed because these are no longer good, so that the
    /// login is over.
    pub fn ends_a_login(self) -> bool {
        matches!(
            self,
            Self::NotAuthorized
                | Self::PasswordResetRequired
                | Self::RefreshTokenReuse
                | Self::UserNotConfirmed
                | Self::UserNotFound
        )
    }

    fn of(code: Option<&str>, message: Option<&str>, status: u16) -> Self {
        let Some(code) = code else {
            return Self::of_status(status);
        };

        match code {
            "AccessDeniedException"
            | "ExpiredTokenException"
            | "IncompleteSignatureException"
            | "InvalidSignatureException"
            | "MissingAuthenticationTokenException"
            | "UnrecognizedClientException" => Self::AccessDenied,
            "AliasExistsException" => Self::AliasExists,
            "CodeDeliveryFailureException" => Self::CodeDeliveryFailure,
            "CodeMismatchException" => Self::CodeMismatch,
            "ConcurrentModificationException" => Self::ConcurrentModification,
            "DuplicateProviderException" => Self::DuplicateProvider,
            "EnableSoftwareTokenMFAException" => Self::EnableSoftwareTokenMfa,
            "ExpiredCodeException" => Self::ExpiredCode,
            "ForbiddenException" => Self::Forbidden,
            "GroupExistsException" => Self::GroupExists,
            "InternalErrorException" | "ServiceUnavailable" => Self::Unavailable,
            "InvalidParameterException" => Self::InvalidParameter,
            "InvalidPasswordException" => Self::InvalidPassword,
            "LimitExceededException" => Self::LimitExceeded,
            "MFAMethodNotFoundException" | "SoftwareTokenMFANotFoundException" => {
                Self::MfaMethodNotFound
            }
            // The text is a hint: when AWS rewords it, this reads as a plain refusal.
            "NotAuthorizedException" if message.is_some_and(is_about_the_session) => {
                Self::ChallengeExpired
            }
            "NotAuthorizedException" if message.is_some_and(is_about_the_secret) => {
                Self::WrongAppClientSecret
            }
            "NotAuthorizedException" => Self::NotAuthorized,
            "PasswordHistoryPolicyViolationException" => Self::PasswordHistory,
            "PasswordResetRequiredException" => Self::PasswordResetRequired,
            "RefreshTokenReuseException" => Self::RefreshTokenReuse,
            "ResourceNotFoundException" => Self::ResourceNotFound,
            "TooManyFailedAttemptsException" => Self::TooManyFailedAttempts,
            "Throttling" | "ThrottlingException" | "TooManyRequestsException" => Self::Throttled,
            "UnknownOperationException" | "InvalidAction" | "NotImplemented" => {
                Self::UnknownOperation
            }
            "UnsupportedUserStateException" => Self::UnsupportedUserState,
            "UserLambdaValidationException" => Self::UserLambdaValidation,
            "UserNotConfirmedException" => Self::UserNotConfirmed,
            "UserNotFoundException" => Self::UserNotFound,
            "UsernameExistsException" => Self::UsernameExists,
            "WebAuthnChallengeNotFoundException" | "WebAuthnClientMismatchException" => {
                Self::WebAuthnChallengeMismatch
            }
            "WebAuthnConfigurationMissingException"
            | "WebAuthnNotEnabledException"
            | "WebAuthnOriginNotAllowedException"
            | "WebAuthnRelyingPartyMismatchException" => Self::WebAuthnNotConfigured,
            "WebAuthnCredentialNotSupportedException" => Self::WebAuthnCredentialNotSupported,
            _ => Self::of_status(status),
        }
    }

    fn of_status(status: u16) -> Self {
        match status {
            403 => Self::Forbidden,
            404 | 501 => Self::UnknownOperation,
            429 => Self::Throttled,
            500.. => Self::Unavailable,
            _ => Self::Unexpected,
        }
    }
}

fn is_about_the_session(message: &str) -> bool {
    message.starts_with("Invalid session")
}

fn is_about_the_secret(message: &str) -> bool {
    ["secret hash", "SecretHash", "SECRET_HASH"]
        .iter()
        .any(|words| message.contains(words))
}

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
    fn an_outage_is_never_a_refusal() {
        for (code, status) in [
            (None, 500),
            (None, 503),
            (Some("InternalErrorException"), 500),
            (Some("SomethingNew"), 502),
            (Some("TooManyRequestsException"), 400),
        ] {
            let kind = CognitoErrorKind::of(code, None, status);

            assert!(kind.is_transient(), "{code:?} with HTTP {status}: {kind:?}");
        }
    }

    #[test]
    fn tells_refused_credentials_from_a_refused_user() {
        for code in ["AccessDeniedException", "UnrecognizedClientException"] {
            let kind = CognitoErrorKind::of(Some(code), None, 400);

            assert_eq!(kind, CognitoErrorKind::AccessDenied, "{code}");
        }
    }

    #[test]
    fn tells_an_expired_challenge_from_a_wrong_password() {
        let expired = "Invalid session for the user, session is expired.";
        let wrong = "Incorrect username or password.";

        for (message, kind) in [
            (expired, CognitoErrorKind::ChallengeExpired),
            (wrong, CognitoErrorKind::NotAuthorized),
        ] {
            let read = CognitoErrorKind::of(Some("NotAuthorizedException"), Some(message), 400);

            assert_eq!(read, kind, "{message}");
        }
    }
}
