//! AWS's own verifier beside ours.
//!
//! It needs a package that Cargo does not install, and is left out, with a message, where that is
//! missing: `npm install aws-jwt-verify` in the directory that `PEERS_NODE_DIR` names.

use serde_json::json;

use crate::balancer::{ARN, BalancedSite, SECOND_ARN};
use crate::node_judge::{ask, packages_with};
use crate::shapes::Shape;

#[tokio::test]
async fn aws_jwt_verify_agrees() {
    let Some(directory) = packages_with("aws-jwt-verify") else {
        return;
    };
    let site = BalancedSite::start().await;
    let shapes = Shape::all(&site);
    let question = json!({
        "arns": [ARN, SECOND_ARN],
        "issuer": site.cloud.cognito().token_verifier().issuer(),
        "client": site.cloud.client.id(),
        "key": site.signer.jwk(),
        "tokens": shapes.iter().map(|shape| &shape.token).collect::<Vec<_>>(),
    });

    let verdicts: Vec<bool> = ask(&directory, "load_balancer/judge.mjs", &question);

    for (shape, verdict) in shapes.iter().zip(verdicts) {
        let agrees = verdict == shape.is_accepted;
        assert_eq!(agrees, !shape.is_stricter, "{}", shape.name);
    }
}
