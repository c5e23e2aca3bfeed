//! Routes whose errors are always JSON.

use axum::body::Body;
use axum::http::header::{ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_TYPE, ETAG, LAST_MODIFIED};
use axum::http::{Method, StatusCode};
use axum::response::Html;
use axum::routing::{get, post};
use axum::{Json, Router};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::web::{json_errors, recent_login};
use axum_cognito::{Auth, CurrentUser, UserPool, group_required, login_required, pages};
use cognito_emulator::{Fault, FaultKind};

use crate::site::{ALICE, Browser, Cloud, Users};

async fn site(cloud: &Cloud, users: &Users) -> Router {
    let pool = UserPool::with_client(cloud.cognito(), users.store.clone());
    let auth = Auth::builder()
        .with_pool(pool)
        .with_clock(cloud.clock.clone());
    let auth = auth.build().await.expect("a site");
    let admins = Router::new()
        .route("/admins", get(async || "unreachable"))
        .route_layer(group_required("admins"));
    let members = Router::new()
        .route("/members", get(async || "members"))
        .route_layer(login_required());
    let recent = Router::new()
        .route("/recent", get(async || "recent"))
        .route_layer(recent_login(std::time::Duration::from_secs(60)));
    let html = (StatusCode::BAD_GATEWAY, Html("<h1>secret</h1>"));
    let own = (
        StatusCode::CONFLICT,
        [(CONTENT_TYPE, "application/json; charset=utf-8")],
        r#"{"own":1}"#,
    );
    let long = (StatusCode::BAD_REQUEST, "a".repeat(5000));
    let packed = (
        StatusCode::BAD_REQUEST,
        [
            (ACCEPT_RANGES, "bytes"),
            (CONTENT_ENCODING, "gzip"),
            (ETAG, "\"1\""),
            (LAST_MODIFIED, "Thu, 01 Jan 1970 00:00:00 GMT"),
        ],
        "packed",
    );
    let api = Router::new()
        .merge(admins)
        .merge(members)
        .merge(recent)
        .route("/me", get(async |user: CurrentUser| user.username.clone()))
        .route("/numbers", post(async |Json(_): Json<Vec<u32>>| "read"))
        .route("/html", get(async move || html))
        .route("/own", get(async move || own))
        .route("/long", get(async move || long))
        .route("/packed", get(async move || packed))
        .route("/good", get(async || Html("<p>")));

    Router::new()
        .nest(
            "/api",
            api.fallback(async || StatusCode::NOT_FOUND)
                .layer(json_errors()),
        )
        .merge(pages::router())
        .layer(auth.layer(MemoryStore::default()))
}

#[tokio::test]
async fn nobody_is_401_and_never_sent_elsewhere() {
    let (cloud, users) = (Cloud::start().await, Users::create().await);
    let mut browser = Browser::new(site(&cloud, &users).await);

    for path in ["/api/members", "/api/admins", "/api/me", "/api/recent"] {
        let page = browser.get(path).await;

        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(page.location(), "", "{path}");
        assert_eq!(page.header("www-authenticate"), "Session");
        assert_eq!(page.problem()["detail"], "Not logged in.", "{path}");
        assert_eq!(page.problem()["title"], "Unauthorized", "{path}");
        let of_htmx = browser.get_with(path, &[("hx-request", "true")]).await;
        assert_eq!(of_htmx.problem(), page.problem(), "{path}");
        assert_eq!(of_htmx.header("hx-redirect"), "", "{path}");
    }
}

#[tokio::test]
async fn what_a_guard_refuses_is_a_problem_too() {
    let (cloud, users) = (Cloud::start().await, Users::create().await);
    let mut browser = Browser::new(site(&cloud, &users).await);
    browser.log_in(ALICE, "/").await;

    assert_eq!(browser.get("/api/members").await.body, "members");
    let forbidden = browser.get("/api/admins").await;
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
    assert_eq!(forbidden.problem()["detail"], "You may not see this page.");
    cloud.clock.advance(std::time::Duration::from_secs(120));
    let late = browser.get("/api/recent").await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    assert_eq!(late.problem()["detail"], "Log in again.");
    let challenge = late.header("www-authenticate");
    assert!(challenge.contains("insufficient_user_authentication"));
}

#[tokio::test]
async fn an_outage_is_503_and_keeps_its_headers() {
    let (cloud, users) = (Cloud::start().await, Users::create().await);
    let mut browser = Browser::new(site(&cloud, &users).await);
    browser.log_in(ALICE, "/").await;
    let fault = Fault::on("GetTokensFromRefreshToken", FaultKind::Status(500)).forever();
    cloud.emulator.inject(fault);
    let fault = Fault::on("InitiateAuth", FaultKind::Status(500)).forever();
    cloud.emulator.inject(fault);
    cloud.advance(std::time::Duration::from_secs(2 * 3600));

    let page = browser.get("/api/me").await;

    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.header("retry-after"), "5");
    assert_eq!(page.problem()["title"], "Service Unavailable");
}

#[tokio::test]
async fn errors_of_anybody_else_are_problems_and_good_answers_are_left_alone() {
    let (cloud, users) = (Cloud::start().await, Users::create().await);
    let mut browser = Browser::new(site(&cloud, &users).await);

    let nowhere = browser.get("/api/nowhere").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    assert_eq!(nowhere.problem().get("detail"), None);
    let method = browser.post("/api/good", &[]).await;
    assert_eq!(method.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(method.problem()["title"], "Method Not Allowed");
    assert_eq!(method.header("allow"), "GET,HEAD");

    let json = [("content-type", "application/json")];
    let body = Body::from(r#"["one"]"#);
    let wrong = browser
        .send(Method::POST, "/api/numbers", &json, body)
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let detail = wrong.problem()["detail"].to_string();
    assert!(detail.contains("[0]: invalid type"), "{detail}");

    let html = browser.get("/api/html").await;
    assert_eq!(html.status, StatusCode::BAD_GATEWAY);
    assert_eq!(html.problem().get("detail"), None);
    let long = browser.get("/api/long").await;
    assert_eq!(long.problem().get("detail"), None);
    let own = browser.get("/api/own").await;
    assert_eq!(own.status, StatusCode::CONFLICT);
    assert_eq!(own.body, r#"{"own":1}"#);
    assert_eq!(browser.get("/api/good").await.body, "<p>");
    assert_eq!(browser.get("/nowhere").await.header("content-type"), "");
}

/// As a layer inside leaves it that compresses.
#[tokio::test]
async fn an_error_in_place_of_a_packed_one_is_not_packed() {
    let (cloud, users) = (Cloud::start().await, Users::create().await);
    let mut browser = Browser::new(site(&cloud, &users).await);

    let page = browser.get("/api/packed").await;

    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert_eq!(page.problem().get("detail"), None);
    for name in ["accept-ranges", "content-encoding", "etag", "last-modified"] {
        assert_eq!(page.header(name), "", "{name}");
    }
}
