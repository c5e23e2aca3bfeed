use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

use crate::site::{ALICE, NEWBIE, Site, TOTP};

/// All that was logged, at TRACE.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_secret_reaches_a_page_a_header_or_a_log() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let site = Site::start().await;
    let mut seen = String::new();
    let mut look = |page: crate::site::Page| {
        // The session's own cookie is the one secret that belongs into a header.
        let mut headers = page.headers;
        headers.remove("set-cookie");
        seen.push_str(&format!("{headers:?}\n{}\n", page.body));
    };

    let mut browser = site.browser();
    for user in [ALICE, NEWBIE, TOTP, ("alice", "canary-wrong-password")] {
        look(browser.log_in(user, "/").await);
        look(browser.get("/login/challenge").await);
    }
    let form = [
        ("new_password", "canary-new-password"),
        ("code", "canary-code"),
    ];
    look(browser.post("/login/challenge", &form).await);
    look(browser.log_in(ALICE, "/").await);
    look(browser.get("/profile").await);
    site.cloud.advance(Duration::from_secs(3600));
    look(browser.get("/profile").await);
    let sessions = format!("{:?}", site.store);
    look(browser.post("/logout", &[]).await);

    // Whatever was issued is a canary: the tokens were in the session store a moment ago.
    let jwts: Vec<&str> = sessions
        .split('"')
        .filter(|text| text.starts_with("eyJ"))
        .collect();
    assert!(!jwts.is_empty(), "no tokens in the session: {sessions}");
    let log = log.text();
    assert!(!log.is_empty());
    for (what, text) in [("log", &log), ("page", &seen)] {
        for canary in [
            ALICE.1,
            NEWBIE.1,
            TOTP.1,
            "canary-wrong-password",
            "canary-new-password",
        ]
        .iter()
        .chain(["canary-code", "emulated-secret"].iter())
        .chain(&jwts)
        {
            assert!(!text.contains(canary), "{canary:.20} in a {what}");
        }
        assert!(!text.contains("eyJ"), "a token in a {what}");
    }
}
