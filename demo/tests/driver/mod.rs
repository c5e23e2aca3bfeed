//! A person with a real browser.
//!
//! Needs Chromium and its driver, which Debian packages as `chromium` and `chromium-driver`.
//! `CHROMEDRIVER` says where the driver is, if it is not on the `PATH`; `AXE_CORE` where the
//! script of axe-core is (npm: `axe-core/axe.min.js`), which looks for what keeps people out.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::time::Duration;

use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};

/// The driver, ended with the test.
pub(crate) struct Driver {
    process: Child,
    address: String,
}

impl Driver {
    pub(crate) fn start() -> Option<Self> {
        let program = std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
        let Ok(mut process) = Command::new(program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
        else {
            let _ = writeln!(
                std::io::stderr(),
                "left out: no chromedriver here (Debian: chromium, chromium-driver)"
            );
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

    /// Opens a browser at a site.
    pub(crate) async fn visitor(&self, site: &str, javascript: bool) -> Visitor {
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
        let capabilities = Map::from_iter([
            ("goog:chromeOptions".to_owned(), options),
            ("webauthn:virtualAuthenticators".to_owned(), json!(true)),
        ]);

        let browser = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&self.address)
            .await
            .expect("a browser");
        Visitor {
            browser,
            site: site.trim_end_matches('/').to_owned(),
            axe: javascript.then(axe).flatten(),
        }
    }
}

impl Drop for Driver {
    /// Asks the driver to end: killed, it would leave the browsers of a failed test behind.
    fn drop(&mut self) {
        let pid = self.process.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.process.wait();
    }
}

fn axe() -> Option<String> {
    static SAID: Once = Once::new();

    let script = std::env::var("AXE_CORE").ok();
    let script = script.and_then(|path| std::fs::read_to_string(path).ok());
    if script.is_none() {
        SAID.call_once(|| {
            let _ = writeln!(
                std::io::stderr(),
                "left out: AXE_CORE names no script of axe-core"
            );
        });
    }
    script
}

/// Somebody at a site.
pub(crate) struct Visitor {
    pub(crate) browser: Client,
    site: String,
    axe: Option<String>,
}

impl Visitor {
    pub(crate) async fn open(&self, path: &str) {
        let address = format!("{}{path}", self.site);
        self.browser.goto(&address).await.expect("a page");
    }

    pub(crate) async fn fill(&self, fields: &[(&str, &str)]) {
        for (name, value) in fields {
            let field = format!("input[name={name}]:not([hidden])");
            let field = self.browser.wait().for_element(Locator::Css(&field)).await;
            let field = field.expect("a field");
            field.clear().await.expect("cleared");
            field.send_keys(value).await.expect("typed");
        }
    }

    /// Fills in the first form of the page, and sends it.
    pub(crate) async fn send(&self, fields: &[(&str, &str)]) {
        self.fill(fields).await;
        self.press("main form [type=submit]").await;
    }

    pub(crate) async fn press(&self, button: &str) {
        let button = self.browser.wait().for_element(Locator::Css(button)).await;
        button.expect("a button").click().await.expect("pressed");
    }

    /// Presses the button, or follows the link, that says `words`.
    pub(crate) async fn choose(&self, words: &str) {
        let button = format!("//*[self::button or self::a][normalize-space()='{words}']");
        let button = self
            .browser
            .wait()
            .for_element(Locator::XPath(&button))
            .await;
        button.expect(words).click().await.expect("pressed");
    }

    pub(crate) async fn text(&self) -> String {
        for _ in 0..20 {
            let body = self.browser.wait().for_element(Locator::Css("body")).await;
            // A page that is just being left has no text.
            if let Ok(text) = body.expect("a page").text().await {
                return text;
            }
        }
        panic!("no page stays");
    }

    pub(crate) async fn path(&self) -> String {
        let at = self.browser.current_url().await.expect("an address");
        at.path().to_owned()
    }

    /// Waits until the browser is at `path`: a driver does not wait for an answer that is slow.
    pub(crate) async fn arrives_at(&self, path: &str) {
        for _ in 0..100 {
            if self.path().await == path {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let at = self.browser.current_url().await.expect("an address");
        panic!("not at {path} but at {at}: {}", self.text().await);
    }

    /// Waits until the page says `words`.
    pub(crate) async fn reads(&self, words: &str) {
        for _ in 0..100 {
            if self.text().await.contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("no {words:?} in: {}", self.text().await);
    }

    /// Waits until the page says `words`, and looks at it: nothing sticks out, and nobody is
    /// kept from using it.
    pub(crate) async fn sees(&self, words: &str) {
        self.reads(words).await;

        let too_wide = "return document.documentElement.scrollWidth > innerWidth";
        let too_wide = self.run(too_wide).await.expect("a script");
        assert_eq!(too_wide, json!(false), "too wide: {}", self.text().await);
        if let Some(axe) = &self.axe {
            let check = format!(
                "{axe}; const done = arguments[arguments.length - 1]; \
                 axe.run().then(found => done(found.violations.map(violation => \
                 violation.id + ': ' + violation.nodes.map(node => node.html).join())))"
            );
            let violations = self.browser.execute_async(&check, Vec::new()).await;
            let violations = violations.expect("axe runs");
            assert_eq!(violations, json!([]), "{words}: {}", self.text().await);
        }
    }

    pub(crate) async fn run(&self, script: &str) -> Result<Value, CmdError> {
        self.browser.execute(script, Vec::new()).await
    }

    /// What a field holds.
    pub(crate) async fn value(&self, field: &str) -> String {
        let script = format!("return document.querySelector('{field}').value");
        let value = self.run(&script).await.expect("a field");
        value.as_str().unwrap_or_default().to_owned()
    }

    pub(crate) async fn leave(self) {
        self.browser.close().await.expect("closed");
    }
}
