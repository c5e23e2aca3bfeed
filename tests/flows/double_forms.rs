//! Forms that come twice: a button that was pressed twice, or a proxy that tried again.

use axum::http::StatusCode;
use axum_cognito::pages::Pages;
use axum_cognito::web::Limits;
use axum_cognito::{Auth, UserPool};

use crate::form_refusals::open_site;
use crate::site::{Browser, Page, Site, TOTP, with_layers};

/// Both presses leave before the first is answered, with the same cookie.
async fn press_twice(browser: &Browser, path: &str, form: &[(&str, &str)]) -> [Page; 2] {
    let (mut left, mut right) = (browser.clone(), browser.clone());
    tokio::join!(left.post(path, form), right.post(path, form)).into()
}

fn last_code(site: &Site) -> String {
    let sent = site.cloud.emulator.outbox();
    sent.last().expect("a message").code.clone()
}

async fn number_of_logins(site: &Site) -> i64 {
    let count = sqlx::query_scalar("select count(*) from logins");
    let count = count.fetch_one(site.users.store.pool()).await;
    count.expect("a number")
}

#[tokio::test]
async fn whatever_is_pressed_twice_is_done_once() {
    let site = open_site(Limits::default()).await;
    let (cloud, mut browser) = (&site.cloud, site.browser());

    cloud.pool.set_attribute("alice", "email_verified", "true");
    let forgot = [("username", "alice")];
    browser.post("/password/forgot", &forgot).await;
    let code = last_code(&site);
    let reset = [
        ("username", "alice"),
        ("code", &code),
        ("new_password", "Another-horse-2"),
    ];
    for page in press_twice(&browser, "/password/reset", &reset).await {
        assert_eq!(page.location(), "/login?reset=1", "{}", page.body);
    }
    assert_eq!(cloud.calls("ConfirmForgotPassword"), 1);

    let mut browser = site.browser();
    browser.log_in(TOTP, "/").await;
    let proofs = cloud.calls("RespondToAuthChallenge");
    let code = cloud.pool.totp_code(TOTP.0).expect("an app");
    for page in press_twice(&browser, "/login/challenge", &[("code", &code)]).await {
        assert_eq!(page.location(), "/", "{}", page.body);
    }
    assert_eq!(cloud.calls("RespondToAuthChallenge"), proofs + 1);
    assert_eq!(number_of_logins(&site).await, 1);

    let mut browser = site.browser();
    let sign_up = [
        ("username", "bob"),
        ("email", "bob@example.com"),
        ("new_password", "Bobs-horse-1"),
    ];
    browser.post("/signup", &sign_up).await;
    for page in press_twice(&browser, "/signup/resend", &[("username", "bob")]).await {
        assert_eq!(page.location(), "/signup/confirm?sent=1", "{}", page.body);
    }
    assert_eq!(cloud.calls("ResendConfirmationCode"), 1);
}

/// That the sign-up was confirmed before is not said: whoever tries a code would learn of the account.
#[tokio::test]
async fn a_second_press_that_reaches_another_process_tells_a_stranger_nothing() {
    let site = open_site(Limits::default()).await;
    let backend = UserPool::with_client(site.cloud.cognito(), site.users.store.clone());
    let pages = Pages::new().with_sign_up(["email"]).expect("an attribute");
    let auth = Auth::builder().with_pool(backend);
    let other = with_layers(pages.router(), auth, site.store.clone()).await;
    let mut browser = site.browser();
    let sign_up = [
        ("username", "bob"),
        ("email", "bob@example.com"),
        ("new_password", "Bobs-horse-1"),
    ];
    browser.post("/signup", &sign_up).await;
    let code = last_code(&site);
    let confirm = [("username", "bob"), ("code", code.as_str())];
    let page = browser.post("/signup/confirm", &confirm).await;
    assert_eq!(page.location(), "/login?confirmed=1", "{}", page.body);

    let mut there = Browser::new(other);
    there.cookie = browser.cookie.clone();
    let again = there.post("/signup/confirm", &confirm).await;
    let nobody = [("username", "nobody"), ("code", code.as_str())];
    let stranger = there.post("/signup/confirm", &nobody).await;

    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.tells_of("bob"), stranger.tells_of("nobody"));
    site.logged_in(("bob", "Bobs-horse-1")).await;
}
