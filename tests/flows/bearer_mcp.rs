//! A client of the Model Context Protocol, which knows nothing but the URL of an API.
//!
//! It needs a package that Cargo does not install, and is left out, with a message, where that is
//! missing: `pip install mcp`, version 2, for the Python that `PEERS_PYTHON` names.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use axum_cognito::Auth;
use axum_cognito::web::{Bearer, scope_required};
use cognito_emulator::AppClient;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::bearer_tokens::{SECRET, add_machine, add_scope};
use crate::site::{ALICE, Cloud};

const CALLBACK: &str = "http://localhost:3030/callback";
const SCOPE: &str = "orders/read";

/// A server of that protocol, with one tool.
async fn server(caller: Bearer, Json(message): Json<Value>) -> Response {
    let id = &message["id"];
    let result = match message["method"].as_str() {
        _ if id.is_null() => return StatusCode::ACCEPTED.into_response(),
        Some("initialize") => json!({
            "protocolVersion": message["params"]["protocolVersion"],
            "capabilities": { "tools": {} },
            "serverInfo": { "name": "orders", "version": "1" },
        }),
        Some("tools/list") => json!({
            "tools": [{ "name": "whoami", "inputSchema": { "type": "object" } }],
        }),
        Some("tools/call") => {
            let who = match caller {
                Bearer::User(user) => user.username().to_owned(),
                Bearer::Machine(machine) => machine.client_id().to_owned(),
            };
            json!({ "content": [{ "type": "text", "text": who }] })
        }
        _ => {
            let error = json!({ "code": -32601, "message": "Method not found" });
            return Json(json!({ "jsonrpc": "2.0", "id": id, "error": error })).into_response();
        }
    };
    Json(json!({ "jsonrpc": "2.0", "id": id, "result": result })).into_response()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_mcp_client_finds_its_way_in() {
    let Some(python) = python() else {
        return;
    };
    let people = AppClient::new("people").with_callback_urls([CALLBACK]);
    let cloud = Cloud::with_client(people.with_scopes(["openid", SCOPE])).await;
    add_scope(&cloud, "orders", "read").await;
    let machine = add_machine(&cloud, [SCOPE]);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let host = format!("http://{}", listener.local_addr().expect("an address"));
    let url = format!("{host}/mcp");
    let cognito = cloud
        .builder()
        .with_resource(&url)
        .with_api_clients([machine.id().parse().expect("an id")]);
    let cognito = cognito.build().expect("a client");
    let issuer = cognito.token_verifier().issuer().to_owned();
    let auth = Auth::builder().with_tokens_of(cognito).build().await;
    let auth = auth.expect("a site");
    let metadata = auth.protected_resource().expect("a resource");
    let api = Router::new()
        .route("/mcp", post(server))
        .route_layer(scope_required(SCOPE))
        .merge(metadata.router())
        .layer(auth.login_layer());
    tokio::spawn(async move { axum::serve(listener, api).await });

    let question = json!({
        "server": url,
        "issuer": issuer,
        "people": cloud.client.id(),
        "callback": CALLBACK,
        "user": [ALICE.0, ALICE.1],
        "machine": machine.id(),
        "secret": SECRET,
    });
    let answer = tokio::task::spawn_blocking(move || ask(&python, &question));

    let read = json!([
        "/.well-known/oauth-protected-resource/mcp",
        format!("/{}/.well-known/openid-configuration", cloud.pool.id()),
    ]);
    assert_eq!(
        answer.await.expect("an answer"),
        json!([
            { "said": ALICE.0, "read": read },
            { "said": machine.id(), "read": read },
        ])
    );
}

fn python() -> Option<PathBuf> {
    let Some(python) = env::var_os("PEERS_PYTHON").map(PathBuf::from) else {
        let _ = writeln!(std::io::stderr(), "left out: PEERS_PYTHON names no Python");
        return None;
    };
    let asked = Command::new(&python)
        .args(["-c", "import httpx2, mcp.client"])
        .output();
    if asked.is_ok_and(|asked| asked.status.success()) {
        return Some(python);
    }
    let _ = writeln!(std::io::stderr(), "left out: PEERS_PYTHON has no mcp 2");
    None
}

fn ask(python: &Path, question: &Value) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flows/bearer_mcp.py");
    let mut python = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Python");
    let mut input = python.stdin.take().expect("a pipe");
    input
        .write_all(question.to_string().as_bytes())
        .expect("a reader");
    drop(input);

    let output = python.wait_with_output().expect("an end");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}
