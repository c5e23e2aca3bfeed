//! Forms that come from other sites, to every route that changes something.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use axum_cognito::pages::Pages;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::{Auth, UserPool};

use crate::site::{ADMIN, Browser, Cloud, Users, with_layers};

/// Every route of the pages, and whether it takes a form.
const ROUTES: [(&str, bool); 23] = [
    ("/login", true),
    ("/login/challenge", true),
    ("/login/restart", true),
    ("/logout", true),
    ("/logout/everywhere", true),
    ("/password/forgot", true),
    ("/password/reset", true),
    ("/signup", true),
    ("/signup/confirm", true),
    ("/signup/resend", true),
    ("/profile", false),
    ("/profile/edit", true),
    ("/profile/verify", true),
    ("/profile/verify/send", true),
    ("/profile/password", true),
    ("/profile/mfa", true),
    ("/profile/devices", true),
    ("/profile/passkeys", true),
    ("/profile/logins", true),
    ("/profile/identities", true),
    ("/profile/data", true),
    ("/admin/users", false),
    ("/admin/users/user", true),
];

const FOREIGN: [&[(&str, &str)]; 12] = [
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://site.example"),
    ],
    &[("sec-fetch-site", "nonsense")],
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
    &[("origin", "http://site.example.evil.example")],
    &[("origin", "https://site.example:444")],
    &[
        ("origin", "https://evil.example"),
        ("host", "evil.example, site.example"),
    ],
    &[("referer", "https://evil.example/site.example")],
    &[
        ("referer", "https://evil.example/"),
        ("sec-fetch-mode", "navigate"),
    ],
    &[("origin", "https://site.example.")],
];

async fn site() -> (Cloud, Browser, Users) {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    let routes = Pages::new()
        .with_user_list("admins")
        .with_sign_up(["email"])
        .expect("an attribute")
        .router();
    let router = with_layers(
        routes,
        Auth::builder()
            .with_pool(backend)
            .with_clock(cloud.clock.clone()),
        MemoryStore::default(),
    )
    .await;
    let mut admin = Browser::new(router);
    let page = admin.log_in(ADMIN, "/").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    (cloud, admin, users)
}

#[tokio::test]
async fn no_form_of_another_site_does_anything() {
    let (cloud, admin, _users) = site().await;
    let calls = cloud.emulator.calls().len();
    let mut tried = 0;

    for (path, takes_form) in ROUTES {
        for headers in FOREIGN {
            let mut victim = admin.clone();
            let page = victim.post_with(path, &[("username", "x")], headers).await;
            tried += 1;
            if takes_form {
                assert_eq!(
                    page.status,
                    StatusCode::FORBIDDEN,
                    "{path} {headers:?}: {}",
                    page.body
                );
            }
            assert!(page.status.is_client_error(), "{path} {headers:?}");
            assert_eq!(page.header("set-cookie"), "", "{path} {headers:?}");
        }
    }

    println!("{tried} forms of other sites tried");
    assert_eq!(cloud.emulator.calls().len(), calls, "none reached Cognito");
    let mut admin = admin;
    assert_eq!(
        admin.get("/profile").await.status,
        StatusCode::OK,
        "still logged in"
    );
    // The same form from this site does reach it.
    let own = [
        ("sec-fetch-site", "same-origin"),
        ("origin", "https://site.example"),
    ];
    admin
        .post_with("/password/forgot", &[("username", "x")], &own)
        .await;
    assert_eq!(cloud.calls("ForgotPassword"), 1);
}

/// Routes know their methods, and every answer has the headers that protect it.
#[tokio::test]
async fn every_answer_of_every_route_is_protected_and_every_other_method_refused() {
    let (_cloud, admin, _users) = site().await;
    let mut seen = 0;

    for (path, takes_form) in ROUTES {
        for method in [
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::DELETE,
            Method::PATCH,
            Method::OPTIONS,
            Method::TRACE,
        ] {
            for mut browser in [Browser::new(admin.router()), admin.clone()] {
                let headers = [("accept", "text/html"), ("content-type", "text/plain")];
                let page = browser
                    .send(method.clone(), path, &headers, Body::empty())
                    .await;
                seen += 1;
                let what = format!("{method} {path}: {}", page.status);
                let takes = matches!(method, Method::GET | Method::HEAD)
                    || (method == Method::POST && takes_form);
                let is_stopped =
                    path.starts_with("/admin/users") && page.status == StatusCode::SEE_OTHER;
                if !takes && !is_stopped {
                    assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{what}");
                    assert_ne!(page.header("allow"), "", "{what}");
                }
                assert!(!page.status.is_server_error(), "{what}");
                for (name, value) in [
                    ("cache-control", "no-store"),
                    ("content-security-policy", "frame-ancestors 'none'"),
                    ("cross-origin-opener-policy", "same-origin"),
                    ("referrer-policy", "same-origin"),
                    ("vary", "Cookie"),
                    ("x-content-type-options", "nosniff"),
                    ("x-frame-options", "DENY"),
                ] {
                    assert!(page.header(name).contains(value), "{what}: {name}");
                }
            }
        }
    }
    println!("{seen} answers looked at");
}
