//! The judges: clients that are known to work with AWS, or certified for OpenID Connect, each in its own language.
//!
//! They need packages that Cargo does not install, and are left out, with a message, where those are missing:
//! `pip install -r tests/peers/requirements.txt` for Python, whose interpreter `PEERS_PYTHON` may name,
//! `npm install` in a copy of `tests/peers`, which `PEERS_NODE_DIR` names, and Debian's
//! `libapache2-mod-auth-openidc` for Apache. `PEERS_LOGINS` says how many random passwords each of them tries.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cognito_emulator::{Builder, Emulator};

#[tokio::test(flavor = "multi_thread")]
async fn pycognito_agrees() {
    for script in ["login.py", "journey.py"] {
        judge_in_python(script, "boto3, pycognito, pyotp").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_aws_cli_agrees() {
    judge_in_python("cli.py", "awscli").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn authlib_agrees() {
    judge_in_python("authlib_judge.py", "boto3, django, authlib.oidc").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn django_allauth_agrees() {
    let packages = "boto3, django, requests, allauth, jwt";
    judge_in_python("allauth_judge.py", packages).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mod_auth_openidc_agrees() {
    if !Path::new("/usr/lib/apache2/modules/mod_auth_openidc.so").is_file() {
        eprintln!("left out: libapache2-mod-auth-openidc is not installed; see tests/peers.rs");
        return;
    }
    judge_in_python("apache.py", "boto3, requests").await;
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
async fn oauth4webapi_agrees() {
    judge_in_node("oauth4webapi.mjs", &["oauth4webapi"], Emulator::builder()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openid_client_agrees() {
    judge_in_node("openid_client.mjs", &["openid-client"], Emulator::builder()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn aws_jwt_verify_agrees() {
    let aws = "https://cognito-idp.{region}.amazonaws.com";
    let builder = Emulator::builder().with_issuer(aws);
    judge_in_node("aws_jwt_verify.mjs", &["aws-jwt-verify"], builder).await;
}

/// Runs a script by an interpreter that has these modules, if there is one.
async fn judge_in_python(script: &str, modules: &str) {
    let python = env::var("PEERS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if !succeeds(Command::new(&python).args(["-c", &format!("import {modules}")])) {
        eprintln!("left out: {python} cannot import {modules}; see tests/peers.rs");
        return;
    }
    let emulator = Emulator::start().await.expect("a free port");
    let mut command = Command::new(&python);
    command.arg("-B").arg(scripts().join(script));
    judge_on(&emulator, &mut command);
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
    // Node looks for packages in the directories above the script. Each test has one of its own.
    let room = directory.join("judges").join(script);
    std::fs::create_dir_all(&room).expect("a writable directory");
    for name in [script, "harness.mjs", "domain.mjs"] {
        std::fs::copy(scripts().join(name), room.join(name)).expect("a writable directory");
    }
    let emulator = builder.start().await.expect("a free port");
    judge_on(&emulator, Command::new("node").arg(room.join(script)));
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
