use axum_cognito::backend::LoginFlow;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::json;

use crate::driver::Visitor;
use crate::site::walk;

/// Adds an authenticator to the browser. See "Add Virtual Authenticator" in Web Authentication.
#[derive(Debug)]
struct AddAuthenticator;

impl WebDriverCompatibleCommand for AddAuthenticator {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/webauthn/authenticator"))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let authenticator = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserVerified": true,
        });
        (http::Method::POST, Some(authenticator.to_string()))
    }
}

async fn choose_passkey(visitor: &Visitor, name: &str) {
    visitor.open("/login").await;
    visitor.fill(&[("username", name)]).await;
    visitor.choose("Use a passkey or e-mailed code").await;
    visitor.reads("How would you like to log in?").await;
    visitor.choose("Passkey").await;
    visitor.sees("Use your passkey").await;
}

#[tokio::test]
async fn a_passkey_is_added_used_and_deleted() {
    walk(LoginFlow::Choice, async |site, visitor, name| {
        site.add(name, |user| user);
        visitor.log_in(name).await;
        visitor.is_logged_in(name).await;

        visitor.open("/profile").await;
        visitor.choose("Passkeys").await;
        visitor.sees("A passkey lets you log in").await;
        visitor.choose("Add a passkey").await;
        visitor.sees("fingerprint, face or PIN").await;
        let added = visitor.browser.issue_cmd(AddAuthenticator).await;
        added.expect("an authenticator");
        visitor.choose("Add a passkey").await;
        visitor.sees("Added").await;
        visitor.log_out().await;

        choose_passkey(visitor, name).await;
        visitor.choose("Use passkey").await;
        visitor.is_logged_in(name).await;

        visitor.open("/profile/passkeys").await;
        visitor.choose("Remove").await;
        visitor.sees("A passkey lets you log in").await;
    })
    .await;
}
