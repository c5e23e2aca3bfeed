//! Every exception of the service has a kind, and what helps after it.

use axum_cognito::cognito::CognitoErrorKind as Kind;
use cognito_emulator::{Fault, FaultKind};
use futures_util::future::join_all;

use crate::between::Between;
use crate::calls::{CALLS, user};
use crate::exception_list::EXCEPTIONS;
use crate::pool::{Cloud, PASSWORD, secret};

#[tokio::test]
async fn each_has_a_kind_and_none_is_shown() {
    // Side by side, as some are tried again after a while.
    let walks = CALLS.iter().map(async |(operation, call)| {
        let cloud = Cloud::start().await;
        let builder = cloud.builder().with_access_key("AKIDEXAMPLE", "x");
        let cognito = builder.build().expect("a client");
        for (exception, kind, remedy) in EXCEPTIONS {
            let fault = FaultKind::ErrorWithMessage(exception.to_owned(), "canary".to_owned());
            let fault = Fault::on(*operation, fault).forever();
            cloud.emulator.inject(fault);
            let failed = call(cognito.clone()).await;
            cloud.emulator.clear_faults();

            let error = failed.unwrap_or_else(|| panic!("{exception} of {operation}"));
            assert_eq!(error.kind(), kind, "{exception} of {operation}");
            assert_eq!(kind.remedy(), remedy, "{exception}");
            assert_eq!(error.message(), Some("canary"));
            assert!(!error.to_string().contains("canary"), "{error}");
            assert_eq!(error.to_string(), format!("{operation} failed: {kind}"));
        }
    });
    join_all(walks).await;
    println!("{} pairs", CALLS.len() * EXCEPTIONS.len());
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

        let password = secret(PASSWORD);
        let changed = user(&cognito).change_password(&password, &password).await;
        let error = changed.expect_err("refused");

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
