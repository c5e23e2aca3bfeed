//! Forms lose nothing, and say what is wrong: in our words, at the field, and for as long as it is.

use axum::http::StatusCode;
use axum_cognito::pages::{Pages, Texts};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::users::UserStore;
use axum_cognito::{Auth, UserPool};
use cognito_emulator::{Fault, FaultKind, User};

use crate::site::{ALICE, Browser, Cloud, NEWBIE, Page, TOTP, Users, with_layers};

struct OpenSite {
    cloud: Cloud,
    users: Users,
    router: axum::Router,
}

impl OpenSite {
    async fn start() -> Self {
        let cloud = Cloud::start().await;
        let users = Users::create().await;
        let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
        let routes = Pages::new()
            .with_languages([&Texts::ENGLISH, &Texts::GERMAN])
            .with_sent_codes(true)
            .with_sign_up(["email"])
            .expect("a name of Cognito's")
            .with_profile_attributes(["given_name", "family_name", "email", "phone_number"])
            .expect("names of Cognito's")
            .router();
        let auth = Auth::builder()
            .with_pool(backend)
            .with_clock(cloud.clock.clone());
        let router = with_layers(routes, auth, MemoryStore::default()).await;

        Self {
            cloud,
            users,
            router,
        }
    }

    fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    async fn logged_in(&self, user: (&str, &str)) -> Browser {
        let mut browser = self.browser();
        let page = browser.log_in(user, "/").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        browser
    }

    fn code(&self, username: &str) -> String {
        let outbox = self.cloud.emulator.outbox();
        let sent = outbox.iter().rev().find(|sent| sent.username == username);
        sent.expect("a message").code.clone()
    }

    /// Makes an operation fail once.
    fn fail(&self, operation: &str, exception: &str, message: &str) {
        let kind = FaultKind::ErrorWithMessage(exception.to_owned(), message.to_owned());
        self.cloud
            .emulator
            .inject(Fault::on(operation, kind).times(1));
    }
}

/// What is said at a field; empty if nothing is.
fn error_at<'a>(page: &'a Page, field: &str) -> &'a str {
    let mark = format!("id=\"{field}-error\" role=\"alert\">");
    page.body
        .split_once(mark.as_str())
        .map_or("", |(_, rest)| rest.split('<').next().expect("an end"))
}

/// What is said above a form.
fn alert(page: &Page) -> &str {
    page.body
        .split_once("<p class=\"alert\" role=\"alert\">")
        .map_or("", |(_, rest)| rest.split('<').next().expect("an end"))
}

fn assert_leads_to(page: &Page, path: &str) {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert_eq!(page.location(), path);
}

#[tokio::test]
async fn an_emptied_field_empties_the_attribute() {
    let site = OpenSite::start().await;
    let mut browser = site.logged_in(ALICE).await;

    let form = [("given_name", ""), ("family_name", "Example")];
    let page = browser.post("/profile/edit", &form).await;
    assert_leads_to(&page, "/profile?saved=1");
    let left = site.cloud.pool.user_attribute("alice", "given_name");
    assert_eq!(left.unwrap_or_default(), "");
    let row = site.users.store.find_by_username("alice").await;
    let row = row.expect("a database").expect("a row");
    assert_eq!((&*row.first_name, &*row.last_name), ("", "Example"));
    let email = site.cloud.pool.user_attribute("alice", "email");
    assert_eq!(
        email.as_deref(),
        Some("alice@example.com"),
        "not in the form"
    );
}

/// A password that no pool could have is said at its field, before the code is used up.
#[tokio::test]
async fn a_malformed_password_is_no_wrong_code() {
    let site = OpenSite::start().await;
    let mut browser = site.browser();
    browser
        .post("/password/forgot", &[("username", "alice")])
        .await;
    let code = site.code("alice");
    let long = format!("Aa1!{}", "x".repeat(253));

    for password in [" Brand-new-pass-1", "Brand-new-pass-1\t", &long, "Aa1!"] {
        let form = [
            ("username", "alice"),
            ("code", code.as_str()),
            ("new_password", password),
        ];
        let page = browser.post("/password/reset", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_ne!(error_at(&page, "new_password"), "", "{}", page.body);
        assert_eq!(error_at(&page, "code"), "");
    }
    assert_eq!(site.cloud.calls("ConfirmForgotPassword"), 0);
    let form = [
        ("username", "alice"),
        ("code", code.as_str()),
        ("new_password", "Brand new pass 1"),
    ];
    let page = browser.post("/password/reset", &form).await;
    assert_eq!(error_at(&page, "code"), "", "{}", page.body);
}

/// Two tabs: the form of one user's challenge is not the answer to another's.
#[tokio::test]
async fn a_form_answers_its_own_challenge_alone() {
    let site = OpenSite::start().await;
    site.cloud
        .pool
        .add_user(User::new("other").with_temporary_password("Temporary-2!"));
    let mut browser = site.browser();

    browser.log_in(NEWBIE, "/").await;
    let first_tab = browser.get("/login/challenge").await;
    browser.log_in(("other", "Temporary-2!"), "/").await;
    let id = first_tab
        .body
        .split_once("name=\"challenge\" value=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .expect("the form names its challenge")
        .0;
    let form = [("new_password", "Newbies-own-pass-1"), ("challenge", id)];
    let page = browser.post("/login/challenge", &form).await;

    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(alert(&page).contains("another login"), "{}", page.body);
    assert_eq!(site.cloud.calls("RespondToAuthChallenge"), 2, "two proofs");
    let second = page
        .body
        .split_once("name=\"challenge\" value=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .expect("the form of the other challenge")
        .0;
    assert_ne!(second, id);
    let form = [("new_password", "Others-own-pass-1"), ("challenge", second)];
    assert_leads_to(&browser.post("/login/challenge", &form).await, "/");
    let page = site
        .browser()
        .log_in(("other", "Newbies-own-pass-1"), "/")
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn blanks_around_names_and_in_codes_do_no_harm() {
    let site = OpenSite::start().await;

    for name in ["alice ", " alice", "alice\u{a0}", "alice\t"] {
        let page = site.browser().log_in((name, ALICE.1), "/").await;
        assert_leads_to(&page, "/");
    }
    let mut browser = site.browser();
    browser
        .post("/password/forgot", &[("username", "alice\u{a0}")])
        .await;
    let code = site.code("alice");
    let spaced = format!(" {}-{} ", &code[..3], &code[3..]);
    let form = [
        ("username", " alice "),
        ("code", spaced.as_str()),
        ("new_password", "Another-horse-2"),
    ];
    let page = browser.post("/password/reset", &form).await;
    assert_leads_to(&page, "/login?reset=1");

    let mut browser = site.browser();
    browser.log_in(TOTP, "/").await;
    let code = site.cloud.pool.totp_code("totp").expect("a code");
    let spaced = format!("{}\u{2013}{}", &code[..3], &code[3..]);
    assert_leads_to(
        &browser.post("/login/challenge", &[("code", &spaced)]).await,
        "/",
    );
}

/// After too many tries even a right code is refused: that is not "wrong".
#[tokio::test]
async fn a_limit_is_said_as_what_it_is() {
    let site = OpenSite::start().await;
    let mut browser = site.browser();
    let text = "Attempt limit exceeded, please try after some time.";

    for (operation, path, form) in [
        (
            "ConfirmForgotPassword",
            "/password/reset",
            &[
                ("username", "alice"),
                ("code", "123456"),
                ("new_password", "Another-horse-2"),
            ][..],
        ),
        (
            "ConfirmSignUp",
            "/signup/confirm",
            &[("username", "alice"), ("code", "123456")],
        ),
    ] {
        site.fail(operation, "LimitExceededException", text);
        let page = browser.post(path, form).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        assert!(alert(&page).contains("Too many attempts"), "{}", page.body);
        assert!(page.body.contains("value=\"alice\""), "{}", page.body);
        assert_eq!(error_at(&page, "code"), "", "{path}");
    }
}

/// A button pressed twice: the second goes where the first led, and nothing is done twice.
#[tokio::test]
async fn a_form_that_is_sent_twice_is_done_once() {
    let site = OpenSite::start().await;
    let mut browser = site.browser();
    let sign_up = [
        ("username", "bob"),
        ("email", "bob@example.com"),
        ("new_password", "Bobs-horse-1"),
    ];
    browser.post("/signup", &sign_up).await;
    let code = site.code("bob");
    let confirm = [("username", "bob"), ("code", code.as_str())];

    let (mut left, mut right) = (browser.clone(), browser.clone());
    let (first, second) = tokio::join!(
        left.post("/signup/confirm", &confirm),
        right.post("/signup/confirm", &confirm),
    );
    assert_leads_to(&first, "/login?confirmed=1");
    assert_leads_to(&second, "/login?confirmed=1");
    assert_eq!(site.cloud.calls("ConfirmSignUp"), 1);

    for _press in 0..2 {
        let page = browser
            .post("/password/forgot", &[("username", "bob")])
            .await;
        assert_leads_to(&page, "/password/reset");
    }
    assert_eq!(site.cloud.calls("ForgotPassword"), 1, "one message");
    let mut alice = site.logged_in(ALICE).await;
    let change = [("password", ALICE.1), ("new_password", "Another-horse-2")];
    // Both presses have the cookie of before: the first one changes it.
    let mut second = alice.clone();
    for browser in [&mut alice, &mut second] {
        let page = browser.post("/profile/password", &change).await;
        assert_leads_to(&page, "/profile?saved=password");
    }
    assert_eq!(site.cloud.calls("ChangePassword"), 1);
    assert_eq!(alice.get("/profile").await.status, 200, "still logged in");
}

/// What was done in between is done again: only a second press of the same button is not.
#[tokio::test]
async fn a_form_that_is_wrong_or_comes_later_is_looked_at_again() {
    let site = OpenSite::start().await;
    let mut alice = site.logged_in(ALICE).await;

    for given_name in ["A", "B", "A"] {
        let form = [("given_name", given_name)];
        assert_leads_to(
            &alice.post("/profile/edit", &form).await,
            "/profile?saved=1",
        );
        let now = site.cloud.pool.user_attribute("alice", "given_name");
        assert_eq!(now.as_deref(), Some(given_name));
    }
    let wrong = [
        ("password", "Wrong-horse-1"),
        ("new_password", "Another-horse-2"),
    ];
    for _try in 0..2 {
        let page = alice.post("/profile/password", &wrong).await;
        assert!(
            error_at(&page, "password").contains("wrong"),
            "{}",
            page.body
        );
    }
    assert_eq!(site.cloud.calls("ChangePassword"), 2);
}

/// The account is there, though its code could not be sent.
#[tokio::test]
async fn a_sign_up_whose_code_was_not_sent_goes_on() {
    let site = OpenSite::start().await;

    for exception in ["CodeDeliveryFailureException", "LimitExceededException"] {
        site.fail("SignUp", exception, "Exceeded daily email limit");
        let form = [
            ("username", "bob"),
            ("email", "bob@example.com"),
            ("new_password", "Bobs-horse-1"),
        ];
        let page = site.browser().post("/signup", &form).await;
        assert_leads_to(&page, "/signup/confirm");
    }
}

#[tokio::test]
async fn what_was_typed_beside_a_weak_password_stays() {
    let cloud = Cloud::start().await;
    cloud.pool.clone().with_required_attributes(["nickname"]);
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    let auth = Auth::builder().with_pool(backend);
    let router = with_layers(Pages::new().router(), auth, MemoryStore::default()).await;
    let mut browser = Browser::new(router);

    browser.log_in(NEWBIE, "/").await;
    let form = [("new_password", "weakest"), ("nickname", "Nell")];
    let page = browser.post("/login/challenge", &form).await;

    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("value=\"Nell\""), "{}", page.body);
    assert!(!page.body.contains("weakest"), "{}", page.body);
    assert!(
        error_at(&page, "new_password").contains("stronger"),
        "{}",
        page.body
    );
}

/// A form that came after the session ran out leads back to its page, and says why.
#[tokio::test]
async fn a_form_that_came_too_late_leads_back_to_its_page() {
    let site = OpenSite::start().await;

    for (path, back) in [
        ("/profile/edit", "%2Fprofile%2Fedit"),
        ("/profile/password", "%2Fprofile%2Fpassword"),
        ("/profile/verify/send", "%2Fprofile%2Fverify"),
    ] {
        let mut browser = site.browser();
        let page = browser.post(path, &[("given_name", "Alicia")]).await;
        assert_leads_to(&page, &format!("/login?expired=1&next={back}"));
        let login = browser.get(page.location()).await;
        assert!(
            login.body.contains("Your login timed out"),
            "{}",
            login.body
        );
    }
}

/// A browser that keeps no cookie: the login succeeds, and it is nobody again.
#[tokio::test]
async fn a_browser_without_cookies_is_told() {
    let site = OpenSite::start().await;
    let form = [
        ("username", ALICE.0),
        ("password", ALICE.1),
        ("next", "/profile"),
    ];
    let from_here = [("origin", "http://site.example")];

    let mut without = site.browser();
    let page = without.post_with("/login", &form, &from_here).await;
    without.cookie = None;
    assert_leads_to(&page, "/login?kept=1&next=%2Fprofile");
    let page = without.get(page.location()).await;
    assert!(alert(&page).contains("over https"), "{}", page.body);

    let mut with = site.browser();
    let page = with.post_with("/login", &form, &from_here).await;
    let page = with.get(page.location()).await;
    assert_leads_to(&page, "/profile");
    with.post("/logout", &[]).await;
    let mut known = with.clone();
    known.cookie = Some("another=cookie".to_owned());
    let page = known.post_with("/login", &form, &from_here).await;
    assert_leads_to(&page, "/profile");

    let mut totp = site.browser();
    let form = [("username", TOTP.0), ("password", TOTP.1)];
    let page = totp.post_with("/login", &form, &from_here).await;
    assert_leads_to(&page, "/login/challenge?kept=1");
    totp.cookie = None;
    let page = totp.get(page.location()).await;
    assert_leads_to(&page, "/login?kept=1");
}

/// Whatever Cognito says is said in our words, in each language, where it belongs.
#[tokio::test]
async fn what_cognito_says_is_never_shown() {
    let site = OpenSite::start().await;
    let pattern = "1 validation error detected: Value at 'password' failed to satisfy constraint: \
                   Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$";
    let sign_up = &[
        ("username", "bob"),
        ("email", "bob@example.com"),
        ("new_password", "Bobs-horse-1"),
    ][..];
    let edit = &[("email", "new@example.com"), ("phone_number", "+1")][..];
    let verify = &[("code", "123456")][..];

    for (operation, exception, message, path, form, field) in [
        (
            "SignUp",
            "InvalidParameterException",
            pattern,
            "/signup",
            sign_up,
            "new_password",
        ),
        (
            "SignUp",
            "InvalidParameterException",
            "Invalid email address format.",
            "/signup",
            sign_up,
            "email",
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
            "SignUp",
            "UserLambdaValidationException",
            "PreSignUp failed with error canary.",
            "/signup",
            sign_up,
            "",
        ),
        (
            "SignUp",
            "InvalidPasswordException",
            "Password did not conform with policy: Password must have symbol characters",
            "/signup",
            sign_up,
            "new_password",
        ),
        (
            "UpdateUserAttributes",
            "InvalidParameterException",
            "Invalid phone number format.",
            "/profile/edit",
            edit,
            "phone_number",
        ),
        (
            "UpdateUserAttributes",
            "AliasExistsException",
            "An account with the email already exists.",
            "/profile/edit",
            edit,
            "email",
        ),
        (
            "UpdateUserAttributes",
            "CodeDeliveryFailureException",
            "canary",
            "/profile/edit",
            edit,
            "",
        ),
        (
            "UpdateUserAttributes",
            "UserLambdaValidationException",
            "canary",
            "/profile/edit",
            edit,
            "",
        ),
        (
            "UpdateUserAttributes",
            "NotAuthorizedException",
            "A client attempted to write unauthorized attribute",
            "/profile/edit",
            edit,
            "",
        ),
        (
            "VerifyUserAttribute",
            "CodeMismatchException",
            "canary",
            "/profile/verify",
            verify,
            "code",
        ),
        (
            "VerifyUserAttribute",
            "LimitExceededException",
            "canary",
            "/profile/verify",
            verify,
            "",
        ),
        (
            "AssociateSoftwareToken",
            "SoftwareTokenMFANotFoundException",
            "canary",
            "/profile/mfa",
            &[("action", "start")],
            "",
        ),
    ] {
        for (language, alike) in [("en", "Enter"), ("de", "Geben Sie")] {
            let mut alice = site.logged_in(ALICE).await;
            site.fail(operation, exception, message);
            let page = alice
                .post_with(path, form, &[("accept-language", language)])
                .await;

            let what = format!(
                "{operation} {exception} {language} ({alike}): {}",
                page.body
            );
            assert!(page.status.is_client_error(), "{}: {what}", page.status);
            let said = if field.is_empty() {
                alert(&page)
            } else {
                error_at(&page, field)
            };
            assert_ne!(said, "", "{what}");
            let title = if language == "en" {
                "<title>Error: "
            } else {
                "<title>Fehler: "
            };
            assert!(page.body.contains(title), "{what}");
            for raw in [
                "canary",
                "Member",
                "validation error",
                "did not conform",
                "Something new",
            ] {
                assert!(!page.body.contains(raw), "{raw}: {what}");
            }
            if !field.is_empty() {
                let input = page.body.split(&format!("<input id=\"{field}\"")).nth(1);
                let input = input
                    .and_then(|rest| rest.split('>').next())
                    .expect("the field");
                assert!(input.contains("autofocus"), "{input}");
                assert_eq!(page.body.matches("autofocus").count(), 1, "{what}");
            }
        }
    }
}

/// Tokens that were revoked end the login on every page; they are no wrong password.
#[tokio::test]
async fn revoked_tokens_end_the_login() {
    let site = OpenSite::start().await;

    for (operation, path, form) in [
        (
            "ChangePassword",
            "/profile/password",
            &[("password", "x"), ("new_password", "Another-horse-2")][..],
        ),
        (
            "VerifyUserAttribute",
            "/profile/verify",
            &[("code", "123456")],
        ),
        (
            "AssociateSoftwareToken",
            "/profile/mfa",
            &[("action", "start")],
        ),
        (
            "UpdateUserAttributes",
            "/profile/edit",
            &[("given_name", "X")],
        ),
    ] {
        let mut alice = site.logged_in(ALICE).await;
        site.fail(
            operation,
            "NotAuthorizedException",
            "Access Token has been revoked",
        );
        let page = alice.post(path, form).await;
        assert_leads_to(&page, "/login?expired=1");
        assert_eq!(alice.get("/profile").await.status, StatusCode::SEE_OTHER);
    }
}

/// Cognito has made the change. What it has of the user by now is read with the same tokens.
#[tokio::test]
async fn a_change_ends_the_login_only_if_the_tokens_are_refused_afterwards() {
    let site = OpenSite::start().await;
    let mut alice = site.logged_in(ALICE).await;

    for (exception, message, status) in [
        (
            "InternalErrorException",
            "Wait.",
            StatusCode::SERVICE_UNAVAILABLE,
        ),
        (
            "NotAuthorizedException",
            "Access Token has been revoked",
            StatusCode::SEE_OTHER,
        ),
    ] {
        let done = FaultKind::Answer("{}".to_owned());
        let verified = Fault::on("VerifyUserAttribute", done);
        site.cloud.emulator.inject(verified);
        let kind = FaultKind::ErrorWithMessage(exception.to_owned(), message.to_owned());
        site.cloud
            .emulator
            .inject(Fault::on("GetUser", kind).forever());

        let page = alice.post("/profile/verify", &[("code", "123456")]).await;
        site.cloud.emulator.clear_faults();

        assert_eq!(page.status, status, "{exception}: {}", page.body);
        let is_in = alice.get("/profile").await.status == StatusCode::OK;
        assert_eq!(is_in, page.status.is_server_error(), "{exception}");
    }
}

/// The code is sent to whoever's name is in the form, and to nobody if there is none.
#[tokio::test]
async fn a_new_code_is_for_the_name_in_the_form() {
    let site = OpenSite::start().await;
    let waiting = User::new("waiting")
        .with_password("Correct-horse-1")
        .with_attribute("email", "waiting@example.com")
        .with_status("UNCONFIRMED");
    site.cloud.pool.add_user(waiting);
    let mut browser = site.browser();

    let page = browser.post("/signup/resend", &[]).await;
    assert_ne!(error_at(&page, "username"), "", "{}", page.body);
    assert_eq!(site.cloud.calls("ResendConfirmationCode"), 0);
    let page = browser
        .post("/signup/resend", &[("username", " waiting "), ("code", "")])
        .await;
    assert_leads_to(&page, "/signup/confirm?sent=1");
    let page = browser.get(page.location()).await;
    assert!(page.body.contains("value=\"waiting\""), "{}", page.body);
    let code = site.code("waiting");
    let form = [("username", "waiting"), ("code", code.as_str())];
    assert_leads_to(
        &browser.post("/signup/confirm", &form).await,
        "/login?confirmed=1",
    );
    assert_eq!(browser.get("/signup/resend").await.status, StatusCode::OK);
}

/// Outages and limits keep what was typed, and say when to send it again.
#[tokio::test]
async fn an_outage_keeps_the_form() {
    let site = OpenSite::start().await;
    let sign_up = &[
        ("username", "bob"),
        ("email", "kept@example.com"),
        ("new_password", "Bobs-horse-1"),
    ][..];

    for (operation, path, form, kept) in [
        ("SignUp", "/signup", sign_up, "kept@example.com"),
        (
            "ForgotPassword",
            "/password/forgot",
            &[("username", "kept")],
            "value=\"kept\"",
        ),
        (
            "UpdateUserAttributes",
            "/profile/edit",
            &[("given_name", "Kept")],
            "value=\"Kept\"",
        ),
        (
            "ChangePassword",
            "/profile/password",
            &[("password", "x"), ("new_password", "Another-horse-2")],
            "name=\"new_password\"",
        ),
    ] {
        let mut alice = site.logged_in(ALICE).await;
        let fault = Fault::on(operation, FaultKind::Status(503)).times(10);
        site.cloud.emulator.inject(fault);
        let page = alice.post(path, form).await;
        site.cloud.emulator.clear_faults();
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_ne!(page.header("retry-after"), "", "{path}");
        assert!(page.body.contains(kept), "{path}: {}", page.body);
        assert!(
            alert(&page).contains("can’t reach"),
            "{path}: {}",
            page.body
        );
    }

    let mut browser = site.browser();
    let mut last = None;
    for number in 0..120 {
        let code = format!("{number:06}");
        let form = [("username", "alice"), ("code", code.as_str())];
        last = Some(browser.post("/signup/confirm", &form).await);
    }
    let page = last.expect("a page");
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    let seconds = page.header("retry-after").to_owned();
    assert!(
        alert(&page).contains(&format!("in {seconds} s.")),
        "{}",
        page.body
    );
    assert!(page.body.contains("value=\"alice\""), "{}", page.body);
}

/// A challenge that offers nothing which this site could do says why, and whom to ask.
#[tokio::test]
async fn a_dead_end_says_whom_to_ask() {
    let site = OpenSite::start().await;

    for (name, parameters) in [
        ("MFA_SETUP", r#"{"MFAS_CAN_SETUP":"[\"SMS_MFA\"]"}"#),
        ("MFA_SETUP", "{}"),
        ("SELECT_MFA_TYPE", r#"{"MFAS_CAN_CHOOSE":"[]"}"#),
        ("SOMETHING_NEW", "{}"),
    ] {
        let answer = format!(
            r#"{{"ChallengeName":"{name}","Session":"a session","ChallengeParameters":{parameters}}}"#
        );
        let fault = Fault::on("RespondToAuthChallenge", FaultKind::Answer(answer));
        site.cloud.emulator.inject(fault.times(1));
        let mut browser = site.browser();
        let page = browser.log_in(ALICE, "/").await;
        assert_leads_to(&page, "/login/challenge?next=%2F");
        let page = browser.get("/login/challenge").await;

        assert!(
            page.body.contains("contact the people who run"),
            "{name}: {}",
            page.body
        );
        assert!(page.body.contains("Start again"), "{name}");
    }
}

/// A pool that does not track devices, which is the default, has no page of them to offer.
#[tokio::test]
async fn a_pool_without_devices_says_so() {
    let site = OpenSite::start().await;
    let mut alice = site.logged_in(ALICE).await;

    site.fail(
        "ListDevices",
        "InvalidUserPoolConfigurationException",
        "canary",
    );
    let page = alice.get("/profile/devices").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("doesn’t remember devices"),
        "{}",
        page.body
    );
    let profile = alice.get("/profile").await;
    assert!(
        !profile.body.contains("/profile/devices"),
        "{}",
        profile.body
    );
}

/// The words of the site's own trigger can be shown; by default they are not.
#[tokio::test]
async fn a_trigger_can_speak_to_visitors() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let router = async |pages: Pages| {
        let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
        let pages = pages.with_sign_up(["email"]).expect("a name of Cognito's");
        let auth = Auth::builder().with_pool(backend);
        with_layers(pages.router(), auth, MemoryStore::default()).await
    };
    let form = [
        ("username", "bob"),
        ("email", "bob@example.com"),
        ("new_password", "Bobs-horse-1"),
    ];

    for (pages, said) in [
        (Pages::new(), "We couldn’t create this account."),
        (
            Pages::new().with_trigger_messages(true),
            "Domain not allowed.",
        ),
    ] {
        let message = "PreSignUp failed with error Domain not allowed..".to_owned();
        let kind = FaultKind::ErrorWithMessage("UserLambdaValidationException".to_owned(), message);
        cloud.emulator.inject(Fault::on("SignUp", kind).times(1));
        let page = Browser::new(router(pages).await)
            .post("/signup", &form)
            .await;
        assert_eq!(alert(&page), said);
    }
}
