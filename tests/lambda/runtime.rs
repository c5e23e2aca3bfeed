//! Lambda, as a function meets it: the runtime API, which hands out events and takes answers.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::collections::HashMap;
use std::env;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::timeout;

/// What a function has done with an event: its answer, or its error.
type Outcome = Result<Value, Value>;

/// Longer than anything takes here, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(60);

/// An environment of a function: a process, and the API that it asks for events.
pub(crate) struct Function {
    process: Child,
    events: mpsc::Sender<(Value, oneshot::Sender<Outcome>)>,
    /// From the start of the process until it asked for the first event.
    pub(crate) init: Duration,
}

struct Api {
    events: tokio::sync::Mutex<mpsc::Receiver<(Value, oneshot::Sender<Outcome>)>>,
    waiting: Mutex<HashMap<String, oneshot::Sender<Outcome>>>,
    is_ready: Notify,
}

impl Function {
    /// Starts a process of the function; `None` if it ends before it asks for an event.
    pub(crate) async fn start(settings: &[(&str, &str)]) -> Option<Self> {
        let (events, receiver) = mpsc::channel(1);
        let api = Arc::new(Api {
            events: receiver.into(),
            waiting: Mutex::default(),
            is_ready: Notify::new(),
        });
        let address = serve(api.clone()).await;
        let began = Instant::now();
        let mut process = command()
            .envs(settings.iter().copied())
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", "site")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/site")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "1")
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("a process");
        tokio::select! {
            () = api.is_ready.notified() => {}
            ended = timeout(PATIENCE, process.wait()) => {
                assert!(!ended.expect("in time").expect("a status").success());
                return None;
            }
        }

        Some(Self {
            process,
            events,
            init: began.elapsed(),
        })
    }

    /// Has the function answer an event.
    pub(crate) async fn answer(&self, event: Value) -> Value {
        let (sender, outcome) = oneshot::channel();
        self.events.send((event, sender)).await.expect("it asks");
        let outcome = timeout(PATIENCE, outcome).await.expect("in time");

        outcome.expect("an outcome").expect("an answer")
    }

    /// Ends the environment at once, as Lambda does.
    pub(crate) async fn kill(mut self) {
        self.process.kill().await.expect("an end");
    }
}

/// The program: a build of the example that `LAMBDA_FUNCTION` names, or this one, in which the test
/// `function` is it.
fn command() -> Command {
    if let Some(program) = env::var_os("LAMBDA_FUNCTION") {
        return Command::new(program);
    }

    let mut command = Command::new(env::current_exe().expect("this program"));
    command.args(["function", "--exact", "--ignored", "--nocapture"]);
    command
}

async fn serve(api: Arc<Api>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let router = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route(
            "/2018-06-01/runtime/invocation/{id}/response",
            post(response),
        )
        .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
        .with_state(api);
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn next(State(api): State<Arc<Api>>) -> impl IntoResponse {
    api.is_ready.notify_one();
    let Some((event, sender)) = api.events.lock().await.recv().await else {
        return std::future::pending().await; // the test is over
    };
    let id = format!("{:p}", &raw const sender);
    let mut waiting = api.waiting.lock().unwrap_or_else(PoisonError::into_inner);
    waiting.insert(id.clone(), sender);

    let headers = [
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", "4102444800000".to_owned()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-west-1:111122223333:function:site".to_owned(),
        ),
    ];
    (headers, Json(event))
}

async fn response(api: State<Arc<Api>>, id: Path<String>, answer: Bytes) -> StatusCode {
    end(&api, &id, Ok(read(&answer)))
}

async fn error(api: State<Arc<Api>>, id: Path<String>, error: Bytes) -> StatusCode {
    end(&api, &id, Err(read(&error)))
}

/// What a function sends has no content type.
fn read(body: &[u8]) -> Value {
    serde_json::from_slice(body).expect("JSON")
}

fn end(api: &Api, id: &str, outcome: Outcome) -> StatusCode {
    let mut waiting = api.waiting.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(sender) = waiting.remove(id) {
        let _ = sender.send(outcome); // a test that has failed waits no more
    }
    StatusCode::ACCEPTED
}
