//! The emulator's page for developers: used by everybody, on each screen, in light and dark; and it shows by itself what
//! has come.

use cognito_emulator::{Emulator, Pool, User};
use fantoccini::Locator;
use serde_json::json;

use crate::driver::Driver;
use crate::site::{PASSWORD, WIDTHS};

/// An emulator with a user who has logins, mails and groups to show.
async fn emulator() -> (Emulator, Pool) {
    let emulator = Emulator::start().await.expect("the emulator starts");
    let pool = emulator.add_pool(Pool::new("us-east-1_Console"));
    pool.add_user(
        User::new("alice")
            .with_password(PASSWORD)
            .with_attribute("email", "alice@example.com")
            .with_attribute("given_name", "Alice")
            .with_group("readers"),
    );
    pool.add_user(User::new("gone").with_password(PASSWORD).disabled());
    (emulator, pool)
}

#[tokio::test]
async fn the_page_of_the_emulator_can_be_used_by_everybody() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let (emulator, pool) = emulator().await;

    for scheme in ["light", "dark"] {
        for width in WIDTHS {
            let visitor = driver.visitor(emulator.endpoint(), true).await;
            visitor.resize(width).await;
            let media =
                json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
            visitor.devtools("Emulation.setEmulatedMedia", media).await;

            visitor.open("/").await;
            visitor.sees("alice@example.com").await;
            visitor.press("[aria-label='Disable alice']").await;
            visitor.sees("AdminDisableUser: done.").await;
            visitor.press("[aria-label='Enable alice']").await;
            visitor.sees("AdminEnableUser: done.").await;
            visitor.press("[aria-label='Reset alice']").await;
            visitor.sees("AdminResetUserPassword: done.").await;
            pool.set_password("alice", PASSWORD);
            visitor.leave().await;
        }
    }
}

/// One browser without scripts makes a user, and the other shows user and mail though nobody touches it.
#[tokio::test]
async fn the_page_of_the_emulator_shows_what_comes() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let (emulator, _) = emulator().await;
    let watcher = driver.visitor(emulator.endpoint(), true).await;
    let maker = driver.visitor(emulator.endpoint(), false).await;

    watcher.open("/").await;
    watcher.reads("alice@example.com").await;
    let mark = watcher.run("window.isTheSame = true").await;
    mark.expect("a script");
    maker.open("/").await;
    for (visitor, script) in [(&watcher, "function"), (&maker, "undefined")] {
        let known = visitor.run("return typeof waits").await;
        assert_eq!(known.expect("a script"), script, "a function of the page's");
    }
    for (name, value) in [("user", "carol"), ("email", "carol@example.com")] {
        // Each row of the table has a field of that name, which nobody sees.
        let field = format!("form:has([value=create]) input[name={name}]");
        let field = maker.browser.find(Locator::Css(&field)).await;
        let typed = field.expect("a field").send_keys(value).await;
        typed.expect("typed");
    }
    maker.press("button[value=create]").await;
    maker.reads("AdminCreateUser: done.").await;
    let code = emulator.outbox().pop().expect("a mail").code;

    watcher.reads(&code).await;
    watcher.reads("FORCE_CHANGE_PASSWORD").await;
    let same = watcher.run("return window.isTheSame").await;
    assert_eq!(same.expect("a script"), true, "it was not loaded anew");
    maker.leave().await;
    watcher.leave().await;
}
