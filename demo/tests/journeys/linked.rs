use std::time::Duration;

use axum_cognito::backend::LoginFlow;

use crate::managed_login::come_as;
use crate::site::{PASSWORD, walk};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn an_account_elsewhere_is_connected_and_disconnected() {
    walk(LoginFlow::Password, async |site, visitor, name| {
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
    })
    .await;
}
