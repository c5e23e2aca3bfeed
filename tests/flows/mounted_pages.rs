//! Pages below a prefix, a choice of them, and a site's own in their place.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use axum_cognito::pages::{Page, Pages, PagesError};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::web::LocalPath;
use axum_cognito::{Auth, CurrentUser, UserPool, login_required};

use crate::site::{ALICE, Browser, Cloud, TOTP, Users, with_layers};

/// A site with pages of its own, and the library's where it puts them.
struct Mounted {
    cloud: Cloud,
    _users: Users,
    router: Router,
}

impl Mounted {
    async fn start(pages: Pages, mount: impl FnOnce(Router, Router) -> Router) -> Self {
        let cloud = Cloud::start().await;
        let users = Users::create().await;
        let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
        let auth = Auth::builder()
            .with_pool(backend)
            .with_login_path(pages.login_path())
            .with_clock(cloud.clock.clone());
        let own = Router::new()
            .route(
                "/members",
                get(async |user: CurrentUser| user.username.clone()),
            )
            .route_layer(login_required())
            .route("/profile", get(async || "the site's own"));
        let routes = mount(own, pages.router());
        let router = with_layers(routes, auth, MemoryStore::default()).await;

        Self {
            cloud,
            _users: users,
            router,
        }
    }

    fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }
}

/// The paths that a page leads to: links, forms, the stylesheet and the script.
fn paths_in(page: &str) -> Vec<&str> {
    ["href=\"", "action=\"", "src=\"", "formaction=\""]
        .iter()
        .flat_map(|mark| page.split(mark).skip(1))
        .map(|rest| rest.split('"').next().expect("an end"))
        .collect()
}

/// Logs in by what the pages say alone, with a second factor on the way.
async fn walk(site: &Mounted, prefix: &str) {
    let mut browser = site.browser();
    let login = format!("{prefix}/login");
    let form = browser.get(&login).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.body);
    assert!(
        paths_in(&form.body).contains(&login.as_str()),
        "{}",
        form.body
    );

    let typed = [
        ("username", TOTP.0),
        ("password", TOTP.1),
        ("next", "/members"),
    ];
    let page = browser.post(&login, &typed).await;
    let at = page.location().to_owned();
    assert_eq!(at, format!("{prefix}/login/challenge?next=%2Fmembers"));
    let mut pages = vec![form, browser.get(&at).await];
    let code = site.cloud.pool.totp_code(TOTP.0).expect("a code");
    let answer = [("code", code.as_str()), ("next", "/members")];
    let page = browser
        .post(&format!("{prefix}/login/challenge"), &answer)
        .await;
    assert_eq!(page.location(), "/members", "{}", page.body);

    // Whatever a page leads to is there.
    for path in [
        "/edit",
        "/password",
        "/mfa",
        "/logins",
        "/devices",
        "/verify",
        "",
    ] {
        pages.push(browser.get(&format!("{prefix}/profile{path}")).await);
    }
    pages.push(browser.get(&format!("{prefix}/logout")).await);
    for page in &pages {
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        for path in paths_in(&page.body) {
            if path == "/" {
                continue;
            }
            assert!(
                path.starts_with(&format!("{prefix}/")),
                "{path}: {}",
                page.body
            );
            let there = browser.get(path).await.status;
            assert_ne!(there, StatusCode::NOT_FOUND, "{path}");
        }
    }
    let changed = [("given_name", "Tom")];
    let saved = browser
        .post(&format!("{prefix}/profile/edit"), &changed)
        .await;
    assert_eq!(saved.location(), format!("{prefix}/profile?saved=1"));
}

#[tokio::test]
async fn pages_are_below_a_prefix() {
    let pages = Pages::new().at("/account").expect("a prefix");
    let site = Mounted::start(pages, Router::merge).await;

    walk(&site, "/account").await;
    let mut stranger = site.browser();
    let page = stranger.get("/members").await;
    assert_eq!(page.location(), "/account/login?next=%2Fmembers");
    assert_eq!(stranger.get("/profile").await.body, "the site's own");
    assert_eq!(stranger.get("/login").await.status, StatusCode::NOT_FOUND);
    let expired = stranger.get("/account/login/challenge").await;
    assert_eq!(expired.location(), "/account/login?expired=1");
}

/// A router that the site nests notices where it is.
#[tokio::test]
async fn pages_are_nested_by_the_site() {
    let site = Mounted::start(Pages::new(), |own, pages| own.nest("/app", pages)).await;
    walk(&site, "/app").await;

    let pages = Pages::new().at("/account").expect("a prefix");
    let site = Mounted::start(pages, |own, pages| own.nest("/{tenant}", pages)).await;
    walk(&site, "/acme/account").await;
}

#[tokio::test]
async fn pages_that_are_left_out_are_not_there_and_nothing_leads_to_them() {
    let pages = Pages::new()
        .without([Page::Profile, Page::Devices, Page::ResetPassword])
        .expect("a choice");
    let site = Mounted::start(pages, Router::merge).await;
    let mut browser = site.browser();

    let login = browser.get("/login").await;
    assert!(!login.body.contains("/password/"), "{}", login.body);
    browser.log_in(ALICE, "/").await;
    assert_eq!(browser.get("/profile").await.body, "the site's own");
    for path in ["/profile/devices", "/password/forgot", "/password/reset"] {
        assert_eq!(
            browser.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let form = browser.get("/profile/password").await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(!paths_in(&form.body).contains(&"/profile"), "{}", form.body);

    // A change is said where it was made.
    let changed = [("given_name", "Alicia")];
    let saved = browser.post("/profile/edit", &changed).await;
    assert_eq!(saved.location(), "/profile/edit?saved=1");
    let page = browser.get(saved.location()).await;
    assert!(page.body.contains("Changes saved."), "{}", page.body);
}

#[tokio::test]
async fn a_site_has_a_page_of_its_own() {
    let pages = Pages::new()
        .with_own_page(Page::Login, LocalPath::from_static("/enter"))
        .with_own_page(Page::Profile, LocalPath::from_static("/me"))
        .with_home(LocalPath::from_static("/start"));
    let site = Mounted::start(pages, Router::merge).await;
    let mut browser = site.browser();

    let page = browser.get("/members").await;
    assert_eq!(page.location(), "/enter?next=%2Fmembers");
    assert_eq!(browser.get("/login").await.status, StatusCode::NOT_FOUND);
    let page = browser.get("/login/challenge").await;
    assert_eq!(page.location(), "/enter?expired=1");
    let page = browser.get("/logout").await;
    assert!(paths_in(&page.body).contains(&"/start"), "{}", page.body);
}

#[tokio::test]
async fn only_the_pages_that_are_named_are_there() {
    let pages = Pages::new()
        .only([Page::Login, Page::Challenge, Page::Logout])
        .expect("a choice");
    let site = Mounted::start(pages, Router::merge).await;
    let mut browser = site.browser();

    browser.log_in(ALICE, "/").await;
    for (path, status) in [
        ("/logout", StatusCode::OK),
        ("/profile/edit", StatusCode::NOT_FOUND),
        ("/password/forgot", StatusCode::NOT_FOUND),
        ("/axum-cognito.css", StatusCode::OK),
    ] {
        assert_eq!(browser.get(path).await.status, status, "{path}");
    }
}

#[test]
fn a_choice_that_cannot_work_is_an_error_with_a_sentence() {
    let refused = |pages: Result<Pages, PagesError>| pages.expect_err("refused").to_string();

    for (sentence, words) in [
        (
            refused(Pages::new().without([Page::Login])),
            "with_own_page",
        ),
        (refused(Pages::new().only([Page::Logout])), "with_own_page"),
        (
            refused(Pages::new().without([Page::Challenge])),
            "Page::Challenge",
        ),
        (
            refused(Pages::new().only([Page::Login, Page::SignUp])),
            "with_sign_up",
        ),
        (refused(Pages::new().only([Page::Users])), "with_user_list"),
        (refused(Pages::new().at("/{tenant}")), "/account"),
        (refused(Pages::new().at("account")), "no prefix"),
    ] {
        assert!(sentence.contains(words), "{sentence}");
    }
}
