//! Logins in which the password is not the first factor.

use std::collections::HashMap;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Redirect;
use axum::{Form, Router, routing};
use axum_cognito::backend::{Credentials, LoginFlow, LoginOutcome};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::{Auth, AuthSession, CurrentUser, UserPool};
use cognito_emulator::{AppClient, AuthFlow, Fault, FaultKind, User};
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::site::{ALICE, Browser, Cloud, FACES, Face, Page, Users, routes, with_layers};

/// A site whose users choose among passwords, mail and passkeys.
pub(crate) struct ChoiceSite {
    pub(crate) cloud: Cloud,
    pub(crate) users: Users,
    router: Router,
}

impl ChoiceSite {
    pub(crate) async fn start(flow: LoginFlow) -> Self {
        let cloud = Cloud::start().await;
        let pool = cloud.pool.clone();
        pool.with_first_factors(["PASSWORD", "EMAIL_OTP"])
            .with_passkeys("localhost")
            .with_custom_question([("question", "What is the colour?")], "blue");
        let client = AppClient::new("site")
            .with_id(cloud.client.id())
            .with_secret(cloud.client.secret().expect("a secret"))
            .with_prevent_user_existence_errors(true);
        cloud.pool.add_client(client.with_flows([
            AuthFlow::Custom,
            AuthFlow::RefreshToken,
            AuthFlow::User,
            AuthFlow::UserSrp,
        ]));

        let users = Users::create().await;
        let backend = UserPool::with_client(cloud.cognito(), users.store.clone())
            .configure(|login| login.login_flow = flow);
        let own = Router::new()
            .route("/choose", routing::post(choose))
            .route("/first", routing::get(is_first))
            .route("/methods", routing::get(methods));
        let auth = Auth::builder()
            .with_pool(backend)
            .with_clock(cloud.clock.clone());
        let router = with_layers(own.merge(routes()), auth, MemoryStore::default()).await;
        Self {
            cloud,
            users,
            router,
        }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }
}

/// A handler of the site's own, which leaves it to Cognito what to offer, or names a way.
async fn choose(auth: AuthSession, Form(form): Form<HashMap<String, String>>) -> Redirect {
    let credentials = Credentials::without_password(&form["username"]);
    let credentials = match form.get("way") {
        Some(way) => credentials.with_preferred_challenge(way),
        None => credentials,
    };
    let outcome = auth.log_in(&credentials).await.expect("an answer");
    assert!(matches!(outcome, LoginOutcome::Challenge(_)), "{outcome:?}");
    Redirect::to("/login/challenge?next=%2Fme")
}

/// Whether nothing was proved before the challenge that waits.
async fn is_first(auth: AuthSession) -> String {
    let challenge = auth.challenge().await.expect("an answer");
    challenge.expect("a challenge").is_first.to_string()
}

/// How the user has proved who they are.
async fn methods(user: CurrentUser) -> String {
    user.methods().join(" ")
}

pub(crate) async fn begin(browser: &mut Browser, name: &str) -> Page {
    let page = browser.post("/choose", &[("username", name)]).await;
    assert_eq!(
        page.location(),
        "/login/challenge?next=%2Fme",
        "{}",
        page.body
    );
    browser.get(page.location()).await
}

async fn answer(browser: &mut Browser, form: &[(&str, &str)]) -> Page {
    let form = [form, &[("next", "/me")]].concat();
    browser.post("/login/challenge", &form).await
}

#[tokio::test]
async fn a_code_by_mail_is_a_way_to_log_in() {
    let site = ChoiceSite::start(LoginFlow::Choice).await;
    let mut browser = site.browser();

    let asked = begin(&mut browser, "alice").await;
    assert!(
        asked.body.contains(r#"value="EMAIL_OTP""#),
        "{}",
        asked.body
    );
    assert!(
        !asked.body.contains(r#"value="PASSWORD""#),
        "{}",
        asked.body
    );
    let refused = answer(&mut browser, &[("choice", "SMS_OTP")]).await;
    assert!(refused.status.is_client_error());
    let page = answer(&mut browser, &[("choice", "EMAIL_OTP")]).await;
    assert_eq!(page.location(), "/login/challenge?next=%2Fme");
    let code = site.cloud.emulator.outbox().pop().expect("a message").code;
    let wrong = answer(&mut browser, &[("code", "00000000")]).await;
    assert!(wrong.status.is_client_error(), "{}", wrong.body);
    let page = answer(&mut browser, &[("code", &code)]).await;

    assert_eq!(page.location(), "/me", "{}", page.body);
    assert!(browser.get("/me").await.body.contains("<alice>"));
    assert_eq!(browser.get("/methods").await.body, "otp");
}

#[tokio::test]
async fn the_password_stays_a_way_to_log_in_on_both_pages() {
    let site = ChoiceSite::start(LoginFlow::Choice).await;

    let mut browser = site.browser();
    let page = browser.log_in(ALICE, "/me").await;
    assert_eq!(page.location(), "/me", "{}", page.body);

    let mut browser = site.browser();
    begin(&mut browser, "alice").await;
    let empty = answer(&mut browser, &[]).await;
    assert!(empty.body.contains("Enter your password"), "{}", empty.body);
    let page = answer(&mut browser, &[("password", ALICE.1)]).await;
    assert_eq!(page.location(), "/me", "{}", page.body);
    assert_eq!(browser.get("/methods").await.body, "pwd");

    let mut browser = site.browser();
    begin(&mut browser, "alice").await;
    let page = answer(&mut browser, &[("password", "Wrong-horse-1")]).await;
    assert_eq!(page.status, 422, "{}", page.body);
    for kept in [r#"value="alice""#, r#"value="/me""#, "Wrong user name"] {
        assert!(page.body.contains(kept), "{kept}: {}", page.body);
    }
    assert_eq!(browser.get("/me").await.status, 303);
}

/// The login page in which one of the buttons beside the password was pressed.
async fn press(browser: &mut Browser, name: &str, way: &str) -> Page {
    let form = [("username", name), ("other_ways", way), ("next", "/me")];
    browser.post("/login", &form).await
}

#[tokio::test]
async fn everybody_is_offered_the_same_ways_and_strangers_cannot_tell_who_has_an_account() {
    let site = ChoiceSite::start(LoginFlow::Choice).await;
    let (mut codes, mut wrong, mut passkeys) = (Vec::new(), Vec::new(), Vec::new());

    for name in ["alice", "nobody"] {
        let mut browser = site.browser();
        let page = browser.get("/login").await;
        for way in ["WEB_AUTHN", "EMAIL_OTP"] {
            let button = format!("name=\"other_ways\" value=\"{way}\"");
            assert!(page.body.contains(&button), "{way}: {}", page.body);
        }
        let page = press(&mut browser, name, "EMAIL_OTP").await;
        assert_eq!(page.location(), "/login/challenge?next=%2Fme", "{name}");
        let page = browser.get(page.location()).await;
        assert!(!page.body.contains("***"), "{}", page.body);
        codes.push(page.tells_of(name));
        let page = answer(&mut browser, &[("code", "00000000")]).await;
        wrong.push(page.tells_of(name));

        // Neither of them has one.
        let page = press(&mut site.browser(), name, "WEB_AUTHN").await;
        assert!(page.body.contains("log in this way"), "{}", page.body);
        passkeys.push(page.tells_of(name));
    }
    for [user, stranger] in
        [codes, wrong, passkeys].map(|seen| <[_; 2]>::try_from(seen).expect("two"))
    {
        assert_eq!(user, stranger);
    }
}

#[tokio::test]
async fn what_the_login_page_does_not_offer_is_no_way_in() {
    let site = ChoiceSite::start(LoginFlow::Choice).await;

    for way in ["1", "SMS_OTP", "SELECT_CHALLENGE", ""] {
        let page = press(&mut site.browser(), "alice", way).await;
        assert_eq!(page.status, 422, "{way}: {}", page.body);
    }
    assert_eq!(site.cloud.calls("InitiateAuth"), 0);
}

#[tokio::test]
async fn a_code_by_mail_is_one_press_away() {
    let site = ChoiceSite::start(LoginFlow::Choice).await;
    let mut browser = site.browser();

    press(&mut browser, "alice", "EMAIL_OTP").await;
    let code = site.cloud.emulator.outbox().pop().expect("a message").code;
    let page = answer(&mut browser, &[("code", &code)]).await;

    assert_eq!(page.location(), "/me", "{}", page.body);
    assert!(browser.get("/me").await.body.contains("<alice>"));
}

#[tokio::test]
async fn a_code_that_got_lost_is_sent_again() {
    for face in FACES {
        let site = ChoiceSite::start(LoginFlow::Choice).await;
        let sent = || site.cloud.emulator.outbox();
        let again = [("resend", "1"), ("next", "/me")];
        let mut seen = Vec::new();

        for name in ["alice", "nobody"] {
            let mut browser = site.browser().by(face);
            press(&mut browser, name, "EMAIL_OTP").await;
            let page = browser.get("/login/challenge?next=%2Fme").await;
            assert!(page.body.contains("Send a new code"), "{}", page.body);
            assert!(
                page.body.contains("for a new code in 30 s"),
                "{}",
                page.body
            );
            site.cloud.advance(Duration::from_secs(31));
            let page = browser.get("/login/challenge?next=%2Fme").await;
            match face {
                Face::Forms => assert!(!page.body.contains("data-wait"), "{}", page.body),
                Face::Json => assert_eq!(page.json()["resend"]["wait"], 0),
            }

            let page = browser.post("/login/restart", &again).await;
            let page = match face {
                Face::Forms => {
                    assert_eq!(page.location(), "/login/challenge?next=%2Fme&sent=1");
                    browser.get(page.location()).await
                }
                Face::Json => page,
            };
            assert!(page.body.contains("We’ve sent you a code"), "{}", page.body);
            assert!(
                page.body.contains("for a new code in 30 s"),
                "{}",
                page.body
            );
            seen.push(seen_of(&page, name, face));
            if name == "alice" {
                assert_eq!(sent().len(), 2);
                let code = sent().pop().expect("a message").code;
                let page = answer(&mut browser, &[("code", &code)]).await;
                assert_eq!(page.location(), "/me", "{}", page.body);
            }
        }
        assert_eq!(seen[0], seen[1], "a stranger sees the same");
        assert_eq!(sent().len(), 2, "and no mail is sent");
    }
}

/// The page of either face, without what differs each time.
fn seen_of(page: &Page, name: &str, face: Face) -> String {
    match face {
        Face::Forms => page.tells_of(name).2,
        Face::Json => {
            let mut step = page.json();
            for differs in ["challenge", "username", "seconds_left", "time_left"] {
                step[differs] = Value::Null;
            }
            step.to_string()
        }
    }
}

#[tokio::test]
async fn a_code_that_cannot_be_sent_again_leaves_the_first_one_good() {
    let site = ChoiceSite::start(LoginFlow::Choice).await;
    let mut browser = site.browser();
    press(&mut browser, "alice", "EMAIL_OTP").await;
    let outage = Fault::on("InitiateAuth", FaultKind::Status(503));
    site.cloud.emulator.inject(outage.forever());

    let page = browser.post("/login/restart", &[("resend", "1")]).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.body.contains("Enter your code"), "{}", page.body);
    assert!(page.body.contains("role=\"alert\""), "{}", page.body);
    let code = site.cloud.emulator.outbox().pop().expect("a message").code;
    let page = answer(&mut browser, &[("code", &code)]).await;
    assert_eq!(page.location(), "/me", "{}", page.body);
}

/// Cognito has no call for it, and the password that came before is not kept.
#[tokio::test]
async fn a_second_factor_s_code_is_not_sent_again() {
    let site = ChoiceSite::start(LoginFlow::Choice).await;
    let user = User::new("mail").with_password(ALICE.1).with_email_mfa();
    let user = user.with_attribute("email", "mail@example.com");
    site.cloud.pool.add_user(user);
    let mut browser = site.browser();

    browser.log_in(("mail", ALICE.1), "/me").await;
    let page = browser.get("/login/challenge?next=%2Fme").await;
    assert!(
        page.body.contains("Enter the code we sent to"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("Send a new code"), "{}", page.body);
    let form = [("resend", "1"), ("next", "/me")];
    let page = browser.post("/login/restart", &form).await;
    assert_eq!(page.location(), "/login?next=%2Fme");
    assert_eq!(site.cloud.emulator.outbox().len(), 1);
}

/// With a password that is wrong, too: a question would tell that there is no such user.
#[tokio::test]
async fn a_wrong_password_reads_the_same_for_a_stranger() {
    let site = ChoiceSite::start(LoginFlow::Choice).await;
    let mut pages = Vec::new();

    for name in ["alice", "nobody"] {
        let page = site.browser().log_in((name, "Wrong-horse-1"), "/").await;
        pages.push((page.status, page.body.replace(name, "NAME")));
    }
    assert_eq!(pages[0].0, 422, "{}", pages[0].1);
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn a_passkey_is_registered_and_logs_in() {
    let site = ChoiceSite::start(LoginFlow::Choice).await;
    let authenticator = Authenticator::new("localhost", "http://localhost:3000");
    let mut browser = site.browser();
    browser.log_in(ALICE, "/me").await;

    let page = browser.get("/profile/passkeys").await;
    let policy = page.header("content-security-policy").to_owned();
    assert!(policy.contains("script-src 'self'"), "{policy}");
    let page = browser
        .post("/profile/passkeys", &[("action", "start")])
        .await;
    let made = authenticator.create(&challenge_in(&page)).to_string();
    let form = [("action", "register"), ("credential", made.as_str())];
    let page = browser.post("/profile/passkeys", &form).await;
    assert_eq!(
        page.location(),
        "/profile/passkeys?saved=added",
        "{}",
        page.body
    );
    let listed = browser.get("/profile/passkeys").await;
    assert!(listed.body.contains("Added "), "{}", listed.body);

    let mut other = site.browser();
    press(&mut other, "alice", "WEB_AUTHN").await;
    let asked = other.get("/login/challenge?next=/me").await;
    let nothing = answer(&mut other, &[]).await;
    assert!(nothing.status.is_client_error());
    let signed = authenticator.get(&challenge_in(&asked)).to_string();
    let page = answer(&mut other, &[("credential", &signed)]).await;
    assert_eq!(page.location(), "/me", "{}", page.body);
    assert_eq!(other.get("/methods").await.body, "pop");

    let (_, rest) = listed
        .body
        .split_once(r#"name="confirm" value=""#)
        .expect("an id");
    let (id, _) = rest.split_once('"').expect("its end");
    let asked = browser.get("/profile/passkeys?confirm=of-nobody").await;
    assert_eq!(asked.body, listed.body);
    let asked = browser
        .get(&format!("/profile/passkeys?confirm={id}"))
        .await;
    assert!(asked.body.contains("any more"), "{}", asked.body);
    let hidden = format!(r#"name="id" value="{id}""#);
    assert!(asked.body.contains(&hidden), "{}", asked.body);
    let delete = [("action", "delete"), ("id", id)];
    browser.post("/profile/passkeys", &delete).await;
    let listed = browser.get("/profile/passkeys").await;
    assert!(!listed.body.contains("Added "), "{}", listed.body);
}

/// The challenge in the options that the page hands to its script.
fn challenge_in(page: &Page) -> Value {
    let (_, rest) = page.body.split_once("data-options=\"").expect("options");
    let (options, _) = rest.split_once('"').expect("their end");
    let options = options.replace("&#34;", "\"");
    let options: Value = serde_json::from_str(&options).expect("JSON");
    options["challenge"].clone()
}

#[tokio::test]
async fn a_broken_passkey_is_refused_with_a_reason() {
    let site = ChoiceSite::start(LoginFlow::Choice).await;
    let mut browser = site.browser();
    browser.log_in(ALICE, "/me").await;

    for credential in ["", "nonsense", "{}"] {
        browser
            .post("/profile/passkeys", &[("action", "start")])
            .await;
        let form = [("action", "register"), ("credential", credential)];
        let page = browser.post("/profile/passkeys", &form).await;

        assert_eq!(page.status, 422, "{credential}: {}", page.body);
        assert!(page.body.contains("role=\"alert\""), "{}", page.body);
    }
}

#[tokio::test]
async fn triggers_ask_with_and_without_the_password() {
    let site = ChoiceSite::start(LoginFlow::Custom).await;

    let mut without = site.browser();
    let page = press(&mut without, "alice", "1").await;
    let asked = without.get(page.location()).await;
    assert!(asked.body.contains("What is the colour?"), "{}", asked.body);
    let page = answer(&mut without, &[("answer", "blue")]).await;
    assert_eq!(page.location(), "/me", "{}", page.body);

    let mut with = site.browser();
    let page = with.log_in(ALICE, "/me").await;
    assert_eq!(
        page.location(),
        "/login/challenge?next=%2Fme",
        "{}",
        page.body
    );
    let page = answer(&mut with, &[("answer", "blue")]).await;
    assert_eq!(page.location(), "/me", "{}", page.body);

    let mut wrong = site.browser();
    let page = wrong.log_in(("alice", "Wrong-horse-1"), "/me").await;
    assert_eq!(page.status, 422, "{}", page.body);
}

/// A trigger may ask before it, and a stranger sees the question.
#[tokio::test]
async fn a_password_counts_once_it_is_proved() {
    let site = ChoiceSite::start(LoginFlow::Custom).await;
    let before = json!({
        "ChallengeName": "CUSTOM_CHALLENGE",
        "ChallengeParameters": { "USERNAME": "alice", "question": "What is the colour?" },
        "Session": "a session of at least twenty characters",
    });

    for (asked, expected) in [(None, "false"), (Some(before), "true")] {
        if let Some(asked) = asked {
            let asked = FaultKind::Answer(asked.to_string());
            let fault = Fault::on("InitiateAuth", asked);
            site.cloud.emulator.inject(fault);
        }
        let mut browser = site.browser();
        let page = browser.log_in(ALICE, "/me").await;
        assert_eq!(
            page.location(),
            "/login/challenge?next=%2Fme",
            "{}",
            page.body
        );
        assert_eq!(browser.get("/first").await.body, expected);
    }
}

#[tokio::test]
async fn a_site_of_passwords_offers_nothing_else() {
    let site = ChoiceSite::start(LoginFlow::Password).await;
    let mut browser = site.browser();

    let page = browser.get("/login").await;
    assert!(!page.body.contains("other_ways"), "{}", page.body);
    let form = [("username", "alice"), ("other_ways", "1")];
    let page = browser.post("/login", &form).await;

    assert_eq!(page.status, 422, "{}", page.body);
    assert_eq!(site.cloud.calls("InitiateAuth"), 0);
}
