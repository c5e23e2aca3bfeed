//! Every exception of Cognito on every form: none of its words reach a page, what a visitor can
//! mend is never a fault of the server, and what passes says when to try again.

use axum::Router;
use axum::http::StatusCode;
use axum_cognito::pages::Pages;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::web::Limits;
use axum_cognito::{Auth, UserPool};
use cognito_emulator::{Fault, FaultKind};

use crate::site::{ALICE, Browser, Cloud, Page, TOTP, Users, with_layers};

/// What a visitor can mend, or wait for.
const OF_THE_VISITOR: &[&str] = &[
    "AliasExistsException",
    "CodeDeliveryFailureException",
    "CodeMismatchException",
    "EnableSoftwareTokenMFAException",
    "ExpiredCodeException",
    "InvalidParameterException",
    "InvalidPasswordException",
    "LimitExceededException",
    "MFAMethodNotFoundException",
    "NotAuthorizedException",
    "PasswordHistoryPolicyViolationException",
    "PasswordResetRequiredException",
    "TooManyFailedAttemptsException",
    "UserLambdaValidationException",
    "UserNotConfirmedException",
    "UserNotFoundException",
    "UsernameExistsException",
];

/// What passes.
const OF_THE_MOMENT: &[&str] = &[
    "ConcurrentModificationException",
    "InternalErrorException",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// What an operator has to mend, and what nobody has heard of.
const OF_THE_SITE: &[&str] = &[
    "FeatureUnavailableInTierException",
    "ForbiddenException",
    "InvalidEmailRoleAccessPolicyException",
    "InvalidLambdaResponseException",
    "InvalidSmsRoleAccessPolicyException",
    "InvalidSmsRoleTrustRelationshipException",
    "InvalidUserPoolConfigurationException",
    "OperationNotEnabledException",
    "ResourceNotFoundException",
    "SomethingNewException",
    "UnexpectedLambdaException",
    "UnsupportedOperationException",
    "UnsupportedTokenTypeException",
    "UnsupportedUserStateException",
    "UserPoolAddOnNotEnabledException",
    "WebAuthnNotEnabledException",
];

type Fields = &'static [(&'static str, &'static str)];

/// Each operation, and the form that calls it.
const FORMS: &[(&str, &str, Fields)] = &[
    (
        "SignUp",
        "/signup",
        &[
            ("username", "bob"),
            ("email", "bob@example.com"),
            ("new_password", "Bobs-horse-1"),
        ],
    ),
    (
        "ConfirmSignUp",
        "/signup/confirm",
        &[("username", "bob"), ("code", "123456")],
    ),
    (
        "ResendConfirmationCode",
        "/signup/resend",
        &[("username", "bob")],
    ),
    ("ForgotPassword", "/password/forgot", &[("username", "bob")]),
    (
        "ConfirmForgotPassword",
        "/password/reset",
        &[
            ("username", "bob"),
            ("code", "123456"),
            ("new_password", "Bobs-horse-1"),
        ],
    ),
    (
        "InitiateAuth",
        "/login",
        &[("username", "alice"), ("password", "Correct-horse-1")],
    ),
    (
        "RespondToAuthChallenge",
        "/login/challenge",
        &[("code", "123456")],
    ),
    (
        "ChangePassword",
        "/profile/password",
        &[
            ("password", "Correct-horse-1"),
            ("new_password", "Another-horse-2"),
        ],
    ),
    (
        "UpdateUserAttributes",
        "/profile/edit",
        &[("given_name", "Changed")],
    ),
    (
        "GetUserAttributeVerificationCode",
        "/profile/verify/send",
        &[("attribute", "email")],
    ),
    (
        "VerifyUserAttribute",
        "/profile/verify",
        &[("code", "123456")],
    ),
    (
        "AssociateSoftwareToken",
        "/profile/mfa",
        &[("action", "start")],
    ),
    (
        "VerifySoftwareToken",
        "/profile/mfa",
        &[("action", "verify"), ("code", "123456")],
    ),
    (
        "SetUserMFAPreference",
        "/profile/mfa",
        &[("action", "app_off")],
    ),
    (
        "ForgetDevice",
        "/profile/devices",
        &[("action", "forget"), ("key", "us-east-1_a")],
    ),
    (
        "StartWebAuthnRegistration",
        "/profile/passkeys",
        &[("action", "start")],
    ),
    (
        "DeleteWebAuthnCredential",
        "/profile/passkeys",
        &[("action", "delete"), ("id", "x")],
    ),
];

async fn site() -> (Cloud, Users, Router) {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let pool = UserPool::with_client(cloud.cognito(), users.store.clone());
    let pages = Pages::new()
        .with_sign_up(["email"])
        .expect("a name of Cognito's");
    let auth = Auth::builder()
        .with_pool(pool)
        .with_clock(cloud.clock.clone())
        .with_limits(Limits::none());
    let router = with_layers(pages.router(), auth, MemoryStore::default()).await;

    (cloud, users, router)
}

/// Whoever can send the form: somebody who is logged in, or whose login waits for a code.
async fn sender(router: &Router, path: &str) -> Browser {
    let mut browser = Browser::new(router.clone());
    match path {
        "/login/challenge" => browser.log_in(TOTP, "/").await,
        path if path.starts_with("/profile") => browser.log_in(ALICE, "/").await,
        _ => return browser,
    };
    browser
}

fn assert_says_nothing_of_aws(page: &Page, exception: &str, what: &str) {
    let shown = format!("{:?} {}", page.headers, page.body);
    for raw in ["canary", exception, "Exception", "AWS"] {
        assert!(!shown.contains(raw), "{raw}: {what}: {shown}");
    }
    if !page.status.is_redirection() {
        assert!(page.body.contains("<h1>"), "{what}: a page");
    }
}

#[tokio::test]
async fn every_exception_on_every_form_is_said_in_our_words() {
    let (cloud, _users, router) = site().await;
    let mut tried = 0;

    for (operation, path, form) in FORMS {
        let mut browser = sender(&router, path).await;
        let all = [OF_THE_VISITOR, OF_THE_MOMENT, OF_THE_SITE].concat();
        for exception in all {
            let message = "canary words of AWS".to_owned();
            let fault = FaultKind::ErrorWithMessage(exception.to_owned(), message);
            cloud
                .emulator
                .inject(Fault::on(*operation, fault).forever());
            let page = browser.post(path, form).await;
            cloud.emulator.clear_faults();
            tried += 1;

            let what = format!("{operation} {exception}: {}", page.status);
            assert_says_nothing_of_aws(&page, exception, &what);
            if OF_THE_VISITOR.contains(&exception) {
                assert!(!page.status.is_server_error(), "{what}");
            }
            if OF_THE_MOMENT.contains(&exception) {
                assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{what}");
                assert_ne!(page.header("retry-after"), "", "{what}");
            }
            let has_ended = page.status.is_redirection() || *path == "/login/challenge";
            if has_ended {
                browser = sender(&router, path).await;
            }
        }
    }
    println!("{tried} pairs of operation and exception");
}
