//! Tokens to call an API with, as their holders get them: at the domain of the user pool.

use std::io::{Read, Write};
use std::net::TcpStream;

use axum::Router;
use axum_cognito::cognito::{Cognito, LoginStep};
use axum_cognito::token::Tokens;
use cognito_emulator::{AppClient, AuthFlow};
use serde_json::json;
use url::form_urlencoded::Serializer;

use crate::site::{Browser, Cloud, Page};

pub(crate) const CALLBACK: &str = "https://shop.example/callback";
pub(crate) const SECRET: &str = "emulated_secret_of_a_machine";

/// A user pool whose app client may log users in at the domain of the pool too.
pub(crate) async fn cloud_with_domain() -> Cloud {
    Cloud::with_client(AppClient::new("site").with_callback_urls([CALLBACK])).await
}

/// The tokens of a login by the SDK.
pub(crate) async fn tokens(cognito: &Cognito, (name, password): (&str, &str)) -> Tokens {
    match cognito
        .authenticate(name, &password.to_owned().into())
        .await
    {
        Ok(LoginStep::Complete(user)) => user.into_tokens(),
        other => panic!("no login: {other:?}"),
    }
}

/// Adds an app client that gets tokens of its own, with these scopes.
pub(crate) fn add_machine<const N: usize>(cloud: &Cloud, scopes: [&str; N]) -> AppClient {
    cloud.pool.add_client(
        AppClient::new("machine")
            .with_secret(SECRET)
            .with_flows([AuthFlow::ClientToken])
            .with_oauth_flows(["client_credentials"])
            .with_scopes(scopes),
    )
}

/// Adds a scope, `server/scope`, which machines may name when they ask for a token.
pub(crate) async fn add_scope(cloud: &Cloud, server: &str, scope: &str) {
    let body = json!({
        "UserPoolId": cloud.pool.id(),
        "Identifier": server,
        "Name": server,
        "Scopes": [{ "ScopeName": scope, "ScopeDescription": scope }],
    });
    let body = body.to_string();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         X-Amz-Target: AWSCognitoIdentityProviderService.CreateResourceServer\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=none\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let (head, body) = send(cloud, request).await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}\n{body}");
}

/// A machine's token, by client credentials at `/oauth2/token`.
pub(crate) async fn machine_token(cloud: &Cloud, machine: &AppClient) -> String {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", machine.id()),
        ("client_secret", SECRET),
    ];
    token_of(cloud, &fields).await
}

/// A user's token from the domain of the pool, with these scopes, bound to `resource` if it is not
/// empty.
pub(crate) async fn domain_token(
    cloud: &Cloud,
    (name, password): (&str, &str),
    scope: &str,
    resource: &str,
) -> String {
    let mut query = vec![
        ("client_id", cloud.client.id()),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", scope),
    ];
    if !resource.is_empty() {
        query.push(("resource", resource));
    }
    let started = cloud.emulator.unix_time().to_string();
    let form = [
        ("username", name),
        ("password", password),
        ("started", &started),
    ];
    let (head, body) = post(cloud, &format!("/login?{}", encode(&query)), &form).await;
    let back = head
        .lines()
        .find_map(|line| line.strip_prefix("location: "));
    let back = back.unwrap_or_else(|| panic!("no way back: {head}\n{body}"));
    let back = url::Url::parse(back).expect("a URL");
    let code = back.query_pairs().find(|(name, _)| name == "code");
    let (_, code) = code.unwrap_or_else(|| panic!("no code: {back}"));

    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("client_id", cloud.client.id()),
        ("redirect_uri", CALLBACK),
    ];
    token_of(cloud, &fields).await
}

async fn token_of(cloud: &Cloud, fields: &[(&str, &str)]) -> String {
    let (head, body) = post(cloud, "/oauth2/token", fields).await;
    let body: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    match body["access_token"].as_str() {
        Some(token) => token.to_owned(),
        None => panic!("no token: {head}\n{body}"),
    }
}

fn encode(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Posts a form to the emulator by hand. Returns the head and the body of the answer.
async fn post(cloud: &Cloud, path: &str, fields: &[(&str, &str)]) -> (String, String) {
    let body = encode(fields);
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    send(cloud, request).await
}

/// Returns the body of what is at a path of the emulator.
pub(crate) async fn get(cloud: &Cloud, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    send(cloud, request).await.1
}

async fn send(cloud: &Cloud, request: String) -> (String, String) {
    let address = cloud.emulator.endpoint().replace("http://", "");
    let work = move || {
        let mut stream = TcpStream::connect(address).expect("a listener");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("UTF-8");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        (head.to_owned(), body.to_owned())
    };
    tokio::task::spawn_blocking(work).await.expect("no panic")
}

/// A program that calls an API.
pub(crate) struct Caller(pub(crate) Browser);

impl Caller {
    pub(crate) fn of(api: Router) -> Self {
        Self(Browser::new(api))
    }

    pub(crate) async fn get(&mut self, path: &str, token: &str) -> Page {
        let header = format!("Bearer {token}");
        self.0.get_with(path, &[("authorization", &header)]).await
    }

    pub(crate) async fn get_without(&mut self, path: &str) -> Page {
        self.0.get_with(path, &[]).await
    }
}

impl Page {
    /// The problem details.
    pub(crate) fn problem(&self) -> serde_json::Value {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{self:?}"
        );
        let problem: serde_json::Value = serde_json::from_str(&self.body).expect("JSON");
        assert_eq!(problem["status"], self.status.as_u16());
        problem
    }
}
