//! Tokens: what is in them, how long they hold, what ends them.

use std::time::Duration;

use cognito_emulator::{AppClient, Pool, User};
use serde_json::{Value, json};

use crate::client::{ALL_FLOWS, House, claims};

async fn house() -> House {
    let house = House::new().await;
    house.pool.add_user(
        User::new("alice")
            .with_password("Correct-horse-1")
            .with_attribute("email", "alice@example.com")
            .with_attribute("custom:level", "7")
            .with_group("admins"),
    );
    house
}

async fn tokens(house: &House) -> Value {
    house.log_in("alice", "Correct-horse-1").await.json()["AuthenticationResult"].clone()
}

async fn refresh(house: &House, token: &Value) -> crate::client::Answer {
    house
        .begin("REFRESH_TOKEN_AUTH", json!({ "REFRESH_TOKEN": token }))
        .await
}

#[tokio::test]
async fn both_tokens_have_the_claims_that_cognito_gives() {
    let house = house().await;
    let tokens = tokens(&house).await;

    let id = claims(&tokens["IdToken"]);
    let access = claims(&tokens["AccessToken"]);

    let issuer = format!("{}/{}", house.emulator.endpoint(), house.pool.id());
    for token in [&id, &access] {
        assert_eq!(token["iss"], json!(issuer));
        assert_eq!(token["sub"], json!(house.pool.user_sub("alice")));
        assert_eq!(token["cognito:groups"], json!(["admins"]));
    }
    assert_eq!(id["aud"], json!(house.client.id()));
    assert_eq!(id["cognito:username"], "alice");
    assert_eq!(id["email_verified"], json!(true));
    assert_eq!(id["custom:level"], "7");
    assert_eq!(id["token_use"], "id");
    assert_eq!(access["client_id"], json!(house.client.id()));
    assert_eq!(access["username"], "alice");
    assert_eq!(access["token_use"], "access");
    assert_eq!(access["scope"], "aws.cognito.signin.user.admin");
    assert!(access["aud"].is_null());
    assert!(access["email"].is_null());
}

#[tokio::test]
async fn a_refresh_keeps_the_login_and_renews_the_user() {
    let house = house().await;
    let first = tokens(&house).await;
    house.emulator.advance(Duration::from_secs(100));
    house.pool.add_user_to_group("alice", "editors");
    house
        .pool
        .set_attribute("alice", "email", "new@example.com");

    let second =
        refresh(&house, &first["RefreshToken"]).await.json()["AuthenticationResult"].clone();

    let (old, new) = (claims(&first["IdToken"]), claims(&second["IdToken"]));
    assert!(second["RefreshToken"].is_null());
    for kept in ["auth_time", "origin_jti", "sub"] {
        assert_eq!(old[kept], new[kept], "{kept}");
    }
    assert_ne!(old["jti"], new["jti"]);
    assert_eq!(new["cognito:groups"], json!(["admins", "editors"]));
    assert_eq!(new["email"], "new@example.com");
}

#[tokio::test]
async fn tokens_end_with_their_time() {
    let house = house().await;
    let tokens = tokens(&house).await;
    let user = json!({ "AccessToken": tokens["AccessToken"] });
    assert_eq!(house.call("GetUser", user.clone()).await.status, 200);

    house.emulator.advance(Duration::from_secs(60 * 60));
    assert_eq!(
        house.call("GetUser", user).await.message(),
        "Access Token has expired"
    );
    assert_eq!(refresh(&house, &tokens["RefreshToken"]).await.status, 200);
    house
        .emulator
        .advance(Duration::from_secs(30 * 24 * 60 * 60));
    assert_eq!(
        refresh(&house, &tokens["RefreshToken"]).await.message(),
        "Refresh Token has expired"
    );
}

#[tokio::test]
async fn revoking_ends_one_login_and_signing_out_ends_all() {
    let house = house().await;
    let (one, two) = (tokens(&house).await, tokens(&house).await);
    let get = async |tokens: &Value| {
        let body = json!({ "AccessToken": tokens["AccessToken"] });
        house.call("GetUser", body).await
    };

    let body = json!({ "ClientId": house.client.id(), "Token": one["RefreshToken"] });
    assert_eq!(house.call("RevokeToken", body).await.status, 200);
    assert_eq!(get(&one).await.message(), "Access Token has been revoked");
    assert_eq!(refresh(&house, &one["RefreshToken"]).await.status, 400);
    assert_eq!(get(&two).await.status, 200);

    let body = json!({ "AccessToken": two["AccessToken"] });
    assert_eq!(house.call("GlobalSignOut", body).await.status, 200);
    assert_eq!(get(&two).await.message(), "Access Token has been revoked");
    assert_eq!(
        refresh(&house, &two["RefreshToken"]).await.message(),
        "Refresh Token has been revoked"
    );
}

#[tokio::test]
async fn rotation_gives_a_new_token_and_catches_the_old_one() {
    let client = AppClient::new("web")
        .with_flows(ALL_FLOWS)
        .with_refresh_token_rotation(Duration::from_secs(10));
    let house = House::with(Pool::new("us-east-1_Tested"), client).await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    let first = tokens(&house).await;
    let renew = async |token: &Value| {
        let body = json!({ "ClientId": house.client.id(), "RefreshToken": token });
        house.call("GetTokensFromRefreshToken", body).await
    };

    assert_eq!(refresh(&house, &first["RefreshToken"]).await.status, 400);
    let second = renew(&first["RefreshToken"]).await.json()["AuthenticationResult"].clone();
    assert_ne!(second["RefreshToken"], first["RefreshToken"]);
    assert_eq!(
        renew(&first["RefreshToken"]).await.status,
        200,
        "within the grace period"
    );
    house.emulator.advance(Duration::from_secs(11));
    assert_eq!(
        renew(&first["RefreshToken"]).await.error(),
        "RefreshTokenReuseException"
    );
    assert_eq!(renew(&second["RefreshToken"]).await.status, 200);
}

#[tokio::test]
async fn a_refresh_token_works_for_its_client_and_user_only() {
    let house = house().await;
    let tokens = tokens(&house).await;
    let other = house.pool.add_client(AppClient::new("other"));

    let body = json!({ "ClientId": other.id(), "RefreshToken": tokens["RefreshToken"] });
    let refusal = house.call("GetTokensFromRefreshToken", body).await;
    assert_eq!(refusal.message(), "Invalid Refresh Token");
    house.pool.disable_user("alice");
    assert_eq!(
        refresh(&house, &tokens["RefreshToken"]).await.message(),
        "User is disabled."
    );
}

#[tokio::test]
async fn rotated_keys_are_published_beside_the_old_ones() {
    let house = house().await;
    let before = tokens(&house).await;
    house.pool.rotate_keys();
    let after = tokens(&house).await;

    assert_ne!(header(&before["IdToken"]), header(&after["IdToken"]));
    let path = format!("/{}/.well-known/jwks.json", house.pool.id());
    assert_eq!(
        house.get(&path).await.json()["keys"]
            .as_array()
            .map(Vec::len),
        Some(4)
    );
    house.pool.drop_old_keys();
    assert_eq!(
        house.get(&path).await.json()["keys"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    let user = json!({ "AccessToken": before["AccessToken"] });
    assert_eq!(house.call("GetUser", user).await.status, 400);
}

fn header(token: &Value) -> String {
    let token = token.as_str().expect("a token");
    token.split('.').next().expect("a header").to_owned()
}
