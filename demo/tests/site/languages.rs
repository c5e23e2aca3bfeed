//! The demo's own pages, in the languages of the library's: all of them valid HTML.

use crate::driver::Driver;
use crate::html_judge;
use crate::process::{Demo, exchange};

const LANGUAGES: [(&str, &str, &str); 4] = [
    ("en", "Users to try", "There is no such page"),
    (
        "de",
        "Benutzer zum Ausprobieren",
        "Diese Seite gibt es nicht",
    ),
    ("fr", "Utilisateurs à essayer", "Cette page n’existe pas"),
    ("es", "Usuarios de prueba", "Esta página no existe"),
];

#[tokio::test]
async fn pages_of_the_demo_are_in_the_visitors_language() {
    let demo = Demo::start();

    for (language, home, not_found) in LANGUAGES {
        let get = async |start: &str| {
            let request = format!(
                "{start} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
                 accept: text/html\r\naccept-language: {language}\r\n\r\n"
            );
            let answer = exchange(demo.port(), &request).await;
            let (head, page) = answer.split_once("\r\n\r\n").expect("a body");
            let tag = format!("<html lang=\"{language}\"");
            assert!(page.contains(&tag), "{start}: {page}");
            assert!(head.contains("Cookie, Accept-Language"), "{head}");
            let page = &page[page.find("<!doctype").expect("a page")..];
            let page = page.rsplit_once("</html>").expect("its end").0;
            let faults = html_judge::faults(&format!("{page}</html>"));
            assert!(faults.is_empty(), "{start}: {faults:#?}\n{page}");
            page.to_owned()
        };

        assert!(get("GET /").await.contains(home), "{language}");
        assert!(get("GET /nowhere").await.contains(not_found), "{language}");
        get("GET /inbox").await;
        // The router itself stops this.
        get("DELETE /").await;
    }
}

#[tokio::test]
async fn a_language_that_is_chosen_on_any_page_holds_on_all() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let demo = Demo::start();
    let visitor = driver.visitor(&demo.url("/"), true).await;

    visitor.open("/").await;
    visitor.choose("Deutsch").await;
    visitor.sees("Benutzer zum Ausprobieren").await;
    visitor.choose("Anmelden").await;
    visitor
        .send(&[("username", "alice"), ("password", "Correct-horse-1")])
        .await;
    visitor.sees("Hallo Alice").await;
    for (path, words) in [
        ("/members", "Für Mitglieder"),
        ("/inbox", "Posteingang"),
        ("/nowhere", "Diese Seite gibt es nicht"),
        ("/profile", "Ihr Konto"),
    ] {
        visitor.open(path).await;
        visitor.sees(words).await;
    }
    visitor.choose("Français").await;
    visitor.sees("Votre compte").await;
    visitor.open("/").await;
    visitor.sees("Bonjour Alice").await;
    visitor.leave().await;
}

/// What must not be on the page of one's own account has a place; a token has none.
#[tokio::test]
async fn developers_see_what_a_login_is_and_no_token() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let demo = Demo::start();
    let visitor = driver.visitor(&demo.url("/"), true).await;

    visitor.open("/developer").await;
    visitor.arrives_at("/login").await;
    visitor
        .send(&[("username", "admin"), ("password", "Correct-horse-2")])
        .await;
    visitor.arrives_at("/developer").await;
    visitor.sees("For developers").await;
    let text = visitor.text().await;
    for shown in [
        "ad000000-0000-4000-8000-000000000002",
        "admins",
        "Tokens expire",
        "cognito:username",
        "origin_jti",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    // Each part of a token begins like this: `{"`, in base64.
    assert!(!text.contains("eyJ"), "{text}");
    visitor.leave().await;
}
