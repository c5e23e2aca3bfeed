use axum::http::StatusCode;
use axum::middleware;
use axum_cognito::pages::{self, JsonApi, Pages};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::{Auth, UserPool, UserStore};
use cognito_emulator::{Fault, FaultKind, User};

use crate::site::{ALICE, Browser, Cloud, FACES, Page, Site, Users, with_layers};

/// A site on which strangers can sign up.
struct OpenSite {
    cloud: Cloud,
    users: Users,
    router: axum::Router,
}

impl OpenSite {
    async fn start() -> Self {
        let cloud = Cloud::start().await;
        let users = Users::create().await;
        let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
        let pages = Pages::new()
            .with_sign_up(["email", "given_name"])
            .expect("names of Cognito's");
        let api = JsonApi::new(pages.clone()).router();
        let routes = pages
            .router()
            .merge(api)
            .layer(middleware::from_fn_with_state(
                Pages::new(),
                pages::error_pages,
            ));
        let router = with_layers(
            routes,
            Auth::builder().with_pool(backend),
            MemoryStore::default(),
        )
        .await;

        Self {
            cloud,
            users,
            router,
        }
    }

    fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    fn code(&self, username: &str) -> String {
        let outbox = self.cloud.emulator.outbox();
        let sent = outbox.iter().rev().find(|sent| sent.username == username);
        sent.expect("a message").code.clone()
    }
}

fn assert_leads_to(page: &Page, path: &str) {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert_eq!(page.location(), path);
}

#[tokio::test]
async fn a_stranger_signs_up_confirms_and_logs_in() {
    let site = OpenSite::start().await;
    let mut browser = site.browser();
    let form = |password| {
        [
            ("username", "bob"),
            ("email", "bob@example.com"),
            ("given_name", "Bob"),
            ("new_password", password),
            ("custom:team", "admins"),
            ("email_verified", "true"),
        ]
    };

    let page = browser.post("/signup", &form("weak")).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    assert!(page.body.contains("bob@example.com"), "{}", page.body);
    assert!(!page.body.contains(r#"value="weak""#));
    let page = browser.post("/signup", &form("Bobs-horse-1")).await;
    assert_leads_to(&page, "/signup/confirm");
    let page = browser.get("/signup/confirm").await;
    assert!(page.body.contains(r#"value="bob""#), "{}", page.body);
    browser.post("/signup/resend", &[]).await;
    let wrong = [("username", "bob"), ("code", "000000")];
    assert!(
        browser
            .post("/signup/confirm", &wrong)
            .await
            .status
            .is_client_error()
    );
    let code = site.code("bob");
    let right = [("username", "bob"), ("code", code.as_str())];
    let page = browser.post("/signup/confirm", &right).await;
    assert_leads_to(&page, "/login?confirmed=1");

    let page = browser.log_in(("bob", "Bobs-horse-1"), "/profile").await;
    assert_leads_to(&page, "/profile");
    assert!(
        browser
            .get("/profile")
            .await
            .body
            .contains("bob@example.com")
    );
    let pool = &site.cloud.pool;
    assert_eq!(pool.user_attribute("bob", "custom:team"), None);
}

#[tokio::test]
async fn there_is_no_sign_up_unless_the_site_wants_it() {
    let site = Site::start().await;

    for path in ["/signup", "/signup/confirm"] {
        assert_eq!(site.browser().get(path).await.status, StatusCode::NOT_FOUND);
    }
    assert!(!site.browser().get("/login").await.body.contains("/signup"));
}

#[tokio::test]
async fn a_forgotten_password_is_reset() {
    let site = OpenSite::start().await;
    let mut browser = site.browser();

    let page = browser
        .post("/password/forgot", &[("username", "alice")])
        .await;
    assert_leads_to(&page, "/password/reset");
    let code = site.code("alice");
    for (code, password, accepted) in [
        ("000000", "Another-horse-2", false),
        (code.as_str(), "weak", false),
        (code.as_str(), "Another-horse-2", true),
    ] {
        let form = [
            ("username", "alice"),
            ("code", code),
            ("new_password", password),
        ];
        let page = browser.post("/password/reset", &form).await;

        assert_eq!(
            page.status == StatusCode::SEE_OTHER,
            accepted,
            "{}",
            page.body
        );
        assert!(!page.body.contains("Another-horse-2"));
    }

    let page = browser.log_in(("alice", "Another-horse-2"), "/").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
}

/// Unknown, unconfirmed, disabled, without an address, and an ordinary user.
fn all_kinds_of_users(site: &OpenSite) -> [&'static str; 5] {
    let pool = &site.cloud.pool;
    let user = |name| User::new(name).with_password("Correct-horse-1");
    let with_email = |name| user(name).with_attribute("email", format!("{name}@example.com"));
    pool.add_user(with_email("waiting").with_status("UNCONFIRMED"));
    pool.add_user(with_email("disabled").disabled());
    pool.add_user(user("mute"));

    ["nobody", "waiting", "disabled", "mute", "alice"]
}

#[tokio::test]
async fn pages_for_strangers_answer_alike_for_everybody() {
    let site = OpenSite::start().await;
    let names = all_kinds_of_users(&site);

    for (path, field) in [
        ("/password/forgot", "username"),
        ("/password/reset", "new_password"),
        ("/signup/confirm", "code"),
        ("/login", "password"),
    ] {
        for face in FACES {
            let mut answers = Vec::new();
            for name in names {
                let form = [
                    ("username", name),
                    ("code", "123456"),
                    (
                        field,
                        if field == "username" {
                            name
                        } else {
                            "Wrong-horse-1"
                        },
                    ),
                ];
                let form = if field == "username" || field == "code" {
                    &form[..2]
                } else {
                    &form[..]
                };
                let page = site.browser().by(face).post(path, form).await;
                let text = page.body.replace(name, "NAME");
                answers.push((name, page.status, page.location().to_owned(), text));
            }

            for answer in &answers {
                assert_eq!(answer.1, answers[0].1, "{path}: {}", answer.0);
                assert_eq!(answer.2, answers[0].2, "{path}: {}", answer.0);
                assert_eq!(answer.3, answers[0].3, "{path}: {}", answer.0);
            }
        }
    }
}

#[tokio::test]
async fn a_name_that_is_taken_looks_like_one_that_is_not() {
    let site = OpenSite::start().await;
    let mut pages = Vec::new();

    for name in ["alice", "carol"] {
        let form = [
            ("username", name),
            ("email", "new@example.com"),
            ("given_name", "New"),
            ("new_password", "Carols-horse-1"),
        ];
        let mut browser = site.browser();
        let page = browser.post("/signup", &form).await;
        assert_leads_to(&page, "/signup/confirm");
        let shown = browser.get("/signup/confirm").await;
        pages.push(shown.tells_of(name));
    }

    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn a_user_changes_password_and_details() {
    let site = OpenSite::start().await;
    let mut browser = site.browser();
    browser.log_in(ALICE, "/").await;

    let wrong = [("password", "not it"), ("new_password", "Another-horse-2")];
    let page = browser.post("/profile/password", &wrong).await;
    assert!(page.status.is_client_error());
    let right = [("password", ALICE.1), ("new_password", "Another-horse-2")];
    let page = browser.post("/profile/password", &right).await;
    assert_leads_to(&page, "/profile?saved=password");

    let form = browser.get("/profile/edit").await;
    assert!(
        form.body.contains(r#"value="alice@example.com""#),
        "{}",
        form.body
    );
    let name = [
        ("given_name", "Alicia"),
        ("custom:team", "admins"),
        ("sub", "x"),
    ];
    let page = browser.post("/profile/edit", &name).await;
    assert_leads_to(&page, "/profile?saved=1");
    let page = browser.get("/profile?saved=1").await;
    assert!(page.body.contains("Alicia"), "{}", page.body);
    let at_cognito = |name| site.cloud.pool.user_attribute("alice", name);
    assert_eq!(at_cognito("given_name").as_deref(), Some("Alicia"));
    assert_eq!(at_cognito("custom:team"), None);
    let row = UserStore::find_by_username(&site.users.store, "alice").await;
    assert_eq!(row.expect("a query").expect("a row").first_name, "Alicia");
}

#[tokio::test]
async fn a_changed_address_asks_for_its_code() {
    let site = OpenSite::start().await;
    let mut browser = site.browser();
    browser.log_in(ALICE, "/").await;

    let changed = [("email", "new@example.com")];
    let page = browser.post("/profile/edit", &changed).await;
    assert_leads_to(&page, "/profile/verify");
    assert!(
        browser
            .get("/profile")
            .await
            .body
            .contains("Verify: E-mail")
    );
    let page = browser.post("/profile/verify", &[("code", "000000")]).await;
    assert!(page.status.is_client_error());
    let code = site.code("alice");
    let page = browser.post("/profile/verify", &[("code", &code)]).await;
    assert_leads_to(&page, "/profile?saved=verified");

    let pool = &site.cloud.pool;
    assert_eq!(
        pool.user_attribute("alice", "email").as_deref(),
        Some("new@example.com")
    );
    assert!(!browser.get("/profile").await.body.contains("Verify: "));
}

#[tokio::test]
async fn what_no_button_says_changes_nothing_and_is_not_called_saved() {
    let site = Site::start().await;
    let mut alice = site.logged_in(ALICE).await;

    for path in ["/profile/mfa", "/profile/devices", "/profile/passkeys"] {
        for form in [&[("action", "anything")][..], &[]] {
            let page = alice.post(path, form).await;
            assert_eq!(page.location(), path, "{form:?}: {}", page.body);
        }
    }
}

#[tokio::test]
async fn a_second_factor_is_switched_on_and_off() {
    let site = OpenSite::start().await;
    let mut browser = site.browser();
    browser.log_in(ALICE, "/").await;

    assert_leads_to(
        &browser.post("/profile/mfa", &[("action", "start")]).await,
        "/profile/mfa",
    );
    let page = browser.get("/profile/mfa").await;
    assert!(page.body.contains("<svg"), "{}", page.body);
    let page = browser
        .post("/profile/mfa", &[("action", "verify"), ("code", "000000")])
        .await;
    assert!(page.status.is_client_error());
    let code = site.cloud.pool.totp_code("alice").expect("a code");
    let page = browser
        .post("/profile/mfa", &[("action", "verify"), ("code", &code)])
        .await;
    assert_leads_to(&page, "/profile/mfa?saved=factor");
    let page = browser.get("/profile/mfa").await;
    assert!(!page.body.contains("<svg"), "the key is shown once");
    let page = site.browser().log_in(ALICE, "/").await;
    assert!(page.location().starts_with("/login/challenge"));

    let page = browser.get("/profile/mfa").await;
    let offers = |page: &Page, name: &str| {
        page.body
            .contains(&format!(r#"name="{name}" value="app_off""#))
    };
    assert!(offers(&page, "confirm"), "{}", page.body);
    assert!(!offers(&page, "action"), "nothing asks first");
    let page = browser.get("/profile/mfa?confirm=app_off").await;
    assert!(page.body.contains("Your password alone"), "{}", page.body);
    assert!(offers(&page, "action"), "{}", page.body);
    let page = browser.get("/profile/mfa?confirm=mail_off").await;
    assert!(!page.body.contains("mail_off"), "it is not on");
    assert_leads_to(
        &browser.post("/profile/mfa", &[("action", "app_off")]).await,
        "/profile/mfa?saved=factor",
    );
    assert_leads_to(&site.browser().log_in(ALICE, "/").await, "/");
}

#[tokio::test]
async fn account_pages_are_for_users_who_are_logged_in() {
    let site = OpenSite::start().await;
    // A pool that tracks no devices refuses to list them.
    site.cloud.pool.clone().with_device_tracking();

    for path in [
        "/profile/edit",
        "/profile/password",
        "/profile/mfa",
        "/profile/devices",
        "/profile/verify",
    ] {
        let page = site.browser().get(path).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
        let mut browser = site.browser();
        browser.log_in(ALICE, "/").await;
        assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn devices_are_listed_and_forgotten() {
    let site = OpenSite::start().await;
    site.cloud.pool.clone().with_device_tracking();
    let cognito = site.cloud.cognito();
    let password = ALICE.1.to_owned().into();
    let login = cognito.authenticate(ALICE.0, &password).await;
    let Ok(axum_cognito::cognito::LoginStep::Complete(alice)) = login else {
        panic!("no login: {login:?}");
    };
    let device = alice.confirm_device("laptop").await.expect("confirmed");
    let device = device.expect("a new device").device;
    let mut browser = site.browser();
    browser.log_in(ALICE, "/").await;

    let page = browser.get("/profile/devices").await;
    assert!(page.body.contains("laptop"), "{}", page.body);
    let forget = [("key", device.key.as_str()), ("action", "forget")];
    let page = browser.post("/profile/devices", &forget).await;
    assert_leads_to(&page, "/profile/devices?saved=forgotten");
    assert!(
        !browser
            .get("/profile/devices")
            .await
            .body
            .contains("laptop")
    );
}

/// The change is made; that the login ended a moment later is no outage.
#[tokio::test]
async fn tokens_that_are_revoked_after_the_change_end_the_login() {
    let password = [("password", ALICE.1), ("new_password", "Another-horse-2")];
    let edit = [("given_name", "Alicia")];
    for (path, form, calls_before) in [
        ("/profile/edit", &edit[..], 1),
        ("/profile/password", &password[..], 0),
    ] {
        let site = OpenSite::start().await;
        let mut alice = site.browser();
        alice.log_in(ALICE, "/").await;
        let revoked = FaultKind::ErrorWithMessage(
            "NotAuthorizedException".to_owned(),
            "Access Token has been revoked".to_owned(),
        );
        let fault = Fault::on("GetUser", revoked).after(calls_before).forever();
        site.cloud.emulator.inject(fault);

        let page = alice.post(path, form).await;

        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}: {}", page.body);
        let page = alice.get("/profile").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}: logged out");
    }
}
