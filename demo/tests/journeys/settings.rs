//! The main pages, as people set their screens: narrow, enlarged, dark, in colours of their own,
//! without movement. Each page is opened once, and looked at in each setting.

use axum_cognito::backend::LoginFlow;
use cognito_emulator::{MfaMode, User};
use serde_json::{Value, json};

use crate::driver::{Driver, Visitor};
use crate::site::{PASSWORD, Site};

/// How somebody has set up a screen of 1280 by 900 pixels.
struct Setting {
    name: &'static str,
    width: u32,
    zoom: u32,
    media: &'static [(&'static str, &'static str)],
}

const fn setting(
    name: &'static str,
    width: u32,
    zoom: u32,
    media: &'static [(&'static str, &'static str)],
) -> Setting {
    Setting {
        name,
        width,
        zoom,
        media,
    }
}

const SETTINGS: [Setting; 7] = [
    setting("narrow", 320, 1, &[]),
    setting("a phone", 390, 1, &[]),
    setting("enlarged to 200 %", 640, 2, &[]),
    setting("dark", 1280, 1, &[("prefers-color-scheme", "dark")]),
    setting("forced colours", 1280, 1, &[("forced-colors", "active")]),
    setting(
        "forced dark colours",
        1280,
        1,
        &[
            ("forced-colors", "active"),
            ("prefers-color-scheme", "dark"),
        ],
    ),
    setting(
        "no movement",
        1280,
        1,
        &[("prefers-reduced-motion", "reduce")],
    ),
];

/// What is wrong in a setting, beside what is looked for on each page: something moves, or a control
/// cannot be told from the text. Radio buttons are drawn by the browser.
const FAULTS: &str = "
    const all = [...document.querySelectorAll('body *')];
    const moves = it => getComputedStyle(it).transitionDuration !== '0s';
    const faults = all.filter(moves).map(it => 'moves: ' + it.outerHTML);
    if (document.getAnimations().length) faults.push('an animation runs');
    if (matchMedia('(forced-colors: active)').matches) {
        const controls = document.querySelectorAll('button:not(.small), a.button, input:not([hidden], [type=hidden], [type=radio]), select');
        const flat = it => parseFloat(getComputedStyle(it).borderTopWidth) < 1
            || getComputedStyle(it).borderTopColor === getComputedStyle(document.body).backgroundColor;
        faults.push(...[...controls].filter(flat).map(it => 'no edge: ' + it.outerHTML));
    }
    return faults;
";

async fn look_in_each_setting(visitor: &Visitor, page: &str) {
    visitor.sees("").await;
    for setting in &SETTINGS {
        let screen = json!({
            "width": setting.width,
            "height": 900 / setting.zoom,
            "deviceScaleFactor": setting.zoom,
            "mobile": false,
        });
        let media = setting.media.iter();
        let media: Vec<Value> = media
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        visitor
            .devtools("Emulation.setDeviceMetricsOverride", screen)
            .await;
        visitor
            .devtools("Emulation.setEmulatedMedia", json!({ "features": media }))
            .await;

        visitor.settle().await;
        let at = format!("{page}, {}", setting.name);
        let faults = visitor.run(FAULTS).await.expect("a script");
        assert_eq!(faults, json!([]), "{at}");
        visitor.sees("").await;
    }
    visitor
        .devtools("Emulation.clearDeviceMetricsOverride", json!({}))
        .await;
    visitor
        .devtools("Emulation.setEmulatedMedia", json!({ "features": [] }))
        .await;
}

#[tokio::test]
async fn each_page_is_there_for_everybody() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let site = Site::start(LoginFlow::Choice).await;
    site.add("ada", |user| {
        user.with_group("admins")
            .with_email_mfa()
            .with_attribute(
                "given_name",
                "Wolfeschlegelsteinhausenbergerdorff".repeat(2),
            )
            .with_attribute("family_name", "Featherstonehaugh-Cholmondeley")
    });
    let visitor = driver.visitor(site.address(), true).await;
    let pages = async |paths: &[&str]| {
        for path in paths {
            visitor.open(path).await;
            look_in_each_setting(&visitor, path).await;
        }
    };

    pages(&[
        "/login",
        "/signup",
        "/signup/confirm",
        "/password/forgot",
        "/password/reset",
        "/login/restart",
    ])
    .await;
    visitor.open("/login").await;
    let wrong = [("username", "ada"), ("password", "Wrong-horse-1")];
    visitor.send(&wrong).await;
    visitor.reads("Wrong user name").await;
    look_in_each_setting(&visitor, "a refused login").await;
    visitor.send(&[("password", PASSWORD)]).await;
    visitor.reads("Enter the code").await;
    look_in_each_setting(&visitor, "a challenge").await;
    visitor.send(&[("code", &site.code("ada"))]).await;
    visitor.is_logged_in("ada").await;

    pages(&[
        "/profile?saved=1",
        "/profile/edit",
        "/profile/security",
        "/profile/password",
        "/profile/mfa",
        "/profile/mfa?confirm=mail_off",
        "/profile/passkeys",
        "/profile/logins",
        "/profile/devices",
        "/profile/identities",
        "/profile/data",
        "/admin/users",
        "/admin/users/user?id=1",
        "/admin/users/user?id=1&confirm=end",
        "/logout",
    ])
    .await;
    visitor.leave().await;
}

/// What lies between the password and the login, and what comes last.
#[tokio::test]
async fn each_step_is_there_for_everybody() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let site = Site::start(LoginFlow::Choice).await;
    site.add("ben", |user| user);
    site.add("both", |user| user.with_email_mfa().with_sms_mfa());
    let temporary = User::new("eve").with_temporary_password("Temporary-1!");
    site.pool.add_user(temporary);
    let visitor = driver.visitor(site.address(), true).await;

    visitor.open("/login").await;
    visitor.fill(&[("username", "ben")]).await;
    visitor.choose("E-mail me a code").await;
    visitor.reads("You can ask for a new code in").await;
    look_in_each_setting(&visitor, "a code to log in with").await;
    visitor.log_in("both").await;
    visitor.reads("Choose a verification method").await;
    look_in_each_setting(&visitor, "a choice of second factors").await;
    site.pool.clone().with_mfa(MfaMode::On);
    let first = [("username", "eve"), ("password", "Temporary-1!")];
    visitor.open("/login").await;
    visitor.send(&first).await;
    visitor.reads("Your password is temporary").await;
    look_in_each_setting(&visitor, "a temporary password").await;
    visitor.send(&[("new_password", PASSWORD)]).await;
    visitor.reads("Scan this QR code").await;
    look_in_each_setting(&visitor, "an app to set up").await;
    site.pool.clone().with_mfa(MfaMode::Optional);

    visitor.log_in("ben").await;
    visitor.is_logged_in("ben").await;
    visitor.open("/profile/passkeys").await;
    visitor.choose("Add a passkey").await;
    visitor.reads("your device will ask").await;
    look_in_each_setting(&visitor, "a passkey to register").await;
    visitor.open("/profile/data").await;
    visitor.fill(&[("account", "ben@example.com")]).await;
    visitor.choose("Delete account").await;
    visitor.reads("Your account is deleted").await;
    look_in_each_setting(&visitor, "a deleted account").await;
    visitor.leave().await;

    let site = Site::start(LoginFlow::Custom).await;
    site.add("ada", |user| user);
    let visitor = driver.visitor(site.address(), true).await;
    visitor.log_in("ada").await;
    visitor.reads("What is the colour?").await;
    look_in_each_setting(&visitor, "a question").await;
    visitor.leave().await;
}
