//! Registration, resets, attributes: what a user does about the own account.

use std::time::Duration;

use cognito_emulator::{AppClient, Pool, User};
use serde_json::{Value, json};

use crate::client::{ALL_FLOWS, Answer, House};

fn code(house: &House) -> String {
    house.emulator.outbox().pop().expect("a message").code
}

async fn named(house: &House, operation: &str, more: Value) -> Answer {
    let mut body = json!({ "ClientId": house.client.id(), "Username": "alice" });
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    house.call(operation, body).await
}

async fn sign_up(house: &House) -> Answer {
    let email = json!([{ "Name": "email", "Value": "alice@example.com" }]);
    let more = json!({ "Password": "Correct-horse-1", "UserAttributes": email });
    named(house, "SignUp", more).await
}

#[tokio::test]
async fn a_sign_up_is_confirmed_by_its_code_within_a_day() {
    let house = House::new().await;
    let answer = sign_up(&house).await.json();
    assert_eq!(answer["UserConfirmed"], false);
    assert_eq!(answer["CodeDeliveryDetails"]["Destination"], "a***@e***");
    assert_eq!(sign_up(&house).await.error(), "UsernameExistsException");
    let first = code(&house);

    house.emulator.advance(Duration::from_secs(24 * 60 * 60));
    let late = named(
        &house,
        "ConfirmSignUp",
        json!({ "ConfirmationCode": first }),
    )
    .await;
    assert_eq!(late.error(), "ExpiredCodeException");
    assert_eq!(
        named(&house, "ResendConfirmationCode", json!({}))
            .await
            .status,
        200
    );
    let confirm = json!({ "ConfirmationCode": code(&house) });
    assert_eq!(named(&house, "ConfirmSignUp", confirm).await.status, 200);
    assert_eq!(house.log_in("alice", "Correct-horse-1").await.status, 200);
    let again = named(&house, "ResendConfirmationCode", json!({})).await;
    assert_eq!(again.message(), "User is already confirmed.");
}

#[tokio::test]
async fn the_limits_per_hour_are_kept() {
    let house = House::new().await;
    sign_up(&house).await;

    for _ in 0..5 {
        assert_eq!(
            named(&house, "ResendConfirmationCode", json!({}))
                .await
                .status,
            200
        );
    }
    let refusal = named(&house, "ResendConfirmationCode", json!({})).await;
    assert_eq!(refusal.error(), "LimitExceededException");
    for _ in 0..15 {
        let wrong = named(&house, "ConfirmSignUp", json!({ "ConfirmationCode": "x" })).await;
        assert_eq!(wrong.error(), "CodeMismatchException");
    }
    let right = json!({ "ConfirmationCode": code(&house) });
    assert_eq!(
        named(&house, "ConfirmSignUp", right.clone()).await.error(),
        "LimitExceededException"
    );
    house.emulator.advance(Duration::from_secs(60 * 60));
    assert_eq!(named(&house, "ConfirmSignUp", right).await.status, 200);
}

#[tokio::test]
async fn a_taken_alias_shows_at_the_confirmation_only() {
    let pool = Pool::new("us-east-1_Tested").with_alias_attributes(["email"]);
    let house = House::with(pool, AppClient::new("web").with_flows(ALL_FLOWS)).await;
    house
        .pool
        .add_user(User::new("first").with_attribute("email", "alice@example.com"));

    assert_eq!(sign_up(&house).await.status, 200);
    let confirm = json!({ "ConfirmationCode": code(&house) });
    let refusal = named(&house, "ConfirmSignUp", confirm.clone()).await;
    assert_eq!(refusal.error(), "AliasExistsException");
    assert_eq!(
        refusal.message(),
        "An account with the email already exists."
    );
    let mut force = confirm;
    force["ForceAliasCreation"] = json!(true);
    assert_eq!(named(&house, "ConfirmSignUp", force).await.status, 200);
    assert_eq!(
        house
            .log_in("alice@example.com", "Correct-horse-1")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_code_within_an_hour() {
    let house = House::new().await;
    house.pool.add_user(
        User::new("alice")
            .with_password("Correct-horse-1")
            .with_attribute("email", "alice@example.com"),
    );
    let confirm = |code: String| json!({ "ConfirmationCode": code, "Password": "Correct-horse-2" });
    let never = named(
        &house,
        "ConfirmForgotPassword",
        confirm("123456".to_owned()),
    )
    .await;
    assert_eq!(never.error(), "ExpiredCodeException");

    assert_eq!(named(&house, "ForgotPassword", json!({})).await.status, 200);
    let late = code(&house);
    house.emulator.advance(Duration::from_secs(60 * 60));
    let answer = named(&house, "ConfirmForgotPassword", confirm(late)).await;
    assert_eq!(answer.error(), "ExpiredCodeException");
    assert_eq!(named(&house, "ForgotPassword", json!({})).await.status, 200);
    let answer = named(&house, "ConfirmForgotPassword", confirm(code(&house))).await;
    assert_eq!(answer.status, 200);
    assert_eq!(house.log_in("alice", "Correct-horse-2").await.status, 200);
}

#[tokio::test]
async fn who_has_an_account_is_told_or_not_as_the_client_says() {
    for (hides, error) in [(false, "UserNotFoundException"), (true, "")] {
        let client = AppClient::new("web").with_prevent_user_existence_errors(hides);
        let house = House::with(Pool::new("us-east-1_Tested"), client).await;

        for operation in ["ForgotPassword", "ResendConfirmationCode"] {
            let answer = named(&house, operation, json!({})).await;
            assert_eq!(answer.error(), error, "{operation}, hides: {hides}");
        }
        let body = json!({ "ConfirmationCode": "123456", "Password": "Correct-horse-1" });
        let confirmed = named(&house, "ConfirmForgotPassword", body).await;
        let expected = if hides {
            "CodeMismatchException"
        } else {
            error
        };
        assert_eq!(confirmed.error(), expected, "hides: {hides}");
        assert!(house.emulator.outbox().is_empty());
    }
}

#[tokio::test]
async fn a_user_writes_what_the_client_may_and_proves_a_new_address() {
    let client = AppClient::new("web")
        .with_flows(ALL_FLOWS)
        .with_write_attributes(["email"]);
    let house = House::with(Pool::new("us-east-1_Tested"), client).await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    let token = house.access_token("alice", "Correct-horse-1").await;
    let update = |name: &str, value: &str| json!({ "AccessToken": token, "UserAttributes": [{ "Name": name, "Value": value }] });

    for name in ["given_name", "email_verified", "sub"] {
        let refusal = house.call("UpdateUserAttributes", update(name, "x")).await;
        assert_eq!(refusal.error(), "NotAuthorizedException", "{name}");
    }
    let refusal = house
        .call("UpdateUserAttributes", update("email", "nowhere"))
        .await;
    assert_eq!(refusal.error(), "InvalidParameterException");
    let sent = house
        .call("UpdateUserAttributes", update("email", "new@example.com"))
        .await
        .json();
    assert_eq!(sent["CodeDeliveryDetailsList"][0]["AttributeName"], "email");
    assert_eq!(
        house
            .pool
            .user_attribute("alice", "email_verified")
            .as_deref(),
        Some("false")
    );
    let verify = json!({ "AccessToken": token, "AttributeName": "email", "Code": code(&house) });
    assert_eq!(house.call("VerifyUserAttribute", verify).await.status, 200);
    assert_eq!(
        house
            .pool
            .user_attribute("alice", "email_verified")
            .as_deref(),
        Some("true")
    );
}

#[tokio::test]
async fn a_seeded_sub_is_kept_everywhere() {
    let house = House::new().await;
    let user = User::new("alice").with_password("Correct-horse-1");

    house
        .pool
        .add_user(user.with_sub("11111111-2222-3333-4444-555555555555"));

    let shown = house
        .admin("AdminGetUser", json!({ "Username": "alice" }))
        .await
        .json();
    let sub = json!({ "Name": "sub", "Value": "11111111-2222-3333-4444-555555555555" });
    assert!(
        shown["UserAttributes"]
            .as_array()
            .expect("attributes")
            .contains(&sub)
    );
}
