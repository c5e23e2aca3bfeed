use axum::http::StatusCode;
use cognito_emulator::{MfaMode, User};

use crate::site::{Cloud, Site};

const PASSWORD: &str = "Correct-horse-1";

/// The last code that was sent to anybody.
fn sent_code(cloud: &Cloud) -> String {
    cloud.emulator.outbox().pop().expect("a message").code
}

/// What stands between two marks.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).expect("the first mark");
    rest.split_once(after).expect("the second mark").0
}

#[tokio::test]
async fn a_code_that_was_sent_is_asked_for() {
    let site = Site::start().await;
    let user = |name: &str| User::new(name).with_password(PASSWORD);
    let mail = user("mail").with_attribute("email", "mail@example.com");
    let phone = user("phone").with_attribute("phone_number", "+12065550100");
    site.cloud.pool.add_user(mail.with_email_mfa());
    site.cloud.pool.add_user(phone.with_sms_mfa());

    for name in ["mail", "phone"] {
        let mut browser = site.browser();
        let page = browser.log_in((name, PASSWORD), "/me").await;
        assert_eq!(page.location(), "/login/challenge?next=%2Fme", "{name}");
        let form = browser.get("/login/challenge?next=/me").await;
        assert!(
            form.body.contains("Enter the code we sent"),
            "{}",
            form.body
        );
        assert!(!form.body.contains("mail@example.com"), "{}", form.body);

        let wrong = [("code", "00000000"), ("next", "/me")];
        let page = browser.post("/login/challenge", &wrong).await;
        assert!(page.status.is_client_error(), "{name}: {}", page.body);
        let code = sent_code(&site.cloud);
        let right = [("code", code.as_str()), ("next", "/me")];
        let page = browser.post("/login/challenge", &right).await;

        assert_eq!(page.location(), "/me", "{name}: {}", page.body);
        assert_eq!(browser.get("/me").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_user_with_two_factors_chooses_one() {
    let site = Site::start().await;
    let both = User::new("both")
        .with_password(PASSWORD)
        .with_attribute("email", "both@example.com")
        .with_attribute("phone_number", "+12065550100");
    site.cloud
        .pool
        .add_user(both.with_email_mfa().with_sms_mfa());
    let mut browser = site.browser();

    browser.log_in(("both", PASSWORD), "/me").await;
    let form = browser.get("/login/challenge").await;
    assert!(form.body.contains(r#"type="radio""#), "{}", form.body);
    let none = browser.post("/login/challenge", &[("mfa", "ROOT")]).await;
    assert!(none.status.is_client_error());
    let chosen = [("mfa", "SMS_MFA"), ("next", "/me")];
    let page = browser.post("/login/challenge", &chosen).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let code = sent_code(&site.cloud);
    let answer = [("code", code.as_str()), ("next", "/me")];
    let page = browser.post("/login/challenge", &answer).await;

    assert_eq!(page.location(), "/me", "{}", page.body);
}

#[tokio::test]
async fn a_second_factor_is_set_up_on_the_way() {
    let site = Site::start().await;
    site.cloud.pool.clone().with_mfa(MfaMode::On);
    site.cloud
        .pool
        .add_user(User::new("bare").with_password(PASSWORD));
    let mut browser = site.browser();

    browser.log_in(("bare", PASSWORD), "/me").await;
    let form = browser.get("/login/challenge").await;
    let again = browser.get("/login/challenge").await;
    assert!(form.body.contains("<svg"), "{}", form.body);
    let seed =
        |body: &str| between(body, r#"<p class="seed"><code data-copy>"#, "</code>").to_owned();
    assert_eq!(
        seed(&form.body),
        seed(&again.body),
        "a reload keeps the key"
    );

    let wrong = browser
        .post("/login/challenge", &[("code", "000000")])
        .await;
    assert!(wrong.status.is_client_error(), "{}", wrong.body);
    assert_eq!(seed(&wrong.body), seed(&form.body));
    let code = site.cloud.pool.totp_code("bare").expect("a code");
    let answer = [("code", code.as_str()), ("next", "/me")];
    let page = browser.post("/login/challenge", &answer).await;

    assert_eq!(page.location(), "/me", "{}", page.body);
    assert_eq!(browser.get("/me").await.status, StatusCode::OK);
    let mut next_time = site.browser();
    next_time.log_in(("bare", PASSWORD), "/me").await;
    let form = next_time.get("/login/challenge").await;
    assert!(form.body.contains("authenticator app"), "{}", form.body);
}
