//! AWS's own verifier beside ours.
//!
//! It needs a package that Cargo does not install, and is left out, with a message, where that is
//! missing: `npm install aws-jwt-verify` in the directory that `PEERS_NODE_DIR` names.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::balancer::{ARN, BalancedSite, SECOND_ARN};
use crate::shapes::Shape;

#[tokio::test]
async fn aws_jwt_verify_agrees() {
    let directory = env::var_os("PEERS_NODE_DIR").map(PathBuf::from);
    let directory = directory.filter(|it| it.join("node_modules/aws-jwt-verify").is_dir());
    let Some(directory) = directory else {
        let _ = writeln!(
            std::io::stderr(),
            "left out: PEERS_NODE_DIR names no directory with aws-jwt-verify"
        );
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

    let verdicts = ask(&directory, &question);

    for (shape, verdict) in shapes.iter().zip(verdicts) {
        let agrees = verdict == shape.is_accepted;
        assert_eq!(agrees, !shape.is_stricter, "{}", shape.name);
    }
}

fn ask(directory: &Path, question: &Value) -> Vec<bool> {
    // Node looks for packages beside the script.
    let script = directory.join("load_balancer_judge.mjs");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/load_balancer/judge.mjs");
    std::fs::copy(source, &script).expect("a writable directory");
    let mut node = Command::new("node")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node.js");
    let mut input = node.stdin.take().expect("a pipe");
    input
        .write_all(question.to_string().as_bytes())
        .expect("a reader");
    drop(input);

    let output = node.wait_with_output().expect("an end");
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}
