//! The judges: clients that are known to work with AWS, or certified for OpenID Connect, each in its own language.
//!
//! They need packages that Cargo does not install, and are left out, with a message, where those are missing:
//! `pip install -r tests/peers/requirements.txt` for Python, whose interpreter `PEERS_PYTHON` may name,
//! `npm install` in a copy of `tests/peers`, which `PEERS_NODE_DIR` names, and Debian's
//! `libapache2-mod-auth-openidc` for Apache. `PEERS_LOGINS` says how many random passwords each of them tries.

use std::env;
use std::io::Write as _;
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
    let said = judge_in_python("cli.py", "awscli").await;
    refused(23, said);
}

#[tokio::test(flavor = "multi_thread")]
async fn authlib_agrees() {
    let packages = "boto3, django, joserfc, requests, authlib.oidc";
    let said = judge_in_python("authlib_judge.py", packages).await;
    refused(30, said);
}

#[tokio::test(flavor = "multi_thread")]
async fn django_allauth_agrees() {
    let packages = "boto3, django, requests, allauth, jwt";
    let said = judge_in_python("allauth_judge.py", packages).await;
    refused(13, said);
}

#[tokio::test(flavor = "multi_thread")]
async fn mod_auth_openidc_agrees() {
    if !Path::new("/usr/lib/apache2/modules/mod_auth_openidc.so").is_file() {
        let _ = writeln!(
            std::io::stderr(),
            "left out: libapache2-mod-auth-openidc is not installed; see tests/peers.rs"
        );
        return;
    }
    let said = judge_in_python("apache.py", "boto3, requests").await;
    refused(12, said);
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
async fn amplify_in_a_browser_agrees() {
    let browser = env::var("CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
    if !succeeds(Command::new(browser).arg("--version")) {
        let _ = writeln!(
            std::io::stderr(),
            "left out: no Chromium; CHROMIUM may name it"
        );
        return;
    }
    let packages = ["aws-amplify", "esbuild"];
    judge_in_node("amplify_browser.mjs", &packages, Emulator::builder()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oauth4webapi_agrees() {
    let said = judge_in_node("oauth4webapi.mjs", &["oauth4webapi"], Emulator::builder()).await;
    refused(42, said);
}

#[tokio::test(flavor = "multi_thread")]
async fn openid_client_agrees() {
    let said = judge_in_node("openid_client.mjs", &["openid-client"], Emulator::builder()).await;
    refused(22, said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certified_provider_stands_behind_the_pool() {
    let script = "oidc_provider_behind.mjs";
    let said = judge_in_node(script, &["oidc-provider"], Emulator::builder()).await;
    refused(4, said);
}

#[tokio::test(flavor = "multi_thread")]
async fn aws_jwt_verify_agrees() {
    let aws = "https://cognito-idp.{region}.amazonaws.com";
    let builder = Emulator::builder().with_issuer(aws);
    let said = judge_in_node("aws_jwt_verify.mjs", &["aws-jwt-verify"], builder).await;
    refused(16, said);
}

/// Runs a script by an interpreter that has these modules, if there is one. Returns what it has printed.
async fn judge_in_python(script: &str, modules: &str) -> Option<String> {
    let python = env::var("PEERS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if !succeeds(Command::new(&python).args(["-c", &format!("import {modules}")])) {
        let _ = writeln!(
            std::io::stderr(),
            "left out: {python} cannot import {modules}; see tests/peers.rs"
        );
        return None;
    }
    let emulator = Emulator::start().await.expect("a free port");
    let mut command = Command::new(&python);
    command.arg("-B").arg(scripts().join(script));
    Some(judge_on(&emulator, &mut command))
}

/// Runs a script beside its packages, if they are there. Returns what it has printed.
async fn judge_in_node(script: &str, packages: &[&str], builder: Builder) -> Option<String> {
    let Some(directory) = env::var_os("PEERS_NODE_DIR").map(PathBuf::from) else {
        let _ = writeln!(
            std::io::stderr(),
            "left out: PEERS_NODE_DIR does not say where the npm packages are; see tests/peers.rs"
        );
        return None;
    };

    // What the harness itself needs is among them.
    let needed = packages.iter().chain(&["amazon-cognito-identity-js"]);
    for package in needed {
        if !directory.join("node_modules").join(package).is_dir() {
            let _ = writeln!(
                std::io::stderr(),
                "left out: PEERS_NODE_DIR has no {package}; see tests/peers.rs"
            );
            return None;
        }
    }
    // Node looks for packages in the directories above the script. Each test has one of its own.
    let room = directory.join("judges").join(script);
    std::fs::create_dir_all(&room).expect("a writable directory");
    let shared = [
        "harness.mjs",
        "domain.mjs",
        "amplify_journey.mjs",
        "amplify_page.mjs",
    ];
    for name in shared.into_iter().chain([script]) {
        std::fs::copy(scripts().join(name), room.join(name)).expect("a writable directory");
    }
    let emulator = builder.start().await.expect("a free port");
    let mut command = Command::new("node");
    command.arg(room.join(script));
    Some(judge_on(&emulator, &mut command))
}

fn judge_on(emulator: &Emulator, command: &mut Command) -> String {
    let logins = env::var("PEERS_LOGINS").unwrap_or_else(|_| "50".to_owned());
    command
        .env("EMULATOR_ENDPOINT", emulator.endpoint())
        .env("LOGINS", logins)
        .stderr(Stdio::inherit());

    let output = tokio::task::block_in_place(|| command.output()).expect("a running script");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{said}");
    assert!(output.status.success(), "{command:?}");
    said
}

/// Holds a judge to the number of wrong requests that were refused as they should be.
#[track_caller]
fn refused(number: usize, said: Option<String>) {
    if let Some(said) = said {
        assert!(said.contains(&format!(", {number} refused")), "{said}");
    }
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
