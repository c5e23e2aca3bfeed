use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{HeaderValue, Request, StatusCode};
use tower::ServiceExt;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
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
    let cookie = answer.headers().get(SET_COOKIE).expect("a cookie");
    let cookie = cookie.to_str().expect("visible ASCII");
    let pair = cookie.split(';').next().expect("a pair");
    HeaderValue::from_str(pair).expect("a header")
}

/// The session that a cookie stands for.
pub fn session_id(cookie: &HeaderValue) -> Id {
    let cookie = cookie.to_str().expect("visible ASCII");
    let (_, id) = cookie.split_once('=').expect("a pair");
    id.parse().expect("the id of a session")
}

/// Saves copies of a session, so that requests need not all have the same. Gives their cookies.
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
