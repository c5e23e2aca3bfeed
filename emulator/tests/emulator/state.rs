//! Seeds, and what outlives a restart.

use std::collections::BTreeSet;
use std::time::Duration;

use cognito_emulator::{AppClient, Emulator, Pool, User, seed, state};
use serde_json::{Map, Value, json};

use crate::client::{ALL_FLOWS, House, claims};
use crate::devices;
use crate::program::Program;

/// Tokens name their issuer: the next process has another port.
async fn start() -> Emulator {
    let builder = Emulator::builder().with_issuer("https://issuer.example");
    builder.start().await.expect("a free port")
}

/// The same house after a restart.
pub(crate) async fn restart(house: House) -> House {
    let written = state::dump(&house.emulator);
    let id = house.pool.id().to_owned();
    let client = house.client.clone();
    drop(house);

    let emulator = start().await;
    state::load(&emulator, &written).expect("its own form");
    assert_eq!(state::dump(&emulator), written);
    let pool = emulator.pool(&id).expect("the pool");
    House {
        emulator,
        pool,
        client,
    }
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let emulator = start().await;
    let pool = emulator.add_pool(
        Pool::new("us-east-1_Tested")
            .with_alias_attributes(["email"])
            .with_custom_attributes(["team"])
            .with_device_tracking()
            .with_passkeys("localhost"),
    );
    let client = AppClient::new("web")
        .with_secret("the-secret-of-one-web-client")
        .with_flows(ALL_FLOWS)
        .with_callback_urls(["https://shop.example/callback"]);
    let client = pool.add_client(client);
    pool.add_client(AppClient::new("open").with_id("open").with_flows(ALL_FLOWS));
    pool.add_user(
        User::new("alice")
            .with_password("Correct-horse-1")
            .with_attribute("email", "alice@example.com")
            .with_attribute("custom:team", "blue")
            .with_group("admins"),
    );
    pool.add_user(User::new("newbie").with_temporary_password("Temporary-1!"));
    pool.add_user(User::new("gone").disabled());
    pool.add_identity_provider("Corp", [("email", "email")]);
    pool.link_identity("alice", "Corp", "42");
    let open = AppClient::new("open").with_id("open");
    let house = House {
        emulator,
        pool,
        client: open,
    };
    for (operation, body) in [
        (
            "UpdateGroup",
            json!({ "GroupName": "admins", "Precedence": 7 }),
        ),
        ("CreateUserPoolDomain", json!({ "Domain": "shop" })),
        (
            "CreateResourceServer",
            json!({
                "Identifier": "orders", "Name": "Orders",
                "Scopes": [{ "ScopeName": "read", "ScopeDescription": "Read" }],
            }),
        ),
    ] {
        assert_eq!(
            house.admin(operation, body).await.status,
            200,
            "{operation}"
        );
    }
    let login = house.log_in("alice", "Correct-horse-1").await.json();
    let tokens = &login["AuthenticationResult"];
    let key = &tokens["NewDeviceMetadata"]["DeviceKey"];
    devices::confirm(&house, tokens).await;
    let gone = house
        .log_in("alice@example.com", "Correct-horse-1")
        .await
        .json();
    let gone = &gone["AuthenticationResult"];
    let revoke = json!({ "Token": gone["RefreshToken"], "ClientId": "open" });
    assert_eq!(house.call("RevokeToken", revoke).await.status, 200);
    let code = house
        .call(
            "ForgotPassword",
            json!({ "ClientId": "open", "Username": "alice" }),
        )
        .await;
    assert_eq!(code.status, 200, "{}", code.text);
    let code = house.emulator.outbox()[0].code.clone();
    let sub = house.pool.user_sub("alice");
    house.pool.rotate_keys();
    let keys = house
        .get("/us-east-1_Tested/.well-known/jwks.json")
        .await
        .text;
    house.emulator.advance(Duration::from_secs(60));
    let time = house.emulator.unix_time();

    let house = restart(house).await;
    assert!(house.emulator.unix_time() >= time);
    assert_eq!(house.pool.user_sub("alice"), sub);
    let now = house.get("/us-east-1_Tested/.well-known/jwks.json").await;
    assert_eq!(now.text, keys);
    let mine = json!({ "AccessToken": tokens["AccessToken"] });
    let user = house.call("GetUser", mine.clone()).await;
    assert!(user.text.contains("\"blue\""), "{}", user.text);
    assert!(user.text.contains("Corp"), "{}", user.text);
    let revoked = json!({ "AccessToken": gone["AccessToken"] });
    assert_eq!(house.call("GetUser", revoked).await.status, 400);
    let renew = json!({ "REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": key });
    let renewed = house.begin("REFRESH_TOKEN_AUTH", renew).await.json();
    let access = &renewed["AuthenticationResult"]["AccessToken"];
    assert_eq!(claims(access)["cognito:groups"], json!(["admins"]));
    let asked = devices::log_in_with(&house, key).await.json();
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    let asked = house.log_in("newbie", "Temporary-1!").await.json();
    assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let change = json!({
        "ClientId": "open", "Username": "alice", "ConfirmationCode": code, "Password": "Correct-horse-2",
    });
    assert_eq!(
        house.call("ConfirmForgotPassword", change).await.status,
        200
    );

    for (operation, body, part) in [
        (
            "GetGroup",
            json!({ "GroupName": "admins" }),
            "\"Precedence\":7",
        ),
        (
            "DescribeUserPoolDomain",
            json!({ "Domain": "shop" }),
            "us-east-1_Tested",
        ),
        (
            "DescribeResourceServer",
            json!({ "Identifier": "orders" }),
            "\"read\"",
        ),
        (
            "DescribeIdentityProvider",
            json!({ "ProviderName": "Corp" }),
            "\"email\"",
        ),
        (
            "AdminGetUser",
            json!({ "Username": "gone" }),
            "\"Enabled\":false",
        ),
        (
            "DescribeUserPoolClient",
            json!({ "ClientId": client.id() }),
            "the-secret-of-one-web-client",
        ),
    ] {
        let answer = house.admin(operation, body).await;
        assert!(answer.text.contains(part), "{operation}: {}", answer.text);
    }

    let unknown = r#"{"version":2,"ahead_by_millis":0,"pools":[]}"#;
    let refused = state::load(&house.emulator, unknown).expect_err("another form");
    assert!(refused.to_string().contains("version 2"), "{refused}");
}

#[cfg(unix)]
#[test]
fn the_program_keeps_its_state_even_where_it_is_killed() {
    use std::os::unix::fs::PermissionsExt;

    let file = std::env::temp_dir().join(format!("emulator-state-{}.json", std::process::id()));
    let path = file.to_str().expect("a name of letters");
    let start = || Program::start(&["--issuer", "aws", "--demo", "--state", path]);
    let program = start();
    let login = json!({
        "ClientId": "emulated", "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "alice", "PASSWORD": "Correct-horse-1" },
    });
    let tokens = program.call("InitiateAuth", &login);
    let refresh = &tokens["AuthenticationResult"]["RefreshToken"];
    let refresh = refresh.as_str().expect("a token").to_owned();
    // It is written every two seconds.
    let is_written = || std::fs::read_to_string(&file).is_ok_and(|it| it.contains(&refresh));
    for _ in 0..200 {
        if is_written() {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(is_written());
    let mode = std::fs::metadata(&file).expect("a file").permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    drop(program);

    let program = start();
    let renew = json!({
        "ClientId": "emulated", "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": { "REFRESH_TOKEN": refresh },
    });
    let renewed = program.call("InitiateAuth", &renew);
    assert!(
        renewed["AuthenticationResult"]["IdToken"].is_string(),
        "{renewed}"
    );
    drop(program);
    std::fs::remove_file(&file).expect("a file");
}

/// `seed.schema.json` and the program know the same names, and what the schema calls good is read.
#[tokio::test]
async fn the_schema_of_a_seed_is_what_the_program_reads() {
    let schema: Value = serde_json::from_str(include_str!("../../seed.schema.json")).expect("JSON");
    let emulator = Emulator::start().await.expect("a free port");
    let defs = &schema["$defs"];

    let mut pool = sample(defs, &defs["pool"]);
    pool["clients"] = json!([sample(defs, &defs["client"])]);
    pool["users"] = json!([sample(defs, &defs["user"])]);
    let all = json!({ "$schema": "./seed.schema.json", "pools": [pool] });
    seed::load(&emulator, &all.to_string()).expect("a seed with everything");

    for (place, properties) in [
        ("", &schema["properties"]),
        ("/pools/0", &defs["pool"]["properties"]),
        ("/pools/0/clients/0", &defs["client"]["properties"]),
        ("/pools/0/users/0", &defs["user"]["properties"]),
    ] {
        let mut wrong = all.clone();
        wrong.pointer_mut(place).expect("an object")["shoes"] = json!(1);
        let error = seed::load(&emulator, &wrong.to_string()).expect_err("an unknown name");
        // unknown field `shoes`, expected one of `…`, `…` at line …
        let text = error.to_string();
        let read: BTreeSet<_> = text.split('`').skip(3).step_by(2).collect();
        let known = properties.as_object().expect("properties");
        assert_eq!(read, known.keys().map(String::as_str).collect(), "{text}");
    }
    for (place, values) in [
        ("/pools/0/mfa", &defs["pool"]["properties"]["mfa"]["enum"]),
        (
            "/pools/0/clients/0/flows/0",
            &defs["client"]["properties"]["flows"]["items"]["enum"],
        ),
    ] {
        let mut wrong = all.clone();
        wrong["pools"][0]["clients"][0]["flows"] = json!(["ALLOW_USER_SRP_AUTH"]);
        *wrong.pointer_mut(place).expect("a value") = json!("shoes");
        let error = seed::load(&emulator, &wrong.to_string()).expect_err("an unknown value");
        let text = error.to_string();
        let read: BTreeSet<_> = text.split('`').skip(3).step_by(2).collect();
        let known = values.as_array().expect("values").iter();
        assert_eq!(read, known.filter_map(Value::as_str).collect(), "{text}");
    }
    for (place, name) in [
        ("/pools/0", "id"),
        ("/pools/0/clients/0", "id"),
        ("/pools/0/users/0", "username"),
    ] {
        let mut wrong = all.clone();
        let object = wrong.pointer_mut(place).and_then(Value::as_object_mut);
        object.expect("an object").remove(name);
        assert!(
            seed::load(&emulator, &wrong.to_string()).is_err(),
            "{place} without {name}"
        );
    }
}

/// A value with every property that a schema has.
fn sample(defs: &Value, schema: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str() {
        return sample(defs, &defs[name.trim_start_matches("#/$defs/")]);
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    match schema["type"].as_str().expect("a type") {
        "array" => json!([]),
        "boolean" => json!(true),
        "string" => json!("us-east-1_a1secretofatleast24letters"),
        "object" => {
            let properties = schema["properties"]
                .as_object()
                .cloned()
                .unwrap_or_default();
            let pairs = properties.iter();
            let pairs = pairs.map(|(name, it)| (name.clone(), sample(defs, it)));
            Value::Object(pairs.collect::<Map<_, _>>())
        }
        other => panic!("{other} is new here"),
    }
}
