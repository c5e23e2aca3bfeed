//! Passwords, names, and who gets in.

use std::time::Duration;

use cognito_emulator::{AppClient, Pool, User};
use serde_json::json;

use crate::client::{ALL_FLOWS, House};

#[tokio::test]
async fn each_status_has_its_own_refusal() {
    let house = House::new().await;
    let user = |name: &str| User::new(name).with_password("Correct-horse-1");
    house.pool.add_user(user("disabled").disabled());
    house
        .pool
        .add_user(user("unconfirmed").with_status("UNCONFIRMED"));
    house
        .pool
        .add_user(user("both").with_status("UNCONFIRMED").disabled());
    house
        .pool
        .add_user(user("reset").with_status("RESET_REQUIRED"));
    house
        .pool
        .add_user(user("archived").with_status("ARCHIVED"));

    for (name, password, error, message) in [
        (
            "disabled",
            "Correct-horse-1",
            "NotAuthorizedException",
            "User is disabled.",
        ),
        (
            "disabled",
            "wrong",
            "NotAuthorizedException",
            "Incorrect username or password.",
        ),
        (
            "unconfirmed",
            "wrong",
            "UserNotConfirmedException",
            "User is not confirmed.",
        ),
        (
            "both",
            "wrong",
            "NotAuthorizedException",
            "User is disabled.",
        ),
        (
            "reset",
            "Correct-horse-1",
            "PasswordResetRequiredException",
            "Password reset required for the user",
        ),
        ("archived", "Correct-horse-1", "", ""),
    ] {
        let answer = house.log_in(name, password).await;
        assert_eq!(answer.error(), error, "{name} {password}");
        assert_eq!(answer.message(), message, "{name} {password}");
    }
}

#[tokio::test]
async fn passwords_count_byte_by_byte() {
    let house = House::new().await;
    house
        .pool
        .add_user(User::new("nfc").with_password("\u{e9}-Aa1!"));

    assert_eq!(house.log_in("nfc", "e\u{301}-Aa1!").await.status, 400);
    assert_eq!(house.log_in("nfc", "\u{e9}-Aa1! ").await.status, 400);
    assert_eq!(house.log_in("nfc", "\u{e9}-Aa1!").await.status, 200);
}

#[tokio::test]
async fn guessing_is_slowed_down_and_time_heals() {
    let house = House::new().await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    for _ in 0..5 {
        let answer = house.log_in("alice", "wrong").await;
        assert_eq!(answer.message(), "Incorrect username or password.");
    }

    let locked = house.log_in("alice", "Correct-horse-1").await;
    assert_eq!(locked.message(), "Password attempts exceeded");
    house.emulator.advance(Duration::from_secs(2));
    assert_eq!(house.log_in("alice", "Correct-horse-1").await.status, 200);
}

#[tokio::test]
async fn unknown_users_are_hidden_where_the_client_asks_for_it() {
    let client = AppClient::new("web")
        .with_flows(ALL_FLOWS)
        .with_prevent_user_existence_errors(true);
    let house = House::with(Pool::new("us-east-1_Tested"), client).await;
    let start = json!({ "USERNAME": "nobody", "SRP_A": "abcdef" });

    let one = house.begin("USER_SRP_AUTH", start.clone()).await.json();
    let two = house.begin("USER_SRP_AUTH", start).await.json();
    for name in ["SALT", "USER_ID_FOR_SRP"] {
        assert_eq!(
            one["ChallengeParameters"][name], two["ChallengeParameters"][name],
            "{name}"
        );
    }
    assert_ne!(
        one["ChallengeParameters"]["SRP_B"],
        two["ChallengeParameters"]["SRP_B"]
    );
    assert_eq!(
        house.log_in("nobody", "x").await.message(),
        "Incorrect username or password."
    );
}

#[tokio::test]
async fn aliases_lead_to_the_internal_name() {
    let pool = Pool::new("us-east-1_Tested")
        .with_alias_attributes(["email"])
        .with_case_insensitive_usernames();
    let house = House::with(pool, AppClient::new("web").with_flows(ALL_FLOWS)).await;
    house.pool.add_user(
        User::new("alice")
            .with_password("Correct-horse-1")
            .with_attribute("email", "alice@example.com"),
    );

    for name in ["alice", "ALICE", "alice@example.com", "Alice@Example.com"] {
        let start = json!({ "USERNAME": name, "SRP_A": "abcdef" });
        let challenge = house.begin("USER_SRP_AUTH", start).await.json();
        let parameters = &challenge["ChallengeParameters"];
        assert_eq!(parameters["USERNAME"], "alice", "{name}");
        assert_eq!(parameters["USER_ID_FOR_SRP"], "alice", "{name}");
        assert!(challenge["Session"].is_null(), "{name}");
    }
    house.pool.set_attribute("alice", "email_verified", "false");
    assert_eq!(
        house
            .log_in("alice@example.com", "Correct-horse-1")
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn in_a_pool_of_addresses_the_username_is_the_sub() {
    let pool = Pool::new("us-east-1_Tested").with_username_attributes(["email"]);
    let house = House::with(pool, AppClient::new("web").with_flows(ALL_FLOWS)).await;
    let sub = house
        .pool
        .add_user(User::new("bob@example.com").with_password("Correct-horse-1"));

    let start = json!({ "USERNAME": "bob@example.com", "SRP_A": "abcdef" });
    let challenge = house.begin("USER_SRP_AUTH", start).await.json();

    assert_eq!(
        challenge["ChallengeParameters"]["USER_ID_FOR_SRP"],
        json!(sub)
    );
    let user = house
        .admin("AdminCreateUser", json!({ "Username": "no-address" }))
        .await;
    assert_eq!(user.error(), "InvalidParameterException");
}

#[tokio::test]
async fn a_deleted_name_can_be_had_again_with_another_sub() {
    let house = House::new().await;
    let first = house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    let token = house.access_token("alice", "Correct-horse-1").await;

    house
        .admin("AdminDeleteUser", json!({ "Username": "alice" }))
        .await;
    let created = house
        .admin("AdminCreateUser", json!({ "Username": "alice" }))
        .await;

    assert_eq!(created.status, 200);
    assert_ne!(house.pool.user_sub("alice"), Some(first));
    assert_eq!(
        house
            .call("GetUser", json!({ "AccessToken": token }))
            .await
            .status,
        400
    );
}
