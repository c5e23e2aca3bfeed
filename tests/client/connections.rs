//! The connections that clients make.

use std::collections::HashSet;
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use axum_cognito::Cognito;

use crate::http::{header, read_request};

/// The heads of requests, each with the number of its connection.
type Asked = Mutex<Vec<(usize, String)>>;

/// A server that refuses whatever is asked, and keeps connections open.
struct Server {
    address: SocketAddr,
    asked: Arc<Asked>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked: Arc<Asked> = Arc::default();

        let shared = asked.clone();
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let shared = shared.clone();
                thread::spawn(move || serve(stream.expect("a connection"), number, &shared));
            }
        });
        Self { address, asked }
    }

    /// A client of it, with connections of its own or with those of another.
    fn client(&self, other: Option<&Cognito>) -> Cognito {
        client_of(&self.endpoint(), other)
    }

    fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The number of connections that something was asked on.
    fn connections(&self) -> usize {
        let asked = self.asked.lock().expect("a lock");
        let numbers: HashSet<_> = asked.iter().map(|(number, _)| *number).collect();

        numbers.len()
    }

    /// What was asked: `(the API, the keys)`.
    fn asked(&self) -> (bool, bool) {
        let asked = self.asked.lock().expect("a lock");
        let is_api = asked.iter().any(|(_, head)| head.starts_with("POST "));
        let is_keys = asked.iter().any(|(_, head)| head.contains("/jwks.json"));

        (is_api, is_keys)
    }
}

fn client_of(endpoint: &str, other: Option<&Cognito>) -> Cognito {
    let pool = "us-east-1_Client".parse().expect("a pool id");
    let client = "1example23456789".parse().expect("an app client id");
    let mut builder = Cognito::builder(pool, client).with_endpoint(endpoint);
    if let Some(other) = other {
        builder = builder.with_connections_of(other);
    }

    builder.build().expect("a client")
}

fn serve(mut stream: TcpStream, number: usize, asked: &Asked) {
    let refusal = r#"{"__type":"UserNotFoundException","message":"Nobody."}"#;
    let answer = format!(
        "HTTP/1.1 400 Refused\r\ncontent-type: application/x-amz-json-1.1\r\n\
         content-length: {}\r\n\r\n{refusal}",
        refusal.len()
    );

    while let Some((head, _)) = read_request(&mut stream) {
        asked.lock().expect("a lock").push((number, head));
        // The client may have gone.
        let _ = stream.write_all(answer.as_bytes());
    }
}

#[tokio::test]
async fn clients_share_connections_if_they_are_told_to() {
    const CLIENTS: usize = 8;

    for shares in [false, true] {
        let server = Server::start();
        let first = server.client(None);
        let mut clients = vec![first.clone()];
        clients.extend((1..CLIENTS).map(|_| server.client(shares.then_some(&first))));

        for cognito in &clients {
            let refused = cognito.initiate_forgot_password("alice").await;
            assert!(refused.is_err(), "{refused:?}");
        }

        // One is enough, unless a call begins before the last one has given it back.
        let connections = server.connections();
        assert_eq!(connections < CLIENTS, shares, "{connections} connections");
    }
}

/// The SDK says so of the connections that it makes by itself.
#[tokio::test]
async fn aws_is_told_which_http_client_asks() {
    let server = Server::start();

    let refused = server.client(None).initiate_forgot_password("alice").await;

    assert!(refused.is_err(), "{refused:?}");
    let asked = server.asked.lock().expect("a lock");
    let (_, head) = asked.first().expect("a request");
    let agent = header(head, "x-amz-user-agent").expect("a header");
    assert!(agent.contains("http#hyper"), "{agent}");
}

const ENDPOINT: &str = "CONNECTIONS_ENDPOINT";

/// In a process of its own, since the environment is that of a whole process.
#[test]
fn the_api_and_the_keys_are_asked_through_the_proxy_of_the_environment() {
    for (no_proxy, is_proxied) in [("", true), ("127.0.0.1", false)] {
        let (proxy, server) = (Server::start(), Server::start());

        let output = Command::new(std::env::current_exe().expect("this program"))
            .args([
                "connections::asks_the_api_and_for_keys",
                "--exact",
                "--ignored",
            ])
            .env("HTTP_PROXY", proxy.endpoint())
            .env("NO_PROXY", no_proxy)
            .env(ENDPOINT, server.endpoint())
            .output()
            .expect("a process");

        let told = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{told}");
        assert_eq!(proxy.asked(), (is_proxied, is_proxied), "{told}");
        assert_eq!(server.asked(), (!is_proxied, !is_proxied), "{told}");
    }
}

#[ignore = "run by the test above, with an environment"]
#[tokio::test]
async fn asks_the_api_and_for_keys() {
    let endpoint = std::env::var(ENDPOINT).expect("the test above");
    let cognito = client_of(&endpoint, None);

    cognito.token_verifier().prefetch_keys().await;
    let refused = cognito.initiate_forgot_password("alice").await;

    assert!(refused.is_err(), "{refused:?}");
}
