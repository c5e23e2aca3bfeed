//! The one table of what Cognito refuses, which client, backends, pages and audit log share.

use std::fmt;

/// What helps after an error.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Remedy {
    /// A change of the user pool, the app client or the site's settings, by an operator.
    Configure,
    /// Another value of what was given.
    Correct,
    /// A new login. With a call that is made with a user's tokens, the login they are of is over.
    LogIn,
    /// Nothing that the caller can do.
    None,
    /// The same call, soon: nothing was refused.
    Retry,
    /// The flow from its beginning: this step of it is over.
    StartAgain,
    /// Time: there were too many tries.
    Wait,
}

macro_rules! kinds {
    ($(
        $(#[$doc:meta])*
        $kind:ident = $text:literal, $remedy:ident
        $(, from $($exception:literal)|+)?
        $(, finding $finding:literal)?;
    )*) => {
        /// The category of a [`CognitoError`](super::CognitoError).
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum CognitoErrorKind {
            $(
                $(#[$doc])*
                $kind,
            )*
        }

        impl CognitoErrorKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// Returns what helps after an error of this kind.
            pub fn remedy(self) -> Remedy {
                match self {
                    $(Self::$kind => Remedy::$remedy,)*
                }
            }

            /// Returns the code of the doctor's finding that explains the mistake in the settings,
            /// if there is one.
            pub fn finding(self) -> Option<&'static str> {
                match self {
                    $($(Self::$kind => Some($finding),)?)*
                    _ => None,
                }
            }

            /// Returns the kind that the name of an exception stands for, by itself.
            pub(super) fn of_exception(name: &str) -> Option<Self> {
                match name {
                    $($($($exception => Some(Self::$kind),)+)?)*
                    _ => None,
                }
            }
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
    AccessDenied = "the AWS credentials do not allow the call", Configure,
        from "AccessDeniedException" | "ExpiredTokenException" | "IncompleteSignatureException"
            | "InvalidSignatureException" | "MissingAuthenticationTokenException"
            | "UnrecognizedClientException";
    /// Another account has this e-mail address or phone number.
    AliasExists = "the alias is taken", Correct, from "AliasExistsException";
    /// The sign-up was confirmed before.
    AlreadyConfirmed = "the sign-up was confirmed before", None;
    /// The app client may not read or write the attribute.
    AttributeNotPermitted = "the app client may not read or write the attribute", Configure,
        finding "profile-attribute-read-only";
    /// The `Session` of a challenge ran out, or was used before. Log in again.
    ChallengeExpired = "the challenge has expired or was answered before", StartAgain;
    /// The message with the code could not be sent.
    CodeDeliveryFailure = "the code could not be sent", Correct,
        from "CodeDeliveryFailureException",
        finding "delivery-failure";
    /// The code is wrong. Another try is possible.
    CodeMismatch = "the code is wrong", Correct, from "CodeMismatchException";
    /// Somebody else changes the same. Try again.
    ConcurrentModification = "changed by somebody else meanwhile", Retry,
        from "ConcurrentModificationException";
    /// Cognito has forgotten the remembered device, or it could not prove itself. What was kept of
    /// it is of no use any more: log in again without it.
    DeviceRefused = "the remembered device is refused", StartAgain;
    /// The name of the identity provider is taken.
    DuplicateProvider = "the identity provider exists", Correct, from "DuplicateProviderException";
    /// The code of the authenticator app is wrong at enrolment. Another try is possible.
    EnableSoftwareTokenMfa = "the code of the authenticator app is wrong", Correct,
        from "EnableSoftwareTokenMFAException";
    /// The code is too old, was used before, or was never asked for.
    ExpiredCode = "the code has expired", Correct, from "ExpiredCodeException";
    /// The user pool, the app client or the tier has what the call needs switched off.
    FeatureNotEnabled = "not enabled in the user pool or app client", Configure,
        from "FeatureUnavailableInTierException" | "InvalidUserPoolConfigurationException"
            | "OperationNotEnabledException" | "TierChangeNotAllowedException"
            | "UnsupportedOperationException" | "UserPoolAddOnNotEnabledException";
    /// The app client does not allow the flow that the login takes, or it lacks its triggers.
    FlowNotEnabled = "the app client does not allow this flow of authentication", Configure,
        finding "flow-srp-missing";
    /// A web application firewall refused the request.
    Forbidden = "forbidden by a firewall", None, from "ForbiddenException";
    /// The name of the group is taken.
    GroupExists = "the group exists", Correct, from "GroupExistsException";
    /// A parameter that Cognito does not take, such as an address that is none.
    InvalidParameter = "invalid parameter", Correct,
        from "InvalidOAuthFlowException" | "InvalidParameterException"
            | "ScopeDoesNotExistException" | "SerializationException"
            | "UnsupportedIdentityProviderException" | "UserPoolTaggingException"
            | "ValidationException";
    /// The new password breaks the pool's policy.
    InvalidPassword = "the password breaks the policy", Correct, from "InvalidPasswordException";
    /// Too many tries of this user, or too many of a thing.
    LimitExceeded = "attempt limit exceeded", Wait, from "LimitExceededException";
    /// The account is locked for a while, after too many wrong passwords or codes.
    Locked = "the account is locked for a while", Wait;
    /// The user pool's role may not send mail or text messages.
    MessagesNotConfigured = "the user pool may not send mail or text messages", Configure,
        from "InvalidEmailRoleAccessPolicyException" | "InvalidSmsRoleAccessPolicyException"
            | "InvalidSmsRoleTrustRelationshipException",
        finding "delivery-failure";
    /// The user does not have this second factor.
    MfaMethodNotFound = "no such second factor", Correct,
        from "MFAMethodNotFoundException" | "SoftwareTokenMFANotFoundException";
    /// The call needs AWS credentials, and the client has none.
    MissingCredentials = "no AWS credentials", Configure;
    /// The access token lacks the scope `aws.cognito.signin.user.admin`.
    MissingScope = "the access token lacks a scope", Configure, finding "oauth-user-admin-missing";
    /// The user has no verified address that a code could be sent to.
    NoVerifiedAddress = "no verified address to send a code to", None;
    /// Refused for a reason that AWS does not name, or by words that are not known here.
    NotAuthorized = "not authorized", LogIn, from "NotAuthorizedException";
    /// The new password was used before.
    PasswordHistory = "the password was used before", Correct,
        from "PasswordHistoryPolicyViolationException";
    /// The user must reset the password first.
    PasswordResetRequired = "a password reset is required", LogIn,
        from "PasswordResetRequiredException";
    /// A condition of the call does not hold, e.g. another import of users is under way.
    PreconditionNotMet = "a condition of the call does not hold", None,
        from "PreconditionNotMetException" | "UserImportInProgressException";
    /// The answer is not one that the protocol allows. It says nothing about the user.
    Protocol = "the answer does not follow the protocol", Retry;
    /// A refresh token was used again after its rotation.
    RefreshTokenReuse = "the refresh token was used before", LogIn,
        from "RefreshTokenReuseException";
    /// What is to be created exists.
    ResourceExists = "it exists", None,
        from "DeviceKeyExistsException" | "ManagedLoginBrandingExistsException"
            | "TermsExistsException";
    /// No such group, device, passkey or identity provider.
    ResourceNotFound = "not found", None, from "ResourceNotFoundException";
    /// The AWS account has as many of a thing as its quota allows.
    ServiceQuotaExceeded = "a quota of the AWS account is used up", Configure,
        from "ServiceQuotaExceededException";
    /// The temporary password has expired. An administrator has to set another.
    TemporaryPasswordExpired = "the temporary password has expired", None;
    /// The AWS account's rate of requests is used up.
    Throttled = "too many requests", Retry,
        from "Throttling" | "ThrottlingException" | "TooManyRequestsException";
    /// The access or refresh token was revoked, has expired, or is none.
    TokenRefused = "the token was revoked or has expired", LogIn,
        from "UnauthorizedException" | "UnsupportedTokenTypeException";
    /// Too many wrong codes.
    TooManyFailedAttempts = "too many failed attempts", Wait, from "TooManyFailedAttemptsException";
    /// A trigger of the user pool failed, or answered what Cognito does not take.
    TriggerFailed = "a trigger of the user pool failed", Configure,
        from "InvalidLambdaResponseException" | "UnexpectedLambdaException";
    /// Cognito could not be reached, did not answer in time, or had a fault of its own.
    Unavailable = "unavailable", Retry,
        from "InternalErrorException" | "InternalFailure" | "InternalServerException"
            | "ServiceUnavailable";
    /// Any other answer.
    Unexpected = "unexpected answer", None;
    /// No such user pool, or no such app client in it.
    UnknownAppClient = "no such user pool or app client", Configure,
        finding "client-of-another-pool";
    /// The service does not know the operation. AWS does; an emulator may not.
    UnknownOperation = "unknown operation", None,
        from "InvalidAction" | "NotImplemented" | "UnknownOperationException";
    /// The user's status does not go with the call.
    UnsupportedUserState = "the user is in another state", None,
        from "UnsupportedUserStateException";
    /// An administrator has disabled the user.
    UserDisabled = "the user is disabled", LogIn;
    /// A trigger of the user pool refused the request. See
    /// [`trigger_message`](super::CognitoError::trigger_message).
    UserLambdaValidation = "refused by a trigger of the user pool", Correct,
        from "UserLambdaValidationException";
    /// The sign-up was not confirmed yet.
    UserNotConfirmed = "the user is not confirmed", LogIn, from "UserNotConfirmedException";
    /// No such user.
    UserNotFound = "no such user", LogIn, from "UserNotFoundException";
    /// The name is taken.
    UsernameExists = "the name is taken", Correct, from "UsernameExistsException";
    /// Not the answer to the registration that was started last. Start again.
    WebAuthnChallengeMismatch = "not the passkey that was asked for", StartAgain,
        from "WebAuthnChallengeNotFoundException" | "WebAuthnClientMismatchException";
    /// Another authenticator may do.
    WebAuthnCredentialNotSupported = "this passkey cannot be used", Correct,
        from "WebAuthnCredentialNotSupportedException";
    /// A mistake in the settings of the user pool or of the site.
    WebAuthnNotConfigured = "passkeys are not set up for this site", Configure,
        from "WebAuthnConfigurationMissingException" | "WebAuthnNotEnabledException"
            | "WebAuthnOriginNotAllowedException" | "WebAuthnRelyingPartyMismatchException",
        finding "passkeys-without-relying-party";
    /// The secret of the app client is wrong or missing, or the app client has none.
    WrongAppClientSecret = "the app client secret is wrong or missing", Configure,
        finding "secret-missing-at-site";
    /// The password is wrong or, where the app client hides which users there are, the name is. A
    /// passkey that is not the user's reads the same.
    WrongPassword = "wrong username or password", Correct;
    /// The service names another user than the one who was asked for, or who proved the password.
    WrongUser = "an answer about another user", None;
}

impl CognitoErrorKind {
    /// Returns whether the same call may succeed soon: an outage, not a refusal.
    pub fn is_transient(self) -> bool {
        self.remedy() == Remedy::Retry
    }

    /// Whether Cognito may have done what it was asked for, though its answer was lost.
    #[cfg(feature = "pages")]
    pub(crate) fn may_be_done(self) -> bool {
        matches!(self, Self::Protocol | Self::Unavailable)
    }

    /// Returns whether the settings of the user pool, the app client or the site are wrong.
    pub fn is_setup(self) -> bool {
        self.remedy() == Remedy::Configure
    }

    /// Returns whether the same challenge can be answered again after this.
    pub fn can_be_answered_again(self) -> bool {
        self.is_transient()
            || matches!(
                self,
                Self::CodeMismatch
                    | Self::EnableSoftwareTokenMfa
                    | Self::ExpiredCode
                    | Self::InvalidParameter
                    | Self::InvalidPassword
                    | Self::LimitExceeded
                    | Self::PasswordHistory
                    | Self::TooManyFailedAttempts
            )
    }

    /// Returns whether a call with a user's tokens failed because these are no longer good, so
    /// that the login is over.
    pub fn ends_a_login(self) -> bool {
        self.remedy() == Remedy::LogIn
    }

    /// Returns whether a login is over whose refresh fails like this: it would fail again, however
    /// often it is tried. An answer that nobody knows, perhaps of a proxy on the way, ends none.
    pub fn refuses_a_refresh(self) -> bool {
        !matches!(self.remedy(), Remedy::Retry | Remedy::Wait) && self != Self::Unexpected
    }

    /// Reads the status of an answer that names no error.
    pub(super) fn of_status(status: u16) -> Self {
        match status {
            403 => Self::Forbidden,
            404 | 501 => Self::UnknownOperation,
            429 => Self::Throttled,
            500.. => Self::Unavailable,
            _ => Self::Unexpected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_time_helps_ends_no_login() {
        for kind in CognitoErrorKind::ALL {
            let passes = matches!(kind.remedy(), Remedy::Retry | Remedy::Wait);

            assert!(!(passes && kind.ends_a_login()), "{kind:?}");
            let is_known = *kind != CognitoErrorKind::Unexpected;
            assert_eq!(kind.refuses_a_refresh(), !passes && is_known, "{kind:?}");
        }
    }

    #[test]
    fn a_kind_has_one_remedy() {
        for kind in CognitoErrorKind::ALL {
            let remedies = [kind.is_transient(), kind.is_setup(), kind.ends_a_login()];
            let count = remedies.into_iter().filter(|is_it| *is_it).count();

            let has_one = matches!(
                kind.remedy(),
                Remedy::Retry | Remedy::Configure | Remedy::LogIn
            );
            assert_eq!(count, usize::from(has_one), "{kind:?}");
        }
    }

    #[test]
    fn a_challenge_stays_open_for_what_can_be_mended_alone() {
        for (kind, stays_open) in [
            (CognitoErrorKind::CodeMismatch, true),
            (CognitoErrorKind::InvalidPassword, true),
            (CognitoErrorKind::LimitExceeded, true),
            (CognitoErrorKind::Unavailable, true),
            (CognitoErrorKind::ChallengeExpired, false),
            (CognitoErrorKind::DeviceRefused, false),
            (CognitoErrorKind::Locked, false),
            (CognitoErrorKind::NotAuthorized, false),
            (CognitoErrorKind::Unexpected, false),
            (CognitoErrorKind::UserDisabled, false),
            (CognitoErrorKind::WrongUser, false),
        ] {
            assert_eq!(kind.can_be_answered_again(), stays_open, "{kind:?}");
        }
    }

    #[test]
    fn a_finding_belongs_to_a_mistake_in_the_settings() {
        for kind in CognitoErrorKind::ALL {
            let undelivered = *kind == CognitoErrorKind::CodeDeliveryFailure;

            assert!(
                kind.finding().is_none() || kind.is_setup() || undelivered,
                "{kind:?}"
            );
        }
    }
}
