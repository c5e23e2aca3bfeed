//! Sites in `examples/` that no other test is about, each on the user pool that it makes for itself.
#![allow(dead_code, reason = "their `main` listens on a port")]

use axum::Router;
use axum::http::{Method, StatusCode};
use cognito_emulator::Emulator;
use sqlx::{Row, SqlitePool};

use crate::domain::Visitor;
use crate::managed_login::{ADA, begin};
use crate::site::{ALICE, Browser, Page};

#[path = "../../examples/audit.rs"]
mod audit;
#[path = "../../examples/htmx/main.rs"]
mod htmx;
#[path = "../../examples/looks/main.rs"]
mod looks;
#[path = "../../examples/managed_login.rs"]
mod managed_login;
#[path = "../../examples/minimal.rs"]
mod minimal;
#[path = "../../examples/own_accounts.rs"]
mod own_accounts;
#[path = "../../examples/own_backend.rs"]
mod own_backend;
#[path = "../../examples/own_pages.rs"]
mod own_pages;
#[path = "../../examples/own_steps.rs"]
mod own_steps;

async fn emulator() -> Emulator {
    Emulator::start().await.expect("the emulator starts")
}

/// Logs somebody in, and returns what they see then.
async fn enter(site: &Router, user: (&str, &str), path: &str) -> Page {
    let mut browser = Browser::new(site.clone());
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let page = browser.log_in(user, path).await;
    assert_eq!(page.location(), path, "{}", page.body);
    browser.get(path).await
}

async fn is_refused(site: &Router, user: (&str, &str)) {
    let page = Browser::new(site.clone()).log_in(user, "/").await;
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    assert_eq!(page.status, status, "{user:?} {}", page.body);
}

/// An address for a database that goes away with the folder.
fn database() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("site.db");
    let address = format!("sqlite://{}?mode=rwc", file.display());
    (folder, address)
}

#[tokio::test]
async fn minimal_greets_its_user() {
    let emulator = emulator().await;
    let site = minimal::site(&emulator).await.expect("a site");

    is_refused(&site, ("alice", "Wrong-horse-1")).await;
    assert_eq!(enter(&site, ALICE, "/").await.body, "Hello Alice");
}

#[tokio::test]
async fn managed_login_lets_people_in_by_the_provider_and_out_at_the_domain() {
    const AT: &str = "https://site.example";
    let emulator = emulator().await;
    let site = managed_login::site(&emulator, AT).await.expect("a site");
    let page = enter(&site, ALICE, "/orders").await;
    assert_eq!(page.body, "Hello Alice, who came by the user pool");
    let (mut browser, mut at_domain) = (Browser::new(site), Visitor::default());

    let domain = begin(&mut browser, "provider=Corp&next=/orders").await;
    let back = at_domain.come_as(&domain, &ADA).await;
    let callback = back.as_str().strip_prefix(AT).expect("the site");
    let page = browser.get(callback).await;
    assert_eq!(page.location(), "/orders", "{}", page.body);
    let page = browser.get("/orders").await;
    assert_eq!(page.body, "Hello Ada, who came by Corp");

    let page = browser.post("/logout", &[]).await;
    let domain = page.location().parse().expect("an address");
    let Err(back) = at_domain.arrive(&domain).await else {
        panic!("stays at {domain}");
    };
    assert_eq!(back.as_str(), "https://site.example/");
}

#[tokio::test]
async fn htmx_fetches_parts_and_leads_to_the_login_page() {
    let emulator = emulator().await;
    let site = htmx::site(&emulator).await.expect("a site");
    let mut browser = Browser::new(site);
    let of_htmx = [
        ("hx-request", "true"),
        ("hx-current-url", "http://site.example/"),
    ];
    browser.log_in(ALICE, "/").await;

    let page = browser.get("/").await;
    assert!(page.body.contains(r#"hx-get="/orders""#), "{}", page.body);
    let order = [("thing", "<tea>")];
    let page = browser.post_with("/orders", &order, &of_htmx).await;
    let list = "<p>Hello alice</p><ul><li>&lt;tea></li></ul>";
    assert_eq!(page.body, list);
    assert_eq!(browser.get_with("/orders", &of_htmx).await.body, list);
    let elsewhere = [("sec-fetch-site", "cross-site")];
    let page = browser.post_with("/orders", &order, &elsewhere).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.body);

    browser.post("/logout", &[]).await;
    for (method, path) in [(Method::GET, "/login"), (Method::POST, "/login?expired=1")] {
        let page = browser
            .send(method, "/orders", &of_htmx, "thing=tea".into())
            .await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", page.body);
        assert_eq!(page.header("hx-redirect"), path);
    }
}

#[tokio::test]
async fn looks_differ_by_look() {
    for (look, sign) in [
        ("company", "Harbour &#38; Lane"),
        ("dark", "/static/dark.css"),
        ("shop", "Paper &amp; Ink"),
    ] {
        let emulator = emulator().await;
        let site = looks::site(&emulator, look).await.expect("a site");

        let page = Browser::new(site.clone()).get("/login").await;
        assert!(page.body.contains(sign), "{look}: {}", page.body);
        let page = enter(&site, ALICE, "/profile").await;
        assert!(page.body.contains(sign), "{look}: {}", page.body);
        let logo = Browser::new(site).get("/static/logo.svg").await;
        assert_eq!(logo.header("content-type"), "image/svg+xml");
    }
}

#[tokio::test]
async fn own_pages_take_the_place_of_two() {
    let emulator = emulator().await;
    let site = own_pages::site(&emulator).await.expect("a site");

    let page = Browser::new(site.clone()).get("/login").await;
    assert!(page.body.contains("<h1>Acme</h1>"), "{}", page.body);
    let page = Browser::new(site.clone())
        .log_in(("alice", "Wrong-horse-1"), "/")
        .await;
    assert!(
        page.body.contains("Wrong user name or password"),
        "{}",
        page.body
    );
    let mut browser = Browser::new(site);
    browser.log_in(ALICE, "/profile").await;
    let page = browser.get("/logout").await;
    assert!(page.body.contains("Leaving so soon?"), "{}", page.body);
}

#[tokio::test]
async fn own_backend_lets_guests_in_beside_the_user_pool() {
    let emulator = emulator().await;
    let site = own_backend::site(&emulator).await.expect("a site");

    let page = enter(&site, ("guest", "Welcome-1"), "/").await;
    assert_eq!(page.body, "Hello guest, let in by guests");
    let page = enter(&site, ALICE, "/").await;
    assert_eq!(page.body, "Hello alice, let in by us-east-1_Example");
    is_refused(&site, ("guest", "Welcome-2")).await;
}

#[tokio::test]
async fn own_steps_refuse_strangers_and_write_the_row_their_way() {
    let emulator = emulator().await;
    let site = own_steps::site(&emulator).await.expect("a site");

    let page = enter(&site, ALICE, "/").await;
    assert_eq!(page.body, "Hello alice@example.com of team red");
    is_refused(&site, ("mallory", ALICE.1)).await;
}

#[tokio::test]
async fn own_accounts_have_ids_of_their_own() {
    let (emulator, (_folder, database)) = (emulator().await, database());
    let site = own_accounts::site(&emulator, &database).await;

    let page = enter(&site.expect("a site"), ALICE, "/").await;

    let accounts = SqlitePool::connect(&database).await.expect("the database");
    let id = sqlx::query("select id from accounts").fetch_one(&accounts);
    let id: String = id.await.expect("a row").get(0);
    assert_eq!(page.body, format!("account {id}"));
}

/// Hooks run beside the answer.
#[tokio::test]
async fn audit_has_a_line_for_each_login_and_refusal() {
    let (emulator, (_folder, database)) = (emulator().await, database());
    let site = audit::site(&emulator, &database).await.expect("a site");

    is_refused(&site, ("alice", "Wrong-horse-1")).await;
    Browser::new(site).log_in(ALICE, "/").await;

    let table = SqlitePool::connect(&database).await.expect("the database");
    for _ in 0..200 {
        let lines = sqlx::query("select event from audit order by event").fetch_all(&table);
        let lines: Vec<String> = lines
            .await
            .expect("a table")
            .iter()
            .map(|it| it.get(0))
            .collect();
        if lines.len() == 2 {
            assert_eq!(
                lines,
                ["somebody was refused: NotAuthorized", "user 1 logged in"]
            );
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("two lines in two seconds");
}
