//! A login from end to end, against a user pool in this process: the password is really checked.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use axum_cognito::{Auth, Cognito, SqliteUsers, UserPool};
use cognito_emulator::{AppClient, Emulator, Pool, User};
use tower::ServiceExt;

#[tokio::test]
async fn alice_logs_in() {
    let (_emulator, site) = start().await;

    let refused = post_login(&site, "wrong").await;
    let answer = post_login(&site, "Correct-horse-1").await;

    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()[header::LOCATION], "/members");
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    let (cookie, _) = cookie.split_once(';').unwrap();
    let members = Request::get("/members").header(header::COOKIE, cookie);
    let answer = send(&site, members.body(Body::empty()).unwrap()).await;
    assert_eq!(text(answer).await, "Hello Alice");
    let admin = Request::get("/admin").header(header::COOKIE, cookie);
    let answer = send(&site, admin.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn strangers_are_sent_to_the_login() {
    let (_emulator, site) = start().await;

    let members = Request::get("/members").header(header::ACCEPT, "text/html");
    let answer = send(&site, members.body(Body::empty()).unwrap()).await;

    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()[header::LOCATION], "/login?next=%2Fmembers");
}

async fn start() -> (Emulator, Router) {
    let emulator = Emulator::start().await.unwrap(); // a free port; ends with the test
    let pool = emulator.add_pool(Pool::new("us-east-1_Tests"));
    let client = pool.add_client(AppClient::new("site"));
    let alice = User::new("alice").with_password("Correct-horse-1");
    pool.add_user(alice.with_attribute("given_name", "Alice"));

    let cognito = Cognito::builder(pool.id().parse().unwrap(), client.id().parse().unwrap())
        .with_endpoint(emulator.endpoint())
        .build()
        .unwrap();
    let users = SqliteUsers::connect("sqlite::memory:").await.unwrap();
    let sessions = users.sessions();
    let pool = UserPool::with_client(cognito, users);
    let auth = Auth::builder().with_pool(pool).build().await.unwrap();
    (emulator, {{crate_name}}::routes().layer(auth.layer(sessions)))
}

async fn post_login(site: &Router, password: &str) -> Response {
    let form = format!("username=alice&password={password}&next=%2Fmembers");
    let login = Request::post("/login")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form));
    send(site, login.unwrap()).await
}

async fn send(site: &Router, request: Request<Body>) -> Response {
    site.clone().oneshot(request).await.unwrap()
}

async fn text(answer: Response) -> String {
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}
