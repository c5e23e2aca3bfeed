//! Pages are valid HTML in each language. Those in English are judged wherever a flow reaches them.

use axum::http::StatusCode;
use axum_cognito::pages::{Pages, Texts};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::{Auth, UserPool, UserStore};
use cognito_emulator::MfaMode;

use crate::site::{ADMIN, ALICE, Browser, Cloud, NEWBIE, Users, html_judge, with_layers};

#[test]
fn what_is_not_valid_is_found() {
    if html_judge::is_there() {
        let page =
            "<!doctype html><html lang=\"en\"><title>x</title><p id=\"a\"><p id=\"a\"><button>";
        let wrong = html_judge::faults(page).join("\n");
        assert!(wrong.contains("no-dup-id"), "{wrong}");
    }
}

#[tokio::test]
async fn pages_are_valid_in_each_language() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let cognito = cloud
        .builder()
        .with_access_key("AKIDEXAMPLE", "of-the-tests");
    let cognito = cognito.build().expect("a client");
    let languages = [
        &Texts::ENGLISH,
        &Texts::FRENCH,
        &Texts::GERMAN,
        &Texts::SPANISH,
    ];
    let pages = Pages::new()
        .with_languages(languages)
        .with_sent_codes(true)
        .with_user_list("admins")
        .with_sign_up(["email", "given_name"])
        .expect("names of Cognito's");
    let auth = Auth::builder()
        .with_pool(UserPool::with_client(cognito, users.store.clone()))
        .with_clock(cloud.clock.clone());
    let router = with_layers(pages.router(), auth, MemoryStore::default()).await;

    let mut admin = Browser::new(router.clone());
    admin.log_in(ADMIN, "/").await;
    let mut alice = Browser::new(router.clone());
    alice.log_in(ALICE, "/").await;
    alice.post("/profile/mfa", &[("action", "start")]).await;
    let mut newbie = Browser::new(router.clone());
    newbie.log_in(NEWBIE, "/").await;
    cloud.pool.clone().with_mfa(MfaMode::On);
    let mut setting_up = Browser::new(router.clone());
    setting_up.log_in(ALICE, "/").await;
    let row = users.store.find_by_username("alice").await;
    let id = row.expect("an answer").expect("a row").id;
    let user = format!("/admin/users/user?id={id}");

    for texts in languages {
        let language = [("accept-language", texts.language)];
        let shows = format!("<html lang=\"{}\"", texts.language);
        let mut stranger = Browser::new(router.clone());
        let walks: [(&mut Browser, &[&str]); 5] = [
            (
                &mut stranger,
                &[
                    "/login?expired=1",
                    "/signup",
                    "/signup/confirm",
                    "/password/forgot",
                    "/password/reset",
                    "/logout",
                ],
            ),
            (
                &mut alice,
                &[
                    "/profile?saved=1",
                    "/profile/edit",
                    "/profile/verify",
                    "/profile/security",
                    "/profile/password",
                    "/profile/mfa",
                    "/profile/passkeys",
                    "/profile/logins",
                    "/profile/devices",
                    "/profile/data",
                    "/logout",
                    "/login?again=1",
                ],
            ),
            (&mut newbie, &["/login/challenge"]),
            (&mut setting_up, &["/login/challenge"]),
            (
                &mut admin,
                &[
                    "/admin/users?q=a&group=admins",
                    "/admin/users?q=nobody",
                    &user,
                    &format!("{user}&confirm=disable"),
                    "/admin/users/user?id=4711",
                ],
            ),
        ];
        for (browser, paths) in walks {
            for path in paths {
                let page = browser.get_with(path, &language).await;
                assert!(page.body.contains(&shows), "{path}: {}", page.body);
            }
        }
        let wrong = [("username", "alice"), ("password", "Wrong-horse-1")];
        for (path, form) in [
            ("/login", &wrong[..]),
            ("/signup", &wrong[..1]),
            ("/password/reset", &[("code", "1"), ("new_password", "x")]),
        ] {
            let page = stranger.post_with(path, form, &language).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
            assert!(page.body.contains(&shows), "{path}: {}", page.body);
        }
    }
}
