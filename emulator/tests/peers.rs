//! The judges: clients that are known to work with AWS, each in its own language.
//!
//! They need packages that Cargo does not install, and are left out, with a message, where those are missing:
//! `pip install -r tests/peers/requirements.txt` for Python, whose interpreter `PEERS_PYTHON` may name, and
//! `npm install` in a copy of `tests/peers`, which `PEERS_NODE_DIR` names. `PEERS_LOGINS` says how many random
//! passwords each of them tries.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cognito_emulator::{Builder, Emulator};

#[tokio::test(flavor = "multi_thread")]
async fn pycognito_agrees() {
    let python = env::var("PEERS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let probe = ["-c", "import boto3, pycognito, pyotp"];
    if !succeeds(Command::new(&python).args(probe)) {
        eprintln!("left out: {python} has no pycognito; see tests/peers.rs");
        return;
    }

    for script in ["login.py", "journey.py"] {
        let path = scripts().join(script);
        judge(Command::new(&python).arg(path)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn amazon_cognito_identity_js_agrees() {
    for script in ["login.mjs", "journey.mjs"] {
        let package = "amazon-cognito-identity-js";
        judge_in_node(script, &[package], Emulator::builder()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn amplify_agrees() {
    judge_in_node("amplify.mjs", &["aws-amplify"], Emulator::builder()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openid_client_and_aws_jwt_verify_agree() {
    let aws = "https://cognito-idp.{region}.amazonaws.com";
    let packages = ["openid-client", "aws-jwt-verify"];
    judge_in_node(
        "managed.mjs",
        &packages,
        Emulator::builder().with_issuer(aws),
    )
    .await;
}

/// Runs a script beside its packages, if they are there.
async fn judge_in_node(script: &str, packages: &[&str], builder: Builder) {
    let Some(directory) = env::var_os("PEERS_NODE_DIR").map(PathBuf::from) else {
        eprintln!(
            "left out: PEERS_NODE_DIR does not say where the npm packages are; see tests/peers.rs"
        );
        return;
    };

    // What the harness itself needs is among them.
    let needed = packages.iter().chain(&["amazon-cognito-identity-js"]);
    for package in needed {
        if !directory.join("node_modules").join(package).is_dir() {
            eprintln!("left out: PEERS_NODE_DIR has no {package}; see tests/peers.rs");
            return;
        }
    }
    // Node looks for packages beside the script.
    for name in [script, "harness.mjs"] {
        std::fs::copy(scripts().join(name), directory.join(name)).expect("a writable directory");
    }
    let emulator = builder.start().await.expect("a free port");
    judge_on(&emulator, Command::new("node").arg(directory.join(script)));
}

/// Runs a script against an emulator of its own.
async fn judge(command: &mut Command) {
    let emulator = Emulator::start().await.expect("a free port");
    judge_on(&emulator, command);
}

fn judge_on(emulator: &Emulator, command: &mut Command) {
    let logins = env::var("PEERS_LOGINS").unwrap_or_else(|_| "50".to_owned());
    command
        .env("EMULATOR_ENDPOINT", emulator.endpoint())
        .env("LOGINS", logins);

    let status = tokio::task::block_in_place(|| command.status());
    assert!(status.expect("a running script").success(), "{command:?}");
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers")
}

fn succeeds(command: &mut Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
