//! What the scripts add, and what each language looks like.

use std::time::Duration;

use axum_cognito::backend::LoginFlow;
use serde_json::json;

use crate::driver::Driver;
use crate::site::{PASSWORD, Site, WIDTHS, walk};

#[tokio::test]
async fn a_password_is_shown_and_its_rules_are_ticked() {
    walk(LoginFlow::Password, async |_, visitor, _| {
        visitor.open("/signup").await;
        visitor.sees("At least 8 characters").await;
        let met = "return [...document.querySelectorAll('.met')].map(it => it.dataset.rule).join()";
        for (typed, rules) in [
            ("abc", "lowercase"),
            ("abcdefgh", "chars,lowercase"),
            ("ABC123", "uppercase,numbers"),
            (PASSWORD, "chars,uppercase,lowercase,numbers,symbols"),
        ] {
            visitor.fill(&[("new_password", typed)]).await;
            assert_eq!(
                visitor.run(met).await.expect("rules"),
                json!(rules),
                "{typed}"
            );
        }
        visitor.sees("(done)").await;

        let kind = "return document.querySelector('[name=new_password]').type";
        visitor.choose("Show").await;
        assert_eq!(visitor.run(kind).await.expect("a type"), json!("text"));
        visitor.sees("Hide").await;
        visitor.choose("Hide").await;
        assert_eq!(visitor.run(kind).await.expect("a type"), json!("password"));
    })
    .await;
}

#[tokio::test]
async fn times_run_out_before_ones_eyes_and_another_way_is_near() {
    walk(LoginFlow::Choice, async |site, visitor, name| {
        site.add(name, |user| user);
        visitor.open("/login").await;
        visitor.fill(&[("username", name)]).await;
        visitor.choose("E-mail me a code").await;
        visitor.sees("Enter the code we sent").await;
        visitor.reads("2:5").await;

        // What is pasted is more than the code.
        let paste = "const data = new DataTransfer(); \
                     data.setData('text', 'Your code is 123 456.'); \
                     const field = document.querySelector('[name=code]'); \
                     field.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, \
                     cancelable: true})); return field.value";
        assert_eq!(visitor.run(paste).await.expect("a code"), json!("123456"));
        visitor.choose("Try another way").await;
        visitor.arrives_at("/login").await;
        assert_eq!(visitor.value("input[name=username]").await, name);

        visitor.choose("E-mail me a code").await;
        visitor.reads("Enter the code we sent").await;
        site.advance(Duration::from_secs(177));
        visitor.browser.refresh().await.expect("reloaded");
        visitor.reads("Less than 30 seconds left").await;
        visitor.sees("Time’s up. Please start again.").await;
        visitor.choose("Start again").await;
        visitor.arrives_at("/login").await;
    })
    .await;
}

#[tokio::test]
async fn a_code_is_sent_again_after_a_while_that_is_shown() {
    walk(LoginFlow::Password, async |site, visitor, name| {
        let email = format!("{name}@example.com");
        visitor.open("/signup").await;
        visitor
            .send(&[
                ("username", name),
                ("email", &email),
                ("new_password", PASSWORD),
            ])
            .await;
        visitor.sees("You can ask for a new code in").await;
        let disabled = "return document.querySelector('[formaction]').disabled";
        assert_eq!(visitor.run(disabled).await.expect("a state"), json!(true));

        site.advance(Duration::from_secs(27));
        visitor.browser.refresh().await.expect("reloaded");
        visitor.reads("You can ask for a new code in").await;
        for _ in 0..60 {
            if visitor.run(disabled).await.expect("a state") == json!(false) {
                visitor.choose("Send a new code").await;
                visitor.sees("We’ve sent you a code").await;
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the button stays off");
    })
    .await;
}

#[tokio::test]
async fn a_code_to_log_in_with_is_sent_again() {
    walk(LoginFlow::Choice, async |site, visitor, name| {
        site.add(name, |user| user);
        visitor.open("/login?next=/profile").await;
        visitor.fill(&[("username", name)]).await;
        visitor.choose("E-mail me a code").await;
        visitor.sees("You can ask for a new code in").await;
        let disabled = "return document.querySelector('[name=resend]').disabled";
        assert_eq!(visitor.run(disabled).await.expect("a state"), json!(true));

        site.advance(Duration::from_secs(31));
        visitor.browser.refresh().await.expect("reloaded");
        visitor.choose("Send a new code").await;
        visitor.sees("We’ve sent you a code").await;
        visitor.send(&[("code", &site.code(name))]).await;
        visitor.arrives_at("/profile").await;
    })
    .await;
}

#[tokio::test]
async fn caps_lock_is_noticed_at_a_password() {
    walk(LoginFlow::Password, async |_, visitor, _| {
        visitor.open("/login").await;
        // No driver holds the lock: the event says what it would say then. What moves after a key
        // was not the page's doing.
        let strike = async |lock: bool| {
            let script = format!(
                "document.querySelector('[name=password]').dispatchEvent( \
                 new KeyboardEvent('keyup', {{ key: 'a', modifierCapsLock: {lock} }})); \
                 const done = arguments[0]; \
                 requestAnimationFrame(() => requestAnimationFrame(() => {{ \
                 window.movedByUs = performance.now(); done(); }}))"
            );
            let struck = visitor.browser.execute_async(&script, Vec::new()).await;
            struck.expect("a key");
        };

        strike(true).await;
        visitor.sees("Caps Lock is on.").await;
        strike(false).await;
        let text = visitor.text().await;
        assert!(!text.contains("Caps Lock"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn the_key_of_an_app_is_copied() {
    walk(LoginFlow::Password, async |site, visitor, name| {
        site.add(name, |user| user);
        visitor.log_in(name).await;
        visitor.is_logged_in(name).await;
        for permission in ["clipboard-read", "clipboard-write"] {
            let granted = json!({ "descriptor": { "name": permission }, "state": "granted" });
            visitor.command("permissions", Some(granted)).await;
        }

        visitor.open("/profile/mfa").await;
        visitor.choose("Set up an authenticator app").await;
        visitor.reads("Scan this QR code").await;
        visitor.choose("Copy").await;
        visitor.sees("Copied").await;

        let shown = "return document.querySelector('[data-copy]').textContent";
        let shown = visitor.run(shown).await.expect("a key");
        let read =
            "navigator.clipboard.readText().then(arguments[0], it => arguments[0](String(it)))";
        let copied = visitor.browser.execute_async(read, Vec::new()).await;
        let key = shown.as_str().expect("a text").replace(' ', "");
        assert!(key.len() >= 32, "{key}");
        assert_eq!(copied.expect("a text"), json!(key));
    })
    .await;
}

#[tokio::test]
async fn each_language_fits_on_every_screen() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let site = Site::start(LoginFlow::Password).await;
    site.add("ada", |user| user.with_group("admins"));
    let visitor = driver.visitor(site.address(), true).await;
    let [wide, narrow] = WIDTHS;
    visitor.resize(narrow).await;
    visitor.log_in("ada").await;
    visitor.is_logged_in("ada").await;

    let looks = async |words| {
        visitor.sees(words).await;
        visitor.resize(wide).await;
        visitor.fits(words).await;
        visitor.resize(narrow).await;
    };
    for (language, words) in [
        ("Deutsch", "Ihr Konto"),
        ("Français", "Votre compte"),
        ("Español", "Tu cuenta"),
        ("العربية", "Your account"),
        ("English", "Your account"),
    ] {
        visitor.open("/profile").await;
        visitor.choose(language).await;
        looks(words).await;
        for path in [
            "/profile/edit",
            "/profile/security",
            "/profile/password",
            "/profile/mfa",
            "/profile/passkeys",
            "/profile/identities",
            "/profile/logins",
            "/profile/data",
            "/admin/users",
            "/admin/users/user?id=1",
            "/login?again=1",
            "/signup",
            "/password/forgot",
            "/password/reset",
            "/logout",
        ] {
            visitor.open(path).await;
            looks("").await;
        }
    }
    visitor.leave().await;
}

#[tokio::test]
async fn times_are_those_of_the_visitor() {
    walk(LoginFlow::Password, async |site, visitor, name| {
        site.add(name, |user| user);
        visitor.log_in(name).await;
        visitor.is_logged_in(name).await;

        visitor.open("/profile").await;
        visitor.reads("Member since").await;
        assert!(
            !visitor.text().await.contains("UTC"),
            "{}",
            visitor.text().await
        );
        let time = "return document.querySelector('time').dateTime";
        let time = visitor.run(time).await.expect("a time");
        assert!(
            time.as_str().is_some_and(|time| time.ends_with('Z')),
            "{time}"
        );
    })
    .await;
}

/// The answer to a form is no page to come back to: a browser would ask whether to send it again.
#[tokio::test]
async fn going_back_after_a_refused_login_shows_a_page() {
    walk(LoginFlow::Password, async |site, visitor, name| {
        site.add(name, |user| user);
        visitor.open("/login?next=/profile").await;
        let wrong = [("username", name), ("password", "Wrong-horse-1")];
        visitor.send(&wrong).await;
        visitor.reads("Wrong user name").await;
        visitor.send(&[("password", PASSWORD)]).await;
        visitor.arrives_at("/profile").await;

        visitor.browser.back().await.expect("back");
        visitor.arrives_at("/profile").await;
    })
    .await;
}
