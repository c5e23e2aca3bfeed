//! Remembered devices: confirmed, asked to prove themselves, listed, forgotten.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cognito_emulator::{AppClient, Pool, User};
use serde_json::{Value, json};

use crate::client::{ALL_FLOWS, House, claims};

async fn house() -> House {
    let pool = Pool::new("us-east-1_Tested").with_device_tracking();
    let house = House::with(pool, AppClient::new("web").with_flows(ALL_FLOWS)).await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    house
}

pub(crate) async fn confirm(house: &House, tokens: &Value) -> crate::client::Answer {
    let verifier = json!({
        "Salt": STANDARD.encode([7; 16]),
        "PasswordVerifier": STANDARD.encode([9; 384]),
    });
    let body = json!({
        "AccessToken": tokens["AccessToken"],
        "DeviceKey": tokens["NewDeviceMetadata"]["DeviceKey"],
        "DeviceName": "browser",
        "DeviceSecretVerifierConfig": verifier,
    });
    house.call("ConfirmDevice", body).await
}

pub(crate) async fn log_in_with(house: &House, key: &Value) -> crate::client::Answer {
    let parameters =
        json!({ "USERNAME": "alice", "PASSWORD": "Correct-horse-1", "DEVICE_KEY": key });
    house.begin("USER_PASSWORD_AUTH", parameters).await
}

#[tokio::test]
async fn a_confirmed_device_has_to_prove_itself() {
    let house = house().await;
    let first = house.log_in("alice", "Correct-horse-1").await.json();
    let tokens = &first["AuthenticationResult"];
    let key = &tokens["NewDeviceMetadata"]["DeviceKey"];
    assert_eq!(&claims(&tokens["AccessToken"])["device_key"], key);
    assert!(log_in_with(&house, key).await.json()["AuthenticationResult"].is_object());

    assert_eq!(
        confirm(&house, tokens).await.json()["UserConfirmationNecessary"],
        false
    );
    assert_eq!(
        confirm(&house, tokens).await.error(),
        "DeviceKeyExistsException"
    );
    let asked = log_in_with(&house, key).await.json();
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    let start = json!({ "USERNAME": "alice", "DEVICE_KEY": key, "SRP_A": "abcdef" });
    let proof = house
        .respond("DEVICE_SRP_AUTH", &asked["Session"], start)
        .await
        .json();
    assert_eq!(proof["ChallengeName"], "DEVICE_PASSWORD_VERIFIER");
    let guess = json!({
        "USERNAME": "alice",
        "DEVICE_KEY": key,
        "PASSWORD_CLAIM_SECRET_BLOCK": proof["ChallengeParameters"]["SECRET_BLOCK"],
        "PASSWORD_CLAIM_SIGNATURE": STANDARD.encode([0; 32]),
        "TIMESTAMP": "Wed Apr 5 22:42:34 UTC 2017",
    });
    let refusal = house
        .respond("DEVICE_PASSWORD_VERIFIER", &json!(null), guess)
        .await;
    assert_eq!(refusal.error(), "NotAuthorizedException");
}

#[tokio::test]
async fn a_refresh_names_its_device() {
    let house = house().await;
    let first = house.log_in("alice", "Correct-horse-1").await.json();
    let tokens = &first["AuthenticationResult"];
    let key = &tokens["NewDeviceMetadata"]["DeviceKey"];
    let with = json!({ "REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": key });
    let without = json!({ "REFRESH_TOKEN": tokens["RefreshToken"] });

    let unconfirmed = house.begin("REFRESH_TOKEN_AUTH", with.clone()).await;
    assert_eq!(unconfirmed.message(), "Invalid Refresh Token");
    confirm(&house, tokens).await;
    assert_eq!(house.begin("REFRESH_TOKEN_AUTH", with).await.status, 200);
    assert_eq!(
        house.begin("REFRESH_TOKEN_AUTH", without).await.message(),
        "Invalid Refresh Token"
    );
}

#[tokio::test]
async fn a_forgotten_device_is_unknown() {
    let house = house().await;
    let first = house.log_in("alice", "Correct-horse-1").await.json();
    let tokens = &first["AuthenticationResult"];
    let key = &tokens["NewDeviceMetadata"]["DeviceKey"];
    confirm(&house, tokens).await;
    let body = json!({ "AccessToken": tokens["AccessToken"], "DeviceKey": key });

    let shown = house.call("GetDevice", body.clone()).await.json();
    assert_eq!(&shown["Device"]["DeviceKey"], key);
    let listed = house.call("ListDevices", body.clone()).await.json();
    assert_eq!(listed["Devices"].as_array().map(Vec::len), Some(1));
    assert_eq!(house.call("ForgetDevice", body.clone()).await.status, 200);
    assert_eq!(
        house.call("GetDevice", body).await.error(),
        "ResourceNotFoundException"
    );
    assert_eq!(
        log_in_with(&house, key).await.message(),
        "Device does not exist."
    );
}
