use std::time::Duration;

use axum_cognito::backend::LoginFlow;
use cognito_emulator::{MfaMode, User};

use crate::driver::Visitor;
use crate::site::{PASSWORD, Site, walk};

const TOTP: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// What every page that asks for a code must stand: a wrong code, a reload, and time.
async fn try_codes(site: &Site, visitor: &Visitor, name: &str, code: impl AsyncFn() -> String) {
    visitor.log_in(name).await;
    visitor.sees("Enter your code").await;
    visitor.browser.refresh().await.expect("reloaded");
    visitor.reads(" left").await;
    visitor.send(&[("code", "00000000")]).await;
    visitor.sees("That code is wrong or has expired").await;
    visitor.send(&[("code", "12")]).await;
    visitor.sees("That code is wrong or has expired").await;

    // Start again, and come back too late.
    visitor.choose("Start again").await;
    visitor.arrives_at("/login").await;
    visitor.log_in(name).await;
    visitor.reads("Enter your code").await;
    site.advance(Duration::from_secs(4 * 60));
    visitor.send(&[("code", "123456")]).await;
    visitor.sees("Your login timed out").await;

    visitor.log_in(name).await;
    visitor.reads("Enter your code").await;
    visitor.send(&[("code", &code().await)]).await;
    visitor.is_logged_in(name).await;

    // The page that was answered leads to where the login led.
    visitor.browser.back().await.expect("back");
    visitor.browser.refresh().await.expect("reloaded");
    visitor.reads("Hello").await;
    visitor.log_out().await;
}

#[tokio::test]
async fn codes_of_an_app_by_mail_and_by_text_message() {
    walk(LoginFlow::Password, async |site, visitor, name| {
        let [app, mail, phone] = ["app", "mail", "phone"].map(|kind| format!("{kind}-{name}"));
        site.add(&app, |user| user.with_totp_secret(TOTP));
        site.add(&mail, |user| user.with_email_mfa());
        site.add(&phone, |user| user.with_sms_mfa());

        try_codes(site, visitor, &app, async || site.totp(&app)).await;
        try_codes(site, visitor, &mail, async || site.code(&mail)).await;
        try_codes(site, visitor, &phone, async || site.code(&phone)).await;
    })
    .await;
}

#[tokio::test]
async fn one_of_several_second_factors_is_chosen() {
    walk(LoginFlow::Password, async |site, visitor, name| {
        site.add(name, |user| user.with_email_mfa().with_sms_mfa());

        visitor.log_in(name).await;
        visitor.sees("Choose a verification method").await;
        visitor.press("input[value=SMS_MFA]").await;
        visitor.choose("Continue").await;
        visitor.sees("Enter your code").await;
        visitor.send(&[("code", &site.code(name))]).await;
        visitor.is_logged_in(name).await;
    })
    .await;
}

#[tokio::test]
async fn a_temporary_password_then_a_second_factor_to_set_up() {
    walk(LoginFlow::Password, async |site, visitor, name| {
        site.pool.clone().with_mfa(MfaMode::On);
        let user = User::new(name).with_temporary_password("Temporary-1!");
        site.pool.add_user(user);

        visitor.open("/login").await;
        visitor
            .send(&[("username", name), ("password", "Temporary-1!")])
            .await;
        visitor.sees("Choose a new password").await;
        visitor.send(&[("new_password", "shorter")]).await;
        visitor.sees("Choose a stronger password").await;
        visitor.browser.refresh().await.expect("reloaded");
        visitor.open("/login/challenge").await;
        visitor.send(&[("new_password", "Brand-new-pass-1")]).await;

        visitor.sees("Set up two-step verification").await;
        visitor.send(&[("code", "000000")]).await;
        visitor.sees("That code is wrong or has expired").await;
        visitor.send(&[("code", &site.totp(name))]).await;
        visitor.is_logged_in(name).await;
        site.pool.clone().with_mfa(MfaMode::Optional);
    })
    .await;
}

#[tokio::test]
async fn a_question_of_the_triggers() {
    walk(LoginFlow::Custom, async |site, visitor, name| {
        site.add(name, |user| user);

        visitor.log_in(name).await;
        visitor.sees("What is the colour?").await;
        visitor.send(&[("answer", "blue")]).await;
        visitor.is_logged_in(name).await;
    })
    .await;
}

#[tokio::test]
async fn a_way_to_log_in_is_chosen() {
    walk(LoginFlow::Choice, async |site, visitor, name| {
        site.add(name, |user| user);
        for way in ["E-mail me a code", "Text me a code"] {
            visitor.open("/login").await;
            visitor.fill(&[("username", name)]).await;
            visitor.choose(way).await;
            visitor.sees("Enter the code we sent you.").await;
            visitor.send(&[("code", &site.code(name))]).await;
            visitor.is_logged_in(name).await;
            visitor.log_out().await;
        }

        visitor.open("/login").await;
        visitor.fill(&[("username", name)]).await;
        visitor.choose("Log in with a passkey").await;
        visitor.sees("You can’t log in this way.").await;
        assert_eq!(visitor.value("input[name=username]").await, name);
        visitor.fill(&[("password", "Wrong-horse-1")]).await;
        visitor.choose("Log in").await;
        visitor.sees("Wrong user name or password").await;
        assert_eq!(visitor.value("input[name=username]").await, name);
        visitor.fill(&[("password", PASSWORD)]).await;
        visitor.choose("Log in").await;
        visitor.is_logged_in(name).await;
    })
    .await;
}

#[tokio::test]
async fn a_form_sent_twice_and_from_two_tabs() {
    walk(LoginFlow::Password, async |site, visitor, name| {
        site.add(name, |user| user.with_totp_secret(TOTP));

        // Two tabs of one browser: the second login replaces the first, which says so.
        visitor.log_in(name).await;
        visitor.reads("Enter your code").await;
        let first = visitor.browser.window().await.expect("a window");
        let second = visitor.browser.new_window(true).await.expect("a tab");
        visitor
            .browser
            .switch_to_window(second.handle)
            .await
            .expect("the second tab");
        visitor.log_in(name).await;
        visitor.reads("Enter your code").await;
        visitor.send(&[("code", &site.totp(name))]).await;
        visitor.is_logged_in(name).await;
        visitor.browser.close_window().await.expect("closed");
        visitor
            .browser
            .switch_to_window(first)
            .await
            .expect("the first tab");
        visitor.send(&[("code", &site.totp(name))]).await;
        visitor.is_logged_in(name).await;
        visitor.log_out().await;

        // A double click sends the code once.
        visitor.log_in(name).await;
        let before = site.codes_tried(name);
        visitor.fill(&[("code", &site.totp(name))]).await;
        let twice = "const form = document.querySelector('main form'); \
                     form.requestSubmit(); form.requestSubmit();";
        visitor.run(twice).await.expect("sent twice");
        visitor.reads("Hello").await;
        visitor.open("/").await;
        visitor.is_logged_in(name).await;
        assert_eq!(site.codes_tried(name), before + 1);
    })
    .await;
}
