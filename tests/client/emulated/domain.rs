//! `/oauth2/token`: what a code, a refresh token and a secret are good for.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cognito_emulator::{AppClient, AuthFlow, Pool};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;
use url::form_urlencoded::Serializer;

use super::house_of;
use crate::by_hand::{Answer, House, claims};
use crate::pool::PASSWORD;

const CALLBACK: &str = "https://shop.example/callback";
const SECRET: &str = "emulated_secret_of_a_machine";

/// A user pool whose app client may use the domain.
async fn house(pool: Pool) -> House {
    house_of(pool, AppClient::new("web").with_callback_urls([CALLBACK])).await
}

fn pool() -> Pool {
    Pool::new("us-east-1_Domain")
}

fn encode(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

async fn post(house: &House, path: &str, fields: &[(&str, &str)], headers: &str) -> Answer {
    let body = encode(fields);
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    house.raw(request).await.expect("an answer")
}

/// Logs alice in on the domain's page, and redeems the code.
async fn log_in(house: &House, scope: &str) -> Value {
    let query = encode(&[
        ("client_id", house.client.id()),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", scope),
    ]);
    let started = house.emulator.unix_time().to_string();
    let form = [
        ("username", "alice"),
        ("password", PASSWORD),
        ("started", started.as_str()),
    ];
    let back = post(house, &format!("/login?{query}"), &form, "").await;
    let back: Url = back.location.parse().expect("an address");
    let code = back.query_pairs().find(|(name, _)| name == "code");
    let (_, code) = code.unwrap_or_else(|| panic!("no code: {back}"));

    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("client_id", house.client.id()),
        ("redirect_uri", CALLBACK),
    ];
    post(house, "/oauth2/token", &fields, "").await.json()
}

async fn renew(house: &House, token: &Value) -> Value {
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str().unwrap_or_default()),
        ("client_id", house.client.id()),
    ];
    post(house, "/oauth2/token", &fields, "").await.json()
}

#[tokio::test]
async fn scopes_say_whether_there_is_an_id_token_and_what_it_shows() {
    const ALL: [&str; 3] = ["email", "given_name", "phone_number"];
    let house = house(pool()).await;
    house.pool.set_attribute("alice", "given_name", "Alice");
    house
        .pool
        .set_attribute("alice", "phone_number", "+12065550100");

    for (scope, expected) in [
        ("openid", ALL.as_slice()),
        ("openid email", &["email"]),
        ("openid phone", &["phone_number"]),
        ("openid profile", &["given_name"]),
        ("openid email phone profile", ALL.as_slice()),
        ("aws.cognito.signin.user.admin", &[]),
    ] {
        let tokens = log_in(&house, scope).await;
        let renewed = renew(&house, &tokens["refresh_token"]).await;
        assert_eq!(renewed["refresh_token"], Value::Null, "without rotation");

        for tokens in [&tokens, &renewed] {
            let access = &tokens["access_token"];
            assert_eq!(claims(access)["scope"], scope);
            assert_eq!(claims(access)["version"], 2, "{scope}");
            if expected.is_empty() {
                assert_eq!(tokens["id_token"], Value::Null, "{scope}");
                continue;
            }
            let id = claims(&tokens["id_token"]);
            let shown = ALL.into_iter().filter(|name| id[*name].is_string());
            assert_eq!(shown.collect::<Vec<_>>(), expected, "{scope}");
            let hash = Sha256::digest(access.as_str().expect("a token"));
            assert_eq!(id["at_hash"], URL_SAFE_NO_PAD.encode(&hash[..16]));
        }
    }

    let by_api = house.access_token("alice", PASSWORD).await;
    assert_eq!(claims(&by_api)["version"], Value::Null);
}

#[tokio::test]
async fn a_login_by_the_api_is_renewed_at_the_domain_unless_the_pool_tracks_devices() {
    for (pool, is_taken) in [(pool(), true), (pool().with_device_tracking(), false)] {
        let house = house(pool).await;
        let by_api = house.log_in("alice", PASSWORD).await.json();
        let by_api = renew(&house, &by_api["AuthenticationResult"]["RefreshToken"]).await;
        let by_domain = log_in(&house, "openid").await;
        let by_domain = renew(&house, &by_domain["refresh_token"]).await;

        assert!(by_domain["id_token"].is_string(), "{by_domain}");
        if is_taken {
            assert!(by_api["id_token"].is_string(), "{by_api}");
        } else {
            assert_eq!(by_api, json!({ "error": "invalid_grant" }));
        }
    }
}

#[tokio::test]
async fn an_error_has_a_description_where_there_is_one() {
    let house = house(pool()).await;
    let tokens = log_in(&house, "openid").await;
    house.pool.revoke_tokens("alice");

    let revoked = renew(&house, &tokens["refresh_token"]).await;
    let unknown = renew(&house, &json!("unknown")).await;

    let description = "Refresh Token has been revoked";
    let expected = json!({ "error": "invalid_grant", "error_description": description });
    assert_eq!(revoked, expected);
    assert_eq!(unknown, json!({ "error": "invalid_grant" }));
}

#[tokio::test]
async fn a_machine_gets_its_own_scopes_for_its_secret_and_nobody_else_does() {
    let house = house(pool()).await;
    let scope = |name: &str| json!({ "ScopeName": name, "ScopeDescription": name });
    let server = json!({
        "Identifier": "orders", "Name": "Orders", "Scopes": [scope("read"), scope("write")],
    });
    let made = house.admin("CreateResourceServer", server).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let machine = AppClient::new("machine")
        .with_secret(SECRET)
        .with_flows([AuthFlow::ClientToken])
        .with_oauth_flows(["client_credentials"])
        .with_scopes(["orders/read"]);
    let machine = house.pool.add_client(machine);
    let (own, of_people) = (machine.id(), house.client.id());

    for (id, secret, scope, error) in [
        (own, SECRET, "", ""),
        (own, SECRET, "orders/read", ""),
        (own, SECRET, "orders/write", "invalid_grant"),
        (own, SECRET, "orders/none", "invalid_scope"),
        (own, "wrong", "", "invalid_client"),
        ("unknown", SECRET, "", "invalid_client"),
        (of_people, "", "", "unauthorized_client"),
    ] {
        let basic = STANDARD.encode(format!("{id}:{secret}"));
        let basic = format!("Authorization: Basic {basic}\r\n");
        let grant = [("grant_type", "client_credentials"), ("scope", scope)];
        let named = [("client_id", id), ("client_secret", secret)];
        let in_body = [grant, named].concat();
        for answer in [
            post(&house, "/oauth2/token", &grant, &basic).await,
            post(&house, "/oauth2/token", &in_body, "").await,
        ] {
            let tokens = answer.json();
            assert_eq!(tokens["error"].as_str().unwrap_or_default(), error);
            assert_eq!(answer.status, if error.is_empty() { 200 } else { 400 });
            if error.is_empty() {
                assert_eq!(claims(&tokens["access_token"])["scope"], "orders/read");
                assert_eq!(claims(&tokens["access_token"])["sub"], own);
            }
        }
    }
    let nameless = [("grant_type", "client_credentials"), ("client_id", own)];
    let refused = post(&house, "/oauth2/token", &nameless, "").await;
    assert_eq!(refused.json()["error"], "invalid_client", "no secret");
}
