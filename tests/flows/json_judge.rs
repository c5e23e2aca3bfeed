//! `examples/json_front_end.rs`, as Schemathesis meets it: whatever the description allows and
//! whatever it does not, the server has no fault, and every answer is one that is described.
//!
//! It needs a package that Cargo does not install, and is left out, with a message, where that is
//! missing: `pip install schemathesis` for the Python that `PEERS_PYTHON` names. `JSON_CALLS` sets how
//! many calls are made, roughly.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use cognito_emulator::Emulator;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::process::Command;

use self::example::{people, site};
use crate::site::Browser;

#[allow(dead_code, reason = "its `main` listens on a port")]
#[path = "../../examples/json_front_end.rs"]
mod example;

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,unsupported_method,\
                      allow_header_conformance";

/// They would end the login of the second run.
const ENDS: &str = "^/auth/(logout|logout/everywhere|profile/logins)$";

async fn python() -> Option<PathBuf> {
    let Some(python) = std::env::var_os("PEERS_PYTHON").map(PathBuf::from) else {
        let _ = writeln!(std::io::stderr(), "left out: PEERS_PYTHON names no Python");
        return None;
    };
    let asked = Command::new(&python)
        .args(["-c", "import schemathesis"])
        .output()
        .await;
    if asked.is_ok_and(|asked| asked.status.success()) {
        return Some(python);
    }
    let _ = writeln!(
        std::io::stderr(),
        "left out: PEERS_PYTHON has no schemathesis"
    );
    None
}

/// Serves the site, and counts its calls.
async fn serve(site: Router) -> (String, Arc<AtomicUsize>) {
    let calls = Arc::<AtomicUsize>::default();
    let counter = calls.clone();
    let count = middleware::from_fn(move |request: Request, next: Next| {
        counter.fetch_add(1, Ordering::Relaxed);
        next.run(request)
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, site.layer(count)).await });

    (format!("http://{address}/auth/openapi.json"), calls)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schemathesis_finds_no_fault() {
    let Some(python) = python().await else {
        return;
    };
    let calls = std::env::var("JSON_CALLS").ok();
    let calls: usize = calls.and_then(|calls| calls.parse().ok()).unwrap_or(800);
    let emulator = Emulator::start().await.expect("the emulator starts");
    let (pool, client) = people(&emulator);
    let site = site(&pool, &client, emulator.endpoint())
        .await
        .expect("a site");
    let mut bob = Browser::new(site.clone());
    let form = json!({ "username": "bob", "password": "Correct-horse-1" });
    assert_eq!(bob.post_json("/login", &form, &[]).await.status, 200);
    let cookie = format!("Cookie: {}", bob.cookie.as_deref().expect("a cookie"));
    let (description, made) = serve(site).await;

    // Some forty operations are asked by a stranger, and by somebody who is logged in.
    let examples = (calls / 50).max(1).to_string();
    let of_bob = ["--header", &cookie, "--exclude-path-regex", ENDS];
    for who in [&[][..], &of_bob] {
        let run = Command::new(&python)
            .args([
                "-c",
                "from schemathesis.cli import schemathesis; schemathesis()",
            ])
            .args(["run", &description, "--checks", CHECKS])
            .args([
                "--max-examples",
                &examples,
                "--suppress-health-check",
                "all",
            ])
            // One worker: CPython 3.11 miscounts its recursion where two threads build syntax trees.
            .args(["--phases", "examples,coverage,fuzzing", "--workers", "1"])
            .args(who)
            .current_dir(env!("CARGO_TARGET_TMPDIR"))
            .output()
            .await
            .expect("Python");
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stdout)
        );
    }
    assert_eq!(
        bob.get_json("/profile", &[]).await.status,
        200,
        "all by bob"
    );
    let made = made.load(Ordering::Relaxed);
    println!("{made} calls");
    assert!(made >= calls, "{made}");
}
