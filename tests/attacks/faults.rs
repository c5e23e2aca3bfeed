//! A user pool that is ill: an outage never reads as a wrong password, and ends no login.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use cognito_emulator::{Fault, FaultKind};

use crate::site::{ALICE, Browser, Cloud, Site, TOTP};

/// The client waits for six seconds for one answer.
const PATIENCE: Duration = Duration::from_millis(6500);

/// What is answered in place of the right answer, none of it by a user's fault.
fn outages() -> Vec<FaultKind> {
    let named = [
        "InternalErrorException",
        "TooManyRequestsException",
        "ThrottlingException",
        "ForbiddenException",
        "ResourceNotFoundException",
        "InvalidLambdaResponseException",
        "UnexpectedLambdaException",
        "InvalidUserPoolConfigurationException",
        "InvalidSmsRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException",
        "ServiceUnavailable",
        "SomethingNewException",
        "UnrecognizedClientException",
        "ExpiredTokenException",
        "AccessDeniedException",
        "UnsupportedOperationException",
    ];
    let answers = [
        "",
        "null",
        "[]",
        "{}",
        "0",
        "\"text\"",
        "{\"ChallengeName\":7}",
        "{\"AuthenticationResult\":{\"IdToken\":1}}",
        "{\"AuthenticationResult\":{}}",
        "{\"ChallengeName\":\"PASSWORD_VERIFIER\",\"ChallengeParameters\":{\"SRP_B\":\"0\"}}",
        "{\"ChallengeName\":\"PASSWORD_VERIFIER\",\"ChallengeParameters\":{}}",
        "<!doctype html><title>Bad gateway</title>",
    ];
    let statuses = [500, 502, 503, 504, 403, 404, 429, 301];

    named
        .map(FaultKind::error)
        .into_iter()
        .chain(answers.map(|answer| FaultKind::Answer(answer.to_owned())))
        .chain(statuses.map(FaultKind::Status))
        .chain([
            FaultKind::Drop,
            FaultKind::Garbage,
            FaultKind::Truncate,
            FaultKind::Throttle,
            FaultKind::Answer("x".repeat(10 * 1024 * 1024)),
        ])
        .collect()
}

fn is_challenge(fault: &FaultKind) -> bool {
    matches!(fault, FaultKind::Answer(text) if text.contains("PASSWORD_VERIFIER"))
}

/// Whether the settings of the user pool, of its triggers or of the site are to blame, so that no
/// wait helps.
fn is_setup(fault: &FaultKind) -> bool {
    let FaultKind::Error(name) = fault else {
        return false;
    };
    [
        "InvalidLambdaResponseException",
        "UnexpectedLambdaException",
        "InvalidUserPoolConfigurationException",
        "InvalidSmsRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException",
        "UnrecognizedClientException",
        "ExpiredTokenException",
        "AccessDeniedException",
        "UnsupportedOperationException",
    ]
    .contains(&name.as_str())
}

/// Whether a refresh would fail like this however often it is tried.
fn is_final(fault: &FaultKind) -> bool {
    is_setup(fault)
        || match fault {
            FaultKind::Error(name) => {
                ["ForbiddenException", "ResourceNotFoundException"].contains(&name.as_str())
            }
            FaultKind::Status(status) => *status == 403,
            _ => false,
        }
}

/// Sees to it that a page says that it is not the visitor's fault.
fn assert_outage(page: &crate::site::Page, fault: &FaultKind, what: &str) {
    let status = match is_setup(fault) {
        true => StatusCode::INTERNAL_SERVER_ERROR,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    assert_eq!(page.status, status, "{what}: {}", page.body);
    let says_when = !page.header("retry-after").is_empty();
    assert_eq!(says_when, !is_setup(fault), "{what}");
    assert!(page.body.contains("<h1>"), "{what}: a page of ours");
    for wrong in ["Wrong user name", "is wrong", "canary", "SRP_B", "eyJ"] {
        assert!(!page.body.contains(wrong), "{what}: {wrong}");
    }
}

#[tokio::test]
async fn an_outage_in_a_login_never_reads_as_a_wrong_password() {
    let cloud = Cloud::start().await;
    let site = Site::on(cloud).await;
    let cloud = &site.cloud;
    let mut tried = 0;

    for fault in outages() {
        for operation in ["InitiateAuth", "RespondToAuthChallenge", "GetUser"] {
            // After a proof, a challenge is a challenge, even an odd one.
            if operation == "RespondToAuthChallenge" && is_challenge(&fault) {
                continue;
            }
            cloud
                .emulator
                .inject(Fault::on(operation, fault.clone()).forever());
            let asked = Instant::now();
            let mut browser = site.browser();
            let page = browser.log_in(ALICE, "/members").await;
            let took = asked.elapsed();
            cloud.emulator.clear_faults();
            tried += 1;

            let what = format!("{operation}: {fault:.60?}");
            assert!(took < PATIENCE, "{what}: {took:?}");
            assert_outage(&page, &fault, &what);
            assert!(
                is_setup(&fault) || page.body.contains("value=\"alice\""),
                "{what}: the name is still there"
            );
            assert_eq!(browser.get("/maybe").await.body, "Hello stranger", "{what}");
            cloud.advance(Duration::from_secs(60));
        }
    }
    println!("{tried} outages in logins");
    assert!(site.browser().log_in(ALICE, "/members").await.location() == "/members");
}

#[tokio::test]
async fn an_outage_on_the_other_pages_is_said_and_loses_nothing() {
    let site = Site::start().await;
    let cloud = &site.cloud;
    let mut alice = site.logged_in(ALICE).await;
    let mut totp = site.browser();
    totp.log_in(TOTP, "/").await;
    let mut tried = 0;

    for fault in outages() {
        for (operation, path, form) in [
            (
                "ForgotPassword",
                "/password/forgot",
                &[("username", "x")][..],
            ),
            (
                "ChangePassword",
                "/profile/password",
                &[
                    ("password", "Some-horse-1"),
                    ("new_password", "Other-horse-2"),
                ],
            ),
            (
                "RespondToAuthChallenge",
                "/login/challenge",
                &[("code", "123456")],
            ),
        ] {
            // Some of these are errors that a user can mend, and an empty answer is right here.
            if matches!(&fault, FaultKind::Answer(text) if text == "{}" || text.contains("Challenge") || text.contains("Auth"))
            {
                continue;
            }
            cloud
                .emulator
                .inject(Fault::on(operation, fault.clone()).forever());
            let browser: &mut Browser = if path == "/login/challenge" {
                &mut totp
            } else {
                &mut alice
            };
            let page = browser.post(path, form).await;
            cloud.emulator.clear_faults();
            tried += 1;
            let what = format!("{operation}: {fault:.60?}");
            assert!(
                !page.body.contains("eyJ") && !page.body.contains("xxxxx"),
                "{what}"
            );
            assert!(
                page.status == StatusCode::SERVICE_UNAVAILABLE
                    || is_setup(&fault) && page.status == StatusCode::INTERNAL_SERVER_ERROR
                    || page.status.is_redirection()
                    || page.status.is_client_error(),
                "{what}: {}",
                page.status
            );
            if matches!(
                fault,
                FaultKind::Status(500..)
                    | FaultKind::Drop
                    | FaultKind::Garbage
                    | FaultKind::Throttle
            ) {
                assert_outage(&page, &fault, &what);
            }
            cloud.advance(Duration::from_secs(15));
            totp = site.browser();
            totp.log_in(TOTP, "/").await;
        }
    }
    println!("{tried} outages on other pages");
    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
}

/// Some errors of a refresh end the login; all others leave it alone.
#[tokio::test]
async fn only_the_errors_that_mean_it_end_a_login() {
    let ending = [
        "NotAuthorizedException",
        "UserNotFoundException",
        "PasswordResetRequiredException",
        "UserNotConfirmedException",
        "RefreshTokenReuseException",
    ];
    let mut tried = 0;

    for name in ending {
        let site = Site::start().await;
        let mut alice = site.logged_in(ALICE).await;
        site.cloud.advance(Duration::from_secs(60 * 60));
        let fault = Fault::on("GetTokensFromRefreshToken", FaultKind::error(name));
        site.cloud.emulator.inject(fault.forever());
        let page = alice.get("/members").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{name}");
        assert!(
            page.location().contains("next=%2Fmembers"),
            "{name}: {}",
            page.location()
        );
        site.cloud.emulator.clear_faults();
        assert_eq!(
            alice.get("/maybe").await.body,
            "Hello stranger",
            "{name}: it stays so"
        );
        tried += 1;
    }

    let site = Site::start().await;
    let mut alice = site.logged_in(ALICE).await;
    for fault in outages() {
        site.cloud.advance(Duration::from_secs(60 * 60));
        site.cloud
            .emulator
            .inject(Fault::on("GetTokensFromRefreshToken", fault.clone()).forever());
        let page = alice.get("/members").await;
        let what = format!("{fault:.60?}");
        if is_final(&fault) {
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{what}");
            assert_eq!(alice.get("/login").await.status, StatusCode::OK, "{what}");
            site.cloud.emulator.clear_faults();
            alice = site.logged_in(ALICE).await;
            tried += 1;
            continue;
        }
        if page.status == StatusCode::SERVICE_UNAVAILABLE {
            assert_eq!(alice.get("/login").await.status, StatusCode::OK, "{what}");
        }
        // A service that does not know the operation is asked the older way.
        let expected = match fault {
            FaultKind::Status(404) => StatusCode::OK,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        assert_eq!(page.status, expected, "{what}");
        site.cloud.emulator.clear_faults();
        // A failure is passed on for a second, so that a flood does not reach Cognito.
        site.cloud.advance(Duration::from_secs(1));
        assert_eq!(alice.get("/maybe").await.body, "Hello alice", "{what}");
        tried += 1;
    }
    println!("{tried} errors of a refresh");
}

/// A password is tried once, whatever comes of it.
#[tokio::test]
async fn one_form_is_one_attempt_at_cognito() {
    let site = Site::start().await;

    for fault in [
        FaultKind::Throttle,
        FaultKind::Status(500),
        FaultKind::Drop,
        FaultKind::Truncate,
    ] {
        for operation in ["InitiateAuth", "RespondToAuthChallenge"] {
            site.cloud.emulator.clear_calls();
            site.cloud
                .emulator
                .inject(Fault::on(operation, fault.clone()).forever());
            site.browser().log_in(ALICE, "/").await;
            site.cloud.emulator.clear_faults();
            assert_eq!(site.cloud.calls(operation), 1, "{operation} {fault:?}");
            site.cloud.advance(Duration::from_secs(60));
        }
    }
}
