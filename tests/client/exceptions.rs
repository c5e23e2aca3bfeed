//! Every exception of the service has a kind, and what helps after it.

use axum_cognito::cognito::{Cognito, CognitoError, CognitoErrorKind as Kind, Remedy};
use axum_cognito::token::Tokens;

use crate::between::Between;
use crate::pool::{Cloud, PASSWORD, secret};

/// The exceptions of `types::error` of the SDK, all of them, and what each is when AWS says
/// nothing more.
const EXCEPTIONS: [(&str, Kind, Remedy); 59] = [
    (
        "AccessDeniedException",
        Kind::AccessDenied,
        Remedy::Configure,
    ),
    ("AliasExistsException", Kind::AliasExists, Remedy::Correct),
    (
        "CodeDeliveryFailureException",
        Kind::CodeDeliveryFailure,
        Remedy::Correct,
    ),
    ("CodeMismatchException", Kind::CodeMismatch, Remedy::Correct),
    (
        "ConcurrentModificationException",
        Kind::ConcurrentModification,
        Remedy::Retry,
    ),
    (
        "DeviceKeyExistsException",
        Kind::ResourceExists,
        Remedy::None,
    ),
    (
        "DuplicateProviderException",
        Kind::DuplicateProvider,
        Remedy::Correct,
    ),
    (
        "EnableSoftwareTokenMFAException",
        Kind::EnableSoftwareTokenMfa,
        Remedy::Correct,
    ),
    ("ExpiredCodeException", Kind::ExpiredCode, Remedy::Correct),
    (
        "FeatureUnavailableInTierException",
        Kind::FeatureNotEnabled,
        Remedy::Configure,
    ),
    ("ForbiddenException", Kind::Forbidden, Remedy::None),
    ("GroupExistsException", Kind::GroupExists, Remedy::Correct),
    ("InternalErrorException", Kind::Unavailable, Remedy::Retry),
    ("InternalServerException", Kind::Unavailable, Remedy::Retry),
    (
        "InvalidEmailRoleAccessPolicyException",
        Kind::MessagesNotConfigured,
        Remedy::Configure,
    ),
    (
        "InvalidLambdaResponseException",
        Kind::TriggerFailed,
        Remedy::Configure,
    ),
    (
        "InvalidOAuthFlowException",
        Kind::InvalidParameter,
        Remedy::Correct,
    ),
    (
        "InvalidParameterException",
        Kind::InvalidParameter,
        Remedy::Correct,
    ),
    (
        "InvalidPasswordException",
        Kind::InvalidPassword,
        Remedy::Correct,
    ),
    (
        "InvalidSmsRoleAccessPolicyException",
        Kind::MessagesNotConfigured,
        Remedy::Configure,
    ),
    (
        "InvalidSmsRoleTrustRelationshipException",
        Kind::MessagesNotConfigured,
        Remedy::Configure,
    ),
    (
        "InvalidUserPoolConfigurationException",
        Kind::FeatureNotEnabled,
        Remedy::Configure,
    ),
    ("LimitExceededException", Kind::LimitExceeded, Remedy::Wait),
    (
        "MFAMethodNotFoundException",
        Kind::MfaMethodNotFound,
        Remedy::Correct,
    ),
    (
        "ManagedLoginBrandingExistsException",
        Kind::ResourceExists,
        Remedy::None,
    ),
    ("NotAuthorizedException", Kind::NotAuthorized, Remedy::LogIn),
    (
        "OperationNotEnabledException",
        Kind::FeatureNotEnabled,
        Remedy::Configure,
    ),
    (
        "PasswordHistoryPolicyViolationException",
        Kind::PasswordHistory,
        Remedy::Correct,
    ),
    (
        "PasswordResetRequiredException",
        Kind::PasswordResetRequired,
        Remedy::LogIn,
    ),
    (
        "PreconditionNotMetException",
        Kind::PreconditionNotMet,
        Remedy::None,
    ),
    (
        "RefreshTokenReuseException",
        Kind::RefreshTokenReuse,
        Remedy::LogIn,
    ),
    (
        "ResourceNotFoundException",
        Kind::ResourceNotFound,
        Remedy::None,
    ),
    (
        "ScopeDoesNotExistException",
        Kind::InvalidParameter,
        Remedy::Correct,
    ),
    (
        "ServiceQuotaExceededException",
        Kind::ServiceQuotaExceeded,
        Remedy::Configure,
    ),
    (
        "SoftwareTokenMFANotFoundException",
        Kind::MfaMethodNotFound,
        Remedy::Correct,
    ),
    ("TermsExistsException", Kind::ResourceExists, Remedy::None),
    (
        "TierChangeNotAllowedException",
        Kind::FeatureNotEnabled,
        Remedy::Configure,
    ),
    (
        "TooManyFailedAttemptsException",
        Kind::TooManyFailedAttempts,
        Remedy::Wait,
    ),
    ("TooManyRequestsException", Kind::Throttled, Remedy::Retry),
    ("UnauthorizedException", Kind::TokenRefused, Remedy::LogIn),
    (
        "UnexpectedLambdaException",
        Kind::TriggerFailed,
        Remedy::Configure,
    ),
    (
        "UnsupportedIdentityProviderException",
        Kind::InvalidParameter,
        Remedy::Correct,
    ),
    (
        "UnsupportedOperationException",
        Kind::FeatureNotEnabled,
        Remedy::Configure,
    ),
    (
        "UnsupportedTokenTypeException",
        Kind::TokenRefused,
        Remedy::LogIn,
    ),
    (
        "UnsupportedUserStateException",
        Kind::UnsupportedUserState,
        Remedy::None,
    ),
    (
        "UserImportInProgressException",
        Kind::PreconditionNotMet,
        Remedy::None,
    ),
    (
        "UserLambdaValidationException",
        Kind::UserLambdaValidation,
        Remedy::Correct,
    ),
    (
        "UserNotConfirmedException",
        Kind::UserNotConfirmed,
        Remedy::LogIn,
    ),
    ("UserNotFoundException", Kind::UserNotFound, Remedy::LogIn),
    (
        "UserPoolAddOnNotEnabledException",
        Kind::FeatureNotEnabled,
        Remedy::Configure,
    ),
    (
        "UserPoolTaggingException",
        Kind::InvalidParameter,
        Remedy::Correct,
    ),
    (
        "UsernameExistsException",
        Kind::UsernameExists,
        Remedy::Correct,
    ),
    (
        "WebAuthnChallengeNotFoundException",
        Kind::WebAuthnChallengeMismatch,
        Remedy::StartAgain,
    ),
    (
        "WebAuthnClientMismatchException",
        Kind::WebAuthnChallengeMismatch,
        Remedy::StartAgain,
    ),
    (
        "WebAuthnConfigurationMissingException",
        Kind::WebAuthnNotConfigured,
        Remedy::Configure,
    ),
    (
        "WebAuthnCredentialNotSupportedException",
        Kind::WebAuthnCredentialNotSupported,
        Remedy::Correct,
    ),
    (
        "WebAuthnNotEnabledException",
        Kind::WebAuthnNotConfigured,
        Remedy::Configure,
    ),
    (
        "WebAuthnOriginNotAllowedException",
        Kind::WebAuthnNotConfigured,
        Remedy::Configure,
    ),
    (
        "WebAuthnRelyingPartyMismatchException",
        Kind::WebAuthnNotConfigured,
        Remedy::Configure,
    ),
];

/// A call without tokens, one with the access token, one with the refresh token, and one of an
/// administrator.
const OPERATIONS: [&str; 4] = [
    "InitiateAuth",
    "ChangePassword",
    "GetTokensFromRefreshToken",
    "AdminSetUserPassword",
];

async fn fail(cognito: &Cognito, operation: &str) -> CognitoError {
    let password = secret(PASSWORD);
    let mut alice = cognito.user("alice", Tokens::new("id", "access", Some("refresh".into())));
    let failed = match operation {
        "InitiateAuth" => cognito.authenticate("alice", &password).await.map(drop),
        "ChangePassword" => alice.change_password(&password, &password).await,
        "GetTokensFromRefreshToken" => alice.renew_access_token().await,
        _ => {
            let admin = cognito.admin().expect("credentials");
            admin.set_password("alice", &password, true).await
        }
    };
    failed.expect_err("an error")
}

#[tokio::test]
async fn each_has_a_kind_and_none_is_shown() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let cognito = between.cognito(&cloud);

    for (exception, kind, remedy) in EXCEPTIONS {
        for operation in OPERATIONS {
            between.refuse(operation, exception, "canary");

            let error = fail(&cognito, operation).await;

            assert_eq!(error.kind(), kind, "{exception} of {operation}");
            assert_eq!(kind.remedy(), remedy, "{exception}");
            assert_eq!(error.message(), Some("canary"));
            assert!(!error.to_string().contains("canary"), "{error}");
            assert_eq!(error.to_string(), format!("{operation} failed: {kind}"));
        }
    }
}

#[tokio::test]
async fn a_refusal_in_words_is_told_apart_through_the_sdk() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let cognito = between.cognito(&cloud);

    for (exception, message, kind, ends_a_login) in [
        (
            "NotAuthorizedException",
            "Incorrect username or password.",
            Kind::WrongPassword,
            false,
        ),
        (
            "NotAuthorizedException",
            "Access Token has been revoked",
            Kind::TokenRefused,
            true,
        ),
        (
            "NotAuthorizedException",
            "User temporarily locked. Try again soon.",
            Kind::Locked,
            false,
        ),
        (
            "NotAuthorizedException",
            "User is disabled.",
            Kind::UserDisabled,
            true,
        ),
        (
            "InvalidParameterException",
            "Auth flow not enabled for this client",
            Kind::FlowNotEnabled,
            false,
        ),
        (
            "ResourceNotFoundException",
            "User pool client 1abc does not exist.",
            Kind::UnknownAppClient,
            false,
        ),
    ] {
        between.refuse("ChangePassword", exception, message);

        let error = fail(&cognito, "ChangePassword").await;

        assert_eq!(error.kind(), kind, "{message}");
        assert_eq!(error.kind().ends_a_login(), ends_a_login, "{message}");
    }
}

#[test]
fn each_finding_is_one_of_the_doctors() {
    let rules = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("doctor/src/rules");
    let rules: String = std::fs::read_dir(rules)
        .expect("the doctor's rules")
        .map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("text"))
        .collect();

    for finding in Kind::ALL.iter().filter_map(|kind| kind.finding()) {
        assert!(rules.contains(&format!("code: \"{finding}\"")), "{finding}");
    }
}
