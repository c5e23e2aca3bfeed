//! `examples/beside_axum_login`: users of axum-login and of a user pool on one site.

use axum::Router;
use axum::http::StatusCode;

use self::example::site;
use crate::site::{ALICE, Browser, Cloud, Page};

#[allow(dead_code, reason = "its `main` listens on a port")]
#[path = "../../examples/beside_axum_login/main.rs"]
mod example;

const BOB: (&str, &str) = ("bob", "Old-horse-1");

/// The site; the pool goes away with the cloud.
async fn start() -> (Cloud, Router) {
    let cloud = Cloud::start().await;
    let site = site(cloud.cognito()).await.expect("a site");
    (cloud, site)
}

async fn log_in_by_axum_login(browser: &mut Browser, (name, password): (&str, &str)) -> Page {
    let form = [("name", name), ("password", password)];
    browser.post("/old/login", &form).await
}

/// What the routes say: the one for all, the one that has moved and the one that has not.
async fn visits(browser: &mut Browser) -> [String; 3] {
    let mut said = [const { String::new() }; 3];
    for (path, said) in ["/", "/moved", "/not-moved"].iter().zip(&mut said) {
        let page = browser.get(path).await;
        *said = match page.status {
            StatusCode::OK => page.body,
            StatusCode::SEE_OTHER => page.location().to_owned(),
            status => status.as_u16().to_string(),
        };
    }
    said
}

const NOBODY: [&str; 3] = ["/login", "/login?next=%2Fmoved", "401"];
const OLD: [&str; 3] = ["bob", "/login?next=%2Fmoved", "only by axum-login"];
const NEW: [&str; 3] = ["alice", "alice", "401"];

#[tokio::test]
async fn each_login_opens_its_routes_and_those_of_both() {
    let (_cloud, site) = start().await;
    let mut stranger = Browser::new(site.clone());
    assert_eq!(visits(&mut stranger).await, NOBODY);

    let mut old = Browser::new(site.clone());
    let page = log_in_by_axum_login(&mut old, ("bob", "wrong")).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    let page = log_in_by_axum_login(&mut old, BOB).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert_eq!(visits(&mut old).await, OLD);

    let mut new = Browser::new(site);
    let page = new.log_in(ALICE, "/").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert_eq!(visits(&mut new).await, NEW);
    assert_eq!(visits(&mut old).await, OLD);
}

#[tokio::test]
async fn who_has_moved_counts_first_and_gets_another_session() {
    let (_cloud, site) = start().await;
    let mut browser = Browser::new(site.clone());
    log_in_by_axum_login(&mut browser, BOB).await;
    let old = browser.cookie.clone();

    browser.log_in(ALICE, "/").await;
    assert_ne!(browser.cookie, old);
    assert_eq!(browser.get("/").await.body, "alice");
    let mut thief = Browser::new(site.clone());
    thief.cookie = old;
    assert_eq!(visits(&mut thief).await, NOBODY);

    let new = browser.cookie.clone();
    log_in_by_axum_login(&mut browser, BOB).await;
    assert_ne!(browser.cookie, new);
    assert_eq!(visits(&mut browser).await, OLD);
    let mut thief = Browser::new(site);
    thief.cookie = new;
    assert_eq!(visits(&mut thief).await, NOBODY);
}

#[tokio::test]
async fn a_logout_ends_both() {
    let (_cloud, site) = start().await;
    let mut browser = Browser::new(site.clone());
    log_in_by_axum_login(&mut browser, BOB).await;
    browser.log_in(ALICE, "/").await;
    let cookie = browser.cookie.clone();

    let page = browser.post("/logout", &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert_eq!(visits(&mut browser).await, NOBODY);
    browser.cookie = cookie;
    assert_eq!(visits(&mut browser).await, NOBODY);
}
