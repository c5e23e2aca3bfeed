use std::time::Duration;

use crate::log::Log;
use crate::site::{ALICE, FACES, NEWBIE, Site, TOTP, tokens_of};

#[tokio::test]
async fn no_secret_reaches_a_page_a_header_or_a_log() {
    let log = Log::of_the_process();
    let site = Site::start().await;
    let mut seen = String::new();
    let mut look = |page: crate::site::Page| {
        // The session's own cookie is the one secret that belongs into a header.
        let mut headers = page.headers;
        headers.remove("set-cookie");
        seen.push_str(&format!("{headers:?}\n{}\n", page.body));
    };

    for face in FACES {
        let mut browser = site.browser().by(face);
        for user in [ALICE, NEWBIE, TOTP, ("alice", "canary-wrong-password")] {
            look(browser.log_in(user, "/").await);
            look(browser.get("/login/challenge").await);
        }
        let form = [
            ("new_password", "canary-new-password"),
            ("code", "canary-code"),
        ];
        look(browser.post("/login/challenge", &form).await);
    }
    let mut browser = site.browser();
    look(browser.log_in(ALICE, "/").await);
    for face in FACES {
        browser = browser.by(face);
        look(browser.get("/profile").await);
    }
    site.cloud.advance(Duration::from_secs(3600));
    look(browser.get("/profile").await);
    let logins: Vec<Vec<u8>> =
        sqlx::query_scalar("select tokens from logins where tokens is not null")
            .fetch_all(site.users.store.pool())
            .await
            .expect("the registry");
    look(browser.post("/logout", &[]).await);

    // Whatever was issued is a canary: the tokens were in the registry of logins a moment ago.
    let tokens: Vec<String> = logins.iter().flat_map(|it| tokens_of(it)).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    assert!(tokens.iter().any(|token| has_jwt(token)));
    assert!(tokens.iter().all(|token| token.len() > 40));
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
        .chain(["canary-code", "emulated_secret_of_the_tests"].iter())
        .chain(&tokens)
        {
            assert!(!text.contains(canary), "{canary:.20} in a {what}");
        }
        assert!(!has_jwt(text), "a token in a {what}");
    }
}

/// Whether there is anything like the head of a JSON web token: what `{"kid"`, `{"alg"` or `{"typ"` begins.
/// A random block of base64 has `{"` now and then.
fn has_jwt(text: &str) -> bool {
    ["eyJraWQi", "eyJhbGci", "eyJ0eXAi"]
        .iter()
        .any(|head| text.contains(head))
}
