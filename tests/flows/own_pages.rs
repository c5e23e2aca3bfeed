//! Pages that a site exchanges: their texts, and how they look.

use axum::Router;
use axum::http::HeaderValue;
use axum_cognito::pages::{LoginPage, LoginTexts, Pages, Rendered, Templates, Texts};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::{Auth, UserPool, UserStore};

use crate::site::{ADMIN, ALICE, Browser, Cloud, Users, with_layers};

async fn site(pages: Pages) -> (Cloud, Users, Router) {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    let routes = pages.router();
    let router = with_layers(
        routes,
        Auth::builder().with_pool(backend),
        MemoryStore::default(),
    )
    .await;

    (cloud, users, router)
}

const GERMAN: (&str, &str) = ("accept-language", "de-AT,de;q=0.9,en;q=0.5");

#[tokio::test]
async fn visitors_read_their_language() {
    let pages = Pages::new()
        .with_sign_up(["email"])
        .expect("a name of Cognito's")
        .with_languages([&Texts::ENGLISH, &Texts::GERMAN]);
    let (_cloud, _users, router) = site(pages).await;
    let mut browser = Browser::new(router);

    let english = browser.get("/login").await;
    assert!(
        english.body.contains(r#"<html lang="en" dir="ltr">"#),
        "{}",
        english.body
    );
    assert!(english.header("vary").contains("Accept-Language"));
    for (path, heading) in [
        ("/login", "<h1>Anmelden</h1>"),
        ("/signup", "<h1>Konto anlegen</h1>"),
        ("/password/forgot", "<h1>Passwort vergessen?</h1>"),
        ("/logout", "<h1>Abmelden?</h1>"),
    ] {
        let german = browser.get_with(path, &[GERMAN]).await;
        assert!(
            german.body.contains(r#"<html lang="de" dir="ltr">"#),
            "{}",
            german.body
        );
        assert!(german.body.contains(heading), "{path}: {}", german.body);
    }

    let wrong = [("username", ALICE.0), ("password", "Wrong-horse-1")];
    let refused = browser.post_with("/login", &wrong, &[GERMAN]).await;
    assert!(refused.body.contains("ist falsch"), "{}", refused.body);
    let stranger = [GERMAN, ("sec-fetch-site", "cross-site")];
    let refused = browser.post_with("/login", &wrong, &stranger).await;
    assert!(
        refused.body.contains("einer anderen Website"),
        "{}",
        refused.body
    );
}

static OURS: Texts = Texts {
    login: LoginTexts {
        heading: "Welcome back",
        ..Texts::ENGLISH.login
    },
    ..Texts::ENGLISH
};

struct OwnLogin;

impl Templates for OwnLogin {
    fn login(&self, page: &LoginPage) -> Rendered {
        if page.alert.is_empty() {
            Ok(format!("<title>Ours</title>{}", page.texts.login.heading))
        } else {
            Err("no template for mistakes".into())
        }
    }
}

#[tokio::test]
async fn one_page_and_one_text_are_exchanged_and_the_rest_stays() {
    let policy = "default-src 'self'; frame-ancestors 'none'";
    let pages = Pages::new()
        .with_languages([&OURS])
        .with_templates(OwnLogin)
        .with_content_security_policy(HeaderValue::from_static(policy));
    let (_cloud, _users, router) = site(pages).await;
    let mut browser = Browser::new(router);

    let page = browser.get("/login").await;
    assert_eq!(page.body, "<title>Ours</title>Welcome back");
    assert_eq!(page.header("content-security-policy"), policy);
    let page = browser.get("/logout").await;
    assert!(page.body.contains("<h1>Log out?</h1>"), "{}", page.body);

    let wrong = [("username", ALICE.0), ("password", "Wrong-horse-1")];
    let broken = browser.post("/login", &wrong).await;
    assert_eq!(broken.status, 500);
    let page = browser.log_in(ALICE, "/profile").await;
    assert_eq!(page.location(), "/profile");
}

#[tokio::test]
async fn administrators_list_the_users() {
    let (_cloud, users, router) = site(Pages::new().with_user_list("admins")).await;
    for number in 0..60 {
        sqlx::query("insert into users (username, date_joined) values (?1, ?2)")
            .bind(format!("user{number:02}&<b>"))
            .bind("2026-01-01T00:00:00Z")
            .execute(users.store.pool())
            .await
            .expect("a row");
    }
    let mut alice = Browser::new(router.clone());
    assert_eq!(alice.get("/admin/users").await.status, 303);
    alice.log_in(ALICE, "/").await;
    assert_eq!(alice.get("/admin/users").await.status, 403);

    let mut admin = Browser::new(router);
    admin.log_in(ADMIN, "/").await;
    let first = admin.get("/admin/users").await;
    assert_eq!(first.status, 200, "{}", first.body);
    assert!(first.body.contains(">alice</a></td>"), "{}", first.body);
    assert!(!first.body.contains("&<b>"), "escaped");
    let (_, rest) = first
        .body
        .split_once(r#"rel="next" href="/admin/users?after="#)
        .expect("a link");
    let after = rest.split_once('"').expect("its end").0;
    let second = admin.get(&format!("/admin/users?after={after}")).await;
    assert!(second.body.contains("user59"), "{}", second.body);
    assert!(!second.body.contains("user40"), "{}", second.body);
    assert!(!second.body.contains("Next page"), "{}", second.body);
    let (_, rest) = second
        .body
        .split_once(r#"rel="prev" href="/admin/users?before="#)
        .expect("a link");
    let before = rest.split_once('"').expect("its end").0;
    let back = admin.get(&format!("/admin/users?before={before}")).await;
    assert!(back.body.contains(">alice</a></td>"), "{}", back.body);
    assert!(!back.body.contains("rel=\"prev\""), "{}", back.body);
    let past = admin.get("/admin/users?after=zzz%00").await;
    assert!(past.body.contains("No users found"), "{}", past.body);

    let found = admin.get("/admin/users?q=USER1").await;
    assert_eq!(found.body.matches("<tr><td>").count(), 10, "{}", found.body);
    assert!(found.body.contains("value=\"USER1\""), "{}", found.body);
    let none = admin.get("/admin/users?q=%25&status=inactive").await;
    assert!(none.body.contains("No users found"), "{}", none.body);
}

#[tokio::test]
async fn logins_are_listed_and_ended_by_their_user_and_by_administrators() {
    let (_cloud, users, router) = site(Pages::new().with_user_list("admins")).await;
    let mut here = Browser::new(router.clone());
    let mut there = Browser::new(router.clone());
    let mut admin = Browser::new(router);
    here.log_in(ALICE, "/").await;
    there.log_in(ALICE, "/").await;
    admin.log_in(ADMIN, "/").await;

    let listed = here.get("/profile/logins").await;
    assert_eq!(
        listed
            .body
            .matches("aria-label=\"Log out the login of")
            .count(),
        2
    );
    let others = listed
        .body
        .split("<form")
        .filter(|form| form.contains("name=\"id\"") && !form.contains("This browser"));
    let other = others.last().expect("another login");
    let (_, rest) = other.split_once(r#"name="id" value=""#).expect("an id");
    let id = rest.split_once('"').expect("its end").0;
    admin.post("/profile/logins", &[("id", id)]).await;
    assert_eq!(there.get("/profile").await.status, 200, "not the admin's");
    here.post("/profile/logins", &[("id", id)]).await;
    assert_eq!(there.get("/profile").await.status, 303);
    assert_eq!(here.get("/profile").await.status, 200);

    let alice = users.store.find_by_username("alice").await.expect("a row");
    let id = alice.expect("a row").id.to_string();
    let page_of_alice = format!("/admin/users/user?id={id}");
    let kill = [("action", "end")];
    assert_eq!(here.post(&page_of_alice, &kill).await.status, 403);
    let asked = admin.get(&format!("{page_of_alice}&confirm=end")).await;
    assert!(
        asked.body.contains("alice will be logged out everywhere."),
        "{}",
        asked.body
    );
    assert_eq!(here.get("/profile").await.status, 200, "asked, not done");
    let page = admin.post(&page_of_alice, &kill).await;
    assert_eq!(page.location(), format!("{page_of_alice}&done=end"));
    let done = admin.get(page.location()).await;
    assert!(
        done.body.contains("User logged out everywhere."),
        "{}",
        done.body
    );
    assert_eq!(here.get("/profile").await.status, 303);
}
