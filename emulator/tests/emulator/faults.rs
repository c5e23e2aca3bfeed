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
    let request = format!("GET {path} HTTP/1.1\r\nHost: emulator\r\nConnection: close\r\n\r\n");

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
