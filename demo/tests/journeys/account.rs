use axum_cognito::backend::LoginFlow;

use crate::driver::Visitor;
use crate::site::{PASSWORD, Site, walk};

async fn log_in(site: &Site, visitor: &Visitor, name: &str) {
    site.add(name, |user| user.with_attribute("given_name", "Alice"));
    visitor.log_in(name).await;
    visitor.is_logged_in(name).await;
    visitor.open("/profile").await;
    visitor.sees("Your details").await;
}

#[tokio::test]
async fn details_are_changed_and_a_new_address_is_verified() {
    walk(LoginFlow::Password, async |site, visitor, name| {
        log_in(site, visitor, name).await;
        let email = format!("new-{name}@example.com");

        visitor.choose("Change your details").await;
        visitor.sees("Change your details").await;
        visitor
            .send(&[("given_name", "Alicia"), ("email", &email)])
            .await;
        visitor.sees("Verify your address").await;
        visitor.send(&[("code", "000000")]).await;
        visitor.sees("This code is not right").await;
        visitor.open("/profile").await;
        visitor.choose("Verify: E-mail").await;
        visitor.sees("A code is on its way").await;
        visitor.send(&[("code", &site.code(name))]).await;
        visitor.sees("Your change is saved").await;
        visitor.reads("Alicia").await;
        visitor.reads(&email).await;
    })
    .await;
}

#[tokio::test]
async fn the_password_is_changed() {
    walk(LoginFlow::Password, async |site, visitor, name| {
        log_in(site, visitor, name).await;

        visitor.choose("Change your password").await;
        for (old, new, says) in [
            (
                "Wrong-horse-1",
                "Brand-new-pass-1",
                "This is not your password",
            ),
            (PASSWORD, "shorter", "Password did not conform"),
            (PASSWORD, "Brand-new-pass-1", "Your change is saved"),
        ] {
            visitor
                .send(&[("password", old), ("new_password", new)])
                .await;
            visitor.sees(says).await;
        }
    })
    .await;
}

#[tokio::test]
async fn second_factors_are_switched_on_preferred_and_off() {
    walk(LoginFlow::Password, async |site, visitor, name| {
        log_in(site, visitor, name).await;

        visitor.choose("Second factor").await;
        visitor.sees("Your password alone").await;
        visitor.choose("Set up an authenticator app").await;
        visitor.sees("Scan this").await;
        visitor.send(&[("code", "000000")]).await;
        visitor.sees("This code is not right").await;
        visitor.choose("Do not set up an app now").await;
        visitor.reads("Your password alone").await;
        visitor.choose("Set up an authenticator app").await;
        visitor.reads("Scan this").await;
        visitor.send(&[("code", &site.totp(name))]).await;
        visitor.sees("A code from your authenticator app").await;
        visitor.choose("Use codes by mail").await;
        visitor.sees("A code by mail").await;
        visitor.choose("Ask for a code by mail first").await;
        visitor.reads("A code by mail (asked for first)").await;
        visitor.log_out().await;

        visitor.log_in(name).await;
        visitor.reads("A code was sent").await;
        visitor.send(&[("code", &site.code(name))]).await;
        visitor.is_logged_in(name).await;
        visitor.open("/profile/mfa").await;
        visitor.choose("Switch codes by mail off").await;
        visitor.reads("Use codes by mail").await;
        visitor.choose("Switch the authenticator app off").await;
        visitor.sees("Your password alone").await;
    })
    .await;
}

#[tokio::test]
async fn devices_are_listed_and_forgotten_and_all_logins_end() {
    walk(LoginFlow::Password, async |site, visitor, name| {
        site.pool.clone().with_device_tracking();
        log_in(site, visitor, name).await;

        visitor.choose("Devices").await;
        visitor.sees("This browser").await;
        visitor.choose("Trust this browser").await;
        visitor.reads("This browser").await;
        visitor.choose("Forget").await;
        visitor.sees("No device is remembered").await;

        visitor.open("/profile").await;
        visitor.choose("Where you are logged in").await;
        visitor.sees("This browser").await;
        visitor.choose("Log out everywhere").await;
        visitor.reads("Hello stranger").await;
        visitor.browser.back().await.expect("back");
        visitor.reads("Log in").await;
    })
    .await;
}
