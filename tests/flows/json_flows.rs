//! Every flow of the pages as JSON: the steps that a front end gets, and what they lead to.

use axum_cognito::pages::{JsonApi, Pages, Texts};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::{Auth, UserPool};
use cognito_emulator::User;
use serde_json::{Value, json};

use crate::site::{ALICE, Browser, Cloud, NEWBIE, Page, TOTP, Users, with_layers};

/// A site without any page: the API alone.
pub(crate) struct Headless {
    pub(crate) cloud: Cloud,
    _users: Users,
    pub(crate) router: axum::Router,
}

impl Headless {
    pub(crate) async fn start() -> Self {
        let cloud = Cloud::start().await;
        let users = Users::create().await;
        let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
        let auth = Auth::builder()
            .with_pool(backend)
            .with_clock(cloud.clock.clone());
        let api = JsonApi::new(pages())
            .with_origins(["https://app.site.example"])
            .expect("an origin");
        let router = with_layers(api.router(), auth, MemoryStore::default()).await;

        Self {
            cloud,
            _users: users,
            router,
        }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    pub(crate) async fn logged_in(&self, (name, password): (&str, &str)) -> Browser {
        let mut browser = self.browser();
        let body = json!({ "username": name, "password": password });
        let step = step(&browser.post_json("/login", &body, &[]).await);
        assert_eq!(step, json!({ "step": "done", "next": "/" }));
        browser
    }

    fn code(&self, username: &str) -> String {
        let outbox = self.cloud.emulator.outbox();
        let sent = outbox.iter().rev().find(|sent| sent.username == username);
        sent.expect("a message").code.clone()
    }
}

pub(crate) fn pages() -> Pages {
    Pages::new()
        .with_languages([&Texts::ENGLISH, &Texts::GERMAN])
        .with_user_list("admins")
        .with_sign_up(["email", "given_name"])
        .expect("names of Cognito's")
}

/// A good answer.
pub(crate) fn step(page: &Page) -> Value {
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(page.header("content-type"), "application/json");
    assert!(page.header("cache-control").contains("no-store"));
    page.json()
}

pub(crate) fn name(page: &Page) -> String {
    let step = step(page);
    step["step"].as_str().expect("a name").to_owned()
}

pub(crate) async fn post(browser: &mut Browser, path: &str, body: Value) -> Page {
    browser.post_json(path, &body, &[]).await
}

#[tokio::test]
async fn a_login_with_a_second_factor_takes_two_requests() {
    let site = Headless::start().await;
    let mut browser = site.browser();
    assert_eq!(
        name(&browser.get_json("/login?next=/reports", &[]).await),
        "login"
    );

    let body = json!({ "username": TOTP.0, "password": TOTP.1, "next": "/reports" });
    let asked = step(&post(&mut browser, "/login", body).await);
    assert_eq!(asked["step"], "software_token");
    assert_eq!(asked["next"], "/reports");
    assert!(
        asked["seconds_left"]
            .as_u64()
            .is_some_and(|left| left > 170),
        "{asked}"
    );
    let wrong = json!({ "challenge": asked["challenge"], "code": "000000", "next": "/reports" });
    let again = post(&mut browser, "/login/challenge", wrong).await;
    assert_eq!(again.status, 422);
    assert_eq!(again.header("content-type"), "application/problem+json");
    let problem = again.json();
    assert_eq!(problem["errors"][0]["field"], "code");
    assert_eq!(problem["errors"][0]["text"], problem["detail"]);
    assert_eq!(problem["form"]["step"], "software_token");
    assert_eq!(problem["form"]["challenge"], asked["challenge"]);
    let code = site.cloud.pool.totp_code(TOTP.0).expect("an app");
    let right = json!({ "challenge": asked["challenge"], "code": code, "next": "/reports" });
    let done = step(&post(&mut browser, "/login/challenge", right).await);

    assert_eq!(done, json!({ "step": "done", "next": "/reports" }));
    let profile = step(&browser.get_json("/profile", &[]).await);
    assert_eq!(profile["user"]["username"], TOTP.0);
    assert_eq!(profile["user"]["email"], "totp@example.com");
    let again = step(&browser.get_json("/login", &[]).await);
    assert_eq!(again["step"], "done", "somebody is logged in");
    assert_eq!(
        step(&post(&mut browser, "/logout", json!({})).await)["step"],
        "done"
    );
    assert_eq!(browser.get_json("/profile", &[]).await.status, 401);
}

#[tokio::test]
async fn each_challenge_is_a_step() {
    let site = Headless::start().await;
    let user = |name: &str| {
        User::new(name)
            .with_password(ALICE.1)
            .with_attribute("email", format!("{name}@example.com"))
            .with_attribute("phone_number", "+12065550100")
    };
    site.cloud.pool.add_user(user("mail").with_email_mfa());
    let both = user("both").with_email_mfa().with_sms_mfa();
    site.cloud.pool.add_user(both);
    site.cloud
        .pool
        .clone()
        .with_required_attributes(["nickname"]);

    let mut browser = site.browser();
    let body = json!({ "username": NEWBIE.0, "password": NEWBIE.1 });
    let asked = step(&post(&mut browser, "/login", body).await);
    assert_eq!(asked["step"], "new_password");
    assert_eq!(asked["attributes"][0]["name"], "nickname");
    let waiting = step(&browser.get_json("/login/challenge", &[]).await);
    assert_eq!(waiting["challenge"], asked["challenge"]);
    let body = json!({ "new_password": "weakest", "nickname": "Nell" });
    let weak = post(&mut browser, "/login/challenge", body).await;
    assert_eq!(weak.status, 422);
    assert!(!weak.body.contains("weakest"));
    assert_eq!(weak.json()["form"]["attributes"][0]["value"], "Nell");
    let body = json!({ "new_password": "Newbies-own-1!", "nickname": "Nell" });
    let done = post(&mut browser, "/login/challenge", body).await;
    assert_eq!(name(&done), "done");

    let mut browser = site.browser();
    let body = json!({ "username": "both", "password": ALICE.1 });
    let asked = step(&post(&mut browser, "/login", body).await);
    assert_eq!(asked["step"], "select_mfa");
    let mail = asked["options"]
        .as_array()
        .expect("options")
        .iter()
        .find(|option| option["value"] == "EMAIL_OTP")
        .expect("mail");
    assert!(
        mail["label"]
            .as_str()
            .is_some_and(|label| !label.is_empty())
    );
    let body = json!({ "mfa": mail["value"] });
    let asked = step(&post(&mut browser, "/login/challenge", body).await);
    assert_eq!(asked["step"], "code");
    let body = json!({ "code": site.code("both") });
    let done = post(&mut browser, "/login/challenge", body).await;
    assert_eq!(name(&done), "done");

    let mut browser = site.browser();
    let body = json!({ "username": "mail", "password": ALICE.1 });
    assert_eq!(name(&post(&mut browser, "/login", body).await), "code");
    let dropped = post(&mut browser, "/login/restart", json!({})).await;
    assert_eq!(name(&dropped), "login");
    assert_eq!(browser.get_json("/login/challenge", &[]).await.status, 401);
}

#[tokio::test]
async fn a_stranger_signs_up_forgets_the_password_and_logs_in() {
    let site = Headless::start().await;
    let mut browser = site.browser();
    let form = step(&browser.get_json("/signup", &[]).await);
    let fields: Vec<_> = form["fields"].as_array().expect("fields").iter().collect();
    let names: Vec<_> = fields.iter().map(|field| field["name"].as_str()).collect();
    assert_eq!(
        names,
        ["username", "email", "given_name", "new_password"].map(Some)
    );

    let body = json!({
        "username": "bob",
        "email": "bob@example.com",
        "given_name": "Bob",
        "new_password": "Bobs-horse-1",
    });
    let asked = post(&mut browser, "/signup", body).await;
    assert_eq!(name(&asked), "confirm_sign_up");
    let resent = post(&mut browser, "/signup/resend", json!({})).await;
    assert_eq!(name(&resent), "confirm_sign_up");
    assert_ne!(resent.json()["notice"], "");
    let body = json!({ "username": "bob", "code": "000000" });
    let wrong = post(&mut browser, "/signup/confirm", body).await;
    assert_eq!(wrong.json()["errors"][0]["field"], "code");
    let body = json!({ "username": "bob", "code": site.code("bob") });
    let confirmed = post(&mut browser, "/signup/confirm", body).await;
    assert_eq!(name(&confirmed), "login");
    assert_ne!(confirmed.json()["notice"], "", "it is said");

    let body = json!({ "username": "bob" });
    let asked = post(&mut browser, "/password/forgot", body).await;
    assert_eq!(name(&asked), "reset_password");
    let body = json!({
        "username": "bob",
        "code": site.code("bob"),
        "new_password": "Bobs-horse-2",
    });
    let reset = post(&mut browser, "/password/reset", body).await;
    assert_eq!(name(&reset), "login");
    site.logged_in(("bob", "Bobs-horse-2")).await;
}

#[tokio::test]
async fn a_user_changes_the_account() {
    let site = Headless::start().await;
    let mut alice = site.logged_in(ALICE).await;

    let form = step(&alice.get_json("/profile/edit", &[]).await);
    assert_eq!(form["action"], "/auth/profile/edit");
    let body = json!({ "given_name": "Alicia" });
    let saved = step(&post(&mut alice, "/profile/edit", body).await);
    assert_eq!(saved["step"], "profile");
    assert_eq!(saved["user"]["first_name"], "Alicia");
    assert_ne!(saved["notice"], "");
    let body = json!({ "email": "new@example.com" });
    let asked = post(&mut alice, "/profile/edit", body).await;
    assert_eq!(name(&asked), "verify");
    let body = json!({ "attribute": "email" });
    assert_eq!(
        name(&post(&mut alice, "/profile/verify/send", body).await),
        "verify"
    );
    let body = json!({ "code": site.code("alice") });
    assert_eq!(
        name(&post(&mut alice, "/profile/verify", body).await),
        "profile"
    );

    let body = json!({ "password": "not it", "new_password": "Another-horse-2" });
    let wrong = post(&mut alice, "/profile/password", body).await;
    assert_eq!(wrong.json()["errors"][0]["field"], "password");
    let body = json!({ "password": ALICE.1, "new_password": "Another-horse-2" });
    assert_eq!(
        name(&post(&mut alice, "/profile/password", body).await),
        "profile"
    );
    let alice_now = (ALICE.0, "Another-horse-2");

    let body = json!({ "action": "start" });
    let begun = step(&post(&mut alice, "/profile/mfa", body).await);
    let uri = begun["app"]["uri"].as_str().expect("a link");
    assert!(uri.starts_with("otpauth://totp/"), "{uri}");
    let code = site.cloud.pool.totp_code("alice").expect("an app");
    let body = json!({ "action": "verify", "code": code });
    let on = step(&post(&mut alice, "/profile/mfa", body).await);
    assert_eq!(on["methods"][0]["name"], "SOFTWARE_TOKEN_MFA");
    assert_eq!(on["app"], Value::Null, "the key is shown once");
    assert_eq!(on["off"][0]["value"], "app_off", "{on}");
    let body = json!({ "action": "app_off" });
    assert_eq!(
        name(&post(&mut alice, "/profile/mfa", body).await),
        "second_factor"
    );

    let mut elsewhere = site.logged_in(alice_now).await;
    let logins = step(&alice.get_json("/profile/logins", &[]).await);
    let logins = logins["logins"].as_array().expect("logins");
    let other = logins
        .iter()
        .find(|login| login["is_this"] == false)
        .expect("two");
    let body = json!({ "id": other["id"] });
    assert_eq!(
        name(&post(&mut alice, "/profile/logins", body).await),
        "logins"
    );
    assert_eq!(elsewhere.get_json("/profile", &[]).await.status, 401);
    assert_eq!(
        name(&alice.get_json("/profile/passkeys", &[]).await),
        "passkeys"
    );
    assert_eq!(
        name(&alice.get_json("/profile/devices", &[]).await),
        "devices"
    );

    let exported = post(&mut alice, "/profile/data", json!({ "action": "export" })).await;
    assert_eq!(exported.json()["user"]["username"], "alice");
    let body = json!({ "action": "delete", "account": "somebody else" });
    let refused = post(&mut alice, "/profile/data", body).await;
    assert_eq!(refused.json()["errors"][0]["field"], "account");
    let body = json!({ "action": "delete", "account": "alice" });
    assert_eq!(
        name(&post(&mut alice, "/profile/data", body).await),
        "deleted"
    );
    assert_eq!(alice.get_json("/profile", &[]).await.status, 401);
}

/// The same session: a login by JSON is one on the pages, and the other way round.
#[tokio::test]
async fn both_faces_are_of_one_site() {
    let site = crate::site::Site::start().await;
    let mut browser = site.browser();
    let body = json!({ "username": TOTP.0, "password": TOTP.1 });
    let asked = step(&browser.post_json("/login", &body, &[]).await);

    let page = browser.get("/login/challenge").await;
    let id = asked["challenge"].as_str().expect("an id");
    assert!(page.body.contains(id), "{}", page.body);
    let code = site.cloud.pool.totp_code(TOTP.0).expect("an app");
    browser.post("/login/challenge", &[("code", &code)]).await;
    assert_eq!(browser.get("/maybe").await.body, "Hello totp");
    let profile = step(&browser.get_json("/profile", &[]).await);
    assert_eq!(profile["user"]["username"], "totp");
}

#[test]
fn the_description_of_the_api() {
    let document = JsonApi::new(pages()).openapi();
    let mut lines = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, described) in methods.as_object().expect("methods") {
            lines.push(format!("{method} {path} {described}"));
        }
    }
    for kind in ["parameters", "responses", "schemas"] {
        let components = document["components"][kind].as_object();
        for (name, described) in components.expect("components") {
            lines.push(format!("{kind} {name} {described}"));
        }
    }

    insta::assert_snapshot!("openapi", lines.join("\n"));
}

/// What is described is there, and every reference in it leads somewhere.
#[tokio::test]
async fn the_description_holds() {
    let site = Headless::start().await;
    let served = site.browser().get_json("/openapi.json", &[]).await.json();
    assert_eq!(served["openapi"], "3.1.0");

    let text = served.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().expect("an end");
        assert!(served.pointer(pointer).is_some(), "{pointer}");
    }
    let mut mentioned = 0;
    for (path, methods) in served["paths"].as_object().expect("paths") {
        let path = path.strip_prefix("/auth").expect("the prefix");
        for method in methods.as_object().expect("methods").keys() {
            let mut browser = site.browser();
            let page = match method.as_str() {
                "get" => browser.get_json(path, &[]).await,
                _ => browser.post_json(path, &json!({}), &[]).await,
            };
            assert_ne!(page.status, 405, "{method} {path}");
            assert_ne!(page.json()["title"], "Not Found", "{method} {path}");
            mentioned += 1;
        }
    }
    assert!(mentioned > 35, "{mentioned}");
}

/// As on the pages: by `?lang=`, which a cookie keeps, before what the browser prefers.
#[tokio::test]
async fn a_language_is_chosen_by_the_query_and_kept() {
    let site = Headless::start().await;
    let english = [("accept-language", "en")];
    let mut browser = site.browser();
    let label = |page: &Page| step(page)["username"]["label"].clone();

    let page = browser.get_json("/login?lang=nonsense", &english).await;
    let in_english = label(&page);
    assert_eq!(page.header("set-cookie"), "");
    let page = browser.get_json("/login?lang=de&next=/x", &english).await;
    let in_german = label(&page);
    assert_ne!(in_german, in_english, "{}", page.body);
    assert_eq!(step(&page)["next"], "/x");
    let cookie = page.header("set-cookie").to_owned();
    for attribute in ["HttpOnly", "SameSite=Lax", "Max-Age=31536000", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }

    // The browser has the cookie now.
    let page = browser.get_json("/login", &english).await;
    assert_eq!(label(&page), in_german);
    let wrong = json!({ "username": ALICE.0, "password": "wrong" });
    let problem = browser.post_json("/login", &wrong, &english).await.json();
    let german = Texts::GERMAN.mistakes.login_refused;
    assert_eq!(problem["detail"], german);
    let page = browser.get_json("/profile", &english).await;
    assert_eq!(page.status, 401);
    assert_eq!(page.json()["detail"], Texts::GERMAN.notices.login_ended);
    let page = browser.get_json("/login?lang=en", &[]).await;
    assert_eq!(label(&page), in_english);
}

/// The step that follows is another page's, whose address does not name the language.
#[tokio::test]
async fn the_next_step_is_in_the_language_too() {
    let site = Headless::start().await;
    let english = [("accept-language", "en")];
    let body = json!({ "username": TOTP.0, "password": TOTP.1, "next": "/reports" });

    let mut browser = site.browser();
    let page = browser.post_json("/login?lang=de", &body, &english).await;
    let asked = step(&page);
    assert_eq!(asked["step"], "software_token");
    assert_eq!(asked["code"]["label"], Texts::GERMAN.fields.app_code);
    assert_eq!(asked["next"], "/reports");

    let mut alice = site.logged_in(ALICE).await;
    let page = post(&mut alice, "/logout?lang=de", json!({})).await;
    assert_eq!(step(&page), json!({ "step": "done", "next": "/" }));
}

#[tokio::test]
async fn languages_are_described_where_there_is_a_choice() {
    let several = JsonApi::new(pages()).openapi();
    let language = &several["components"]["parameters"]["Language"];
    assert_eq!(language["schema"]["enum"], json!(["en", "de"]));
    let named = json!({ "$ref": "#/components/parameters/Language" });
    for (path, methods) in several["paths"].as_object().expect("paths") {
        for (method, what) in methods.as_object().expect("methods") {
            let parameters = what["parameters"].as_array().expect("parameters");
            assert!(parameters.contains(&named), "{method} {path}");
        }
    }

    let one = JsonApi::new(Pages::new()).openapi().to_string();
    assert!(!one.contains("Language\""), "{one}");
}
