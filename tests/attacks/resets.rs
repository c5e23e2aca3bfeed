//! A new password, by whatever way: nobody stays logged in by the old one.

use std::time::Duration;

use axum::http::StatusCode;
use cognito_emulator::{Fault, FaultKind, MfaMode};
use secrecy::SecretString;

use crate::site::{ALICE, Browser, Cloud, Page, Site, TOTP};

const EMAIL: &str = "alice@example.com";
const NEW: &str = "Correct-horse-5";

/// Has a code sent to an alias of hers.
async fn code_for(alice: &mut Browser, cloud: &Cloud) -> String {
    cloud.pool.set_attribute("alice", "email_verified", "true");
    let form = [("username", EMAIL)];
    alice.post("/password/forgot", &form).await;

    let sent = cloud.emulator.outbox();
    sent.last().expect("a message").code.clone()
}

async fn reset(alice: &mut Browser, code: &str) -> Page {
    let form = [("username", EMAIL), ("code", code), ("new_password", NEW)];
    alice.post("/password/reset", &form).await
}

/// The thief keeps the account locked, so that no login with the new password succeeds.
#[tokio::test]
async fn a_reset_by_an_alias_ends_the_logins_though_the_account_is_locked() {
    let site = Site::start().await;
    let mut thief = site.logged_in(ALICE).await;
    let mut alice = site.browser();
    let code = code_for(&mut alice, &site.cloud).await;
    for _ in 0..10 {
        site.browser().log_in((EMAIL, "a guess"), "/").await;
    }

    let page = reset(&mut alice, &code).await;

    assert_eq!(page.location(), "/login?reset=1", "{}", page.body);
    assert_eq!(thief.get("/maybe").await.body, "Hello stranger");
}

/// Where it cannot be found out whose alias it is, the page says so, and her login ends the thief's.
#[tokio::test]
async fn what_a_reset_could_not_end_her_next_login_ends() {
    let site = Site::start().await;
    let mut thief = site.logged_in(ALICE).await;
    site.cloud.advance(Duration::from_secs(60));
    let mut alice = site.browser();
    let code = code_for(&mut alice, &site.cloud).await;
    let refused = FaultKind::ErrorWithMessage(
        "UserLambdaValidationException".to_owned(),
        "PreAuthentication failed with error Not now..".to_owned(),
    );
    let fault = Fault::on("InitiateAuth", refused);
    site.cloud.emulator.inject(fault.times(1));

    let page = reset(&mut alice, &code).await;

    assert_eq!(page.location(), "/login?reset_alone=1", "{}", page.body);
    let page = alice.get(page.location()).await;
    assert!(page.body.contains("log out every browser"), "{}", page.body);
    let page = alice.log_in((EMAIL, NEW), "/").await;
    assert_eq!(page.location(), "/", "{}", page.body);
    assert_eq!(thief.get("/maybe").await.body, "Hello stranger");
    // What is tried again in the background leaves the new login alone.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
    // It was done once: her next login there leaves her others alone.
    let mut elsewhere = site.logged_in((ALICE.0, NEW)).await;
    let page = alice.log_in((EMAIL, NEW), "/").await;
    assert_eq!(page.location(), "/", "{}", page.body);
    assert_eq!(elsewhere.get("/maybe").await.body, "Hello alice");
}

/// No wait mends the settings of a user pool: nothing is tried again in the background.
#[tokio::test]
async fn what_wrong_settings_kept_from_ending_her_next_login_ends() {
    let site = Site::start().await;
    let mut thief = site.logged_in(ALICE).await;
    let mut alice = site.browser();
    let code = code_for(&mut alice, &site.cloud).await;
    let refused = FaultKind::error("UnsupportedOperationException");
    let fault = Fault::on("InitiateAuth", refused);
    site.cloud.emulator.inject(fault.times(1));

    let page = reset(&mut alice, &code).await;

    assert_eq!(page.location(), "/login?reset_alone=1", "{}", page.body);
    assert_eq!(thief.get("/maybe").await.body, "Hello alice");
    let page = alice.log_in((EMAIL, NEW), "/").await;
    assert_eq!(page.location(), "/", "{}", page.body);
    assert_eq!(thief.get("/maybe").await.body, "Hello stranger");
    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
}

/// Resets a password while Cognito is down for so many calls.
async fn ends_after(calls: usize, patience: Duration) {
    let down = Fault::on("InitiateAuth", FaultKind::Status(500));
    ends_after_fault(down.times(calls), patience).await;
}

async fn ends_after_fault(fault: Fault, patience: Duration) {
    let site = Site::start().await;
    let mut thief = site.logged_in(ALICE).await;
    site.cloud.advance(Duration::from_secs(60));
    let mut alice = site.browser();
    let code = code_for(&mut alice, &site.cloud).await;
    site.cloud.emulator.inject(fault);

    let page = reset(&mut alice, &code).await;

    assert_eq!(page.location(), "/login?reset_alone=1", "{}", page.body);
    thief.is_logged_out_within(patience).await;
}

/// An outage passes: it is tried again without her.
#[tokio::test]
async fn what_an_outage_kept_from_ending_ends_later() {
    ends_after(1, Duration::from_secs(10)).await;
}

/// After a second, and after ten more.
#[tokio::test]
async fn an_outage_that_lasts_is_waited_for_again() {
    ends_after(2, Duration::from_secs(30)).await;
}

/// A trigger that fails once may work the next time.
#[tokio::test]
async fn what_a_failing_trigger_kept_from_ending_ends_later() {
    let failing = FaultKind::error("UnexpectedLambdaException");
    ends_after_fault(Fault::on("InitiateAuth", failing), Duration::from_secs(10)).await;
}

/// Whoever closes the page undoes nothing.
#[tokio::test]
async fn a_reset_whose_visitor_goes_away_ends_the_logins() {
    let site = Site::start().await;
    let mut thief = site.logged_in(ALICE).await;
    let mut alice = site.browser();
    let code = code_for(&mut alice, &site.cloud).await;
    let slow = FaultKind::Delay(Duration::from_millis(500));
    site.cloud.emulator.inject(Fault::on("InitiateAuth", slow));

    let gone = tokio::time::timeout(Duration::from_millis(200), reset(&mut alice, &code)).await;

    assert!(gone.is_err(), "it was not slow");
    assert_eq!(thief.get("/maybe").await.body, "Hello alice");
    thief.is_logged_out_within(Duration::from_secs(10)).await;
}

/// A row that an older system has left under her address is not hers.
#[tokio::test]
async fn a_reset_ends_the_logins_of_the_account_and_not_of_a_row_of_that_name() {
    let site = Site::start().await;
    let mut thief = site.logged_in(ALICE).await;
    let sql =
        "insert into users (username, date_joined) values ('alice@example.com', current_timestamp)";
    let added = sqlx::query(sql).execute(site.users.store.pool()).await;
    added.expect("a row");
    let mut alice = site.browser();
    let code = code_for(&mut alice, &site.cloud).await;

    reset(&mut alice, &code).await;

    assert_eq!(thief.get("/maybe").await.body, "Hello stranger");
}

/// Has an administrator give a temporary password.
async fn give_temporary(site: &Site, name: &str) {
    let builder = site.cloud.builder();
    let cognito = builder
        .with_access_key("AKIDEXAMPLE", "of-the-tests")
        .build();
    let admin = cognito.expect("a client").admin().expect("credentials");
    let temporary = SecretString::from("Temporary-2!");
    let set = admin.set_password(name, &temporary, false).await;
    set.expect("a temporary password");
}

#[tokio::test]
async fn a_new_password_at_the_login_ends_the_logins_of_the_old_one() {
    let site = Site::start().await;
    let mut thief = site.logged_in(ALICE).await;
    give_temporary(&site, ALICE.0).await;

    let mut alice = site.browser();
    let page = alice.log_in((ALICE.0, "Temporary-2!"), "/").await;
    assert_eq!(
        page.location(),
        "/login/challenge?next=%2F",
        "{}",
        page.body
    );
    let form = [("new_password", NEW), ("next", "/")];
    let page = alice.post("/login/challenge", &form).await;

    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
    assert_eq!(thief.get("/maybe").await.body, "Hello stranger");
}

/// Cognito has the new password, whether or not the login gets any further.
#[tokio::test]
async fn a_new_password_ends_logins_before_the_second_factor_is_asked_for() {
    let site = Site::start().await;
    let mut thief = site.browser();
    thief.log_in(TOTP, "/").await;
    let code = site.cloud.pool.totp_code(TOTP.0).expect("an app");
    let page = thief.post("/login/challenge", &[("code", &code)]).await;
    assert_eq!(page.location(), "/", "{}", page.body);
    give_temporary(&site, TOTP.0).await;

    let mut owner = site.browser();
    owner.log_in((TOTP.0, "Temporary-2!"), "/").await;
    let page = owner
        .post("/login/challenge", &[("new_password", NEW)])
        .await;

    assert_eq!(page.location(), "/login/challenge", "a second factor");
    assert_eq!(thief.get("/maybe").await.body, "Hello stranger");
    site.cloud.advance(Duration::from_secs(60));
    let code = site.cloud.pool.totp_code(TOTP.0).expect("an app");
    let page = owner.post("/login/challenge", &[("code", &code)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert_eq!(owner.get("/maybe").await.body, "Hello totp");
}

/// Logs somebody in with a temporary password, sets a new one while something is wrong, and looks
/// whether the thief is out.
async fn ends_despite(fault: Fault) {
    let site = Site::start().await;
    let mut thief = site.logged_in(ALICE).await;
    give_temporary(&site, ALICE.0).await;
    site.cloud.pool.clone().with_mfa(MfaMode::On);
    site.cloud.emulator.inject(fault);

    let mut alice = site.browser();
    alice.log_in((ALICE.0, "Temporary-2!"), "/").await;
    let page = alice
        .post("/login/challenge", &[("new_password", NEW)])
        .await;

    assert!(page.status.is_server_error(), "{}", page.body);
    assert_eq!(thief.get("/maybe").await.body, "Hello stranger");
}

#[tokio::test]
async fn a_new_password_ends_logins_though_what_comes_next_fails() {
    let failing = Fault::on("AssociateSoftwareToken", FaultKind::Status(500));
    ends_despite(failing.forever()).await;
}

#[tokio::test]
async fn a_new_password_ends_logins_though_the_answer_is_lost() {
    let lost = Fault::on("RespondToAuthChallenge", FaultKind::Status(500));
    ends_despite(lost.only("NEW_PASSWORD_REQUIRED").once_done()).await;
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_ends_the_other_logins() {
    let site = Site::start().await;
    let mut thief = site.logged_in(ALICE).await;
    let mut alice = site.logged_in(ALICE).await;
    let lost = Fault::on("ChangePassword", FaultKind::Status(500));
    site.cloud.emulator.inject(lost.once_done());

    let form = [("password", ALICE.1), ("new_password", NEW)];
    let page = alice.post("/profile/password", &form).await;

    assert!(page.status.is_server_error(), "{}", page.body);
    assert_eq!(thief.get("/maybe").await.body, "Hello stranger");
    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
}

/// Nobody has the tokens of a login that goes no further.
#[tokio::test]
async fn tokens_are_revoked_where_the_old_logins_could_not_be_ended() {
    let site = Site::start().await;
    give_temporary(&site, ALICE.0).await;
    let mut alice = site.browser();
    alice.log_in((ALICE.0, "Temporary-2!"), "/").await;
    let away = sqlx::query("alter table logins rename to elsewhere");
    let away = away.execute(site.users.store.pool()).await;
    away.expect("no table");

    let page = alice
        .post("/login/challenge", &[("new_password", NEW)])
        .await;

    assert!(page.status.is_server_error(), "{}", page.body);
    assert_eq!(site.cloud.calls("RevokeToken"), 1);
}
