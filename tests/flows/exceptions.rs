//! Every exception of Cognito on every form and page: none of its words reach a page, what a visitor
//! can mend is never a fault of the server, and what passes says when to try again.

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum_cognito::cognito::{CognitoErrorKind as Kind, Remedy};
use axum_cognito::pages::Pages;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::web::Limits;
use axum_cognito::{Auth, UserPool};
use cognito_emulator::{Fault, FaultKind};

use crate::exception_list::EXCEPTIONS;
use crate::site::{ALICE, Browser, Cloud, Page, TOTP, Users, with_layers};

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
    (
        "CompleteWebAuthnRegistration",
        "/profile/passkeys",
        &[("action", "register"), ("credential", "{}")],
    ),
    (
        "UpdateDeviceStatus",
        "/profile/devices",
        &[("action", "remember"), ("key", "us-east-1_a")],
    ),
    (
        "GetUser",
        "/login",
        &[("username", "alice"), ("password", "Correct-horse-1")],
    ),
];

/// Calls that nothing in a form can have caused. An empty form: the page is looked at.
const LOOKS: &[(&str, &str, Fields)] = &[
    ("GetUser", "/profile/edit", &[]),
    ("GetUser", "/profile/edit", &[("given_name", "Changed")]),
    ("GetUser", "/profile/mfa", &[]),
    ("ListDevices", "/profile/devices", &[]),
    ("ListWebAuthnCredentials", "/profile/passkeys", &[]),
    ("GlobalSignOut", "/logout/everywhere", &[("sent", "1")]),
    (
        "DeleteUser",
        "/profile/data",
        &[("action", "delete"), ("account", "alice")],
    ),
];

/// Calls without which the visitor gets on all the same.
const BY_THE_WAY: &[(&str, &str, Fields)] = &[
    ("GetUser", "/profile/security", &[]),
    ("ListWebAuthnCredentials", "/profile/security", &[]),
    ("RevokeToken", "/logout", &[("sent", "1")]),
    (
        "ConfirmDevice",
        "/login",
        &[("username", "alice"), ("password", "Correct-horse-1")],
    ),
];

async fn site() -> (Cloud, Users, Router) {
    let cloud = Cloud::start().await;
    cloud.pool.clone().with_device_tracking();
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
        path if path.starts_with("/profile") || path.starts_with("/logout") => {
            browser.log_in(ALICE, "/").await
        }
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

/// Lets an operation fail in each way, and sends its form or looks at its page.
async fn walk(table: &[(&str, &str, Fields)], check: impl Fn(&Page, Remedy, &str)) {
    let (cloud, _users, router) = site().await;
    let others = [
        ("SomethingNewException", Kind::Unexpected, Remedy::None),
        ("ThrottlingException", Kind::Throttled, Remedy::Retry),
    ];
    let mut tried = 0;

    for (operation, path, form) in table {
        let mut browser = sender(&router, path).await;
        for (exception, _, remedy) in EXCEPTIONS.into_iter().chain(others) {
            let message = "canary words of AWS".to_owned();
            let fault = FaultKind::ErrorWithMessage(exception.to_owned(), message);
            cloud
                .emulator
                .inject(Fault::on(*operation, fault).forever());
            let page = match form {
                [] => browser.get(path).await,
                form => browser.post(path, form).await,
            };
            cloud.emulator.clear_faults();
            tried += 1;

            let what = format!("{operation} at {path}: {exception}: {}", page.status);
            assert_says_nothing_of_aws(&page, exception, &what);
            let says_when = !page.header("retry-after").is_empty();
            match page.status {
                StatusCode::SERVICE_UNAVAILABLE => assert!(says_when, "{what}"),
                StatusCode::INTERNAL_SERVER_ERROR => assert!(!says_when, "{what}"),
                _ => {}
            }
            check(&page, remedy, &what);
            let has_ended = page.status.is_redirection() || *path == "/login/challenge";
            if has_ended {
                browser = sender(&router, path).await;
            }
        }
    }
    println!("{tried} pairs of operation and exception");
}

/// What passes is an outage, and what an operator has to mend is none.
fn assert_fits(page: &Page, remedy: Remedy, what: &str) {
    match remedy {
        Remedy::Retry => assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{what}"),
        Remedy::Configure => assert_ne!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{what}"),
        Remedy::LogIn => assert!(!page.status.is_server_error(), "{what}"),
        _ => {}
    }
}

#[tokio::test]
async fn every_exception_on_every_form_is_said_in_our_words() {
    walk(FORMS, |page, remedy, what| {
        assert_fits(page, remedy, what);
        if let Remedy::Correct | Remedy::Wait = remedy {
            assert!(!page.status.is_server_error(), "{what}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_exception_on_a_page_is_said_in_our_words() {
    walk(LOOKS, assert_fits).await;
}

#[tokio::test]
async fn no_exception_stops_what_goes_without_the_call() {
    walk(BY_THE_WAY, |page, _, what| {
        assert!(!page.status.is_client_error(), "{what}");
        assert!(!page.status.is_server_error(), "{what}");
    })
    .await;
}

#[tokio::test]
async fn every_exception_at_a_renewal_ends_the_login_or_says_when_to_come_again() {
    let (cloud, _users, router) = site().await;

    for (exception, kind, _) in EXCEPTIONS {
        let mut browser = sender(&router, "/profile").await;
        cloud.advance(Duration::from_secs(60 * 60));
        let message = "canary words of AWS".to_owned();
        let fault = FaultKind::ErrorWithMessage(exception.to_owned(), message);
        let fault = Fault::on("GetTokensFromRefreshToken", fault);
        cloud.emulator.inject(fault.forever());
        let page = browser.get("/profile").await;
        cloud.emulator.clear_faults();

        let what = format!("{exception}: {}", page.status);
        assert_says_nothing_of_aws(&page, exception, &what);
        if kind.refuses_a_refresh() {
            assert_eq!(page.location(), "/login?next=%2Fprofile", "{what}");
        } else {
            assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{what}");
            assert_ne!(page.header("retry-after"), "", "{what}");
        }
    }
}
