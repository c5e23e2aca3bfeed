use std::time::Duration;

use axum_cognito::backend::LoginFlow;
use serde_json::Value;

use crate::managed_login::come_as;
use crate::site::{PASSWORD, walk_everywhere};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn an_account_elsewhere_is_connected_and_the_account_ends() {
    walk_everywhere(LoginFlow::Password, async |site, visitor, name| {
        site.add(name, |user| user);
        let elsewhere = format!("id-of-{name}");
        visitor.log_in(name).await;
        visitor.is_logged_in(name).await;
        visitor.open("/profile").await;
        visitor.choose("Connected accounts").await;
        visitor.sees("No other account is connected").await;

        // The proof at this site is too old, then the one at the other is refused.
        site.advance(11 * MINUTE);
        visitor.choose("Connect Corp Inc.").await;
        visitor.sees("Confirm it’s you").await;
        visitor.send(&[("password", PASSWORD)]).await;
        visitor.reads("No other account is connected").await;
        visitor.choose("Connect Corp Inc.").await;
        come_as(visitor, &elsewhere, "Refuse").await;
        visitor.sees("You didn’t finish logging in there").await;
        visitor.choose("Connect Corp Inc.").await;
        come_as(visitor, &elsewhere, "Log in").await;
        visitor.sees("Connected. You can use it to log in").await;
        visitor.reads(&elsewhere).await;

        visitor.log_out().await;
        visitor.open("/login").await;
        visitor.choose("Continue with Corp Inc.").await;
        come_as(visitor, &elsewhere, "Log in").await;
        visitor.is_logged_in(name).await;

        visitor.open("/profile/identities").await;
        visitor.choose("Disconnect").await;
        visitor.sees("Disconnected. It no longer logs you in").await;

        visitor.open("/profile").await;
        visitor.choose("Your data").await;
        visitor.sees("Delete your account").await;
        let copy = "const form = new URLSearchParams({ action: 'export' }); \
                    const done = arguments[arguments.length - 1]; \
                    fetch('/profile/data', { method: 'POST', body: form }) \
                    .then(answer => answer.json()).then(done)";
        // A browser puts the answer of the button into a file.
        visitor.choose("Download your data").await;
        visitor.sees("Delete your account").await;
        visitor.open("/").await; // the policy of the pages lets no script ask for anything
        let copy = visitor.browser.execute_async(copy, Vec::new()).await;
        let copy = copy.expect("a copy");
        let user = copy.pointer("/user/username").and_then(Value::as_str);
        assert_eq!(user, Some(name), "{copy}");

        visitor.open("/profile/data").await;
        // The provider's mapping has changed the address with the login there.
        let email = format!("{elsewhere}@corp.example");
        visitor.fill(&[("account", "somebody@else.example")]).await;
        visitor.choose("Delete account").await;
        visitor.sees("Enter exactly this").await;
        visitor.fill(&[("account", &email)]).await;
        visitor.choose("Delete account").await;
        visitor.sees("Account deleted").await;
        visitor.open("/").await;
        visitor.reads("Hello stranger").await;
        visitor.log_in(name).await;
        visitor.reads("Wrong user name or password").await;
    })
    .await;
}
