//! What a login asks, and whom it lets in.

use cognito_emulator::{AppClient, MfaMode, Pool, User};
use serde_json::{Value, json};

use super::{house, house_of, user};
use crate::by_hand::claims;
use crate::pool::PASSWORD;

fn pool() -> Pool {
    Pool::new("us-east-1_Logins")
}

#[tokio::test]
async fn a_challenge_is_answered_by_whom_it_was_asked_and_as_what() {
    let house = house(pool().with_alias_attributes(["email"])).await;
    house.pool.add_user(user("alice").with_email_mfa());
    let asked = house.log_in("alice", PASSWORD).await.json();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP", "{asked}");
    let sent = house.emulator.outbox().pop().expect("a mail").code;
    let right = sent.as_str();
    let wrong = if right == "000000" {
        "111111"
    } else {
        "000000"
    };

    for (challenge, name, code, error) in [
        ("EMAIL_OTP", "bob", right, "NotAuthorizedException"),
        ("SMS_MFA", "alice", right, "InvalidParameterException"),
        ("EMAIL_OTP", "alice", wrong, "CodeMismatchException"),
        ("EMAIL_OTP", "alice@example.com", right, ""),
    ] {
        let responses = json!({ "USERNAME": name, "EMAIL_OTP_CODE": code });
        let answer = house.respond(challenge, &asked["Session"], responses).await;
        assert_eq!(answer.error(), error, "{challenge} of {name}");
    }
}

#[tokio::test]
async fn a_way_in_that_is_not_offered_is_not_opened() {
    let house = house(pool().with_first_factors(["PASSWORD"])).await;
    let start = json!({ "USERNAME": "alice", "PREFERRED_CHALLENGE": "EMAIL_OTP" });

    let asked = house.begin("USER_AUTH", start).await.json();
    assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE", "{asked}");
    let offered = json!(["PASSWORD", "PASSWORD_SRP"]);
    assert_eq!(asked["AvailableChallenges"], offered);
    let choose = async |name: &str| {
        let responses = json!({ "USERNAME": "alice", "ANSWER": name, "PASSWORD": PASSWORD });
        house
            .respond("SELECT_CHALLENGE", &asked["Session"], responses)
            .await
    };
    let refused = choose("EMAIL_OTP").await;
    let message = "The chosen challenge is not available.";
    assert_eq!(refused.message(), message);
    assert!(house.emulator.outbox().is_empty());

    assert_eq!(choose("PASSWORD").await.status, 200);
}

#[tokio::test]
async fn a_code_counts_for_the_way_by_which_it_was_sent() {
    let factors = ["PASSWORD", "EMAIL_OTP", "SMS_OTP"];
    let house = house(pool().with_first_factors(factors)).await;
    house.pool.set_attribute("alice", "email_verified", "true");
    let start = json!({ "USERNAME": "alice", "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    let asked = house.begin("USER_AUTH", start).await.json();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP", "{asked}");
    let code = house.emulator.outbox().pop().expect("a mail").code;

    for (challenge, error) in [("SMS_OTP", "InvalidParameterException"), ("EMAIL_OTP", "")] {
        let mut responses = json!({ "USERNAME": "alice" });
        responses[format!("{challenge}_CODE")] = json!(code);
        let answer = house.respond(challenge, &asked["Session"], responses).await;
        assert_eq!(answer.error(), error, "{challenge}");
    }
}

#[tokio::test]
async fn a_registration_lets_in_who_has_confirmed_it_and_nobody_else() {
    let house = house(pool()).await;
    let client = house.client.id();
    let body = json!({
        "ClientId": client, "Username": "carol", "Password": PASSWORD,
        "UserAttributes": [{ "Name": "email", "Value": "carol@example.com" }],
    });
    let signed_up = house.call("SignUp", body).await.json();
    let begin = async |name: &str, session: &Value| {
        let body = json!({
            "ClientId": client, "AuthFlow": "USER_AUTH",
            "AuthParameters": { "USERNAME": name }, "Session": session,
        });
        house.call("InitiateAuth", body).await
    };
    let refused = "Invalid session for the user.";

    let early = begin("carol", &signed_up["Session"]).await;
    assert_eq!(early.message(), refused, "not confirmed");
    let code = house.emulator.outbox().pop().expect("a mail").code;
    let body = json!({ "ClientId": client, "Username": "carol", "ConfirmationCode": code });
    let confirmed = house.call("ConfirmSignUp", body).await.json();
    let other = begin("alice", &confirmed["Session"]).await;
    assert_eq!(other.message(), refused, "of somebody else");

    let login = begin("carol", &confirmed["Session"]).await.json();
    let access = claims(&login["AuthenticationResult"]["AccessToken"]);
    assert_eq!(access["username"], "carol");
}

#[tokio::test]
async fn questions_of_the_triggers_hide_who_exists_behind_a_password() {
    for (hides, by_password, error) in [
        (false, false, "UserNotFoundException"),
        (false, true, "UserNotFoundException"),
        (true, false, "NotAuthorizedException"),
        (true, true, ""),
    ] {
        let pool = pool().with_custom_question([("question", "A colour?")], "blue");
        let client = AppClient::new("web").with_prevent_user_existence_errors(hides);
        let house = house_of(pool, client).await;
        let mut start = json!({ "USERNAME": "nobody" });
        if by_password {
            start["CHALLENGE_NAME"] = json!("SRP_A");
            start["SRP_A"] = json!("abcdef");
        }

        let answer = house.begin("CUSTOM_AUTH", start).await;

        assert_eq!(answer.error(), error, "{hides} {by_password}");
        if error.is_empty() {
            assert_eq!(answer.json()["ChallengeName"], "PASSWORD_VERIFIER");
        }
    }
}

#[tokio::test]
async fn who_must_have_a_second_factor_sets_up_what_the_pool_does_not_know() {
    let house = house(pool().with_mfa(MfaMode::On)).await;
    let bare = |name: &str| User::new(name).with_password(PASSWORD);
    house.pool.add_user(bare("bare"));
    let phone = bare("phone").with_attribute("phone_number", "+12065550100");
    house.pool.add_user(phone);

    for (name, challenge, options) in [
        (
            "bare",
            "MFA_SETUP",
            json!(r#"["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"#),
        ),
        ("alice", "MFA_SETUP", json!(r#"["SOFTWARE_TOKEN_MFA"]"#)),
        ("phone", "SMS_MFA", Value::Null),
    ] {
        let asked = house.log_in(name, PASSWORD).await.json();
        assert_eq!(asked["ChallengeName"], challenge, "{name}");
        let offered = &asked["ChallengeParameters"]["MFAS_CAN_SETUP"];
        assert_eq!(offered, &options, "{name}");
    }
}

#[tokio::test]
async fn a_second_factor_that_cannot_be_used_is_not_asked_for() {
    let house = house(pool()).await;
    let alice = user("alice").with_email_mfa().with_sms_mfa();
    house.pool.add_user(alice);

    let asked = house.log_in("alice", PASSWORD).await.json();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP", "without a number");
    house.pool.remove_attribute("alice", "email");
    let done = house.log_in("alice", PASSWORD).await.json();
    assert!(done["AuthenticationResult"].is_object(), "{done}");
}

#[tokio::test]
async fn an_authenticator_code_is_taken_once_unless_the_pool_says_otherwise() {
    for (pool, again) in [
        (pool(), "ExpiredCodeException"),
        (pool().with_reusable_totp_codes(), ""),
    ] {
        let house = house(pool).await;
        let alice = user("alice").with_totp_secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
        house.pool.add_user(alice);
        let code = house.pool.totp_code("alice").expect("a code");

        for error in ["", again] {
            let asked = house.log_in("alice", PASSWORD).await.json();
            let responses = json!({ "USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": code });
            let answer = house
                .respond("SOFTWARE_TOKEN_MFA", &asked["Session"], responses)
                .await;
            assert_eq!(answer.error(), error, "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn a_new_password_comes_with_what_is_missing_and_changes_nothing_required() {
    let house = house(pool().with_required_attributes(["email", "given_name"])).await;
    let newbie = User::new("newbie").with_temporary_password("Temporary-1!");
    house
        .pool
        .add_user(newbie.with_attribute("email", "newbie@example.com"));
    let asked = house.log_in("newbie", "Temporary-1!").await.json();
    let known = &asked["ChallengeParameters"]["userAttributes"];
    let known: Value = serde_json::from_str(known.as_str().expect("text")).expect("JSON");
    let expected = json!({ "email": "newbie@example.com", "email_verified": "true" });
    assert_eq!(known, expected);

    for (given, message) in [
        (
            json!({ "userAttributes.family_name": "Doe" }),
            "Invalid attributes given, given_name is missing",
        ),
        (
            json!({
                "userAttributes.given_name": "Nell", "userAttributes.email": "other@example.com",
            }),
            "Cannot modify an already provided email",
        ),
        (
            json!({
                "userAttributes.given_name": "Nell", "userAttributes.email": "newbie@example.com",
            }),
            "",
        ),
    ] {
        let mut responses = given;
        responses["USERNAME"] = json!("newbie");
        responses["NEW_PASSWORD"] = json!("Brand-new-pass-1");
        let answer = house
            .respond("NEW_PASSWORD_REQUIRED", &asked["Session"], responses)
            .await;
        assert_eq!(answer.message(), message);
    }
    let name = house.pool.attribute("newbie", "given_name");
    assert_eq!(name.as_deref(), Some("Nell"));
}

#[tokio::test]
async fn a_password_in_clear_has_a_flow_for_users_and_one_for_administrators() {
    let house = house(pool()).await;
    let refused = "Initiate Auth method not supported";

    for (flow, by_user, by_admin) in [
        ("USER_PASSWORD_AUTH", "", refused),
        ("ADMIN_USER_PASSWORD_AUTH", refused, ""),
    ] {
        let body = json!({
            "ClientId": house.client.id(), "AuthFlow": flow,
            "AuthParameters": { "USERNAME": "alice", "PASSWORD": PASSWORD },
        });
        let user = house.call("InitiateAuth", body.clone()).await;
        assert_eq!(user.message(), by_user, "{flow}");
        let admin = house.admin("AdminInitiateAuth", body).await;
        assert_eq!(admin.message(), by_admin, "{flow}");
    }
}
