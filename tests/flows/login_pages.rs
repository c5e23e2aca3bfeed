use axum::body::Body;
use axum::http::{Method, StatusCode};
use url::Url;

use crate::site::{ALICE, FACES, NEWBIE, Site, TOTP};

#[tokio::test]
async fn a_login_leads_back_to_where_it_was_needed() {
    let site = Site::start().await;
    let mut browser = site.browser();

    let page = browser.get("/members").await;
    let form = browser.get(page.location()).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(form.body.contains(r#"name="next""#), "{}", form.body);
    assert!(form.body.contains(r#"autocomplete="current-password""#));
    let page = browser.log_in(ALICE, "/members").await;

    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(page.location(), "/members");
    assert_eq!(browser.get("/members").await.body, "Hello ALICE <alice> #1");
}

#[tokio::test]
async fn a_wrong_password_keeps_the_name_and_not_the_password() {
    let site = Site::start().await;

    let page = site.browser().log_in(("alice", "Wrong-pass-1"), "/").await;

    assert!(page.status.is_client_error(), "{}", page.status);
    assert!(page.body.contains(r#"value="alice""#), "{}", page.body);
    assert!(!page.body.contains("Wrong-pass-1"));
    assert_eq!(page.header("set-cookie"), "");
}

#[tokio::test]
async fn next_never_leaves_the_site() {
    let site = Site::start().await;
    let here = Url::parse("https://site.example/login").expect("an address");

    for next in [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/.//evil.example",
        "/..//evil.example",
        "/%2e%2e//evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "data:text/html,evil",
        "https:/evil.example",
        "/%09/evil.example",
        "@evil.example",
        ".evil.example",
        "evil.example",
        "/\u{2044}evil.example",
        "\u{ff0f}\u{ff0f}evil.example",
    ] {
        for face in FACES {
            let page = site.browser().by(face).log_in(ALICE, next).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{next:?}");

            let target = here.join(page.location()).expect("an address");
            assert_eq!(
                target.origin(),
                here.origin(),
                "{next:?}: {}",
                page.location()
            );
        }
    }
}

#[tokio::test]
async fn cross_site_posts_do_nothing() {
    let site = Site::start().await;
    let alice = site.logged_in(ALICE).await;
    let form = [("username", ALICE.0), ("password", ALICE.1), ("next", "/")];

    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://site.example.evil.example")],
    ] {
        for face in FACES {
            let mut stranger = site.browser().by(face);
            let page = stranger.post_with("/login", &form, headers).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "login {headers:?}");
            assert_eq!(page.header("set-cookie"), "", "login {headers:?}");

            let mut victim = alice.clone().by(face);
            let page = victim.post_with("/logout", &[], headers).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "logout {headers:?}");
            assert_eq!(victim.get("/maybe").await.body, "Hello alice");
        }
    }
    assert_eq!(site.cloud.calls("InitiateAuth"), 1);
}

#[tokio::test]
async fn every_page_carries_the_headers_that_protect_it() {
    let site = Site::start().await;
    let mut browser = site.logged_in(ALICE).await;
    let mut stranger = site.browser();

    for page in [
        stranger.get("/login").await,
        stranger.get("/profile").await,
        stranger.log_in(("alice", "wrong"), "/").await,
        stranger.get("/logout").await,
        stranger
            .send(Method::DELETE, "/login", &[], Body::empty())
            .await,
        browser.get("/profile").await,
    ] {
        let csp = page.header("content-security-policy");
        for directive in [
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(csp.contains(directive), "{directive}: {page:?}");
        }
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_ne!(page.header("referrer-policy"), "");
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert!(
            page.header("cache-control").contains("no-store"),
            "{page:?}"
        );
    }
}

#[tokio::test]
async fn a_new_password_is_asked_for_in_the_browser() {
    let site = Site::start().await;
    let mut browser = site.browser();

    let page = browser.log_in(NEWBIE, "/members").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let at = page.location().to_owned();
    for _reload in 0..2 {
        let form = browser.get(&at).await;
        assert_eq!(form.status, StatusCode::OK, "{}", form.body);
        assert!(form.body.contains(r#"autocomplete="new-password""#));
    }
    assert_eq!(browser.get("/members").await.status, StatusCode::SEE_OTHER);

    let weak = [("new_password", "weak"), ("next", "/members")];
    let page = browser.post("/login/challenge", &weak).await;
    assert!(page.status.is_client_error(), "{}", page.body);
    assert!(!page.body.contains(r#"value="weak""#));
    let strong = [("new_password", "Brand-new-pass-1"), ("next", "/members")];
    let page = browser.post("/login/challenge", &strong).await;

    assert_eq!(page.location(), "/members", "{}", page.body);
    assert!(browser.get("/members").await.body.contains("<newbie>"));
}

#[tokio::test]
async fn an_authenticator_code_is_asked_for_in_the_browser() {
    let site = Site::start().await;
    let mut browser = site.browser();

    let page = browser.log_in(TOTP, "/members").await;
    let form = browser.get(page.location()).await;
    assert!(
        form.body.contains(r#"autocomplete="one-time-code""#),
        "{}",
        form.body
    );
    let page = browser
        .post(
            "/login/challenge",
            &[("code", "000000"), ("next", "/members")],
        )
        .await;
    assert!(page.status.is_client_error(), "{}", page.body);
    let code = site.cloud.pool.totp_code("totp").expect("a code");
    let page = browser
        .post("/login/challenge", &[("code", &code), ("next", "/members")])
        .await;

    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert_eq!(page.location(), "/members");
    let again = browser
        .post("/login/challenge", &[("code", &code), ("next", "/members")])
        .await;
    assert!(!again.status.is_server_error());
}

#[tokio::test]
async fn a_challenge_that_is_too_old_leads_back_to_the_login() {
    let site = Site::start().await;
    let mut browser = site.browser();
    browser.log_in(TOTP, "/").await;

    site.cloud.advance(std::time::Duration::from_secs(181));
    let page = browser.get("/login/challenge").await;

    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(page.location().starts_with("/login"), "{}", page.location());
}

#[tokio::test]
async fn a_half_way_session_opens_nothing() {
    let site = Site::start().await;

    for user in [NEWBIE, TOTP] {
        let mut browser = site.browser();
        browser.log_in(user, "/").await;

        for path in ["/members", "/admins", "/me", "/profile"] {
            assert_eq!(
                browser.get(path).await.status,
                StatusCode::SEE_OTHER,
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn garbage_gets_a_clear_answer_and_never_a_fault() {
    let site = Site::start().await;
    let form = "application/x-www-form-urlencoded";

    for (kind, body) in [
        (form, &b"username=alice&password=%ff%fe"[..]),
        (form, b"username=alice&password=a%00b"),
        (form, b"username=alice&username=bob&password=x"),
        (form, b"\xff\xfe\x00"),
        (form, b"username"),
        (form, b""),
        (form, b"username=%zz&password=%"),
        ("application/json", br#"{"username":"alice"}"#),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("text/plain", b"username=alice"),
        ("", b"username=alice&password=x"),
    ] {
        for path in ["/login", "/login/challenge", "/login/restart", "/logout"] {
            let headers = [("content-type", kind), ("accept", "text/html")];
            let page = site
                .browser()
                .send(Method::POST, path, &headers, Body::from(body))
                .await;

            assert!(
                !page.status.is_server_error(),
                "{path} {kind} {body:?}: {page:?}"
            );
        }
    }
    let large = Body::from(vec![b'a'; 100_000]);
    let page = site
        .browser()
        .send(Method::POST, "/login", &[("content-type", form)], large)
        .await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(site.cloud.calls("RespondToAuthChallenge"), 0);
}

#[tokio::test]
async fn what_users_type_is_text_and_never_markup() {
    let site = Site::start().await;
    let payload = r#""><script>alert(1)</script>"#;
    site.cloud
        .pool
        .set_attribute("alice", "given_name", payload);
    let mut browser = site.logged_in(ALICE).await;

    let pages = [
        browser.get("/profile").await,
        site.browser().log_in((payload, "x"), payload).await,
    ];

    for page in pages {
        assert!(!page.body.contains("<script>"), "{}", page.body);
    }
}

#[tokio::test]
async fn the_details_show_the_user_and_no_token() {
    let site = Site::start().await;
    let mut browser = site.logged_in(ALICE).await;

    let page = browser.get("/profile").await;

    assert_eq!(page.status, StatusCode::OK);
    for text in ["alice", "alice@example.com", "ALICE"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert!(!page.body.contains("eyJ"));
}
