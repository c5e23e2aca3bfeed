//! From the name and the words of an error to its kind.
//!
//! The words are hints: when AWS rewords one, the error reads as its exception does by itself. Each is
//! compared with the beginning, the end or the whole of the message, never with its middle, where
//! AWS quotes what a visitor typed.

use super::kind::CognitoErrorKind;

/// One known message.
struct Hint {
    exception: &'static str,
    words: Words,
    kind: CognitoErrorKind,
}

enum Words {
    Are(&'static str),
    Begin(&'static str),
    End(&'static str),
}

use self::Words::{Are, Begin, End};

impl Hint {
    fn fits(&self, message: &str) -> bool {
        match self.words {
            Are(words) => message.trim_end_matches('.') == words,
            Begin(words) => message.starts_with(words),
            End(words) => message.trim_end_matches('.').ends_with(words),
        }
    }
}

macro_rules! hints {
    ($($exception:literal { $($words:ident $text:literal => $kind:ident,)* })*) => {
        &[$($(
            Hint {
                exception: $exception,
                words: $words($text),
                kind: CognitoErrorKind::$kind,
            },
        )*)*]
    };
}

/// The first that fits counts.
const HINTS: &[Hint] = hints! {
    "InvalidParameterException" {
        Are "Auto verification not turned on" => FeatureNotEnabled,
        Begin "Cannot reset password for the user as there is no registered" => NoVerifiedAddress,
        Are "Custom auth lambda trigger is not configured for the user pool" => FlowNotEnabled,
        End "flow not enabled for this client" => FlowNotEnabled,
        Are "Initiate Auth method not supported" => FlowNotEnabled,
        End "is not enabled for the client" => FlowNotEnabled,
        Begin "User does not have delivery config set to turn on" => MfaMethodNotFound,
        Begin "User has not set up software token mfa" => MfaMethodNotFound,
        Begin "User has not verified software token mfa" => MfaMethodNotFound,
        Are "User is already confirmed" => AlreadyConfirmed,
    }
    "NotAuthorizedException" {
        Begin "A client attempted to" => AttributeNotPermitted,
        Begin "Access Token does not have required scopes" => MissingScope,
        Begin "Access Token" => TokenRefused,
        Begin "Client " => WrongAppClientSecret,
        Begin "Could not verify signature for Access Token" => TokenRefused,
        Begin "Incorrect username or password" => WrongPassword,
        Begin "Invalid Access Token" => TokenRefused,
        Begin "Invalid Refresh Token" => TokenRefused,
        Begin "Invalid session" => ChallengeExpired,
        Begin "Password attempts exceeded" => Locked,
        Begin "Refresh Token" => TokenRefused,
        Begin "SecretHash does not match" => WrongAppClientSecret,
        Begin "SignUp is not permitted" => FeatureNotEnabled,
        Begin "Temporary password has expired" => TemporaryPasswordExpired,
        Begin "Unable to verify secret" => WrongAppClientSecret,
        Are "User cannot be confirm. Current status is CONFIRMED" => AlreadyConfirmed,
        Are "User cannot be confirmed. Current status is CONFIRMED" => AlreadyConfirmed,
        Begin "User cannot be confirm" => UnsupportedUserState,
        Begin "User cannot confirm" => UnsupportedUserState,
        Begin "User is disabled" => UserDisabled,
        Begin "User password cannot be reset in the current state" => UnsupportedUserState,
        Begin "User temporarily locked" => Locked,
    }
    "ResourceNotFoundException" {
        Begin "User pool " => UnknownAppClient,
    }
    "SoftwareTokenMFANotFoundException" {
        Begin "Software Token MFA has not been enabled" => FeatureNotEnabled,
    }
};

/// Reads the code and the message of an error, or the status where there is no code.
pub(super) fn read_kind(
    code: Option<&str>,
    message: Option<&str>,
    status: u16,
) -> CognitoErrorKind {
    let of_status = || CognitoErrorKind::of_status(status);
    let Some(code) = code else {
        return of_status();
    };
    let hinted = message.and_then(|message| {
        let mut hints = HINTS.iter();
        hints.find(|hint| hint.exception == code && hint.fits(message))
    });

    match hinted {
        Some(hint) => hint.kind,
        None => CognitoErrorKind::of_exception(code).unwrap_or_else(of_status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(exception: &str, message: &str) -> CognitoErrorKind {
        read_kind(Some(exception), Some(message), 400)
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
            let kind = read_kind(code, None, status);

            assert!(kind.is_transient(), "{code:?} with HTTP {status}: {kind:?}");
            assert!(!kind.refuses_a_refresh(), "{kind:?}");
        }
    }

    #[test]
    fn tells_refused_credentials_from_a_refused_user() {
        for code in ["AccessDeniedException", "UnrecognizedClientException"] {
            let kind = read_kind(Some(code), None, 400);

            assert_eq!(kind, CognitoErrorKind::AccessDenied, "{code}");
        }
    }

    #[test]
    fn tells_the_many_causes_of_one_exception_apart() {
        for (message, kind) in [
            (
                "Incorrect username or password.",
                CognitoErrorKind::WrongPassword,
            ),
            (
                "Invalid session for the user, session is expired.",
                CognitoErrorKind::ChallengeExpired,
            ),
            ("Password attempts exceeded", CognitoErrorKind::Locked),
            (
                "User temporarily locked. Try again soon.",
                CognitoErrorKind::Locked,
            ),
            ("User is disabled.", CognitoErrorKind::UserDisabled),
            (
                "Access Token has been revoked",
                CognitoErrorKind::TokenRefused,
            ),
            ("Access Token has expired", CognitoErrorKind::TokenRefused),
            (
                "Access Token does not have required scopes",
                CognitoErrorKind::MissingScope,
            ),
            (
                "Refresh Token has been revoked",
                CognitoErrorKind::TokenRefused,
            ),
            ("Invalid Refresh Token", CognitoErrorKind::TokenRefused),
            (
                "Unable to verify secret hash for client 1abc",
                CognitoErrorKind::WrongAppClientSecret,
            ),
            (
                "SecretHash does not match for the client: 1abc",
                CognitoErrorKind::WrongAppClientSecret,
            ),
            (
                "Client 1abc is configured with secret but SECRET_HASH was not received",
                CognitoErrorKind::WrongAppClientSecret,
            ),
            (
                "Temporary password has expired and must be reset by an administrator.",
                CognitoErrorKind::TemporaryPasswordExpired,
            ),
            (
                "User cannot be confirmed. Current status is CONFIRMED",
                CognitoErrorKind::AlreadyConfirmed,
            ),
            (
                "User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD",
                CognitoErrorKind::UnsupportedUserState,
            ),
            (
                "A client attempted to write unauthorized attribute",
                CognitoErrorKind::AttributeNotPermitted,
            ),
            (
                "Something that AWS says tomorrow",
                CognitoErrorKind::NotAuthorized,
            ),
        ] {
            assert_eq!(read("NotAuthorizedException", message), kind, "{message}");
        }
    }

    #[test]
    fn tells_a_mistake_in_the_settings_from_one_of_the_visitor() {
        for message in [
            "USER_SRP_AUTH is not enabled for the client.",
            "USER_PASSWORD_AUTH flow not enabled for this client",
            "Auth flow not enabled for this client",
            "Initiate Auth method not supported.",
            "Custom auth lambda trigger is not configured for the user pool.",
        ] {
            let kind = read("InvalidParameterException", message);

            assert_eq!(kind, CognitoErrorKind::FlowNotEnabled, "{message}");
            assert!(kind.is_setup());
        }
        for message in [
            "User pool client 1abc does not exist.",
            "User pool eu_x does not exist.",
        ] {
            let kind = read("ResourceNotFoundException", message);

            assert_eq!(kind, CognitoErrorKind::UnknownAppClient, "{message}");
        }
        let device = read("ResourceNotFoundException", "Device does not exist.");
        assert_eq!(device, CognitoErrorKind::ResourceNotFound);
    }

    #[test]
    fn what_a_visitor_types_into_a_message_decides_nothing() {
        for typed in [
            "is not enabled for the client.",
            "User is already confirmed.",
            "Auth flow not enabled for this client",
        ] {
            let message = format!(
                "1 validation error detected: Value '{typed}' at 'username' failed to satisfy \
                 constraint: Member must satisfy regular expression pattern: [\\p{{L}}]+"
            );

            let kind = read("InvalidParameterException", &message);

            assert_eq!(kind, CognitoErrorKind::InvalidParameter, "{message}");
        }
    }
}
