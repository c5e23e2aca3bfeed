//! AWS's own verifier beside ours.
//!
//! It needs a package that Cargo does not install, and is left out, with a message, where that is
//! missing: `npm install aws-jwt-verify` in the directory that `PEERS_NODE_DIR` names.

use axum_cognito::token::{AccessToken, Principal};
use cognito_emulator::{AppClient, Emulator};
use serde_json::{Value, json};

use crate::bearer_tokens::{CALLBACK, add_machine, domain_token, get, machine_token, tokens};
use crate::node_judge::{ask, packages_with};
use crate::site::{ADMIN, ALICE, Cloud};

#[tokio::test]
async fn aws_jwt_verify_agrees() {
    let Some(directory) = packages_with("aws-jwt-verify") else {
        return;
    };

    // It knows AWS's own issuers alone.
    let aws = "https://cognito-idp.{region}.amazonaws.com";
    let emulator = Emulator::builder().with_issuer(aws).start().await;
    let client = AppClient::new("site").with_callback_urls([CALLBACK]);
    let cloud = Cloud::on(emulator.expect("a free port"), client);
    let (listed, other) = (
        add_machine(&cloud, ["orders/read"]),
        add_machine(&cloud, ["orders/read"]),
    );
    let by_sdk = tokens(&cloud.cognito(), ADMIN).await;
    let by_sdk = by_sdk.access.expose();
    let id = tokens(&cloud.cognito(), ALICE).await.id;
    let [head, claims, signature] = by_sdk.split('.').collect::<Vec<_>>()[..] else {
        panic!("three parts");
    };
    let tokens = [
        by_sdk.to_owned(),
        domain_token(&cloud, ALICE, "openid email", "").await,
        machine_token(&cloud, &listed).await,
        machine_token(&cloud, &other).await,
        id.expose().to_owned(),
        format!(
            "{head}.{claims}.{}",
            signature.replace(['A', 'B', 'C'], "D")
        ),
        format!("{head}.{claims}"),
        "garbage".to_owned(),
    ];

    let builder = cloud.builder();
    let builder = builder.with_api_clients([listed.id().parse().expect("an id")]);
    let cognito = builder.build().expect("a client");
    let mut ours = Vec::new();
    for token in &tokens {
        let token = AccessToken::new(token.as_str());
        ours.push(
            match cognito.token_verifier().verify_principal(&token).await {
                Ok(Principal::Person(_)) => "user",
                Ok(Principal::Machine(_)) => "machine",
                Err(_) => "",
            },
        );
    }
    let keys = get(
        &cloud,
        &format!("/{}/.well-known/jwks.json", cloud.pool.id()),
    )
    .await;
    let question = json!({
        "pool": cloud.pool.id(),
        "keys": serde_json::from_str::<Value>(&keys).expect("a key set"),
        "clients": [cloud.client.id(), listed.id()],
        "tokens": tokens,
    });

    assert_eq!(ours, ["user", "user", "machine", "", "", "", "", ""]);
    assert_eq!(
        json!(ours),
        ask::<Value>(&directory, "flows/bearer_judge.mjs", &question)
    );
}
