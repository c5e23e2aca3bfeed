//! `next` that leads elsewhere.

use axum::http::{Method, StatusCode};
use url::Url;

use crate::site::{ALICE, Site};
use crate::ways_out::{WAYS_OUT, encoded};

#[tokio::test]
async fn no_way_of_spelling_next_leaves_the_site() {
    let site = Site::start().await;
    let here = Url::parse("https://site.example/login").expect("an address");
    let mut tried = 0;

    for way in WAYS_OUT {
        for next in [way.to_owned(), encoded(way, 1), encoded(way, 2)] {
            let mut browser = site.browser();
            // In the body, and in the address of the page that the form is shown on.
            let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            let form = browser
                .get(&format!("/login?next={query}&next=%2F%2Fevil.example"))
                .await;
            assert_eq!(form.status, StatusCode::OK, "{next:?}");
            assert!(
                !form.body.contains("evil.example\""),
                "{next:?}: {}",
                form.body
            );
            let page = browser.log_in(ALICE, &next).await;
            tried += 1;

            if next.contains('\0') {
                assert_eq!(page.status, StatusCode::BAD_REQUEST, "{next:?}");
                continue;
            }
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{next:?}");
            assert_eq!(page.headers.get_all("location").iter().count(), 1);
            let target = here.join(page.location()).expect("an address");
            assert_eq!(
                target.origin(),
                here.origin(),
                "{next:?}: {}",
                page.location()
            );
            site.cloud.advance(std::time::Duration::from_secs(10));
        }
    }
    let long = format!("/{}", "a".repeat(8 * 1024));
    for next in ["/login", "/logout", "/logout/everywhere", long.as_str()] {
        let page = site.browser().log_in(ALICE, next).await;
        assert!(!page.location().starts_with("/log"), "{next:.20}");
        assert!(page.location().len() < 4096);
        tried += 1;
        site.cloud.advance(std::time::Duration::from_secs(10));
    }

    println!("{tried} ways out tried");
    for next in [
        "/",
        "/reports",
        "/reports?year=2026&q=%2F%2Fa",
        "/a//b",
        "/r%C3%A9sum%C3%A9",
        "/@user",
    ] {
        let page = site.browser().log_in(ALICE, next).await;
        assert_eq!(page.location(), next, "a good one");
        site.cloud.advance(std::time::Duration::from_secs(10));
    }
}

/// The guard itself makes no way out of what it was asked for.
#[tokio::test]
async fn the_guard_makes_no_way_out() {
    let site = Site::start().await;
    let here = Url::parse("https://site.example/login").expect("an address");

    for path in [
        "//evil.example/members",
        "http://evil.example/members",
        "/members?next=//evil.example",
        "/members?a=%0d%0aSet-Cookie:x",
        "/.//evil.example",
        "/members#//evil.example",
    ] {
        let headers = [("accept", "text/html")];
        let page = site
            .browser()
            .send(Method::GET, path, &headers, axum::body::Body::empty())
            .await;
        if page.status == StatusCode::SEE_OTHER {
            let target = here.join(page.location()).expect("an address");
            assert_eq!(target.origin(), here.origin(), "{path}");
            let next = target.query_pairs().find(|(name, _)| name == "next");
            if let Some((_, next)) = next {
                let target = here.join(&next).expect("an address");
                assert_eq!(target.origin(), here.origin(), "{path}: {next}");
            }
        }
    }
}
