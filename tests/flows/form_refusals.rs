//! What a form says that was refused: in the visitor's language, with what was typed, and with what
//! helps.

use std::collections::HashSet;
use std::time::Duration;

use axum::http::StatusCode;
use axum_cognito::pages::{Pages, Texts};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::web::{Limit, Limits};
use axum_cognito::{Auth, UserPool};
use cognito_emulator::{Fault, FaultKind};

use crate::site::{ALICE, Cloud, Page, Site, Users, with_layers};

/// A site with all languages and all forms.
pub(crate) async fn open_site(limits: Limits) -> Site {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    let routes = Pages::new()
        .with_languages(LANGUAGES.map(|(texts, _)| texts))
        .with_sent_codes(true)
        .with_sign_up(["email"])
        .expect("a name of Cognito's")
        .with_profile_attributes(["given_name", "email", "phone_number"])
        .expect("names of Cognito's")
        .router();
    let auth = Auth::builder()
        .with_pool(backend)
        .with_clock(cloud.clock.clone())
        .with_limits(limits);
    let store = MemoryStore::default();
    let router = with_layers(routes, auth, store.clone()).await;

    Site {
        cloud,
        users,
        store,
        router,
    }
}

/// The languages, and how the title of a form begins that was wrong.
const LANGUAGES: [(&Texts, &str); 4] = [
    (&Texts::ENGLISH, "Error: "),
    (&Texts::GERMAN, "Fehler: "),
    (&Texts::FRENCH, "Erreur : "),
    (&Texts::SPANISH, "Error: "),
];

/// What is said at a field, or above the form if there is no name.
fn said<'a>(page: &'a Page, field: &str) -> &'a str {
    let mark = match field {
        "" => "<p class=\"alert\" role=\"alert\">".to_owned(),
        field => format!("id=\"{field}-error\" role=\"alert\">"),
    };
    let rest = page.body.split_once(&mark).map_or("", |(_, rest)| rest);
    rest.split('<').next().unwrap_or_default()
}

#[tokio::test]
async fn a_refusal_is_said_in_each_language_where_it_belongs() {
    let site = open_site(Limits::default()).await;
    let sign_up = &[
        ("username", "bob"),
        ("email", "bob@example.com"),
        ("new_password", "Bobs-horse-1"),
    ][..];

    for (operation, exception, message, path, form, field) in [
        (
            "SignUp",
            "InvalidPasswordException",
            "Password did not conform with policy: Password must have symbol characters",
            "/signup",
            sign_up,
            "new_password",
        ),
        (
            "SignUp",
            "InvalidParameterException",
            "Something new.",
            "/signup",
            sign_up,
            "",
        ),
        (
            "UpdateUserAttributes",
            "AliasExistsException",
            "An account with the email already exists.",
            "/profile/edit",
            &[("email", "new@example.com")],
            "email",
        ),
        (
            "VerifyUserAttribute",
            "LimitExceededException",
            "canary",
            "/profile/verify",
            &[("code", "123456")],
            "",
        ),
        (
            "StartWebAuthnRegistration",
            "WebAuthnNotEnabledException",
            "canary",
            "/profile/passkeys",
            &[("action", "start")],
            "",
        ),
        (
            "SetUserMFAPreference",
            "InvalidParameterException",
            "User does not have delivery config set to turn on EMAIL_OTP",
            "/profile/mfa",
            &[("action", "mail_on")],
            "",
        ),
        (
            "SetUserMFAPreference",
            "InvalidParameterException",
            "User does not have delivery config set to turn on SMS_MFA",
            "/profile/mfa",
            &[("action", "text_message_on")],
            "",
        ),
    ] {
        let mut seen = HashSet::new();
        for (texts, title) in LANGUAGES {
            let mut alice = site.logged_in(ALICE).await;
            let kind = FaultKind::ErrorWithMessage(exception.to_owned(), message.to_owned());
            site.cloud.emulator.inject(Fault::on(operation, kind));
            let spoken = [("accept-language", texts.language)];
            let page = alice.post_with(path, form, &spoken).await;

            let what = format!("{operation} {exception} {}: {}", texts.language, page.body);
            assert!(page.status.is_client_error(), "{}: {what}", page.status);
            let title = format!("<title>{title}");
            assert!(page.body.replace('\u{a0}', " ").contains(&title), "{what}");
            for raw in [
                "canary",
                "did not conform",
                "Something new",
                "delivery config",
            ] {
                assert!(!page.body.contains(raw), "{raw}: {what}");
            }
            assert_ne!(said(&page, field), "", "{what}");
            seen.insert(said(&page, field).to_owned());
        }
        assert_eq!(seen.len(), LANGUAGES.len(), "{operation}: {seen:#?}");
    }
}

/// Beyond a limit, a form has what was typed, secrets aside, and says for how long to wait.
#[tokio::test]
async fn a_limit_keeps_the_form() {
    let limits = Limits::none().with_per_account(Limit::new(3, Duration::from_secs(600)));
    let new = ("new_password", "Bobs-horse-1");

    for (path, form, kept) in [
        (
            "/signup",
            &[("username", "bob"), ("email", "kept@example.com"), new][..],
            "value=\"kept@example.com\"",
        ),
        ("/password/forgot", &[("username", "bob")], "value=\"bob\""),
        (
            "/password/reset",
            &[("username", "bob"), ("code", "123456"), new],
            "value=\"bob\"",
        ),
        ("/signup/resend", &[("username", "bob")], "value=\"bob\""),
        (
            "/profile/edit",
            &[("email", "kept@example.com")],
            "value=\"kept@example.com\"",
        ),
        (
            "/profile/password",
            &[("password", "Wrong-horse-1"), new],
            "name=\"new_password\"",
        ),
        ("/profile/verify", &[("code", "123456")], "name=\"code\""),
        (
            "/profile/verify/send",
            &[("attribute", "email")],
            "name=\"code\"",
        ),
    ] {
        let site = open_site(limits).await;
        let mut browser = match path.starts_with("/profile") {
            true => site.logged_in(ALICE).await,
            false => site.browser(),
        };
        let mut page = None;
        for number in 0..4 {
            // Forms that are alike would be one press of the button.
            let number = number.to_string();
            let mut form = [form, &[("number", &number)]].concat();
            let email = format!("{number}@example.com");
            if path == "/profile/edit" && number != "3" {
                form[0].1 = &email;
            }
            page = Some(browser.post(path, &form).await);
        }

        let page = page.expect("a page");
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        let seconds = page.header("retry-after");
        let wait = format!("in {seconds} s.");
        assert!(said(&page, "").contains(&wait), "{path}: {}", page.body);
        assert!(page.body.contains(kept), "{path}: {}", page.body);
        assert!(!page.body.contains("-horse-1"), "{path}: {}", page.body);
    }
}

/// A choice of nothing says why there is no way on, and whom to ask.
#[tokio::test]
async fn a_choice_of_nothing_says_whom_to_ask() {
    let site = open_site(Limits::default()).await;
    let answer = r#"{"ChallengeName":"SELECT_CHALLENGE","Session":"s","ChallengeParameters":{}}"#;
    let fault = FaultKind::Answer(answer.to_owned());
    site.cloud
        .emulator
        .inject(Fault::on("RespondToAuthChallenge", fault));

    let mut browser = site.browser();
    let page = browser.log_in(ALICE, "/").await;
    let page = browser.get(page.location()).await;

    for said in ["contact the people who run", "Start again"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
}
