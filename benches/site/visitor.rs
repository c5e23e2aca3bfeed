use std::io::{Read, Write};
use std::net::TcpStream;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{HeaderValue, Request, StatusCode};
use axum::response::Response;
use axum::{Json, Router, routing};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use tower_sessions::session::{Id, Record};
use tower_sessions::{Session, SessionStore};
use url::form_urlencoded::Serializer;

use super::ALICE;

/// Logs Alice in by the form of the login page. Gives the session's cookie.
pub async fn log_in(router: &Router) -> HeaderValue {
    let (name, password) = ALICE;
    let form = Serializer::new(String::new())
        .append_pair("username", name)
        .append_pair("password", password)
        .finish();
    let request = Request::post("/login")
        .header("host", "site.example")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .expect("a request");

    let answer = router.clone().oneshot(request).await.expect("infallible");
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "the login");
    cookie_of(&answer)
}

/// Logs Alice in by JSON, as a front end does. Gives the session's cookie.
pub async fn log_in_by_json(router: &Router) -> HeaderValue {
    let (name, password) = ALICE;
    let body = format!(r#"{{"username":"{name}","password":"{password}"}}"#);
    let request = Request::post("/auth/login")
        .header("host", "site.example")
        .header(CONTENT_TYPE, "application/json")
        .header("x-requested-with", "fetch")
        .body(Body::from(body))
        .expect("a request");

    let answer = router.clone().oneshot(request).await.expect("infallible");
    assert_eq!(answer.status(), StatusCode::OK, "the login");
    cookie_of(&answer)
}

/// Logs a user in at a site in another process, by the form of the login page.
pub fn log_in_over_tcp(site: &str, name: &str, password: &str) {
    let form = format!("username={name}&password={password}");
    let mut stream = TcpStream::connect(site).expect("a connection");
    write!(
        stream,
        "POST /login HTTP/1.1\r\nhost: {site}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len(),
    )
    .expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 303 "), "{answer}");
}

/// The cookie that an answer sets.
pub fn cookie_of(answer: &Response) -> HeaderValue {
    let cookie = answer.headers().get(SET_COOKIE).expect("a cookie");
    let cookie = cookie.to_str().expect("visible ASCII");
    let pair = cookie.split(';').next().expect("a pair");
    HeaderValue::from_str(pair).expect("a header")
}

const LOGIN: &str = "axum_cognito.login";

/// Routes by which a login gets into more sessions: nobody but the site itself could write them, as
/// the store gets hashes of their ids.
pub fn copying() -> Router {
    let read = async |session: Session| {
        let login: Option<Value> = session.get(LOGIN).await.expect("a session");
        Json(login.expect("a login"))
    };
    let write = async |session: Session, Json(login): Json<Value>| {
        session.insert(LOGIN, login).await.expect("a session");
    };
    Router::new().route("/copy", routing::get(read).post(write))
}

/// Makes more sessions with the login of this one, so that requests need not all have the same.
/// Gives their cookies.
pub async fn copies(router: &Router, cookie: &HeaderValue, count: usize) -> Vec<HeaderValue> {
    let mut cookies = Vec::new();
    let copier = Copier::new(router, cookie).await;
    for _ in 0..count {
        cookies.push(copier.copy().await);
    }
    cookies
}

/// Makes sessions with the login of another one.
pub struct Copier<'a> {
    router: &'a Router,
    login: Bytes,
}

impl<'a> Copier<'a> {
    pub async fn new(router: &'a Router, cookie: &HeaderValue) -> Self {
        let answer = router.clone().oneshot(get("/copy", cookie)).await;
        let login = answer.expect("infallible").into_body().collect().await;

        Self {
            router,
            login: login.expect("a body").to_bytes(),
        }
    }

    /// Gives the cookie of a new session.
    pub async fn copy(&self) -> HeaderValue {
        let request = Request::post("/copy")
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(self.login.clone()))
            .expect("a request");
        let answer = self.router.clone().oneshot(request).await;
        let answer = answer.expect("infallible");
        assert_eq!(answer.status(), StatusCode::OK, "a copy");
        cookie_of(&answer)
    }
}

/// The session of a peer that a cookie stands for.
pub fn session_id(cookie: &HeaderValue) -> Id {
    let cookie = cookie.to_str().expect("visible ASCII");
    let (_, id) = cookie.split_once('=').expect("a pair");
    id.parse().expect("the id of a session")
}

/// Saves copies of a session of a peer. Gives their cookies.
pub async fn cookies_of_copies(
    store: &impl SessionStore,
    record: &Record,
    count: usize,
) -> Vec<HeaderValue> {
    let mut cookies = Vec::new();
    for _ in 0..count {
        let mut copy = Record {
            id: Id::default(),
            ..record.clone()
        };
        store.create(&mut copy).await.expect("a saved session");
        cookies.push(HeaderValue::from_str(&format!("id={}", copy.id)).expect("a header"));
    }
    cookies
}

/// A request for a page.
pub fn get(path: &str, cookie: &HeaderValue) -> Request<Body> {
    Request::get(path)
        .header(COOKIE, cookie)
        .body(Body::empty())
        .expect("a request")
}
