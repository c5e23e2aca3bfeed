//! Front ends in JavaScript: `examples/json_front_end.rs`, which draws the steps itself, and
//! `examples/htmx`, whose script is npm's `htmx.org` below `PEERS_NODE_DIR`.

use std::io::Write;

use axum::body::to_bytes;
use axum::response::Response;
use axum::routing::get;
use axum::{Router, middleware};
use cognito_emulator::Emulator;
use tokio::net::TcpListener;

use crate::driver::Driver;

#[allow(dead_code, reason = "its `main` listens on a port")]
#[path = "../../../examples/json_front_end.rs"]
mod example;

#[allow(dead_code, reason = "its `main` listens on a port")]
#[path = "../../../examples/htmx/main.rs"]
mod htmx;

async fn serve(site: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, site).await });
    format!("http://{address}")
}

#[tokio::test]
async fn a_front_end_of_json_logs_in_with_an_app() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let emulator = Emulator::start().await.expect("the emulator starts");
    let (pool, client) = example::people(&emulator);
    let site = example::site(&pool, &client, emulator.endpoint());
    let site = serve(site.await.expect("a site")).await;
    let visitor = driver.visitor(&site, true).await;

    visitor.open("/").await;
    let wrong = [("username", "alice"), ("password", "Wrong-horse-1")];
    visitor.send(&wrong).await;
    visitor.reads("Wrong user name or password").await;
    visitor.send(&[("password", "Correct-horse-1")]).await;
    visitor.reads("Six-digit code").await;
    visitor.send(&[("code", "000000")]).await;
    visitor.reads("wrong or has expired").await;
    let code = pool.totp_code("alice").expect("an app");
    visitor.send(&[("code", &code)]).await;
    visitor.reads("Hello alice").await;
    visitor.browser.refresh().await.expect("reloaded");
    visitor.reads("Hello alice").await;
    visitor.press("main button").await;
    visitor.reads("User name").await;
    visitor.leave().await;
}

#[tokio::test]
async fn htmx_goes_to_the_login_page_and_back() {
    let script = std::env::var("PEERS_NODE_DIR").unwrap_or_default();
    let script = std::fs::read_to_string(script + "/node_modules/htmx.org/dist/htmx.min.js");
    let (Some(driver), Ok(script)) = (Driver::start(), script) else {
        let _ = writeln!(std::io::stderr(), "left out: no driver, or no htmx.org");
        return;
    };
    let emulator = Emulator::start().await.expect("the emulator starts");
    let site = htmx::site(&emulator).await.expect("a site");
    let site = site
        .route("/htmx.js", get(async move || script))
        .layer(middleware::map_response(with_script_of_its_own));
    let site = serve(site).await;
    let visitor = driver.visitor(&site, true).await;

    visitor.open("/").await;
    visitor
        .send(&[("username", "alice"), ("password", "Correct-horse-1")])
        .await;
    visitor.arrives_at("/").await;
    visitor.reads("Hello alice").await;
    visitor.send(&[("thing", "<tea>")]).await;
    visitor.reads("<tea>").await;

    // The login ends, and the page does not know.
    let logout = "return fetch('/logout', { method: 'POST' }).then(answer => answer.redirected)";
    assert_eq!(visitor.run(logout).await.expect("a script"), true);
    visitor.send(&[("thing", "cups")]).await;
    visitor.arrives_at("/login").await;
    visitor.reads("Your login timed out.").await;
    visitor
        .send(&[("username", "alice"), ("password", "Correct-horse-1")])
        .await;
    visitor.arrives_at("/").await;
    visitor.reads("<tea>").await;
    visitor.leave().await;
}

/// Nothing is fetched from elsewhere in a test.
async fn with_script_of_its_own(answer: Response) -> Response {
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    match std::str::from_utf8(&body).map(|text| text.split_once("<script src=\"https:")) {
        Ok(Some((before, rest))) => {
            let (_, after) = rest.split_once('>').expect("the end of a tag");
            let page = format!("{before}<script src=\"/htmx.js\">{after}");
            Response::from_parts(parts, page.into())
        }
        _ => Response::from_parts(parts, body.into()),
    }
}
