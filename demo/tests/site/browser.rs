//! A person at the demo: a real browser, with JavaScript and without.
//!
//! Needs Chromium and its driver, which Debian packages as `chromium` and `chromium-driver`.
//! `CHROMEDRIVER` says where the driver is, if it is not on the `PATH`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, json};

use crate::process::Demo;

/// The driver, ended with the test.
struct Driver {
    process: Child,
    address: String,
}

impl Driver {
    fn start() -> Option<Self> {
        let program = std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
        let Ok(mut process) = Command::new(program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
        else {
            println!("left out: no chromedriver here (Debian: chromium, chromium-driver)");
            return None;
        };

        let output = BufReader::new(process.stdout.take().expect("its output is piped"));
        let port = output.lines().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        Some(Self {
            process,
            address: format!(
                "http://127.0.0.1:{}",
                port.expect("the driver says its port")
            ),
        })
    }

    async fn browser(&self, javascript: bool) -> Client {
        let mut options = json!({
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--window-size=1000,900",
            ],
        });
        if !javascript {
            options["prefs"] = json!({
                "profile.managed_default_content_settings.javascript": 2,
            });
        }
        let capabilities = Map::from_iter([("goog:chromeOptions".to_owned(), options)]);

        ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&self.address)
            .await
            .expect("a browser")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn fill_and_send(browser: &Client, fields: &[(&str, &str)]) {
    for (name, value) in fields {
        let field = format!("input[name={name}]");
        let field = browser.find(Locator::Css(&field)).await.expect("a field");
        field.clear().await.expect("cleared");
        field.send_keys(value).await.expect("typed");
    }
    press(browser, "main form [type=submit]").await;
}

async fn press(browser: &Client, button: &str) {
    let button = browser.wait().for_element(Locator::Css(button)).await;
    button.expect("a button").click().await.expect("pressed");
}

async fn text(browser: &Client) -> String {
    let body = browser.wait().for_element(Locator::Css("body")).await;
    body.expect("a page").text().await.expect("text")
}

/// Waits until the browser is at `path`: a driver does not wait for an answer that is slow.
async fn arrives_at(browser: &Client, path: &str) {
    for _ in 0..100 {
        if browser.current_url().await.expect("an address").path() == path {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let at = browser.current_url().await.expect("an address");
    panic!("not at {path} but at {at}: {}", text(browser).await);
}

/// Waits until the page says `words`.
async fn says(browser: &Client, words: &str) {
    for _ in 0..100 {
        if text(browser).await.contains(words) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no {words:?} in: {}", text(browser).await);
}

#[tokio::test]
async fn logs_in_sees_the_details_and_logs_out() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let demo = Demo::start();

    for javascript in [true, false] {
        let browser = driver.browser(javascript).await;
        let javascript_runs = browser
            .goto("data:text/html,<script>document.title='on'</script>")
            .await
            .is_ok()
            && browser.title().await.expect("a title") == "on";
        assert_eq!(javascript_runs, javascript);

        browser.goto(&demo.url("/profile")).await.expect("a page");
        arrives_at(&browser, "/login").await;
        fill_and_send(&browser, &[("username", "alice"), ("password", "wrong")]).await;
        says(&browser, "not right").await;
        fill_and_send(
            &browser,
            &[("username", "alice"), ("password", "Correct-horse-1")],
        )
        .await;

        arrives_at(&browser, "/profile").await;
        says(&browser, "alice@example.com").await;
        press(&browser, "form[action='/logout'] button").await;
        arrives_at(&browser, "/").await;
        browser.goto(&demo.url("/profile")).await.expect("a page");
        arrives_at(&browser, "/login").await;
        browser.back().await.expect("a page");
        says(&browser, "Log in").await;
        assert!(!text(&browser).await.contains("alice@example.com"));
        browser.close().await.expect("closed");
    }
}

#[tokio::test]
async fn a_temporary_password_is_replaced_on_the_way() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let demo = Demo::start();
    let browser = driver.browser(true).await;

    browser.goto(&demo.url("/login")).await.expect("a page");
    fill_and_send(
        &browser,
        &[("username", "newbie"), ("password", "Temporary-1!")],
    )
    .await;
    arrives_at(&browser, "/login/challenge").await;
    browser.refresh().await.expect("reloaded");
    fill_and_send(&browser, &[("new_password", "short")]).await;
    says(&browser, "Password did not conform").await;
    fill_and_send(&browser, &[("new_password", "Brand-new-pass-1")]).await;

    arrives_at(&browser, "/").await;
    says(&browser, "newbie").await;
    let cookies = browser.get_all_cookies().await.expect("cookies");
    assert_eq!(cookies.len(), 1, "{cookies:?}");
    browser.close().await.expect("closed");
}
