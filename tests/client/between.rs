//! A server between the client and the emulator: it records what is asked, and answers in the
//! emulator's place where a test says so.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use axum_cognito::cognito::{Cognito, CognitoBuilder};
use serde_json::{Value, json};

use crate::http::{header, read_request};
use crate::pool::Cloud;

#[derive(Default)]
struct State {
    answers: Mutex<HashMap<String, Vec<(u16, Value)>>>,
    asked: Mutex<Vec<(String, Value)>>,
}

pub(crate) struct Between {
    address: SocketAddr,
    state: Arc<State>,
    issuer: String,
}

impl Between {
    pub(crate) fn start(cloud: &Cloud) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(State::default());
        let upstream = cloud.emulator.endpoint();
        let issuer = format!("{upstream}/{}", cloud.pool.id());
        let upstream = upstream.strip_prefix("http://").expect("http").to_owned();

        let shared = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (shared, upstream) = (shared.clone(), upstream.clone());
                thread::spawn(move || handle(stream.expect("a connection"), &shared, &upstream));
            }
        });
        Self {
            address,
            state,
            issuer,
        }
    }

    pub(crate) fn builder(&self, cloud: &Cloud) -> CognitoBuilder {
        cloud
            .builder()
            .with_endpoint(format!("http://{}", self.address))
            .with_issuer(&self.issuer)
    }

    pub(crate) fn cognito(&self, cloud: &Cloud) -> Cognito {
        let builder = self.builder(cloud).with_access_key("AKIDEXAMPLE", "x");
        builder.build().expect("a client")
    }

    /// Answers the next call of an operation that has no answer yet.
    pub(crate) fn answer(&self, operation: &str, status: u16, body: Value) {
        let mut answers = self.state.answers.lock().expect("a lock");
        let queue = answers.entry(operation.to_owned()).or_default();
        queue.push((status, body));
    }

    pub(crate) fn refuse(&self, operation: &str, exception: &str, message: &str) {
        let error = json!({ "__type": exception, "message": message });
        self.answer(operation, 400, error);
    }

    /// The last call: its operation and its parameters.
    pub(crate) fn last(&self) -> (String, Value) {
        let asked = self.state.asked.lock().expect("a lock");
        asked.last().cloned().expect("a call")
    }

    pub(crate) fn asked(&self) -> Vec<(String, Value)> {
        self.state.asked.lock().expect("a lock").clone()
    }
}

fn handle(mut stream: TcpStream, state: &State, upstream: &str) {
    let Some((head, body)) = read_request(&mut stream) else {
        return;
    };

    let operation = header(&head, "x-amz-target")
        .and_then(|target| target.rsplit('.').next())
        .unwrap_or_default()
        .to_owned();
    if !operation.is_empty() {
        let parameters = serde_json::from_slice(&body).expect("JSON");
        let mut asked = state.asked.lock().expect("a lock");
        asked.push((operation.clone(), parameters));
    }
    let mut answers = state.answers.lock().expect("a lock");
    let queue = answers.entry(operation).or_default();
    let scripted = (!queue.is_empty()).then(|| queue.remove(0));
    drop(answers);

    let answer = match scripted {
        Some((status, body)) => {
            let body = body.to_string();
            format!(
                "HTTP/1.1 {status} Scripted\r\ncontent-type: application/x-amz-json-1.1\r\n\
                 content-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            )
            .into_bytes()
        }
        None => {
            let mut upstream = TcpStream::connect(upstream).expect("the emulator");
            let head = head.replacen("\r\n\r\n", "\r\nconnection: close\r\n\r\n", 1);
            upstream.write_all(head.as_bytes()).expect("written");
            upstream.write_all(&body).expect("written");
            let mut answer = Vec::new();
            upstream.read_to_end(&mut answer).expect("read");
            answer
        }
    };
    // The client may have gone.
    let _ = stream.write_all(&answer);
}
