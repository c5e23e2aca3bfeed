//! `examples/api.rs`, as a caller meets it.

use axum::http::StatusCode;
use cognito_emulator::Emulator;

use self::example::{api, clients};
use crate::bearer_tokens::{Caller, tokens};
use crate::site::ALICE;

#[allow(dead_code, reason = "its `main` listens on a port")]
#[path = "../../examples/api.rs"]
mod example;

#[tokio::test]
async fn the_example_tells_people_from_machines() {
    let emulator = Emulator::start().await.expect("the emulator starts");
    let [people, machine] = clients(&emulator).expect("two clients");
    let alice = tokens(&people, ALICE).await;
    let alice = alice.access.expose();
    let token = machine.get_client_token(&[]).await.expect("a token");
    let (machine, token) = (machine.app_client(), token.access.expose());
    let mut api = Caller::of(api(people).await.expect("an API"));

    let page = api.get("/whoami", alice).await;
    assert_eq!(page.body, "alice, in []\n");
    let page = api.get("/whoami", token).await;
    assert_eq!(page.body, format!("the machine {machine}\n"));
    assert_eq!(api.get_without("/whoami").await.body, "nobody\n");
    for (path, caller, status) in [
        ("/orders", token, StatusCode::OK),
        ("/orders", alice, StatusCode::FORBIDDEN),
        ("/keys", alice, StatusCode::OK),
        ("/keys", token, StatusCode::FORBIDDEN),
        ("/keys", "garbage", StatusCode::UNAUTHORIZED),
        ("/nowhere", alice, StatusCode::NOT_FOUND),
    ] {
        let page = api.get(path, caller).await;
        assert_eq!(page.status, status, "{path} {}", page.body);
        if status != StatusCode::OK {
            page.problem();
        }
    }
}
