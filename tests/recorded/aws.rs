//! A plain server in AWS's place: it gives the answers that were recorded.

use std::collections::HashMap;
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use axum_cognito::cognito::Cognito;
use serde_json::{Value, json};

use crate::http::{header, read_request};

/// An answer in whole.
#[derive(Clone)]
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Answer {
    /// An answer of the API.
    pub(crate) fn api(body: &Value) -> Self {
        Self::new(200, "application/x-amz-json-1.1", body)
    }

    /// An error of the API: it is named in the body and in a header, there with a colon.
    pub(crate) fn error(status: u16, exception: &str, message: &str) -> Self {
        let body = json!({ "__type": exception, "message": message });
        let mut answer = Self::new(status, "application/x-amz-json-1.1", &body);
        answer.headers.extend([
            ("x-amzn-errormessage", message.to_owned()),
            ("x-amzn-errortype", format!("{exception}:")),
        ]);
        answer
    }

    /// An answer of the domain.
    pub(crate) fn domain(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json;charset=UTF-8", body)
    }

    fn new(status: u16, content_type: &str, body: &Value) -> Self {
        let request_id = "00000000-0000-4000-8000-000000000000".to_owned();
        Self {
            status,
            headers: vec![
                ("content-type", content_type.to_owned()),
                ("x-amzn-requestid", request_id),
            ],
            body: body.to_string(),
        }
    }

    fn text(&self) -> String {
        let headers = self.headers.iter();
        let headers: String = headers
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let (status, body) = (self.status, &self.body);
        format!(
            "HTTP/1.1 {status} Recorded\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
    }
}

#[derive(Default)]
struct State {
    answers: Mutex<HashMap<String, Answer>>,
    asked: Mutex<Vec<(String, Value)>>,
}

pub(crate) struct Aws {
    address: SocketAddr,
    state: Arc<State>,
}

impl Aws {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(State::default());

        let shared = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = shared.clone();
                thread::spawn(move || serve(stream.expect("a connection"), &shared));
            }
        });
        Self { address, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn cognito(&self) -> Cognito {
        let pool = "us-west-2_Recorded".parse().expect("a pool id");
        let client = "1example23456789".parse().expect("an app client id");

        Cognito::builder(pool, client)
            .with_app_client_secret("made_up_secret_of_the_tests")
            .with_endpoint(self.url())
            .with_access_key("AKIDEXAMPLE", "made-up")
            .build()
            .expect("a client")
    }

    /// Sets what operations, or paths, are answered from now on. Of others nothing is known.
    pub(crate) fn answers<'a>(&self, answers: impl IntoIterator<Item = (&'a str, Answer)>) {
        let answers = answers.into_iter();
        let answers = answers.map(|(asked, answer)| (asked.to_owned(), answer));
        *self.state.answers.lock().expect("a lock") = answers.collect();
    }

    /// What an operation was asked with last.
    pub(crate) fn asked(&self, operation: &str) -> Value {
        let asked = self.state.asked.lock().expect("a lock");
        let mut asked = asked.iter().rev();
        let found = asked.find(|(name, _)| name == operation);
        found.expect("a request").1.clone()
    }
}

fn serve(mut stream: TcpStream, state: &State) {
    let Some((head, body)) = read_request(&mut stream) else {
        return;
    };

    let operation = header(&head, "x-amz-target").and_then(|target| target.rsplit('.').next());
    let path = || head.split(' ').nth(1).unwrap_or_default();
    let asked = operation.unwrap_or_else(path).to_owned();
    let parameters = serde_json::from_slice(&body).unwrap_or_default();
    let mut log = state.asked.lock().expect("a lock");
    log.push((asked.clone(), parameters));
    drop(log);

    let answers = state.answers.lock().expect("a lock");
    let answer = answers.get(&asked).cloned();
    drop(answers);
    let answer =
        answer.unwrap_or_else(|| Answer::error(400, "UnknownOperationException", "Not recorded."));
    // The client may have gone.
    let _ = stream.write_all(answer.text().as_bytes());
}
