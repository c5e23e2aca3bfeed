//! A person at the demo, with JavaScript and without.

use crate::driver::Driver;
use crate::process::Demo;

#[tokio::test]
async fn logs_in_sees_the_details_and_logs_out() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let demo = Demo::start();

    for javascript in [true, false] {
        let visitor = driver.visitor(&demo.url("/"), javascript).await;
        let javascript_runs = visitor
            .browser
            .goto("data:text/html,<script>document.title='on'</script>")
            .await
            .is_ok()
            && visitor.browser.title().await.expect("a title") == "on";
        assert_eq!(javascript_runs, javascript);

        visitor.open("/profile").await;
        visitor.arrives_at("/login").await;
        visitor
            .send(&[("username", "alice"), ("password", "wrong")])
            .await;
        visitor.reads("Wrong user name or password").await;
        visitor
            .send(&[("username", "alice"), ("password", "Correct-horse-1")])
            .await;

        visitor.arrives_at("/profile").await;
        visitor.reads("alice@example.com").await;
        visitor.press("form[action='/logout'] button").await;
        visitor.arrives_at("/").await;
        visitor.open("/profile").await;
        visitor.arrives_at("/login").await;
        visitor.browser.back().await.expect("a page");
        visitor.reads("Log in").await;
        assert!(!visitor.text().await.contains("alice@example.com"));
        visitor.leave().await;
    }
}

#[tokio::test]
async fn somebody_comes_in_by_the_emulated_identity_provider_and_goes() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let demo = Demo::start();

    for javascript in [true, false] {
        let visitor = driver.visitor(&demo.url("/"), javascript).await;
        visitor.open("/login?next=/profile").await;
        visitor.choose("Continue with Emulated IdP").await;
        visitor.reads("Log in at EmulatedIdP").await;
        visitor
            .fill(&[("sub", "ada"), ("email", "ada@corp.example")])
            .await;
        visitor.choose("Log in").await;
        visitor.arrives_at("/profile").await;
        visitor.reads("ada@corp.example").await;

        visitor.press("form[action='/logout'] button").await;
        visitor.arrives_at("/").await;
        visitor.open("/login").await;
        // The session at the domain is over too: somebody else can come.
        visitor.choose("Continue with Emulated IdP").await;
        visitor.reads("Log in at EmulatedIdP").await;
        visitor.leave().await;
    }
}

#[tokio::test]
async fn a_temporary_password_is_replaced_on_the_way() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let demo = Demo::start();
    let visitor = driver.visitor(&demo.url("/"), true).await;

    visitor.open("/login").await;
    visitor
        .send(&[("username", "newbie"), ("password", "Temporary-1!")])
        .await;
    visitor.arrives_at("/login/challenge").await;
    visitor.browser.refresh().await.expect("reloaded");
    visitor.send(&[("new_password", "short")]).await;
    visitor.sees("Choose a stronger password").await;
    visitor.send(&[("new_password", "Brand-new-pass-1")]).await;

    visitor.arrives_at("/").await;
    visitor.sees("newbie").await;
    let cookies = visitor.browser.get_all_cookies().await.expect("cookies");
    assert_eq!(cookies.len(), 1, "{cookies:?}");
    visitor.leave().await;
}

#[tokio::test]
async fn every_page_of_the_demo_can_be_used_by_everybody() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let demo = Demo::start();
    let visitor = driver.visitor(&demo.url("/"), true).await;

    for (path, words) in [
        ("/", "axum-cognito"),
        ("/inbox", "Inbox"),
        ("/nowhere", "There is no such page"),
    ] {
        visitor.open(path).await;
        visitor.sees(words).await;
    }
    visitor.open("/admin/users").await;
    visitor
        .send(&[("username", "alice"), ("password", "Correct-horse-1")])
        .await;
    visitor.sees("You can’t see this page").await;
    visitor.open("/members").await;
    visitor.sees("For members").await;
    visitor.open("/logout").await;
    visitor.press("form[action='/logout'] button").await;
    visitor.arrives_at("/").await;
    visitor.open("/admin/users").await;
    visitor
        .send(&[("username", "admin"), ("password", "Correct-horse-2")])
        .await;
    visitor.sees("alice@example.com").await;
    visitor.leave().await;
}
