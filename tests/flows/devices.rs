//! Devices that Cognito remembers: kept in the session of their browser.

use cognito_emulator::{Fault, FaultKind};
use secrecy::SecretString;

use crate::site::{ALICE, Browser, Page, Site, TOTP};

/// A site on a user pool that remembers devices.
async fn site() -> Site {
    let site = Site::start().await;
    site.cloud.pool.clone().with_device_tracking();
    site
}

/// Logs in with password and code, and tells whether the code was asked for.
async fn log_in(site: &Site, browser: &mut Browser, name: &str) -> bool {
    let page = browser.log_in((name, TOTP.1), "/me").await;
    if page.location() == "/me" {
        return false;
    }

    assert_eq!(
        page.location(),
        "/login/challenge?next=%2Fme",
        "{}",
        page.body
    );
    let code = site.cloud.pool.totp_code("totp").expect("a code");
    let page = browser
        .post("/login/challenge", &[("code", &code), ("next", "/me")])
        .await;
    assert_eq!(page.location(), "/me", "{}", page.body);
    true
}

#[tokio::test]
async fn a_remembered_device_stands_in_for_the_code() {
    let site = site().await;
    let mut browser = site.browser();

    assert!(log_in(&site, &mut browser, "totp").await, "a new device");
    browser.post("/logout", &[]).await;
    assert_eq!(browser.get("/me").await.status, 303, "logged out");
    assert!(!log_in(&site, &mut browser, "totp").await, "remembered");
    browser.post("/logout", &[]).await;

    assert!(
        log_in(&site, &mut site.browser(), "totp").await,
        "elsewhere"
    );
    assert_eq!(site.cloud.calls("ConfirmDevice"), 2);
}

#[tokio::test]
async fn a_device_is_known_by_every_name_that_its_user_has_typed() {
    let site = site().await;
    let mut browser = site.browser();

    for (name, asked) in [
        ("totp", true),
        ("totp@example.com", true),
        ("totp@example.com", false),
        ("totp", false),
    ] {
        assert_eq!(log_in(&site, &mut browser, name).await, asked, "{name}");
        browser.post("/logout", &[]).await;
    }
}

#[tokio::test]
async fn another_user_of_the_browser_has_another_device() {
    let site = site().await;
    let mut browser = site.browser();
    log_in(&site, &mut browser, "totp").await;

    let page = browser.log_in(ALICE, "/me").await;
    assert_eq!(page.location(), "/me", "{}", page.body);
    browser.post("/logout", &[]).await;

    assert_eq!(site.cloud.calls("ConfirmDevice"), 2);
    assert!(!log_in(&site, &mut browser, "totp").await);
}

#[tokio::test]
async fn a_forgotten_device_is_dropped_and_the_login_goes_on() {
    let site = site().await;
    let mut browser = site.browser();
    log_in(&site, &mut browser, "totp").await;
    let page = browser.get("/profile/devices").await;
    assert!(page.body.contains("This browser"), "{}", page.body);
    let (_, rest) = page
        .body
        .split_once(r#"name="key" value=""#)
        .expect("a key");
    let key = rest.split_once('"').expect("its end").0.to_owned();
    let forget = [("action", "forget"), ("key", key.as_str())];
    browser.post("/profile/devices", &forget).await;
    browser.post("/logout", &[]).await;

    assert!(log_in(&site, &mut browser, "totp").await, "a new device");
    browser.post("/logout", &[]).await;
    assert!(
        !log_in(&site, &mut browser, "totp").await,
        "which is remembered"
    );
}

/// The user pool tracks none any more: what it has refused once is not sent again.
#[tokio::test]
async fn a_forgotten_device_is_dropped_though_no_other_takes_its_place() {
    let site = site().await;
    let mut browser = site.browser();
    browser.log_in(ALICE, "/me").await;
    browser.post("/logout", &[]).await;
    site.cloud.pool.forget_devices("alice");
    let untracked = r#"{"AuthenticationResult": {"NewDeviceMetadata": null}}"#;
    let untracked = FaultKind::Patch(untracked.to_owned());
    let fault = Fault::on("RespondToAuthChallenge", untracked);

    for tries in [2, 1] {
        site.cloud.emulator.inject(fault.clone().forever());
        site.cloud.emulator.clear_calls();
        let page = browser.log_in(ALICE, "/me").await;
        site.cloud.emulator.clear_faults();
        assert_eq!(page.location(), "/me", "{}", page.body);
        assert_eq!(site.cloud.calls("InitiateAuth"), tries);
        browser.post("/logout", &[]).await;
    }
}

/// Logs alice in with a password that an administrator has given, and sets a new one after a weak one.
async fn set_password(site: &Site, browser: &mut Browser, new: &str) -> Page {
    let client = site.cloud.builder().with_access_key("AKIDEXAMPLE", "x");
    let client = client.build().expect("a client");
    let admin = client.admin().expect("credentials");
    let temporary = SecretString::from("Temporary-2!");
    let set = admin.set_password(ALICE.0, &temporary, false).await;
    set.expect("a temporary password");

    let page = browser.log_in((ALICE.0, "Temporary-2!"), "/me").await;
    let asked = "/login/challenge?next=%2Fme";
    assert_eq!(page.location(), asked, "{}", page.body);
    let weak = [("new_password", "weak"), ("next", "/me")];
    let page = browser.post("/login/challenge", &weak).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    let form = [("new_password", new), ("next", "/me")];
    browser.post("/login/challenge", &form).await
}

#[tokio::test]
async fn a_device_outlasts_an_answer_that_is_wrong() {
    let site = site().await;
    let mut browser = site.browser();
    browser.log_in(ALICE, "/me").await;
    browser.post("/logout", &[]).await;
    assert_eq!(site.cloud.calls("ConfirmDevice"), 1);

    let page = set_password(&site, &mut browser, "Another-horse-2").await;
    assert_eq!(page.location(), "/me", "{}", page.body);
    browser.post("/logout", &[]).await;
    let page = browser.log_in((ALICE.0, "Another-horse-2"), "/me").await;

    assert_eq!(page.location(), "/me", "{}", page.body);
    assert_eq!(site.cloud.calls("ConfirmDevice"), 1, "it is still known");
}

/// Cognito counts wrong passwords, and the device has no part in this one.
#[tokio::test]
async fn a_wrong_password_is_one_attempt_and_costs_no_device() {
    let site = site().await;
    let mut browser = site.browser();
    browser.log_in(ALICE, "/me").await;
    browser.post("/logout", &[]).await;
    site.cloud.emulator.clear_calls();

    let page = browser.log_in((ALICE.0, "Wrong-horse-1"), "/me").await;

    assert_eq!(page.status, 422, "{}", page.body);
    assert_eq!(site.cloud.calls("InitiateAuth"), 1);
    let page = browser.log_in(ALICE, "/me").await;
    assert_eq!(page.location(), "/me", "{}", page.body);
    assert_eq!(site.cloud.calls("ConfirmDevice"), 0, "it is still known");
}

/// The login that was there is found over in the request that asks for a code.
#[tokio::test]
async fn a_device_outlasts_a_challenge_that_nobody_answers() {
    let site = site().await;
    let mut browser = site.browser();
    browser.log_in(ALICE, "/me").await;
    assert_eq!(site.cloud.calls("ConfirmDevice"), 1);
    let end = sqlx::query("delete from logins");
    let ended = end.execute(site.users.store.pool()).await;
    assert_eq!(ended.expect("an end").rows_affected(), 1);

    let form = [
        ("username", TOTP.0),
        ("password", TOTP.1),
        ("again", "1"),
        ("next", "/me"),
    ];
    let page = browser.post("/login", &form).await;

    let asked = "/login/challenge?next=%2Fme";
    assert_eq!(page.location(), asked, "{}", page.body);
    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with("id="), "{cookie}");
    assert!(!cookie.contains("Max-Age"), "{cookie}");
}

#[tokio::test]
async fn a_device_has_the_name_of_its_browser() {
    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let site = site().await;
    let mut browser = site.browser();
    let headers = [("user-agent", FIREFOX)];

    let form = [("username", "totp"), ("password", TOTP.1)];
    browser.post_with("/login", &form, &headers).await;
    let code = site.cloud.pool.totp_code("totp").expect("a code");
    let form = [("code", code.as_str()), ("next", "/me")];
    let page = browser.post_with("/login/challenge", &form, &headers).await;
    assert_eq!(page.location(), "/me", "{}", page.body);

    let page = browser.get("/profile/devices").await;
    assert!(page.body.contains("Firefox, Linux"), "{}", page.body);
}
