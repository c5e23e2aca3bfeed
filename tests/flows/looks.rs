//! A site's own look: its name and colours on our pages, and our pages in its frame.

use axum::extract::Extension;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Router, middleware};
use axum_cognito::pages::{
    self, Brand, Frame, Language, LogoutPage, Pages, Rendered, Templates, Texts,
};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::web::LocalPath;
use axum_cognito::{Auth, UserPool, group_required};

use crate::site::{ALICE, Browser, Cloud, Users, with_layers};

/// What a layer of the site knows of a request.
#[derive(Clone)]
struct Basket(u32);

struct Shop;

impl Templates for Shop {
    fn layout(&self, frame: &Frame<'_>) -> Rendered {
        let basket = frame.extensions.get::<Basket>().map_or(0, |it| it.0);
        let user = frame.user.as_ref().map_or("nobody", |it| &it.username);
        Ok(format!(
            "<!doctype html><title>{} at the shop</title>{}<nav aria-label=\"Shop\">{user}, {basket} in the basket</nav>\
             <main class=\"wide{}\">{}</main>",
            frame.title, frame.head, frame.card, frame.main
        ))
    }

    fn logout(&self, _: &LogoutPage) -> Rendered {
        Ok("<!doctype html><title>a document of our own</title>".to_owned())
    }
}

async fn browser(pages: Pages) -> (Cloud, Users, Browser) {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    let auth = Auth::builder()
        .with_pool(backend)
        .with_clock(cloud.clock.clone());
    let routes = Router::new()
        .route("/admins", get(async || "for administrators"))
        .route_layer(group_required("admins"))
        .merge(pages.clone().router())
        .layer(middleware::from_fn_with_state(pages, pages::error_pages))
        .layer(Extension(Basket(3)));
    let router = with_layers(routes, auth, MemoryStore::default()).await;
    (cloud, users, Browser::new(router))
}

#[tokio::test]
async fn name_logo_and_colours_are_on_every_page() {
    let brand = Brand::named("Acme & Sons")
        .with_logo(LocalPath::from_static("/static/logo.svg"))
        .with_favicon(LocalPath::from_static("/static/icon.svg"))
        .with_stylesheet(LocalPath::from_static("/static/acme.css"))
        .with_accent("#0b6b3a", "#7fe0a8")
        .expect("colours that can be read");
    let (_cloud, _users, mut browser) = browser(Pages::new().with_brand(brand)).await;
    browser.log_in(ALICE, "/").await;

    for path in [
        "/profile",
        "/profile/password",
        "/logout",
        "/profile/nothing",
    ] {
        let page = browser.get(path).await;
        if page.status == StatusCode::NOT_FOUND {
            continue; // a path of the site's
        }
        for part in [
            " – Acme &#38; Sons</title>",
            "<img src=\"/static/logo.svg\" alt=\"\">Acme &#38; Sons</a></header>",
            "<link rel=\"icon\" href=\"/static/icon.svg\">",
            "<link rel=\"stylesheet\" href=\"/static/acme.css\">",
        ] {
            assert!(page.body.contains(part), "{path}: {part}: {}", page.body);
        }
        let (_, sheet) = page
            .body
            .split_once("href=\"/axum-cognito.css?")
            .expect("ours");
        assert!(
            !sheet.starts_with(concat!("v=", env!("CARGO_PKG_VERSION"), "\"")),
            "caches hold another one"
        );
    }
    let css = browser.get("/axum-cognito.css").await.body;
    assert!(
        css.contains("--accent: #0b6b3a; --on-accent: #ffffff"),
        "{css}"
    );
}

#[tokio::test]
async fn every_page_is_in_the_site_s_own_frame() {
    let (_cloud, _users, mut browser) = browser(Pages::new().with_templates(Shop)).await;
    let login = browser.get("/login").await.body;
    assert!(
        login.starts_with("<!doctype html><title>Log in at the shop</title>"),
        "{login}"
    );
    assert!(
        login.contains("<nav aria-label=\"Shop\">nobody, 3 in the basket</nav>"),
        "{login}"
    );
    assert!(login.contains("name=\"password\""), "{login}");
    assert!(!login.contains("axum-cognito:frame"), "{login}");

    browser.log_in(ALICE, "/").await;
    for path in [
        "/profile",
        "/profile/password",
        "/profile/logins",
        "/admins",
    ] {
        let page = browser.get(path).await;
        let nav = "<nav aria-label=\"Shop\">alice, 3 in the basket</nav>";
        assert!(page.body.contains(nav), "{path}: {}", page.body);
        assert_eq!(page.status == StatusCode::FORBIDDEN, path == "/admins");
    }
    let wrong = browser.post("/profile/password", &[("password", "")]).await;
    assert!(wrong.body.contains("<title>Error: "), "{}", wrong.body);
    let refused = browser
        .post_with("/logout", &[], &[("sec-fetch-site", "cross-site")])
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("in the basket"), "{}", refused.body);

    let own = browser.get("/logout").await.body;
    assert_eq!(own, "<!doctype html><title>a document of our own</title>");
}

#[tokio::test]
async fn a_page_of_the_site_s_own_is_in_the_language_that_was_chosen() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let auth = Auth::builder()
        .with_pool(UserPool::with_client(cloud.cognito(), users.store.clone()))
        .with_clock(cloud.clock.clone());
    let pages = Pages::new().with_languages([&Texts::ENGLISH, &Texts::FRENCH]);
    let own = async |Extension(language): Extension<Language>| {
        let links = language.links.iter().map(|link| link.path.as_str());
        format!(
            "{} {}",
            language.texts.language,
            links.collect::<Vec<_>>().join(" ")
        )
    };
    let language = middleware::from_fn_with_state(pages.clone(), pages::language_choice);
    let routes = Router::new()
        .route("/own", get(own))
        .merge(pages.router())
        .layer(language);
    let mut browser = Browser::new(with_layers(routes, auth, MemoryStore::default()).await);

    let links = "/own?page=2&lang=en /own?page=2&lang=fr";
    let page = browser.get("/own?page=2").await;
    assert_eq!(page.body, format!("en {links}"));
    let french = [("accept-language", "fr-CH, fr;q=0.9")];
    let page = browser.get_with("/own?page=2", &french).await;
    assert_eq!(page.body, format!("fr {links}"));
    assert_eq!(page.header("set-cookie"), "", "nothing was chosen");

    for chosen_on in ["/own?page=2&lang=fr", "/login?lang=fr"] {
        let mut visitor = browser.clone();
        let page = visitor.get(chosen_on).await;
        let kept = page.headers.get_all("set-cookie").iter();
        let kept = kept.filter(|it| it.as_bytes().ends_with(b"SameSite=Lax"));
        assert_eq!(kept.count(), 1, "{chosen_on}: {:?}", page.headers);
        let page = visitor.get("/own?page=2").await;
        assert_eq!(page.body, format!("fr {links}"), "{chosen_on}");
    }
}
