//! A client of the emulator that has nothing in common with it: HTTP by hand, over one connection a call.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use cognito_emulator::{AppClient, AuthFlow, Emulator, Pool};
use serde_json::{Value, json};

/// An answer: status, headers in lower case, body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    /// The cookie that the answer sets, as it was sent.
    pub(crate) set_cookie: String,
    /// Where the answer sends the browser.
    pub(crate) location: String,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("a JSON body")
    }

    /// The error name; empty for a good answer.
    pub(crate) fn error(&self) -> String {
        self.json()["__type"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    pub(crate) fn message(&self) -> String {
        self.json()["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

/// An emulator with one pool and one app client that may do everything.
pub(crate) struct House {
    pub(crate) emulator: Emulator,
    pub(crate) pool: Pool,
    pub(crate) client: AppClient,
}

pub(crate) const ALL_FLOWS: [AuthFlow; 6] = [
    AuthFlow::AdminUserPassword,
    AuthFlow::Custom,
    AuthFlow::RefreshToken,
    AuthFlow::User,
    AuthFlow::UserPassword,
    AuthFlow::UserSrp,
];

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(
            Pool::new("us-east-1_Tested"),
            AppClient::new("web").with_flows(ALL_FLOWS),
        )
        .await
    }

    pub(crate) async fn with(pool: Pool, client: AppClient) -> Self {
        let emulator = Emulator::start().await.expect("a free port");
        let pool = emulator.add_pool(pool);
        let client = pool.add_client(client);
        Self {
            emulator,
            pool,
            client,
        }
    }

    /// A public call.
    pub(crate) async fn call(&self, operation: &str, body: Value) -> Answer {
        self.send(operation, body.to_string(), "").await
    }

    /// A call with credentials, on this pool.
    pub(crate) async fn admin(&self, operation: &str, mut body: Value) -> Answer {
        body["UserPoolId"] = json!(self.pool.id());
        let signature = "Authorization: AWS4-HMAC-SHA256 Credential=none\r\n";
        self.send(operation, body.to_string(), signature).await
    }

    pub(crate) async fn send(&self, operation: &str, body: String, headers: &str) -> Answer {
        let request = format!(
            "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             X-Amz-Target: AWSCognitoIdentityProviderService.{operation}\r\n{headers}\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.raw(request).await.expect("an answer")
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        self.raw(request).await.expect("an answer")
    }

    /// Sends text, and reads until the other side closes; nothing if it closed without an answer.
    pub(crate) async fn raw(&self, request: String) -> Option<Answer> {
        let address = self.emulator.endpoint().replace("http://", "");
        let work = move || {
            let mut stream = TcpStream::connect(address).expect("a listener");
            stream
                .set_read_timeout(Some(Duration::from_secs(30)))
                .expect("a time limit");
            stream.write_all(request.as_bytes()).expect("sent");
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).ok()?;
            let text = String::from_utf8(bytes).expect("UTF-8");
            let (head, text) = text.split_once("\r\n\r\n")?;
            let header = |name| {
                let value = head.lines().find_map(|line| line.strip_prefix(name));
                value.unwrap_or_default().to_owned()
            };
            Some(Answer {
                status: head.split(' ').nth(1)?.parse().ok()?,
                set_cookie: header("set-cookie: "),
                location: header("location: "),
                head: head.to_lowercase(),
                text: text.to_owned(),
            })
        };
        tokio::task::spawn_blocking(work).await.expect("no panic")
    }

    /// A login by `USER_PASSWORD_AUTH`.
    pub(crate) async fn log_in(&self, username: &str, password: &str) -> Answer {
        self.begin(
            "USER_PASSWORD_AUTH",
            json!({ "USERNAME": username, "PASSWORD": password }),
        )
        .await
    }

    pub(crate) async fn begin(&self, flow: &str, parameters: Value) -> Answer {
        let body =
            json!({ "ClientId": self.client.id(), "AuthFlow": flow, "AuthParameters": parameters });
        self.call("InitiateAuth", body).await
    }

    pub(crate) async fn respond(
        &self,
        challenge: &str,
        session: &Value,
        responses: Value,
    ) -> Answer {
        let body = json!({
            "ClientId": self.client.id(),
            "ChallengeName": challenge,
            "Session": session,
            "ChallengeResponses": responses,
        });
        self.call("RespondToAuthChallenge", body).await
    }

    /// An access token of a user who can log in at once.
    pub(crate) async fn access_token(&self, username: &str, password: &str) -> Value {
        let answer = self.log_in(username, password).await.json();
        answer["AuthenticationResult"]["AccessToken"].clone()
    }
}

/// The claims of a token.
pub(crate) fn claims(token: &Value) -> Value {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    let token = token.as_str().expect("a token");
    let payload = token.split('.').nth(1).expect("three parts");
    let bytes = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}
