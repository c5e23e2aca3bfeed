//! Challenges: asked for, answered once, in time.

use std::time::Duration;

use cognito_emulator::{AppClient, MfaMode, Pool, User};
use serde_json::json;

use crate::client::{ALL_FLOWS, House};

const USED: &str = "Invalid session for the user, session can only be used once.";
const EXPIRED: &str = "Invalid session for the user, session is expired.";

#[tokio::test]
async fn a_temporary_password_leads_to_a_new_one() {
    let house = House::new().await;
    house
        .pool
        .add_user(User::new("newbie").with_temporary_password("Temporary-1!"));
    let asked = house.log_in("newbie", "Temporary-1!").await.json();
    assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let answer = |password: &str| json!({ "USERNAME": "newbie", "NEW_PASSWORD": password });
    let respond = async |password: &str| {
        house
            .respond("NEW_PASSWORD_REQUIRED", &asked["Session"], answer(password))
            .await
    };

    assert_eq!(respond("weak").await.error(), "InvalidPasswordException");
    assert_eq!(respond("Permanent-1!").await.status, 200);
    assert_eq!(respond("Permanent-2!").await.message(), USED);
    assert_eq!(house.log_in("newbie", "Permanent-1!").await.status, 200);
    assert_eq!(
        house.pool.user_status("newbie").as_deref(),
        Some("CONFIRMED")
    );
}

#[tokio::test]
async fn a_temporary_password_does_not_wait_for_ever() {
    let house = House::new().await;
    house
        .pool
        .add_user(User::new("newbie").with_temporary_password("Temporary-1!"));

    house
        .emulator
        .advance(Duration::from_secs(7 * 24 * 60 * 60));

    let answer = house.log_in("newbie", "Temporary-1!").await;
    assert_eq!(
        answer.message(),
        "Temporary password has expired and must be reset by an administrator."
    );
}

#[tokio::test]
async fn a_code_may_be_mistyped_and_is_taken_once() {
    let house = House::new().await;
    house.pool.add_user(
        User::new("totp")
            .with_password("Correct-horse-1")
            .with_totp_secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
    );
    let asked = house.log_in("totp", "Correct-horse-1").await.json();
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let code = house.pool.totp_code("totp").expect("a code");
    let respond = async |code: &str| {
        let responses = json!({ "USERNAME": "totp", "SOFTWARE_TOKEN_MFA_CODE": code });
        house
            .respond("SOFTWARE_TOKEN_MFA", &asked["Session"], responses)
            .await
    };

    assert_eq!(respond("abcdef").await.error(), "CodeMismatchException");
    assert_eq!(respond(&code).await.status, 200);
    assert_eq!(respond(&code).await.message(), USED);
}

#[tokio::test]
async fn a_challenge_waits_for_three_minutes() {
    let house = House::new().await;
    house
        .pool
        .add_user(User::new("newbie").with_temporary_password("Temporary-1!"));
    let asked = house.log_in("newbie", "Temporary-1!").await.json();

    house.emulator.advance(Duration::from_secs(180));

    let responses = json!({ "USERNAME": "newbie", "NEW_PASSWORD": "Permanent-1!" });
    let late = house
        .respond("NEW_PASSWORD_REQUIRED", &asked["Session"], responses)
        .await;
    assert_eq!(late.message(), EXPIRED);
}

#[tokio::test]
async fn who_has_no_factor_must_set_one_up_where_the_pool_wants_one() {
    let pool = Pool::new("us-east-1_Tested").with_mfa(MfaMode::On);
    let house = House::with(pool, AppClient::new("web").with_flows(ALL_FLOWS)).await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    let asked = house.log_in("alice", "Correct-horse-1").await.json();
    assert_eq!(asked["ChallengeName"], "MFA_SETUP");

    let body = json!({ "Session": asked["Session"] });
    let begun = house.call("AssociateSoftwareToken", body).await.json();
    assert!(
        begun["SecretCode"]
            .as_str()
            .is_some_and(|it| it.len() >= 32)
    );
    let wrong = json!({ "Session": begun["Session"], "UserCode": "000000" });
    let refusal = house.call("VerifySoftwareToken", wrong).await;
    assert_eq!(refusal.error(), "EnableSoftwareTokenMFAException");

    let secret = begun["SecretCode"].as_str().expect("a secret");
    let twin = Pool::new("us-east-1_Twin");
    twin.add_user(User::new("twin").with_totp_secret(secret));
    let right = json!({ "Session": begun["Session"], "UserCode": twin.totp_code("twin") });
    let verified = house.call("VerifySoftwareToken", right).await.json();
    assert_eq!(verified["Status"], "SUCCESS");
    let responses = json!({ "USERNAME": "alice" });
    let done = house
        .respond("MFA_SETUP", &verified["Session"], responses)
        .await
        .json();
    assert!(done["AuthenticationResult"]["AccessToken"].is_string());
    let again = house.log_in("alice", "Correct-horse-1").await.json();
    assert_eq!(again["ChallengeName"], "SOFTWARE_TOKEN_MFA");
}

#[tokio::test]
async fn codes_are_sent_and_the_factor_can_be_chosen() {
    let house = House::new().await;
    house.pool.add_user(
        User::new("alice")
            .with_password("Correct-horse-1")
            .with_attribute("email", "alice@example.com")
            .with_attribute("phone_number", "+15550100")
            .with_email_mfa()
            .with_sms_mfa(),
    );
    let asked = house.log_in("alice", "Correct-horse-1").await.json();
    assert_eq!(asked["ChallengeName"], "SELECT_MFA_TYPE");
    assert_eq!(
        asked["ChallengeParameters"]["MFAS_CAN_CHOOSE"],
        "[\"SMS_MFA\",\"EMAIL_OTP\"]"
    );

    let choice = json!({ "USERNAME": "alice", "ANSWER": "EMAIL_OTP" });
    let sent = house
        .respond("SELECT_MFA_TYPE", &asked["Session"], choice)
        .await
        .json();
    assert_eq!(sent["ChallengeName"], "EMAIL_OTP");
    assert_eq!(
        sent["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"],
        "a***@e***"
    );
    let message = house.emulator.outbox().pop().expect("a mail");
    let code = json!({ "USERNAME": "alice", "EMAIL_OTP_CODE": message.code });
    let done = house.respond("EMAIL_OTP", &sent["Session"], code).await;
    assert_eq!(done.status, 200);
}
