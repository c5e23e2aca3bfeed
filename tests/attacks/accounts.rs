//! Users who take names and addresses of others, or fields that no form has.

use axum::http::StatusCode;
use axum_cognito::pages::Pages;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::{AttributeMapping, Auth, UserPool, UserStore};
use cognito_emulator::{AppClient, Emulator, Fault, FaultKind, Pool, User};

use crate::site::{ALICE, Browser, Cloud, NEWBIE, Site, Users, with_layers};

const PASSWORD: &str = "Correct-horse-8";

/// Names of a second user that look like alice's, or are one of hers.
#[tokio::test]
async fn no_name_of_one_user_leads_to_the_row_of_another() {
    let crossing = [
        "Alice",
        "ALICE",
        "alice\u{301}",
        "\u{0430}lice",
        "al\u{0131}ce",
        "alice\u{200b}",
        "\u{ff41}lice",
        "alice@example.com.evil.test",
        "alice'--",
        "alice%",
        "alic_",
        "alice\u{0}",
        "sub",
        "1",
        "null",
    ];
    let site = Site::start().await;
    site.logged_in(ALICE).await;
    let before = site.users.store.find_by_username("alice").await;
    let before = before.expect("an answer").expect("a row");
    let mut tried = 0;

    for name in crossing {
        // The name, and the name as the mutable attribute that can be an alias.
        for username in [name.to_owned(), format!("mallory{tried}")] {
            let user = User::new(&username)
                .with_password(PASSWORD)
                .with_attribute("preferred_username", name)
                .with_attribute("nickname", "alice");
            site.cloud.pool.add_user(user);
            let mut browser = site.browser();
            let page = browser.log_in((&username, PASSWORD), "/me").await;
            tried += 1;
            if page.status == StatusCode::SEE_OTHER {
                let me = browser.get("/me").await.body;
                assert!(me.ends_with(|last: char| last.is_ascii_digit()), "{me}");
                assert!(!me.ends_with("#1"), "{name:?}: {me}");
            }
        }
    }

    println!("{tried} names tried");
    let after = site.users.store.find(&before.id).await.expect("an answer");
    let after = after.expect("a row");
    assert_eq!((after.username, after.sub), (before.username, before.sub));
}

/// An address that nobody has verified is somebody's, perhaps.
#[tokio::test]
async fn an_address_that_is_not_verified_can_be_kept_out() {
    let cloud = Cloud::start().await;
    let victim = "victim@example.com";
    cloud.pool.add_user(
        User::new("mallory")
            .with_password(PASSWORD)
            .with_attribute("email", victim)
            .with_attribute("email_verified", "false"),
    );
    cloud.pool.add_user(
        User::new("victim")
            .with_password(PASSWORD)
            .with_attribute("email", victim)
            .with_attribute("email_verified", "true"),
    );
    let users = Users::create().await;
    let mapping = AttributeMapping::default().with_only_verified_addresses(true);
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone())
        .configure(|login| login.attribute_mapping = mapping);
    let auth = Auth::builder()
        .with_pool(backend)
        .with_clock(cloud.clock.clone());
    let router = crate::site::router(auth, MemoryStore::default()).await;

    for name in ["mallory", "victim"] {
        let page = Browser::new(router.clone())
            .log_in((name, PASSWORD), "/")
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    }
    for (name, email) in [("mallory", ""), ("victim", victim)] {
        let row = users.store.find_by_username(name).await.expect("an answer");
        assert_eq!(row.expect("a row").email, email, "{name}");
    }
}

/// Fields that no form has do not reach Cognito: not as attributes, nor as anything else.
#[tokio::test]
async fn fields_that_no_form_has_reach_nobody() {
    let emulator = Emulator::start().await.expect("the emulator starts");
    let pool = emulator.add_pool(
        Pool::new("us-east-1_MassAssign")
            .with_custom_attributes(["role", "tenant"])
            .with_required_attributes(["email"]),
    );
    let client = pool.add_client(AppClient::new("site"));
    pool.add_user(User::new(ALICE.0).with_password(ALICE.1));
    pool.add_user(User::new(NEWBIE.0).with_temporary_password(NEWBIE.1));
    let users = Users::create().await;
    let cognito = axum_cognito::Cognito::builder(
        pool.id().parse().expect("a pool"),
        client.id().parse().expect("a client"),
    )
    .with_endpoint(emulator.endpoint());
    let cognito = cognito.build().expect("a client");
    let backend = UserPool::with_client(cognito, users.store.clone());
    let routes = Pages::new()
        .with_sign_up(["email"])
        .expect("an attribute")
        .router();
    let router = with_layers(
        routes,
        Auth::builder().with_pool(backend),
        MemoryStore::default(),
    )
    .await;

    let extra = [
        ("custom:role", "admin"),
        ("custom:tenant", "1"),
        ("userAttributes.custom:role", "admin"),
        ("userAttributes.email_verified", "true"),
        ("email_verified", "true"),
        ("phone_number_verified", "true"),
        ("cognito:groups", "admins"),
        ("sub", "00000000-0000-4000-8000-000000000000"),
        ("is_staff", "1"),
        ("ClientMetadata.role", "admin"),
    ];
    let with_extra = |form: &[(&'static str, &'static str)]| [form, &extra].concat();
    let mut tried = 0;

    let mut stranger = Browser::new(router.clone());
    let form = [
        ("username", "eve"),
        ("new_password", PASSWORD),
        ("email", "eve@example.com"),
    ];
    stranger.post("/signup", &with_extra(&form)).await;
    let mut newbie = Browser::new(router.clone());
    newbie
        .post(
            "/login",
            &with_extra(&[("username", NEWBIE.0), ("password", NEWBIE.1)]),
        )
        .await;
    let form = [
        ("new_password", PASSWORD),
        ("attribute.email", "n@example.com"),
        ("email", "n@example.com"),
    ];
    newbie.post("/login/challenge", &with_extra(&form)).await;
    let mut alice = Browser::new(router.clone());
    alice
        .post(
            "/login",
            &with_extra(&[("username", ALICE.0), ("password", ALICE.1)]),
        )
        .await;
    alice
        .post(
            "/profile/edit",
            &with_extra(&[("given_name", "Alice"), ("email", "a@example.com")]),
        )
        .await;
    tried += 5 * extra.len();

    println!("{tried} fields tried");
    for name in ["eve", NEWBIE.0, ALICE.0] {
        for (attribute, value) in [
            ("custom:role", "admin"),
            ("custom:tenant", "1"),
            ("email_verified", "true"),
            ("phone_number_verified", "true"),
        ] {
            let found = pool.attribute(name, attribute);
            assert_ne!(found.as_deref(), Some(value), "{name}: {attribute}");
        }
    }
    // The forms themselves did something.
    assert!(pool.attribute("eve", "email").is_some(), "signed up");
    assert_eq!(
        pool.attribute(ALICE.0, "given_name").as_deref(),
        Some("Alice")
    );
}

/// A column of the site's that must be unique: who has the value keeps it, and the other is told.
#[tokio::test]
async fn a_value_that_belongs_to_another_row_is_said_and_changes_nothing() {
    let site = Site::start().await;
    site.logged_in(ALICE).await;
    sqlx::query("create unique index site_email on users (email)")
        .execute(site.users.store.pool())
        .await
        .expect("an index");
    let user = User::new("mallory").with_password(PASSWORD);
    let user = user.with_attribute("email", "alice@example.com");
    site.cloud.pool.add_user(user);

    let mut mallory = site.browser();
    let page = mallory.log_in(("mallory", PASSWORD), "/").await;

    assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.body);
    assert!(
        page.body.contains("can’t open your account"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("alice"), "{}", page.body);
    assert_eq!(mallory.get("/maybe").await.body, "Hello stranger");
    let alice = site.users.store.find_by_username("alice").await;
    assert_eq!(
        alice.expect("an answer").expect("a row").email,
        "alice@example.com"
    );
}

/// An account that Cognito has locked looks as one with a wrong password does.
#[tokio::test]
async fn a_locked_account_looks_like_any_other() {
    let site = Site::start().await;
    let wrong = site.browser().log_in((ALICE.0, "wrong"), "/").await;

    let locked = FaultKind::ErrorWithMessage(
        "NotAuthorizedException".to_owned(),
        "Password attempts exceeded".to_owned(),
    );
    for operation in ["InitiateAuth", "RespondToAuthChallenge"] {
        site.cloud
            .emulator
            .inject(Fault::on(operation, locked.clone()));
        for password in ["wrong", ALICE.1] {
            let page = site.browser().log_in((ALICE.0, password), "/").await;
            if password == "wrong" {
                assert_eq!(
                    (page.status, &page.body),
                    (wrong.status, &wrong.body),
                    "{operation}"
                );
                assert_eq!(page.headers, wrong.headers, "{operation}");
            }
        }
    }
}
