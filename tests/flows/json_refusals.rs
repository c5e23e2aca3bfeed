//! What the API refuses, and how it says so.

use std::time::Duration;

use axum::body::Body;
use axum::http::Method;
use axum_cognito::pages::{JsonApi, Pages, PagesError};
use cognito_emulator::{Fault, FaultKind};
use serde_json::json;

use crate::json_flows::Headless;
use crate::site::{ALICE, Page};

const GERMAN: &[(&str, &str)] = &[("accept-language", "de")];

#[track_caller]
fn assert_problem(page: &Page, status: u16) {
    assert_eq!(page.status.as_u16(), status, "{page:?}");
    assert_eq!(page.header("content-type"), "application/problem+json");
    let problem = page.json();
    assert_eq!(problem["status"], status, "{problem}");
    assert!(
        problem["title"]
            .as_str()
            .is_some_and(|title| !title.is_empty())
    );
}

#[tokio::test]
async fn strangers_are_told_that_nobody_is_logged_in() {
    let site = Headless::start().await;

    for page in [
        "",
        "/edit",
        "/password",
        "/mfa",
        "/passkeys",
        "/devices",
        "/logins",
        "/data",
        "/verify",
    ] {
        let path = format!("/profile{page}");
        let seen = site.browser().get_json(&path, &[]).await;
        assert_problem(&seen, 401);
        assert_eq!(seen.header("www-authenticate"), "Session", "{path}");
        assert_eq!(seen.header("location"), "", "{path}");
        if page.is_empty() {
            continue;
        }
        let sent = site.browser().post_json(&path, &json!({}), &[]).await;
        assert_problem(&sent, 401);
    }
    let late = json!({ "code": "123456" });
    let late = site
        .browser()
        .post_json("/login/challenge", &late, &[])
        .await;
    assert_problem(&late, 401);
}

/// What was saved while the proof grew old is not called refused, though the step after it is.
#[tokio::test]
async fn what_is_sensitive_asks_for_a_new_proof() {
    let site = Headless::start().await;
    let mut alice = site.logged_in(ALICE).await;
    alice.get_json("/profile/mfa", &[]).await;
    site.cloud.advance(Duration::from_secs(15 * 60));

    let begun = alice
        .post_json("/profile/mfa", &json!({ "action": "start" }), &[])
        .await;
    assert_eq!(
        begun.json(),
        json!({ "step": "done", "next": "/auth/profile/mfa" })
    );
    for path in [
        "/profile/data",
        "/profile/edit",
        "/profile/mfa",
        "/profile/passkeys",
    ] {
        let page = alice.get_json(path, &[]).await;
        assert_problem(&page, 401);
        assert_eq!(
            page.header("www-authenticate"),
            r#"Session error="insufficient_user_authentication", max_age="600""#
        );
    }
    site.cloud.advance(Duration::from_secs(15 * 60));
    let body = json!({ "given_name": "Eve" });
    assert_problem(&alice.post_json("/profile/edit", &body, &[]).await, 401);
    let form = alice.get_json("/login?again=1", &[]).await.json();
    assert_eq!(
        (&form["again"], &form["username"]["value"]),
        (&json!(true), &json!("alice"))
    );
    let wrong = json!({ "again": true, "password": "Wrong-horse-1" });
    assert_problem(&alice.post_json("/login", &wrong, &[]).await, 422);
    let other = json!({ "again": true, "username": "admin", "password": "Correct-horse-2" });
    assert_problem(&alice.post_json("/login", &other, &[]).await, 422);
    let right = json!({ "again": true, "password": ALICE.1 });
    assert_eq!(
        alice.post_json("/login", &right, &[]).await.json()["step"],
        "done"
    );
    assert_eq!(
        alice.post_json("/profile/edit", &body, &[]).await.status,
        200
    );
    let now = site.cloud.pool.user_attribute("alice", "given_name");
    assert_eq!(now.as_deref(), Some("Eve"));
}

#[tokio::test]
async fn bodies_that_are_no_form_are_refused() {
    let site = Headless::start().await;
    let header = ("x-requested-with", "fetch");
    let json_body = ("content-type", "application/json");
    let form = ("content-type", "application/x-www-form-urlencoded");
    let text = ("content-type", "text/plain");
    let right = r#"{"username":"alice","password":"Correct-horse-1"}"#;
    let long = format!(r#"{{"username":"{}"}}"#, "x".repeat(20_000));

    for (headers, body, status) in [
        (&[header, json_body][..], right, 200),
        (
            &[header, ("content-type", "Application/JSON; charset=utf-8")],
            right,
            200,
        ),
        (&[json_body], right, 403),
        (
            &[header, form],
            "username=alice&password=Correct-horse-1",
            415,
        ),
        (&[header, text], right, 415),
        (&[header], right, 415),
        (&[header, json_body], "{", 400),
        (&[header, json_body], "[]", 400),
        (&[header, json_body], "", 400),
        (
            &[header, json_body],
            r#"{"username":"a","username":"b"}"#,
            400,
        ),
        (&[header, json_body], r#"{"username":1}"#, 422),
        (&[header, json_body], r#"{"username":"alice"}"#, 422),
        (&[header, json_body], &long, 413),
    ] {
        let body = Body::from(body.to_owned());
        let mut browser = site.browser();
        let page = browser
            .send(Method::POST, "/auth/login", headers, body)
            .await;
        if status == 200 {
            assert_eq!(page.status, 200, "{headers:?} {}", page.body);
        } else {
            assert_problem(&page, status);
            assert_eq!(page.header("set-cookie"), "");
        }
        if status == 422 {
            let field = page.json()["errors"][0]["field"].clone();
            assert!(field == "username" || field == "password", "{field}");
        }
    }
    assert_eq!(site.cloud.calls("InitiateAuth"), 2);
    let nowhere = site.browser().get_json("/nowhere", &[]).await;
    assert_problem(&nowhere, 404);
    let method = site
        .browser()
        .send(Method::DELETE, "/auth/login", &[], Body::empty())
        .await;
    assert_problem(&method, 405);
    assert_ne!(method.header("allow"), "");
}

#[tokio::test]
async fn problems_are_in_the_visitor_s_language() {
    let site = Headless::start().await;
    let wrong = json!({ "username": "alice", "password": "Wrong-horse-1" });

    let english = site.browser().post_json("/login", &wrong, &[]).await;
    let german = site.browser().post_json("/login", &wrong, GERMAN).await;
    assert_problem(&english, 422);
    assert_problem(&german, 422);
    let (english, german) = (english.json(), german.json());
    assert_eq!(english["detail"], english["form"]["alert"]);
    assert_ne!(english["detail"], german["detail"]);
    assert_eq!(german["form"]["username"]["label"], "Benutzername");
    assert_eq!(german["form"]["username"]["value"], "alice");
    assert!(german.get("errors").is_none(), "it is no field's: {german}");
    let nobody = site.browser().get_json("/profile", GERMAN).await.json();
    assert_eq!(nobody["title"], "Anmelden");
}

#[tokio::test]
async fn an_outage_is_no_wrong_password() {
    let site = Headless::start().await;
    let right = json!({ "username": ALICE.0, "password": ALICE.1 });
    let fault = FaultKind::Error("InternalErrorException".to_owned());
    site.cloud.emulator.inject(Fault::on("InitiateAuth", fault));

    let page = site.browser().post_json("/login", &right, &[]).await;
    assert_problem(&page, 503);
    assert_ne!(page.header("retry-after"), "");
    assert_eq!(page.json()["form"]["username"]["value"], "alice");
}

/// Nothing of an origin that is not listed gets anywhere, and it reads no answer.
#[tokio::test]
async fn origins_that_are_listed_may_call() {
    let site = Headless::start().await;
    let right = json!({ "username": ALICE.0, "password": ALICE.1 });
    let ours = "https://app.site.example";

    for (origin, is_listed) in [
        (ours, true),
        ("https://evil.example", false),
        ("https://app.site.example.evil.example", false),
        ("http://app.site.example", false),
        ("null", false),
    ] {
        let from = [("origin", origin), ("sec-fetch-site", "same-site")];
        let asks = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            (
                "access-control-request-headers",
                "content-type,x-requested-with",
            ),
        ];
        let allowed = if is_listed { origin } else { "" };
        let asked = site
            .browser()
            .send(Method::OPTIONS, "/auth/login", &asks, Body::empty())
            .await;
        assert_eq!(asked.header("access-control-allow-origin"), allowed);
        let page = site.browser().post_json("/login", &right, &from).await;
        assert_eq!(page.header("access-control-allow-origin"), allowed);
        assert_eq!(
            page.status.as_u16(),
            if is_listed { 200 } else { 403 },
            "{origin}"
        );
        if is_listed {
            assert_eq!(page.header("access-control-allow-credentials"), "true");
        } else {
            assert_problem(&page, 403);
        }
        let seen = site.browser().get_json("/login", &from).await;
        assert_eq!(seen.header("access-control-allow-origin"), allowed);
    }
    assert_eq!(site.cloud.calls("InitiateAuth"), 1);
}

#[test]
fn what_is_no_prefix_or_origin_is_refused_at_the_start() {
    for prefix in ["", "/", "auth", "/a b", "//auth", "/auth/{x}"] {
        let refused = JsonApi::new(Pages::new()).at(prefix);
        assert!(
            matches!(refused, Err(PagesError::Prefix { .. })),
            "{prefix}"
        );
    }
    for origin in ["", "*", "null", "app.example", "https://app.example/path"] {
        let refused = JsonApi::new(Pages::new()).with_origins([origin]);
        assert!(
            matches!(refused, Err(PagesError::Origin { .. })),
            "{origin}"
        );
    }
}
