use std::time::Duration;

use axum_cognito::backend::LoginFlow;

use crate::site::{PASSWORD, walk};

const NEW_PASSWORD: &str = "Brand-new-pass-1";

#[tokio::test]
async fn somebody_signs_up_and_confirms() {
    walk(LoginFlow::Password, async |site, visitor, name| {
        let email = format!("{name}@example.com");

        visitor.open("/login").await;
        visitor.choose("Create an account").await;
        visitor.sees("Create an account").await;
        let mut fields = [
            ("username", name),
            ("email", email.as_str()),
            ("new_password", "shorter"),
        ];
        visitor.send(&fields).await;
        visitor.sees("Choose a stronger password").await;
        assert_eq!(visitor.value("input[name=username]").await, name);
        assert_eq!(visitor.value("input[name=new_password]").await, "");
        fields[2].1 = PASSWORD;
        visitor.send(&fields).await;

        visitor.sees("Confirm your account").await;
        visitor.browser.refresh().await.expect("reloaded");
        assert_eq!(visitor.value("input[name=username]").await, name);
        visitor.send(&[("code", "000000")]).await;
        visitor.sees("That code is wrong or has expired").await;

        // Another code can be asked for a little later.
        site.advance(Duration::from_secs(31));
        // Not confirmed yet: the login says no more than to a stranger, and shows the way.
        visitor.log_in(name).await;
        visitor.sees("the account isn’t confirmed yet").await;
        visitor.choose("Confirm your account").await;
        visitor.fill(&[("username", name)]).await;
        visitor.choose("Send a new code").await;
        visitor.sees("We’ve sent you a code").await;
        visitor.send(&[("code", &site.code(name))]).await;
        visitor.sees("Account confirmed").await;
        visitor
            .send(&[("username", name), ("password", PASSWORD)])
            .await;
        visitor.is_logged_in(name).await;
    })
    .await;
}

#[tokio::test]
async fn a_forgotten_password_is_reset() {
    walk(LoginFlow::Password, async |site, visitor, name| {
        site.add(name, |user| user);

        visitor.log_in("nobody").await;
        visitor.sees("Wrong user name or password").await;
        visitor.choose("Forgot your password?").await;
        visitor.sees("Enter your user name").await;
        visitor.send(&[("username", name)]).await;
        visitor.sees("we’ve sent it a code").await;
        let fields = [("code", "000000"), ("new_password", NEW_PASSWORD)];
        visitor.send(&fields).await;
        visitor.sees("That code is wrong or has expired").await;
        let code = site.code(name);
        let fields = [("code", code.as_str()), ("new_password", "shorter")];
        visitor.send(&fields).await;
        // The rules are not said here: only somebody with an account would hear of them.
        visitor.sees("the password doesn’t meet the rules").await;
        visitor.choose("Send a new code").await;
        visitor.send(&[("username", name)]).await;
        visitor.reads("we’ve sent it a code").await;
        let code = site.code(name);
        let fields = [("code", code.as_str()), ("new_password", NEW_PASSWORD)];
        visitor.send(&fields).await;

        visitor.sees("Password changed").await;
        visitor
            .send(&[("username", name), ("password", NEW_PASSWORD)])
            .await;
        visitor.is_logged_in(name).await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_done_says_so() {
    walk(LoginFlow::Password, async |_, visitor, _| {
        visitor.open("/login/restart").await;
        visitor.sees("This page can’t be opened this way").await;
        visitor.open("/login?expired=1").await;
        visitor.sees("Your login timed out").await;
        visitor.open("/login/challenge").await;
        visitor.arrives_at("/login").await;
    })
    .await;
}
