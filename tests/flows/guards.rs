use axum::http::StatusCode;
use axum_cognito::pages::{self, Pages};
use cognito_emulator::{Fault, FaultKind};

use crate::site::{ADMIN, ALICE, Site};

#[tokio::test]
async fn sends_an_anonymous_browser_to_the_login_page() {
    let site = Site::start().await;

    for path in ["/members", "/admins", "/me"] {
        let page = site.browser().get(path).await;

        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(
            page.location(),
            format!("/login?next=%2F{}", &path[1..]),
            "{path}"
        );
    }
}

#[tokio::test]
async fn tells_a_program_401_and_where_there_is_no_login() {
    let site = Site::start().await;

    let page = site
        .browser()
        .get_with("/members", &[("accept", "application/json")])
        .await;

    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert_eq!(page.header("www-authenticate"), "Session");
    assert_eq!(page.location(), "");
}

#[tokio::test]
async fn a_post_does_not_come_back_after_the_login() {
    let site = Site::start().await;

    let page = site.browser().post("/members", &[]).await;

    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(page.location(), "/login?expired=1");
}

/// The page of a form that came too late is where to go on, if it is one of this site.
#[tokio::test]
async fn a_post_leads_back_to_the_page_of_its_form() {
    let site = Site::start().await;

    for (referrer, location) in [
        (
            "http://site.example/members?page=2",
            "/login?expired=1&next=%2Fmembers%3Fpage%3D2",
        ),
        ("http://site.example/", "/login?expired=1"),
        ("http://site.example//evil.example", "/login?expired=1"),
        ("nonsense", "/login?expired=1"),
    ] {
        let headers = [("referer", referrer)];
        let page = site.browser().post_with("/members", &[], &headers).await;
        assert_eq!(page.location(), location, "{referrer}");
    }
    let headers = [("referer", "http://evil.example/members")];
    let page = site.browser().post_with("/members", &[], &headers).await;
    assert_eq!(page.location(), "/login?expired=1", "another site's");
}

#[tokio::test]
async fn lets_a_user_through_and_a_member_of_the_group() {
    let site = Site::start().await;
    let alice = site.logged_in(ALICE).await;
    let admin = site.logged_in(ADMIN).await;

    for (browser, path, status) in [
        (&alice, "/members", StatusCode::OK),
        (&alice, "/admins", StatusCode::FORBIDDEN),
        (&admin, "/members", StatusCode::OK),
        (&admin, "/admins", StatusCode::OK),
    ] {
        assert_eq!(browser.clone().get(path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn an_optional_user_greets_both() {
    let site = Site::start().await;
    let mut alice = site.logged_in(ALICE).await;

    assert_eq!(site.browser().get("/maybe").await.body, "Hello stranger");
    assert_eq!(alice.get("/maybe").await.body, "Hello alice");
}

#[tokio::test]
async fn the_guard_does_not_carry_other_sites_into_next() {
    let site = Site::start().await;

    for target in ["//evil.example/members", "http://evil.example/members"] {
        let page = site.browser().get(target).await;

        assert!(!page.location().contains("evil"), "{target}: {page:?}");
    }
}

#[tokio::test]
async fn an_outage_is_503_and_never_a_refusal() {
    let site = Site::start().await;
    let mut alice = site.logged_in(ALICE).await;
    site.users.store.pool().close().await;

    for (accept, path) in [("text/html", "/members"), ("application/json", "/admins")] {
        let page = alice.get_with(path, &[("accept", accept)]).await;

        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_ne!(page.header("retry-after"), "");
    }
    assert_eq!(alice.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_user_who_is_deactivated_is_out_at_the_next_request() {
    let site = Site::start().await;
    let mut alice = site.logged_in(ALICE).await;

    sqlx::query("update users set is_active = false where username = 'alice'")
        .execute(site.users.store.pool())
        .await
        .expect("an update");

    assert_eq!(alice.get("/members").await.status, StatusCode::SEE_OTHER);
    assert_eq!(alice.get("/maybe").await.body, "Hello stranger");
}

#[tokio::test]
async fn a_refused_login_says_the_same_for_every_reason() {
    let site = Site::start().await;
    let mut answers = Vec::new();

    site.cloud.pool.disable_user("admin");
    for user in [
        ("alice", "wrong password"),
        ("nobody", "Correct-horse-1"),
        ADMIN,
        ("a b", "x"),
    ] {
        let page = site.browser().log_in(user, "/").await;
        answers.push((page.status, page.body.replace(user.0, "NAME")));
    }

    for answer in &answers[1..] {
        assert_eq!(*answer, answers[0]);
    }
}

#[tokio::test]
async fn a_throttled_login_is_503_and_tried_once() {
    let site = Site::start().await;
    site.cloud
        .emulator
        .inject(Fault::on("InitiateAuth", FaultKind::Throttle).times(10));

    let page = site.browser().log_in(ALICE, "/").await;

    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(site.cloud.calls("InitiateAuth"), 1);
}

#[tokio::test]
async fn error_pages_are_for_browsers() {
    let site = Site::start().await;
    let router = site
        .router
        .clone()
        .layer(axum::middleware::from_fn_with_state(
            Pages::new(),
            pages::error_pages,
        ));
    let mut alice = crate::site::Browser::new(router);
    alice.log_in(ALICE, "/").await;

    let page = alice.get("/admins").await;
    let program = alice
        .get_with("/admins", &[("accept", "application/json")])
        .await;

    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("<h1>"), "{}", page.body);
    assert!(page.header("content-type").starts_with("text/html"));
    assert_eq!(program.status, StatusCode::FORBIDDEN);
    assert!(!program.body.contains('<'), "{}", program.body);
}

/// <https://htmx.org/headers/hx-redirect/>
#[tokio::test]
async fn htmx_leads_the_whole_page_to_the_login_page_and_back() {
    let site = Site::start().await;
    let of_htmx = ("hx-request", "true");
    let page_with = |page: &'static str| [of_htmx, ("hx-current-url", page)];
    let shop = "https://site.example/shop?page=2#top";
    for (headers, path) in [
        (&page_with(shop)[..], "/login?next=%2Fshop%3Fpage%3D2"),
        (&page_with("https://site.example/"), "/login"),
        (&page_with("https://evil.example/shop"), "/login"),
        (&page_with("//evil.example"), "/login"),
        (&[of_htmx], "/login"),
    ] {
        for part in ["/members", "/me", "/admins"] {
            let page = site.browser().get_with(part, headers).await;

            assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{part}");
            assert_eq!(page.header("hx-redirect"), path, "{headers:?}");
            assert_eq!(page.location(), "");
        }
    }

    let (form, from) = ([("a", "b")], page_with(shop));
    let page = site.browser().post_with("/members", &form, &from).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    let path = "/login?expired=1&next=%2Fshop%3Fpage%3D2";
    assert_eq!(page.header("hx-redirect"), path);

    let mut alice = site.logged_in(ALICE).await;
    let page = alice.get_with("/members", &page_with(shop)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("hx-redirect"), "");
    let fetch = [("x-requested-with", "fetch"), ("hx-current-url", shop)];
    let page = site.browser().get_with("/members", &fetch).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert_eq!(page.header("hx-redirect"), "");
}
