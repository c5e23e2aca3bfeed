//! Faults strike as often as asked, where asked, and spoil only the wire.

use std::time::{Duration, Instant};

use cognito_emulator::{Fault, FaultKind, User};
use serde_json::json;

use crate::client::House;

#[tokio::test]
async fn faults_strike_as_often_as_asked() {
    let house = House::new().await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    house
        .emulator
        .inject(Fault::on("InitiateAuth", FaultKind::Throttle).times(2));
    house
        .emulator
        .inject(Fault::on("InitiateAuth", FaultKind::Status(503)));
    house
        .emulator
        .inject(Fault::on("InitiateAuth", FaultKind::Garbage));
    house.emulator.inject(Fault::on(
        "InitiateAuth",
        FaultKind::error("InternalErrorException"),
    ));
    house
        .emulator
        .inject(Fault::on("GetUser", FaultKind::Throttle).forever());

    let mut seen = Vec::new();
    for _ in 0..6 {
        let answer = house.log_in("alice", "Correct-horse-1").await;
        seen.push(answer.status);
    }

    assert_eq!(seen, [400, 400, 503, 200, 500, 200]);
    assert_eq!(house.emulator.calls().len(), 6);
}

#[tokio::test]
async fn a_dropped_connection_has_no_answer() {
    let house = House::new().await;
    house.emulator.inject(Fault::on("jwks", FaultKind::Drop));
    let path = format!("/{}/.well-known/jwks.json", house.pool.id());
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    assert!(house.raw(request.clone()).await.is_none());
    assert!(house.raw(request).await.is_some());
}

#[tokio::test]
async fn a_delay_delays_and_a_cut_cuts() {
    let house = House::new().await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    house
        .emulator
        .inject(Fault::on("*", FaultKind::Delay(Duration::from_millis(300))));
    house.emulator.inject(Fault::on("*", FaultKind::Truncate));

    let start = Instant::now();
    assert_eq!(house.log_in("alice", "Correct-horse-1").await.status, 200);
    assert!(start.elapsed() >= Duration::from_millis(300));
    let cut = house.log_in("alice", "Correct-horse-1").await;
    assert!(serde_json::from_str::<serde_json::Value>(&cut.text).is_err());
    assert_eq!(house.call("GetUser", json!({})).await.status, 400);
}

#[tokio::test]
async fn an_answer_can_be_spoilt_after_the_work_is_done() {
    let house = House::new().await;
    let fault = Fault::on("SignUp", FaultKind::error("CodeDeliveryFailureException"));
    house.emulator.inject(fault.once_done());
    let body = json!({
        "ClientId": house.client.id(), "Username": "carol", "Password": "Correct-horse-1",
    });

    let answer = house.call("SignUp", body).await;
    assert_eq!(answer.error(), "CodeDeliveryFailureException");
    assert_eq!(
        house.pool.user_status("carol").as_deref(),
        Some("UNCONFIRMED")
    );
}

#[tokio::test]
async fn one_flow_of_an_operation_can_be_spoilt_alone() {
    let house = House::new().await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    let kind = FaultKind::ErrorWithMessage(
        "UserLambdaValidationException".to_owned(),
        "PreTokenGeneration failed with error no.".to_owned(),
    );
    house
        .emulator
        .inject(Fault::on("InitiateAuth", kind).only("REFRESH_TOKEN_AUTH"));

    let login = house.log_in("alice", "Correct-horse-1").await.json();
    let token = &login["AuthenticationResult"]["RefreshToken"];
    let refresh = json!({ "REFRESH_TOKEN": token });
    let refused = house.begin("REFRESH_TOKEN_AUTH", refresh.clone()).await;
    assert_eq!(refused.error(), "UserLambdaValidationException");
    assert_eq!(
        refused.message(),
        "PreTokenGeneration failed with error no."
    );
    let passed = house.begin("REFRESH_TOKEN_AUTH", refresh).await;
    assert_eq!(passed.status, 200);
}

#[tokio::test]
async fn members_of_a_right_answer_can_be_others() {
    let house = House::new().await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    let patch = r#"{ "AuthenticationResult": { "ExpiresIn": 5, "IdToken": null } }"#;
    house.emulator.inject(Fault::on(
        "InitiateAuth",
        FaultKind::Patch(patch.to_owned()),
    ));

    let login = house.log_in("alice", "Correct-horse-1").await.json();
    let result = &login["AuthenticationResult"];
    assert_eq!(result["ExpiresIn"], 5);
    assert!(result["IdToken"].is_null());
    assert!(result["AccessToken"].is_string());
}
