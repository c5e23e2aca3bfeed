use axum_cognito::backend::LoginFlow;

use crate::driver::Visitor;
use crate::site::{PASSWORD, Site, walk};

async fn log_in(site: &Site, visitor: &Visitor, name: &str) {
    site.add(name, |user| user.with_attribute("given_name", "Alice"));
    visitor.log_in(name).await;
    visitor.is_logged_in(name).await;
    visitor.open("/profile").await;
    visitor.sees("Your account").await;
}

#[tokio::test]
async fn details_are_changed_and_a_new_address_is_verified() {
    walk(LoginFlow::Password, async |site, visitor, name| {
        log_in(site, visitor, name).await;
        let email = format!("new-{name}@example.com");

        visitor.choose("Profile").await;
        visitor.sees("Edit your details").await;
        visitor
            .send(&[("given_name", "Alicia"), ("email", &email)])
            .await;
        visitor.sees("Verify your address").await;
        visitor.send(&[("code", "000000")]).await;
        visitor.sees("That code is wrong or has expired").await;
        visitor.open("/profile").await;
        visitor.choose("Verify: E-mail").await;
        visitor.sees("We’ve sent you a code").await;
        visitor.send(&[("code", &site.code(name))]).await;
        visitor.sees("Address verified").await;
        visitor.reads("Alicia").await;
        visitor.reads(&email).await;
    })
    .await;
}

#[tokio::test]
async fn the_password_is_changed() {
    walk(LoginFlow::Password, async |site, visitor, name| {
        log_in(site, visitor, name).await;

        visitor.choose("Security").await;
        visitor.sees("Two-step verification").await;
        visitor.choose("Change password – Password").await;
        for (old, new, says) in [
            (
                "Wrong-horse-1",
                "Brand-new-pass-1",
                "Your current password is wrong",
            ),
            (PASSWORD, "shorter", "Choose a stronger password"),
            (PASSWORD, "Brand-new-pass-1", "Password changed"),
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

        visitor.choose("Security").await;
        visitor.choose("Manage – Two-step verification").await;
        visitor.sees("Two-step verification is off").await;
        visitor.choose("Set up an authenticator app").await;
        visitor.sees("Scan this").await;
        visitor.send(&[("code", "000000")]).await;
        visitor.sees("That code is wrong or has expired").await;
        visitor.choose("Cancel").await;
        visitor.reads("Two-step verification is off").await;
        visitor.choose("Set up an authenticator app").await;
        visitor.reads("Scan this").await;
        visitor.send(&[("code", &site.totp(name))]).await;
        visitor.sees("After your password, we ask for").await;
        visitor.choose("Turn on codes by e-mail").await;
        visitor.sees("E-mail me a code").await;
        visitor.choose("Make e-mail the default").await;
        visitor.reads("E-mail me a code (default)").await;
        visitor.log_out().await;

        visitor.log_in(name).await;
        visitor.reads("Enter the code we sent").await;
        visitor.send(&[("code", &site.code(name))]).await;
        visitor.is_logged_in(name).await;
        visitor.open("/profile/mfa").await;
        visitor.choose("Turn off codes by e-mail").await;
        visitor.sees("You won’t be asked for this code").await;
        visitor.choose("Cancel").await;
        visitor.choose("Turn off codes by e-mail").await;
        visitor.reads("You won’t be asked for this code").await;
        visitor.choose("Turn off codes by e-mail").await;
        visitor.reads("Turn on codes by e-mail").await;
        visitor.choose("Turn off authenticator app").await;
        visitor.sees("Your password alone will be enough").await;
        visitor.choose("Turn off authenticator app").await;
        visitor.sees("Two-step verification is off").await;
    })
    .await;
}

#[tokio::test]
async fn devices_are_listed_and_forgotten_and_all_logins_end() {
    walk(LoginFlow::Password, async |site, visitor, name| {
        site.pool.clone().with_device_tracking();
        log_in(site, visitor, name).await;

        visitor.choose("Security").await;
        visitor.choose("Manage – Devices").await;
        visitor.sees("This browser").await;
        visitor.choose("Trust this browser").await;
        visitor.sees("This browser is trusted from now on").await;
        visitor.choose("Forget").await;
        visitor.sees("No remembered devices").await;

        visitor.open("/profile").await;
        visitor.choose("Sessions").await;
        visitor.sees("This browser").await;
        visitor.choose("Log out everywhere").await;
        visitor.reads("Hello stranger").await;
        visitor.browser.back().await.expect("back");
        visitor.reads("Log in").await;
    })
    .await;
}
