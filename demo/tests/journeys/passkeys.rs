use axum_cognito::backend::LoginFlow;
use serde_json::json;

use crate::driver::Visitor;
use crate::site::walk;

/// Adds an authenticator to the browser. See "Add Virtual Authenticator" in Web Authentication.
async fn add_authenticator(visitor: &Visitor) {
    let authenticator = json!({
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": true,
        "hasUserVerification": true,
        "isUserVerified": true,
    });
    let path = "webauthn/authenticator";
    visitor.command(path, Some(authenticator)).await;
}

#[tokio::test]
async fn a_passkey_is_added_used_and_deleted() {
    walk(LoginFlow::Choice, async |site, visitor, name| {
        site.add(name, |user| user);
        visitor.log_in(name).await;
        visitor.is_logged_in(name).await;

        visitor.open("/profile").await;
        visitor.choose("Security").await;
        visitor.choose("Manage – Passkeys").await;
        visitor.sees("A passkey lets you log in").await;
        visitor.choose("Add a passkey").await;
        visitor.sees("fingerprint, face or PIN").await;
        add_authenticator(visitor).await;
        visitor.choose("Add a passkey").await;
        visitor.sees("Passkey added").await;
        visitor.choose("Add a passkey").await;
        visitor.reads("your device will ask").await;
        visitor.choose("Add a passkey").await;
        visitor.sees("This device already has a passkey").await;
        visitor.log_out().await;

        visitor.open("/login").await;
        visitor.fill(&[("username", name)]).await;
        visitor.choose("Log in with a passkey").await;
        visitor.is_logged_in(name).await;
        visitor.log_out().await;
        visitor.log_in(name).await;
        visitor.is_logged_in(name).await;

        visitor.open("/profile/passkeys").await;
        visitor.choose("Remove").await;
        visitor
            .sees("You won’t be able to log in with “Passkey” any more")
            .await;
        visitor.choose("Remove Passkey").await;
        visitor.sees("Passkey removed").await;
    })
    .await;
}
