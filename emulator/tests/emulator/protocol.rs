//! The wire: names, errors, credentials.

use std::net::SocketAddr;

use cognito_emulator::{Emulator, User};
use serde_json::json;

use crate::client::House;

#[tokio::test]
async fn errors_are_written_as_every_aws_client_reads_them() {
    let house = House::new().await;

    let answer = house.log_in("nobody", "Correct-horse-1").await;

    assert_eq!(answer.status, 400);
    assert_eq!(answer.error(), "UserNotFoundException");
    assert_eq!(answer.message(), "User does not exist.");
    assert!(
        answer
            .head
            .contains("x-amzn-errortype: usernotfoundexception")
    );
    assert!(
        answer
            .head
            .contains("content-type: application/x-amz-json-1.1")
    );
}

#[tokio::test]
async fn admin_operations_want_credentials_and_public_ones_do_not() {
    let house = House::new().await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    let body = json!({ "UserPoolId": house.pool.id(), "Username": "alice" });

    for operation in [
        "AdminGetUser",
        "ListUsers",
        "CreateGroup",
        "DescribeUserPool",
    ] {
        let answer = house.call(operation, body.clone()).await;
        assert_eq!(
            answer.error(),
            "MissingAuthenticationTokenException",
            "{operation}"
        );
    }
    assert_eq!(house.admin("AdminGetUser", body).await.status, 200);
    assert_eq!(house.log_in("alice", "Correct-horse-1").await.status, 200);
    let calls = house.emulator.calls();
    assert!(
        calls
            .iter()
            .any(|it| it.operation == "AdminGetUser" && it.has_credentials)
    );
    let login = calls.last().expect("a call");
    assert_eq!(login.username.as_deref(), Some("alice"));
    assert_eq!(login.parameters, ["PASSWORD", "USERNAME"]);
    assert!(!format!("{calls:?}").contains("Correct-horse"));
}

#[tokio::test]
async fn unknown_operations_and_broken_bodies_get_clear_answers() {
    let house = House::new().await;

    for (operation, body, error) in [
        ("NoSuchThing", "{}", "UnknownOperationException"),
        ("ListUserPools", "{}", "MissingAuthenticationTokenException"),
        (
            "SetUserSettings",
            "{\"AccessToken\": \"a\", \"MFAOptions\": []}",
            "UnsupportedOperationException",
        ),
        ("InitiateAuth", "", "SerializationException"),
        ("InitiateAuth", "[]", "SerializationException"),
        ("InitiateAuth", "null", "SerializationException"),
        ("InitiateAuth", "{", "SerializationException"),
        ("InitiateAuth", "{}", "InvalidParameterException"),
        (
            "InitiateAuth",
            "{\"ClientId\": 3, \"AuthFlow\": []}",
            "SerializationException",
        ),
        (
            "InitiateAuth",
            "{\"ClientId\": \"x\", \"AuthFlow\": \"y\"}",
            "InvalidParameterException",
        ),
        (
            "InitiateAuth",
            "{\"ClientId\": \"x\", \"AuthFlow\": \"USER_SRP_AUTH\"}",
            "ResourceNotFoundException",
        ),
        (
            "GetUser",
            "{\"AccessToken\": \"\"}",
            "InvalidParameterException",
        ),
        (
            "GetUser",
            "{\"AccessToken\": \"a.b.c\"}",
            "NotAuthorizedException",
        ),
    ] {
        let answer = house.send(operation, body.to_owned(), "").await;
        assert_eq!(answer.status, 400, "{operation} {body}");
        assert_eq!(answer.error(), error, "{operation} {body}");
    }
}

#[tokio::test]
async fn listens_on_loopback_only() {
    let address: SocketAddr = "0.0.0.0:0".parse().expect("an address");

    let refusal = Emulator::builder().with_address(address).start().await;

    let error = refusal.expect_err("a public address");
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let first = Emulator::start().await.expect("a free port");
    let address = first
        .endpoint()
        .replace("http://", "")
        .parse()
        .expect("an address");

    let second = Emulator::builder().with_address(address).start().await;

    assert_eq!(
        second.expect_err("taken").kind(),
        std::io::ErrorKind::AddrInUse
    );
}

#[tokio::test]
async fn shows_health_outbox_and_key_set() {
    let house = House::new().await;
    house
        .admin(
            "AdminCreateUser",
            json!({
                "Username": "carol",
                "UserAttributes": [{ "Name": "email", "Value": "carol@example.com" }],
                "DesiredDeliveryMediums": ["EMAIL"],
            }),
        )
        .await;

    assert_eq!(house.get("/_emulator/health").await.status, 200);
    let outbox = house.get("/_emulator/outbox").await.json();
    assert_eq!(outbox[0]["username"], "carol");
    assert_eq!(outbox[0]["destination"], "carol@example.com");
    let keys = house
        .get(&format!("/{}/.well-known/jwks.json", house.pool.id()))
        .await
        .json();
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(2));
    assert_ne!(keys["keys"][0]["kid"], keys["keys"][1]["kid"]);
    assert_eq!(
        house
            .get("/us-east-1_Other/.well-known/jwks.json")
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn lists_users_by_pages() {
    let house = House::new().await;
    for index in 0..7 {
        house.pool.add_user(User::new(format!("user{index}")));
    }

    let mut names = Vec::new();
    let mut body = json!({ "Limit": 3 });
    loop {
        let page = house.admin("ListUsers", body.clone()).await.json();
        let users = page["Users"].as_array().expect("users").clone();
        names.extend(users.iter().map(|it| it["Username"].clone()));
        if page["PaginationToken"].is_null() {
            break;
        }
        body["PaginationToken"] = page["PaginationToken"].clone();
    }

    assert_eq!(names.len(), 7);
    assert_eq!(
        house
            .admin("ListUsers", json!({ "Limit": 61 }))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn the_last_handle_stops_the_server() {
    let emulator = Emulator::start().await.expect("a free port");
    let address = emulator.endpoint().replace("http://", "");
    let other = emulator.clone();

    drop(emulator);
    assert!(tokio::net::TcpStream::connect(&address).await.is_ok());
    drop(other);

    for _ in 0..1_000 {
        if tokio::net::TcpStream::connect(&address).await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
    unreachable!("the server still listens");
}
