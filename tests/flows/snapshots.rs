//! The pages as visitors get them, kept beside the tests: a change of a page shows in a review.
//!
//! `INSTA_UPDATE=always cargo test --test flows snapshots` writes them anew.

use axum_cognito::backend::LoginFlow;
use axum_cognito::pages::{Pages, Texts};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::{Auth, UserPool};
use cognito_emulator::{Fault, FaultKind, MfaMode, User};
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::other_ways::{ChoiceSite, begin};
use crate::site::{ADMIN, ALICE, Browser, Cloud, NEWBIE, Page, TOTP, Users, with_layers};
use crate::{identities, managed_login};

struct Gallery {
    cloud: Cloud,
    _users: Users,
    router: axum::Router,
}

impl Gallery {
    async fn open() -> Self {
        let cloud = Cloud::start().await;
        let users = Users::create().await;
        let client = cloud.builder().with_access_key("AKIDEXAMPLE", "secret");
        let client = client.build().expect("a client");
        let backend = UserPool::with_client(client, users.store.clone());
        let routes = Pages::new()
            .with_languages([&Texts::ENGLISH, &Texts::GERMAN])
            .with_sent_codes(true)
            .with_user_list("admins")
            .with_sign_up(["email", "given_name"])
            .expect("names of Cognito's")
            .router();
        let auth = Auth::builder()
            .with_pool(backend)
            .with_clock(cloud.clock.clone());
        let router = with_layers(routes, auth, MemoryStore::default()).await;

        Self {
            cloud,
            _users: users,
            router,
        }
    }

    fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    async fn logged_in(&self, user: (&str, &str)) -> Browser {
        let mut browser = self.browser();
        browser.log_in(user, "/").await;
        browser
    }
}

/// What stands between two marks, each time, is replaced.
fn without(text: &str, before: &str, after: &str, with: &str) -> String {
    let mut parts = text.split(before);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.find(after).map_or(part, |at| &part[at..]);
        kept.push_str(before);
        kept.push_str(with);
        kept.push_str(rest);
    }
    kept
}

/// A page without what is another one each time: ids, keys, times and the version.
fn stable(page: &Page) -> String {
    let mut text = page.body.clone();
    for (before, after, with) in [
        ("name=\"challenge\" value=\"", "\"", "[challenge]"),
        ("name=\"id\" value=\"", "\"", "[id]"),
        ("<p class=\"seed\"><code data-copy>", "<", "[key]"),
        ("data-left=\"", "\"", "[seconds]"),
        ("data-wait=\"", "\"", "[seconds]"),
        ("You can ask for a new code in ", "<", "[seconds]"),
        ("datetime=\"", "\"", "[time]"),
        (
            "Member since</dt><dd><time datetime=\"[time]\">",
            "<",
            "[time]",
        ),
        (
            "Logged in</dt><dd><time datetime=\"[time]\">",
            "<",
            "[time]",
        ),
        ("Since <time datetime=\"[time]\">", "<", "[time]"),
        ("last used <time datetime=\"[time]\">", "<", "[time]"),
        ("<td><time datetime=\"[time]\">", "<", "[time]"),
        ("?v=", "\"", "[version]"),
        ("<svg", "</svg>", " [picture]"),
        (", until ", "<", "[time]"),
        ("Added <time datetime=\"[time]\">", "<", "[time]"),
        (
            "Last login</dt><dd><time datetime=\"[time]\">",
            "<",
            "[time]",
        ),
        ("challenge&#34;:&#34;", "&#34;", "[challenge]"),
        ("alice&#34;,&#34;id&#34;:&#34;", "&#34;", "[id]"),
        ("0; url=", "\"", "[address]"),
        ("<a href=\"http://127.0.0.1:", "\"", "[address]"),
        ("Log out the login of ", "\"", "[time]"),
    ] {
        text = without(&text, before, after, with);
    }
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.trim().is_empty())
        .collect();

    format!("{}\n{}\n", page.status, lines.join("\n"))
}

macro_rules! assert_page {
    ($name:literal, $page:expr) => {
        insta::assert_snapshot!($name, stable(&$page))
    };
}

#[tokio::test]
async fn snapshots_of_pages_for_strangers() {
    let site = Gallery::open().await;
    let mut browser = site.browser();

    assert_page!("login", browser.get("/login?next=/members").await);
    assert_page!("login_expired", browser.get("/login?expired=1").await);
    let wrong = [("username", "alice"), ("password", "Wrong-horse-1")];
    assert_page!("login_refused", browser.post("/login", &wrong).await);
    let german = [("accept-language", "de")];
    let page = browser.post_with("/login", &wrong, &german).await;
    assert_page!("login_refused_german", page);
    let empty = browser.post("/login", &[("username", "alice")]).await;
    assert_page!("login_without_password", empty);
    assert_page!("sign_up", browser.get("/signup").await);
    let form = [
        ("username", "bob"),
        ("email", "bob@example.com"),
        ("given_name", "Bob"),
        ("new_password", "weak-password"),
    ];
    assert_page!("sign_up_weak", browser.post("/signup", &form).await);
    assert_page!("sign_up_confirm", browser.get("/signup/confirm").await);
    assert_page!("password_forgot", browser.get("/password/forgot").await);
    let asked = [("username", "alice")];
    browser.post("/password/forgot", &asked).await;
    assert_page!("password_reset", browser.get("/password/reset").await);
    let elsewhere = [("sec-fetch-site", "cross-site")];
    let page = browser.post_with("/login", &wrong, &elsewhere).await;
    assert_page!("error_cross_site", page);
    assert_page!("error_method", browser.get("/login/restart").await);
}

#[tokio::test]
async fn snapshots_of_challenges() {
    let site = Gallery::open().await;
    let user = |name: &str| {
        User::new(name)
            .with_password(ALICE.1)
            .with_attribute("email", format!("{name}@example.com"))
            .with_attribute("phone_number", "+12065550100")
    };
    site.cloud.pool.add_user(user("mail").with_email_mfa());
    let both = user("both").with_email_mfa().with_sms_mfa();
    site.cloud.pool.add_user(both);
    let at = "/login/challenge?next=/members";

    let mut browser = site.browser();
    browser.log_in(TOTP, "/members").await;
    assert_page!("challenge_app", browser.get(at).await);
    let wrong = [("code", "000000"), ("next", "/members")];
    let page = browser.post("/login/challenge", &wrong).await;
    assert_page!("challenge_app_wrong", page);
    browser.log_in(NEWBIE, "/members").await;
    assert_page!("challenge_new_password", browser.get(at).await);
    browser.log_in(("mail", ALICE.1), "/members").await;
    assert_page!("challenge_mail", browser.get(at).await);
    browser.log_in(("both", ALICE.1), "/members").await;
    assert_page!("challenge_choice", browser.get(at).await);
    site.cloud.pool.clone().with_mfa(MfaMode::On);
    browser.log_in(ALICE, "/members").await;
    assert_page!("challenge_mfa_setup", browser.get(at).await);
}

#[tokio::test]
async fn snapshots_of_account_pages() {
    let site = Gallery::open().await;
    let mut alice = site.logged_in(ALICE).await;

    assert_page!("profile", alice.get("/profile?saved=1").await);
    assert_page!("profile_edit", alice.get("/profile/edit").await);
    assert_page!("profile_password", alice.get("/profile/password").await);
    let wrong = [("password", "x"), ("new_password", "Another-horse-2")];
    let page = alice.post("/profile/password", &wrong).await;
    assert_page!("profile_password_wrong", page);
    assert_page!("profile_verify", alice.get("/profile/verify").await);
    assert_page!("profile_mfa", alice.get("/profile/mfa").await);
    alice.post("/profile/mfa", &[("action", "start")]).await;
    assert_page!("profile_mfa_app", alice.get("/profile/mfa").await);
    assert_page!("profile_logins", alice.get("/profile/logins").await);
    assert_page!("profile_devices", alice.get("/profile/devices").await);
    assert_page!("profile_data", alice.get("/profile/data").await);
    assert_page!("logout", alice.get("/logout").await);
    let mut admin = site.logged_in(ADMIN).await;
    assert_page!("users", admin.get("/admin/users").await);
    let events = [("Pass", "NoRisk"), ("Fail", "Block")].map(|(response, risk)| {
        json!({
            "EventType": "SignIn", "EventResponse": response, "CreationDate": 1_767_225_600,
            "EventRisk": { "RiskDecision": risk },
            "EventContextData": { "DeviceName": "Firefox 140, Linux", "IpAddress": "192.0.2.7" },
        })
    });
    let answer = json!({ "AuthEvents": events }).to_string();
    let recorded = Fault::on("AdminListUserAuthEvents", FaultKind::Answer(answer));
    site.cloud.emulator.inject(recorded.times(1));
    let user = "/admin/users/user?id=1";
    assert_page!("user", admin.get(user).await);
    let page = admin.get(&format!("{user}&confirm=disable")).await;
    assert_page!("user_confirm", page);
    let mut leaver = site.logged_in(ALICE).await;
    let form = [("action", "delete"), ("account", "alice@example.com")];
    let page = leaver.post("/profile/data", &form).await;
    assert_page!("deleted", page);
}

/// The challenge in the options that a page hands to its script.
fn challenge_in(page: &Page) -> Value {
    let (_, rest) = page.body.split_once("data-options=\"").expect("options");
    let (options, _) = rest.split_once('"').expect("their end");
    let options: Value = serde_json::from_str(&options.replace("&#34;", "\"")).expect("JSON");
    options["challenge"].clone()
}

#[tokio::test]
async fn snapshots_of_other_ways_to_log_in() {
    let site = ChoiceSite::start(LoginFlow::Choice).await;
    let at = "/login/challenge?next=/me";
    let press = |way: &'static str| [("username", ALICE.0), ("other_ways", way), ("next", "/me")];

    let mut browser = site.browser();
    assert_page!("login_choice", browser.get("/login").await);
    browser.post("/login", &press("EMAIL_OTP")).await;
    assert_page!("challenge_first_code", browser.get(at).await);
    assert_page!("challenge_ways", begin(&mut browser, ALICE.0).await);
    let form = [("username", ALICE.0), ("way", "PASSWORD")];
    browser.post("/choose", &form).await;
    assert_page!("challenge_password", browser.get(at).await);

    browser.log_in(ALICE, "/me").await;
    assert_page!("profile_security", browser.get("/profile/security").await);
    let passkeys = "/profile/passkeys";
    assert_page!("profile_passkeys_none", browser.get(passkeys).await);
    let begun = browser.post(passkeys, &[("action", "start")]).await;
    assert_page!("profile_passkeys_start", begun);
    let authenticator = Authenticator::new("localhost", "http://localhost:3000");
    let made = authenticator.create(&challenge_in(&begun)).to_string();
    let form = [("action", "register"), ("credential", made.as_str())];
    let added = browser.post(passkeys, &form).await;
    let listed = browser.get(added.location()).await;
    assert_page!("profile_passkeys", listed);
    let mut browser = site.browser();
    browser.post("/login", &press("WEB_AUTHN")).await;
    assert_page!("challenge_passkey", browser.get(at).await);

    let unknown = r#"{"ChallengeName":"SOMETHING_NEW","Session":"s","ChallengeParameters":{}}"#;
    let unknown = Fault::on(
        "RespondToAuthChallenge",
        FaultKind::Answer(unknown.to_owned()),
    );
    site.cloud.emulator.inject(unknown.times(1));
    browser.log_in(ALICE, "/me").await;
    assert_page!("challenge_unknown", browser.get(at).await);

    let site = ChoiceSite::start(LoginFlow::Custom).await;
    let mut browser = site.browser();
    browser.post("/login", &press("1")).await;
    assert_page!("challenge_custom", browser.get(at).await);
}

#[tokio::test]
async fn snapshot_of_the_offer_of_a_passkey() {
    let site = ChoiceSite::start(LoginFlow::Choice).await;
    let backend = UserPool::with_client(site.cloud.cognito(), site.users.store.clone())
        .configure(|login| login.login_flow = LoginFlow::Choice);
    let pages = Pages::new().with_passkey_offer(true).router();
    let auth = Auth::builder().with_pool(backend);
    let router = with_layers(pages, auth, MemoryStore::default()).await;
    let mut browser = Browser::new(router);

    let page = browser.log_in(ALICE, "/me").await;
    assert_page!("passkey_offer", browser.get(page.location()).await);
}

#[tokio::test]
async fn snapshots_of_logins_elsewhere() {
    let site = identities::site().await;
    let mut alice = site.logged_in(ALICE).await;
    let path = "/profile/identities";
    assert_page!("profile_identities", alice.get(path).await);
    let form = [("action", "connect"), ("provider", "Corp")];
    assert_page!("sent_on", alice.post(path, &form).await);

    let site = managed_login::site().await;
    let page = site.browser().get("/login").await;
    assert_page!("login_managed", page);
}
