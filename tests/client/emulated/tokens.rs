//! Which access tokens are taken, and what an ID token shows.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cognito_emulator::{AppClient, Pool};
use serde_json::{Value, json};

use super::{house, house_of, user};
use crate::by_hand::claims;
use crate::pool::PASSWORD;

const MINUTE: Duration = Duration::from_secs(60);

fn pool() -> Pool {
    Pool::new("us-east-1_Tokens")
}

/// The same token with another end.
fn prolonged(token: &Value) -> Value {
    let mut claims = claims(token);
    claims["exp"] = json!(u32::MAX);
    let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
    let parts: Vec<_> = token.as_str().expect("a token").split('.').collect();
    json!(format!("{}.{payload}.{}", parts[0], parts[2]))
}

#[tokio::test]
async fn a_call_takes_an_access_token_of_its_own_pool_as_it_was_signed() {
    let (here, there) = (house(pool()).await, house(pool()).await);
    let sub = "6b1f3c5e-0000-4000-8000-000000000000";
    for house in [&here, &there] {
        house.pool.add_user(user("alice").with_sub(sub));
    }
    // The emulators of a process share their keys, which take long to make: issuers alone differ.
    let keys = "/us-east-1_Tokens/.well-known/jwks.json";
    assert_eq!(here.get(keys).await.text, there.get(keys).await.text);
    let own = here.log_in("alice", PASSWORD).await.json();
    let own = &own["AuthenticationResult"];
    let foreign = there.access_token("alice", PASSWORD).await;

    for (what, token, message) in [
        ("its own", own["AccessToken"].clone(), ""),
        (
            "a changed one",
            prolonged(&own["AccessToken"]),
            "Could not verify signature for Access Token",
        ),
        ("no token", json!("a.b.c"), "Invalid Access Token"),
        (
            "an ID token",
            own["IdToken"].clone(),
            "Invalid Access Token",
        ),
        ("of another", foreign, "Invalid Access Token"),
    ] {
        let answer = here.call("GetUser", json!({ "AccessToken": token })).await;
        assert_eq!(answer.message(), message, "{what}");
    }
}

#[tokio::test]
async fn an_access_token_is_over_after_an_hour_to_the_second() {
    let house = house(pool()).await;
    let body = json!({ "AccessToken": house.access_token("alice", PASSWORD).await });

    house.emulator.advance(59 * MINUTE);
    assert_eq!(house.call("GetUser", body.clone()).await.status, 200);
    house.emulator.advance(MINUTE);
    let late = house.call("GetUser", body).await;
    assert_eq!(late.message(), "Access Token has expired");
}

#[tokio::test]
async fn a_key_that_was_dropped_is_good_for_nothing() {
    let house = house(pool()).await;
    let body = json!({ "AccessToken": house.access_token("alice", PASSWORD).await });
    let published = async || {
        let keys = house.get("/us-east-1_Tokens/.well-known/jwks.json").await;
        keys.json()["keys"].as_array().map(Vec::len)
    };

    house.pool.rotate_keys();
    assert_eq!(published().await, Some(4));
    assert_eq!(house.call("GetUser", body.clone()).await.status, 200);
    house.pool.drop_old_keys();
    assert_eq!(published().await, Some(2));
    let refused = house.call("GetUser", body).await;
    assert_eq!(refused.message(), "Invalid Access Token");
}

#[tokio::test]
async fn an_id_token_shows_what_the_app_client_may_read() {
    let client = AppClient::new("web").with_read_attributes(["email"]);
    let house = house_of(pool(), client).await;
    house.pool.set_attribute("alice", "given_name", "Alice");

    let login = house.log_in("alice", PASSWORD).await.json();
    let id = claims(&login["AuthenticationResult"]["IdToken"]);

    assert_eq!(id["email"], "alice@example.com");
    assert_eq!(id["email_verified"], true);
    assert_eq!(id["given_name"], Value::Null);
}
