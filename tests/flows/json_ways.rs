//! The steps of a login in which the password is not the only factor, and of what it takes to have one.

use axum_cognito::backend::LoginFlow;
use axum_cognito::pages::{JsonApi, Pages};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::{Auth, UserPool};
use cognito_emulator::MfaMode;
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::domain::Visitor;
use crate::identities;
use crate::json_flows::{Headless, name, post, step};
use crate::managed_login::{ADA, come_back};
use crate::other_ways::{ChoiceSite, begin};
use crate::site::{ALICE, Browser, with_layers};

fn authenticator() -> Authenticator {
    Authenticator::new("localhost", "http://localhost:3000")
}

/// The challenge in the options of a step: a front end parses them and hands them to the browser.
fn challenge_in(step: &Value) -> Value {
    let options = step["options"].as_str().expect("options");
    let options: Value = serde_json::from_str(options).expect("JSON");
    options["challenge"].clone()
}

async fn logged_in(site: &ChoiceSite) -> Browser {
    let mut browser = site.browser();
    let body = json!({ "username": ALICE.0, "password": ALICE.1 });
    assert_eq!(name(&post(&mut browser, "/login", body).await), "done");
    browser
}

#[tokio::test]
async fn a_passkey_is_registered_logs_in_and_is_deleted() {
    let site = ChoiceSite::start(LoginFlow::Choice).await;
    let authenticator = authenticator();
    let mut alice = logged_in(&site).await;
    let none = step(&alice.get_json("/profile/passkeys", &[]).await);
    assert_eq!(none["step"], "passkeys");
    assert_eq!(none["passkeys"], json!([]));

    let path = "/profile/passkeys";
    let begun = step(&post(&mut alice, path, json!({ "action": "start" })).await);
    let made = authenticator.create(&challenge_in(&begun));
    let spoilt = json!({ "action": "register", "credential": { "id": "nonsense" } });
    assert_eq!(post(&mut alice, path, spoilt).await.status, 422);
    let begun_again = step(&post(&mut alice, path, json!({ "action": "start" })).await);
    assert_ne!(challenge_in(&begun_again), challenge_in(&begun));
    let late = json!({ "action": "register", "credential": made });
    assert_eq!(post(&mut alice, path, late).await.status, 422);
    let begun = step(&post(&mut alice, path, json!({ "action": "start" })).await);
    let made = authenticator.create(&challenge_in(&begun));
    let body = json!({ "action": "register", "credential": made });
    let added = step(&post(&mut alice, path, body).await);
    assert_eq!(added["step"], "passkeys");
    assert_ne!(added["notice"], "");
    let id = added["passkeys"][0]["id"].clone();
    assert!(id.is_string(), "{added}");

    let mut elsewhere = site.browser();
    let body = json!({ "username": ALICE.0, "other_ways": "WEB_AUTHN", "next": "/orders" });
    let asked = step(&post(&mut elsewhere, "/login", body).await);
    assert_eq!(asked["step"], "passkey");
    let nothing = json!({ "challenge": asked["challenge"] });
    let refused = post(&mut elsewhere, "/login/challenge", nothing).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert_eq!(refused.json()["form"]["step"], "passkey");
    let signed = authenticator.get(&challenge_in(&asked));
    let body = json!({
        "challenge": asked["challenge"],
        "credential": signed,
        "next": "/orders",
    });
    let done = step(&post(&mut elsewhere, "/login/challenge", body).await);
    assert_eq!(done, json!({ "step": "done", "next": "/orders" }));
    assert_eq!(elsewhere.get("/maybe").await.body, "Hello alice");

    let body = json!({ "action": "delete", "id": id });
    let gone = step(&post(&mut alice, path, body).await);
    assert_eq!(gone["passkeys"], json!([]));
}

#[tokio::test]
async fn a_first_factor_is_chosen_in_a_step() {
    let site = ChoiceSite::start(LoginFlow::Choice).await;
    let path = "/login/challenge";

    let mut browser = site.browser();
    begin(&mut browser, ALICE.0).await;
    let asked = step(&browser.get_json(path, &[]).await);
    assert_eq!(asked["step"], "select_challenge");
    assert_eq!(asked["options"][0]["value"], "EMAIL_OTP");
    let refused = post(&mut browser, path, json!({ "choice": "SMS_OTP" })).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.json()["form"]["step"], "select_challenge");
    let asked = step(&post(&mut browser, path, json!({ "choice": "EMAIL_OTP" })).await);
    assert_eq!(asked["step"], "code");
    assert_eq!(asked["has_other_ways"], true);
    let code = site.cloud.emulator.outbox().pop().expect("a message").code;
    let done = post(&mut browser, path, json!({ "code": code })).await;
    assert_eq!(name(&done), "done");

    let mut browser = site.browser();
    begin(&mut browser, ALICE.0).await;
    let asked = step(&browser.get_json(path, &[]).await);
    assert_eq!(asked["password"]["name"], "password");
    let wrong = json!({ "password": "Wrong-horse-1" });
    let refused = post(&mut browser, path, wrong).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.json()["form"]["step"], "login");
    begin(&mut browser, ALICE.0).await;
    let right = json!({ "password": ALICE.1 });
    assert_eq!(name(&post(&mut browser, path, right).await), "done");
    assert_eq!(browser.get("/maybe").await.body, "Hello alice");
}

/// A site's own handler has had Cognito ask for the password.
#[tokio::test]
async fn a_password_is_asked_for_in_a_step_of_its_own() {
    let site = ChoiceSite::start(LoginFlow::Choice).await;
    let path = "/login/challenge";

    for way in ["PASSWORD", "PASSWORD_SRP"] {
        let mut browser = site.browser();
        let form = [("username", ALICE.0), ("way", way)];
        let page = browser.post("/choose", &form).await;
        assert!(page.location().starts_with(path), "{way}: {}", page.body);
        let asked = step(&browser.get_json(path, &[]).await);
        assert_eq!(asked["step"], "password", "{way}");
        assert!(
            asked["intro"]
                .as_str()
                .is_some_and(|it| it.contains(ALICE.0))
        );
        let empty = post(&mut browser, path, json!({})).await;
        assert_eq!(empty.json()["errors"][0]["field"], "password", "{way}");
        let right = json!({ "challenge": asked["challenge"], "password": ALICE.1 });
        let done = post(&mut browser, path, right).await;
        assert_eq!(name(&done), "done", "{way}");
    }
}

#[tokio::test]
async fn a_question_of_the_triggers_is_a_step() {
    let site = ChoiceSite::start(LoginFlow::Custom).await;
    let path = "/login/challenge";

    for body in [
        json!({ "username": ALICE.0, "other_ways": true }),
        json!({ "username": ALICE.0, "password": ALICE.1 }),
    ] {
        let mut browser = site.browser();
        let asked = step(&post(&mut browser, "/login", body).await);
        assert_eq!(asked["step"], "custom");
        assert_eq!(asked["question"], "What is the colour?");
        let empty = post(&mut browser, path, json!({})).await;
        assert_eq!(empty.json()["errors"][0]["field"], "answer");
        let right = json!({ "challenge": asked["challenge"], "answer": "blue" });
        assert_eq!(name(&post(&mut browser, path, right).await), "done");
    }
}

#[tokio::test]
async fn a_second_factor_is_set_up_in_a_step_of_the_login() {
    let site = Headless::start().await;
    site.cloud.pool.clone().with_mfa(MfaMode::On);
    let mut browser = site.browser();
    let body = json!({ "username": ALICE.0, "password": ALICE.1 });

    let asked = step(&post(&mut browser, "/login", body).await);

    assert_eq!(asked["step"], "mfa_setup");
    let uri = asked["app"]["uri"].as_str().expect("a link");
    assert!(uri.starts_with("otpauth://totp/"), "{uri}");
    let path = "/login/challenge";
    let wrong = json!({ "challenge": asked["challenge"], "code": "000000" });
    let wrong = post(&mut browser, path, wrong).await;
    assert_eq!(wrong.json()["errors"][0]["field"], "code");
    assert_eq!(wrong.json()["form"]["app"]["uri"], uri, "the same key");
    let code = site.cloud.pool.totp_code(ALICE.0).expect("an app");
    let right = json!({ "challenge": asked["challenge"], "code": code });
    assert_eq!(name(&post(&mut browser, path, right).await), "done");
    assert_eq!(browser.get_json("/profile", &[]).await.status, 200);
}

#[tokio::test]
async fn a_passkey_is_offered_in_a_step_after_the_password() {
    let site = ChoiceSite::start(LoginFlow::Choice).await;
    let backend = UserPool::with_client(site.cloud.cognito(), site.users.store.clone())
        .configure(|login| login.login_flow = LoginFlow::Choice);
    let auth = Auth::builder().with_pool(backend);
    let api = JsonApi::new(Pages::new().with_passkey_offer(true));
    let router = with_layers(api.router(), auth, MemoryStore::default()).await;
    let login = json!({ "username": ALICE.0, "password": ALICE.1, "next": "/orders" });

    let mut browser = Browser::new(router.clone());
    let offer = step(&post(&mut browser, "/login", login.clone()).await);
    assert_eq!(offer["step"], "passkey_offer");
    assert_eq!(offer["next"], "/orders");
    let declined = json!({ "next": "/orders" });
    let declined = post(&mut browser.clone(), "/profile/passkeys/offer", declined).await;
    let done = json!({ "step": "done", "next": "/orders" });
    assert_eq!(step(&declined), done);
    let kept = declined.header("set-cookie");
    assert!(
        kept.starts_with("axum-cognito-passkey-offer=declined;"),
        "{kept}"
    );

    let made = authenticator().create(&challenge_in(&offer));
    let body = json!({ "action": "register", "credential": made, "next": "/orders" });
    let path = offer["action"]
        .as_str()
        .and_then(|path| path.strip_prefix("/auth"));
    let added = post(&mut browser, path.expect("a path"), body).await;
    assert_eq!(step(&added), done);
    let again = post(&mut Browser::new(router), "/login", login).await;
    assert_eq!(step(&again), done, "who has a passkey is offered none");
}

#[tokio::test]
async fn an_account_elsewhere_is_connected_and_disconnected_in_steps() {
    let site = identities::site().await;
    let mut alice = site.logged_in(ALICE).await;
    let path = "/profile/identities";
    let none = step(&alice.get_json(path, &[]).await);
    assert_eq!(none["step"], "identities");
    assert_eq!(none["identities"], json!([]));
    let provider = none["others"][0]["value"].clone();
    assert_eq!(provider, "Corp");

    let body = json!({ "action": "connect", "provider": provider });
    let on = step(&post(&mut alice, path, body).await);
    assert_eq!(on["step"], "redirect");
    let domain = on["to"].as_str().expect("a URL").parse().expect("a URL");
    let back = Visitor::default().come_as(&domain, &ADA).await;
    come_back(&mut alice, &back).await;
    let connected = step(&alice.get_json(&format!("{path}?connected=1"), &[]).await);
    assert_ne!(connected["notice"], "");
    let row = &connected["identities"][0];
    assert_eq!(
        (&row["provider"], &row["id"]),
        (&json!("Corp"), &json!("4711"))
    );

    let unknown = json!({ "action": "connect", "provider": "Nobody" });
    let refused = post(&mut alice, path, unknown).await;
    assert!(refused.status.is_client_error(), "{}", refused.body);
    let body = json!({ "action": "disconnect", "provider": "Corp", "id": "4711" });
    let gone = step(&post(&mut alice, path, body).await);
    assert_eq!(gone["identities"], json!([]));
    assert_ne!(gone["notice"], "");
    let profile = step(&alice.get_json("/profile", &[]).await);
    assert_eq!(profile["user"]["username"], ALICE.0, "logged in as before");
}
