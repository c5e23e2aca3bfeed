//! Pages of any origin may call, as at AWS; names of other machines may not.

use cognito_emulator::{AppClient, Emulator, Pool, User};
use serde_json::json;

use crate::client::{ALL_FLOWS, House, claims};

#[tokio::test]
async fn a_browser_may_ask_and_call_from_any_page() {
    let house = House::new().await;
    let question = "OPTIONS / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
                    Origin: https://shop.example\r\nAccess-Control-Request-Method: POST\r\n\
                    Access-Control-Request-Headers: content-type,x-amz-target,x-amz-user-agent\r\n\r\n";

    let answer = house.raw(question.to_owned()).await.expect("an answer");
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("access-control-allow-origin: *"));
    let allowed = answer
        .head
        .lines()
        .find_map(|line| line.strip_prefix("access-control-allow-headers: "))
        .expect("headers");
    for name in ["content-type", "x-amz-target", "x-amz-user-agent"] {
        assert!(allowed.split(',').any(|it| it == name), "{name}");
    }

    let origin = "Origin: https://shop.example\r\n";
    let body = json!({ "ClientId": "none", "AuthFlow": "USER_AUTH" }).to_string();
    let answer = house.send("InitiateAuth", body, origin).await;
    assert!(answer.head.contains("access-control-allow-origin: *"));
    assert!(
        answer
            .head
            .contains("x-amzn-errortype: resourcenotfoundexception:")
    );
    assert!(
        answer
            .head
            .contains("x-amzn-errormessage: user pool client none does not exist.")
    );
    assert!(
        answer
            .head
            .contains("access-control-expose-headers: x-amzn-requestid,x-amzn-errortype")
    );
}

#[tokio::test]
async fn a_page_reads_no_mails_by_a_name_of_its_own() {
    let house = House::new().await;
    let get = async |host: &str| {
        let request =
            format!("GET /_emulator/outbox HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        house.raw(request).await.expect("an answer").status
    };

    for host in [
        "localhost",
        "LOCALHOST:9229",
        "127.0.0.1:1",
        "[::1]:9229",
        "a.localhost",
    ] {
        assert_eq!(get(host).await, 200, "{host}");
    }
    for host in [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil",
        "192.0.2.1",
        "",
    ] {
        assert_eq!(get(host).await, 403, "{host}");
    }
}

#[tokio::test]
async fn another_address_wants_a_word_that_says_what_it_is() {
    let any = "0.0.0.0:0".parse().expect("an address");
    let refusal = Emulator::builder().with_address(any).start().await;
    assert!(refusal.is_err());

    let emulator = Emulator::builder()
        .with_address(any)
        .dangerously_reachable()
        .start()
        .await;
    assert!(emulator.is_ok());
}

#[tokio::test]
async fn the_issuer_can_have_the_form_that_verifiers_know() {
    let emulator = Emulator::builder()
        .with_issuer("https://cognito-idp.{region}.amazonaws.com")
        .start()
        .await
        .expect("a free port");
    let pool = emulator.add_pool(Pool::new("eu-west-1_Tested"));
    let client = pool.add_client(AppClient::new("web").with_flows(ALL_FLOWS));
    let house = House {
        emulator,
        pool,
        client,
    };
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Tested";

    let token = house.access_token("alice", "Correct-horse-1").await;
    assert_eq!(claims(&token)["iss"], issuer);
    let answer = house.call("GetUser", json!({ "AccessToken": token })).await;
    assert_eq!(answer.status, 200);
    let document = house
        .get("/eu-west-1_Tested/.well-known/openid-configuration")
        .await
        .json();
    assert_eq!(document["issuer"], issuer);
    let keys = document["jwks_uri"].as_str().expect("an address");
    let path = keys.strip_prefix(house.emulator.endpoint()).expect("here");
    assert_eq!(
        house.get(path).await.json()["keys"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    assert!(
        document["code_challenge_methods_supported"].is_null(),
        "as at AWS"
    );
}
