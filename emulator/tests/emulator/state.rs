//! Seeds and states: what is written is read again.

use cognito_emulator::{AppClient, Emulator, Pool, User, seed};
use serde_json::{Value, json};

use crate::client::{ALL_FLOWS, House};

#[tokio::test]
async fn a_state_is_read_as_it_was_written() {
    let pool = Pool::new("us-east-1_Tested")
        .with_alias_attributes(["email"])
        .with_custom_attributes(["team"]);
    let client = AppClient::new("web")
        .with_id("web")
        .with_flows(ALL_FLOWS)
        .with_callback_urls(["https://shop.example/callback"])
        .with_write_attributes(["email"]);
    let house = House::with(pool, client).await;
    house.pool.add_user(
        User::new("alice")
            .with_password("Correct-horse-1")
            .with_attribute("email", "alice@example.com")
            .with_group("admins"),
    );
    house
        .pool
        .add_user(User::new("newbie").with_temporary_password("Temporary-1!"));
    house.pool.add_user(User::new("gone").disabled());
    let written = seed::dump(&house.emulator);
    drop(house);

    let emulator = Emulator::start().await.expect("a free port");
    seed::load(&emulator, &written).expect("its own form");
    assert_eq!(seed::dump(&emulator), written);
    let pool = emulator.pool("us-east-1_Tested").expect("the pool");
    let client = AppClient::new("web").with_id("web");
    let house = House {
        emulator,
        pool,
        client,
    };
    let login = house.log_in("alice@example.com", "Correct-horse-1").await;
    assert_eq!(login.status, 200);
    let asked = house.log_in("newbie", "Temporary-1!").await.json();
    assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");
}

/// The names that `seed.schema.json` has, and those that the program reads, are the same.
#[tokio::test]
async fn the_schema_knows_what_a_state_has() {
    let schema: Value = serde_json::from_str(include_str!("../../seed.schema.json")).expect("JSON");
    let house = House::new().await;
    house.pool.add_user(
        User::new("alice")
            .with_temporary_password("Temporary-1!")
            .with_totp_secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
    );
    let state: Value = serde_json::from_str(&seed::dump(&house.emulator)).expect("JSON");
    let pool = &state["pools"][0];

    for (name, value) in [
        ("pool", pool),
        ("client", &pool["clients"][0]),
        ("user", &pool["users"][0]),
    ] {
        let known = &schema["$defs"][name]["properties"];
        for member in value.as_object().expect("members").keys() {
            assert!(known[member].is_object(), "{name}.{member}");
        }
    }
    let emulator = Emulator::start().await.expect("a free port");
    let unknown = json!({ "pools": [{ "id": "us-east-1_A", "shoes": 1 }] });
    assert!(seed::load(&emulator, &unknown.to_string()).is_err());
}
