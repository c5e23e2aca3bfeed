//! A person with a real browser.
//!
//! Needs Chromium and its driver, which Debian packages as `chromium` and `chromium-driver`.
//! `CHROMEDRIVER` says where the driver is, if it is not on the `PATH`; `CHROMIUM` which browser it starts, if
//! not its own; `AXE_CORE` where the script of axe-core is (npm: `axe-core/axe.min.js`), which looks for what
//! keeps people out.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
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
        // Somebody else may take the port that it has found, and then it ends.
        for _ in 0..5 {
            let driver = Command::new(&program)
                .arg("--port=0")
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn();
            let Ok(mut process) = driver else {
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
            if let Some(port) = port {
                let address = format!("http://127.0.0.1:{port}");
                return Some(Self { process, address });
            }
            let _ = process.kill();
            let _ = process.wait();
        }
        panic!("the driver does not say its port");
    }

    /// Opens a browser at a site.
    pub(crate) async fn visitor(&self, site: &str, javascript: bool) -> Visitor {
        let mut options = json!({
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--window-size=1000,900",
                // A new frame for each page is a fifth of what opening one costs.
                "--disable-features=RenderDocument,ProactivelySwapBrowsingInstance",
            ],
        });
        if let Ok(browser) = std::env::var("CHROMIUM")
            && !browser.is_empty()
        {
            options["binary"] = json!(browser);
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
        let visitor = Visitor {
            browser,
            site: site.trim_end_matches('/').to_owned(),
        };
        if !javascript {
            let off = json!({ "value": true });
            visitor
                .devtools("Emulation.setScriptExecutionDisabled", off)
                .await;
        }
        visitor
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

fn axe() -> Option<&'static str> {
    static AXE: LazyLock<Option<String>> = LazyLock::new(|| {
        let script = std::env::var("AXE_CORE").ok();
        let script = script.and_then(|path| std::fs::read_to_string(path).ok());
        if script.is_none() {
            let _ = writeln!(
                std::io::stderr(),
                "left out: AXE_CORE names no script of axe-core"
            );
        }
        script
    });
    AXE.as_deref()
}

/// What is wrong with a page as it is shown: what sticks out, and what has moved by itself. And what
/// axe-core would see of it: the page without what is in its fields and without the numbers in its text,
/// and how it is shown.
const LOOK: &str = "
    const done = arguments[arguments.length - 1];
    const shifts = [];
    new PerformanceObserver(seen => shifts.push(...seen.getEntries()))
        .observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => {
        const bySelf = it => !it.hadRecentInput && it.startTime > (window.movedByUs ?? 0);
        const faults = shifts.filter(bySelf).map(it => 'it moves by ' + it.value + ': '
            + it.sources.map(({ node }) => node?.outerHTML ?? node?.textContent).join());
        if (document.documentElement.scrollWidth > innerWidth) faults.push('it is too wide');
        const shown = ['forced-colors: active', 'prefers-color-scheme: dark', 'prefers-contrast: more']
            .map(feature => matchMedia('(' + feature + ')').matches);
        const page = document.documentElement.outerHTML.replace(/ value=\"[^\"]*\"/g, '')
            .replace(/>[^<]*</g, text => text.replace(/\\d+/g, ''));
        done([faults, [innerWidth, devicePixelRatio, ...shown, page].join()]);
    }, 50);
";

/// Whatever axe-core finds, by all its rules. Colours that a visitor has forced are the visitor's, and
/// axe reads ours.
const READ: &str = "
    const done = arguments[arguments.length - 1];
    const forced = matchMedia('(forced-colors: active)').matches;
    const rules = axe.getRules().map(({ ruleId }) =>
        [ruleId, { enabled: !(forced && ruleId.startsWith('color-contrast')) }]);
    axe.run({ rules: Object.fromEntries(rules) }).then(({ violations }) =>
        done(violations.map(it => it.id + ': ' + it.nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary).join())));
";

/// Waits until a page is drawn anew. What has moved for that was not the page's doing.
const SETTLE: &str = "
    const done = arguments[arguments.length - 1];
    requestAnimationFrame(() => requestAnimationFrame(() => {
        window.movedByUs = performance.now();
        done();
    }));
";

/// A command of the driver for which fantoccini has no method.
#[derive(Debug)]
struct Wire {
    path: String,
    body: Option<Value>,
}

impl WebDriverCompatibleCommand for Wire {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        match &self.body {
            Some(body) => (http::Method::POST, Some(body.to_string())),
            None => (http::Method::GET, None),
        }
    }
}

/// Somebody at a site.
pub(crate) struct Visitor {
    pub(crate) browser: Client,
    site: String,
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
            // A page that is just being left has no text, or no body any more.
            if let Ok(body) = body
                && let Ok(text) = body.text().await
            {
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

    /// Waits until the page says `words`, and checks it: nothing sticks out, and nobody is
    /// kept from using it.
    pub(crate) async fn sees(&self, words: &str) {
        self.reads(words).await;
        let page = self.fits(words).await;
        let found = self.read_by_axe(page).await;
        let none: [String; 0] = [];
        assert_eq!(found, none, "{words}: {}", self.text().await);
    }

    /// Checks that nothing on the page sticks out or moves by itself. Returns what axe-core would read of it.
    pub(crate) async fn fits(&self, words: &str) -> String {
        let seen = self.browser.execute_async(LOOK, Vec::new()).await;
        let seen = serde_json::from_value(seen.expect("a script"));
        let (faults, page): (Vec<String>, String) = seen.expect("faults, and a page");
        let none: [String; 0] = [];
        assert_eq!(faults, none, "{words}: {}", self.text().await);
        page
    }

    /// What axe-core finds on a page, unless it has read the same one and found nothing.
    async fn read_by_axe(&self, page: String) -> Vec<String> {
        static READ_BEFORE: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
        let pages = || READ_BEFORE.lock().unwrap_or_else(PoisonError::into_inner);

        let Some(axe) = axe().filter(|_| !pages().contains(&page)) else {
            return Vec::new();
        };
        self.run(axe).await.expect("axe-core");
        let found = self.browser.execute_async(READ, Vec::new()).await;
        let found: Vec<String> =
            serde_json::from_value(found.expect("axe-core reads")).expect("what it found");
        if found.is_empty() {
            pages().insert(page);
        }
        found
    }

    /// Sets the width of the window, in CSS pixels.
    pub(crate) async fn resize(&self, width: u32) {
        let sized = self.browser.set_window_size(width, 900).await;
        sized.expect("a window of that size");
        self.settle().await;
    }

    /// Waits until a new setting of the screen is in force.
    pub(crate) async fn settle(&self) {
        let settled = self.browser.execute_async(SETTLE, Vec::new()).await;
        settled.expect("a script");
    }

    /// Sends the driver a command: with GET, or with POST if there is a body.
    pub(crate) async fn command(&self, path: impl Into<String>, body: Option<Value>) -> Value {
        let path = path.into();
        let answer = self.browser.issue_cmd(Wire { path, body }).await;
        answer.expect("an answer of the driver")
    }

    /// Calls the browser's own protocol.
    pub(crate) async fn devtools(&self, method: &str, parameters: Value) -> Value {
        let call = json!({ "cmd": method, "params": parameters });
        self.command("goog/cdp/execute", Some(call)).await
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
