use std::time::Duration;

use axum_cognito::backend::LoginFlow;

use crate::driver::Visitor;
use crate::site::{PASSWORD, walk_everywhere};

const MINUTE: Duration = Duration::from_secs(60);

/// Logs in at the made-up identity provider.
pub(crate) async fn come_as(visitor: &Visitor, id: &str, button: &str) {
    visitor.reads("Log in at Corp").await;
    visitor
        .fill(&[("sub", id), ("email", &format!("{id}@corp.example"))])
        .await;
    visitor.choose(button).await;
}

/// Logs in on the page of the pool's domain.
async fn sign_in(visitor: &Visitor, name: &str, password: &str) {
    visitor.reads("Sign in").await;
    visitor
        .fill(&[("username", name), ("password", password)])
        .await;
    visitor.choose("Sign in").await;
}

/// Logs in at the pool's domain, on the way to the profile.
async fn come_in(visitor: &Visitor, name: &str) {
    visitor.open("/login?next=/profile").await;
    visitor.choose("Continue with Shop ID").await;
    sign_in(visitor, name, PASSWORD).await;
    visitor.arrives_at("/profile").await;
}

#[tokio::test]
async fn a_user_of_the_pool_comes_in_by_its_own_page_and_out_again() {
    walk_everywhere(LoginFlow::Password, async |site, visitor, name| {
        site.add(name, |user| user);

        visitor.open("/login?next=/profile").await;
        visitor.sees("Continue with Shop ID").await;
        visitor.choose("Continue with Shop ID").await;
        sign_in(visitor, name, "Wrong-horse-1").await;
        visitor.reads("Incorrect username or password").await;
        sign_in(visitor, name, PASSWORD).await;
        visitor.arrives_at("/profile").await;
        visitor.sees(name).await;

        // The page that took the code: the user is there already.
        visitor.browser.back().await.expect("back");
        visitor.open("/").await;
        visitor.is_logged_in(name).await;

        // Who comes next to this browser is asked who they are.
        visitor.log_out().await;
        let other = format!("other-{name}");
        site.add(&other, |user| user);
        visitor.open("/login").await;
        visitor.choose("Continue with Shop ID").await;
        sign_in(visitor, &other, PASSWORD).await;
        visitor.is_logged_in(&other).await;
    })
    .await;
}

#[tokio::test]
async fn somebody_comes_from_an_identity_provider() {
    walk_everywhere(LoginFlow::Choice, async |site, visitor, name| {
        visitor.open("/login").await;
        visitor.choose("Continue with Corp Inc.").await;
        come_as(visitor, name, "Refuse").await;
        visitor.sees("You didn’t finish logging in").await;
        visitor.choose("Continue with Corp Inc.").await;
        come_as(visitor, name, "Fail").await;
        visitor.sees("The login failed on the other side").await;
        visitor.choose("Continue with Corp Inc.").await;
        come_as(visitor, name, "Log in").await;
        visitor.is_logged_in(&format!("Corp_{name}")).await;

        visitor.open("/profile").await;
        visitor.sees("Connected accounts").await;
        assert!(!visitor.text().await.contains("Change password"));
        site.advance(11 * MINUTE);
        visitor.choose("Profile").await;
        visitor.sees("Confirm it’s you").await;
        visitor.choose("Continue with Corp Inc.").await;
        come_as(visitor, "somebody-else", "Log in").await;
        visitor.sees("We couldn’t confirm that it’s you").await;
        visitor.choose("Continue with Corp Inc.").await;
        come_as(visitor, name, "Log in").await;
        visitor.arrives_at("/profile/edit").await;
        visitor.sees("Edit your details").await;

        // The second login of the same, and the first of another, in one browser.
        for id in [name, &format!("next-{name}")] {
            visitor.log_out().await;
            visitor.open("/login").await;
            visitor.choose("Continue with Corp Inc.").await;
            come_as(visitor, id, "Log in").await;
            visitor.is_logged_in(&format!("Corp_{id}")).await;
        }
    })
    .await;
}

/// Opens the list of a user's logins.
async fn is_logged_in_once(visitor: &Visitor) {
    visitor.open("/profile/logins").await;
    visitor.sees("This browser").await;
    let rows = "return document.querySelectorAll('main form.row').length";
    assert_eq!(visitor.run(rows).await.expect("a count"), 1);
}

#[tokio::test]
async fn an_answer_of_the_domain_is_used_once() {
    walk_everywhere(LoginFlow::Password, async |site, visitor, name| {
        site.add(name, |user| user);
        come_in(visitor, name).await;
        let answer = site.answer();
        assert!(
            answer.contains("code=") && answer.contains("state="),
            "{answer}"
        );
        is_logged_in_once(visitor).await;

        // Opened again, from the list of pages that were visited: the user is there already.
        visitor.open(&answer).await;
        visitor.arrives_at("/").await;
        visitor.is_logged_in(name).await;
        is_logged_in_once(visitor).await;

        // Nobody is logged in by it who is not there any more.
        visitor.log_out().await;
        visitor.open(&answer).await;
        visitor.sees("or the page was opened twice").await;
        visitor.reads("Continue with Shop ID").await;
        visitor.open("/").await;
        visitor.reads("Hello stranger").await;
    })
    .await;
}

#[tokio::test]
async fn back_after_a_login_leads_to_no_second_one() {
    walk_everywhere(LoginFlow::Password, async |site, visitor, name| {
        site.add(name, |user| user);
        come_in(visitor, name).await;

        visitor.browser.back().await.expect("back");
        // There the domain asks again. Its answer is to a question that is answered already.
        sign_in(visitor, name, PASSWORD).await;
        visitor.arrives_at("/").await;
        visitor.is_logged_in(name).await;
        is_logged_in_once(visitor).await;
    })
    .await;
}

#[tokio::test]
async fn two_tabs_each_come_in_and_an_attempt_that_is_too_old_begins_anew() {
    walk_everywhere(LoginFlow::Password, async |site, visitor, name| {
        site.add(name, |user| user);
        let first = visitor.browser.window().await.expect("a tab");
        visitor.open("/login?next=/profile").await;
        visitor.choose("Continue with Shop ID").await;
        visitor.reads("Sign in").await;

        let second = visitor.browser.new_window(true).await.expect("a tab");
        let switched = visitor.browser.switch_to_window(second.handle).await;
        switched.expect("the second tab");
        visitor.open("/login").await;
        visitor.choose("Continue with Shop ID").await;
        sign_in(visitor, name, PASSWORD).await;
        visitor.is_logged_in(name).await;

        let switched = visitor.browser.switch_to_window(first).await;
        switched.expect("the first tab");
        sign_in(visitor, name, PASSWORD).await;
        visitor.arrives_at("/profile").await;

        visitor.log_out().await;
        visitor.open("/login").await;
        visitor.choose("Continue with Corp Inc.").await;
        visitor.reads("Log in at Corp").await;
        site.advance(11 * MINUTE);
        come_as(visitor, name, "Log in").await;
        visitor.sees("That took too long").await;
    })
    .await;
}
