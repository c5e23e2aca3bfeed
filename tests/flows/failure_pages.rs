use axum::http::StatusCode;
use cognito_emulator::{Fault, FaultKind};

use crate::site::{ALICE, NEWBIE, Site, TOTP};

#[tokio::test]
async fn after_an_outage_the_form_is_still_there() {
    let site = Site::start().await;
    site.cloud
        .emulator
        .inject(Fault::on("InitiateAuth", FaultKind::Status(500)).times(10));

    let page = site.browser().log_in(ALICE, "/members").await;

    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_ne!(page.header("retry-after"), "");
    for kept in [
        r#"value="alice""#,
        r#"value="/members""#,
        "can’t reach our login service",
    ] {
        assert!(page.body.contains(kept), "{kept}: {}", page.body);
    }
    assert!(!page.body.contains(ALICE.1));
}

#[tokio::test]
async fn every_refusal_of_an_account_reads_the_same() {
    let site = Site::start().await;
    let wrong = site.browser().log_in((ALICE.0, "Wrong-pass-1"), "/").await;

    for error in [
        "LimitExceededException",
        "PasswordResetRequiredException",
        "TooManyFailedAttemptsException",
        "UserLambdaValidationException",
        "UserNotConfirmedException",
        "UserNotFoundException",
    ] {
        site.cloud
            .emulator
            .inject(Fault::on("InitiateAuth", FaultKind::error(error)).times(1));
        let page = site.browser().log_in(ALICE, "/").await;

        assert_eq!(page.status, wrong.status, "{error}");
        assert_eq!(page.body, wrong.body, "{error}");
    }
}

#[tokio::test]
async fn a_challenge_outlives_an_outage() {
    let site = Site::start().await;
    let mut browser = site.browser();
    browser.log_in(TOTP, "/members").await;
    site.cloud
        .emulator
        .inject(Fault::on("RespondToAuthChallenge", FaultKind::Throttle).times(1));

    let code = site.cloud.pool.totp_code("totp").expect("a code");
    let form = [("code", code.as_str()), ("next", "/members")];
    let page = browser.post("/login/challenge", &form).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.body.contains(r#"name="code""#), "{}", page.body);
    let page = browser.post("/login/challenge", &form).await;

    assert_eq!(page.location(), "/members", "{}", page.body);
}

#[tokio::test]
async fn a_challenge_that_ended_leads_back_to_the_login() {
    for error in ["PasswordResetRequiredException", "NotAuthorizedException"] {
        let site = Site::start().await;
        let mut browser = site.browser();
        browser.log_in(TOTP, "/members").await;
        site.cloud
            .emulator
            .inject(Fault::on("RespondToAuthChallenge", FaultKind::error(error)).times(1));

        let form = [("code", "123456"), ("next", "/members")];
        let page = browser.post("/login/challenge", &form).await;

        let login = "/login?expired=1&next=%2Fmembers";
        assert_eq!(page.location(), login, "{error}");
        let page = browser.get("/login/challenge").await;
        assert_eq!(page.location(), "/login?expired=1", "{error}");
    }
}

/// Too many wrong codes: that is said, and the challenge waits.
#[tokio::test]
async fn a_limit_at_a_challenge_is_said_on_its_form() {
    for error in ["LimitExceededException", "TooManyFailedAttemptsException"] {
        let site = Site::start().await;
        let mut browser = site.browser();
        browser.log_in(TOTP, "/members").await;
        site.cloud
            .emulator
            .inject(Fault::on("RespondToAuthChallenge", FaultKind::error(error)).times(1));

        let code = site.cloud.pool.totp_code("totp").expect("a code");
        let form = [("code", code.as_str()), ("next", "/members")];
        let page = browser.post("/login/challenge", &form).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "{error}");
        assert!(page.body.contains("Too many attempts"), "{}", page.body);
        let page = browser.post("/login/challenge", &form).await;
        assert_eq!(page.location(), "/members", "{error}: {}", page.body);
    }
}

/// A code that was used once already: the app shows another one in a moment.
#[tokio::test]
async fn a_used_code_is_asked_for_again() {
    let site = Site::start().await;
    let mut browser = site.browser();
    browser.log_in(TOTP, "/members").await;
    let used = FaultKind::ErrorWithMessage(
        "ExpiredCodeException".to_owned(),
        "Your software token has already been used once.".to_owned(),
    );
    site.cloud
        .emulator
        .inject(Fault::on("RespondToAuthChallenge", used).times(1));

    let code = site.cloud.pool.totp_code("totp").expect("a code");
    let form = [("code", code.as_str()), ("next", "/members")];
    let page = browser.post("/login/challenge", &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("Wait for your app"), "{}", page.body);
    assert!(!page.body.contains("software token"), "{}", page.body);
    let page = browser.post("/login/challenge", &form).await;

    assert_eq!(page.location(), "/members", "{}", page.body);
}

#[tokio::test]
async fn starting_again_keeps_where_to_go() {
    let site = Site::start().await;
    let mut browser = site.browser();
    browser.log_in(NEWBIE, "/members").await;

    let page = browser
        .post("/login/restart", &[("next", "/members")])
        .await;
    assert_eq!(page.location(), "/login?next=%2Fmembers");
    let page = browser
        .post("/login/restart", &[("next", "//evil.example")])
        .await;

    assert_eq!(page.location(), "/login");
}

#[tokio::test]
async fn a_post_with_a_foreign_referrer_does_nothing() {
    let site = Site::start().await;
    let form = [("username", ALICE.0), ("password", ALICE.1)];
    let headers = [("referer", "https://evil.example/")];

    let page = site.browser().post_with("/login", &form, &headers).await;

    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(site.cloud.calls("InitiateAuth"), 0);
}

/// Whoever has proved the password may hear why the account goes no further.
#[tokio::test]
async fn a_lock_at_a_challenge_is_said_as_what_it_is() {
    for message in [
        "User temporarily locked. Try again soon.",
        "Password attempts exceeded",
    ] {
        let site = Site::start().await;
        let mut browser = site.browser();
        browser.log_in(TOTP, "/members").await;
        let kind = "NotAuthorizedException".to_owned();
        let locked = FaultKind::ErrorWithMessage(kind, message.to_owned());
        let fault = Fault::on("RespondToAuthChallenge", locked);
        site.cloud.emulator.inject(fault.times(1));

        let form = [("code", "123456"), ("next", "/members")];
        let page = browser.post("/login/challenge", &form).await;
        let page = browser.get(page.location()).await;

        assert!(page.body.contains("Too many attempts"), "{}", page.body);
        assert!(!page.body.contains("timed out"), "{message}");
    }
}

/// A trigger that refuses whoever has proved all is no challenge that took too long.
#[tokio::test]
async fn a_trigger_that_refuses_at_a_challenge_does_not_read_as_a_timeout() {
    let site = Site::start().await;
    let mut browser = site.browser();
    browser.log_in(TOTP, "/members").await;
    let refused = FaultKind::ErrorWithMessage(
        "UserLambdaValidationException".to_owned(),
        "PreTokenGeneration failed with error Not today..".to_owned(),
    );
    let fault = Fault::on("RespondToAuthChallenge", refused);
    site.cloud.emulator.inject(fault.times(1));

    let form = [("code", "123456"), ("next", "/members")];
    let page = browser.post("/login/challenge", &form).await;

    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("couldn’t accept"), "{}", page.body);
    assert!(page.body.contains(r#"name="password""#), "the login page");
}
