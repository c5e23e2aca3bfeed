//! What makes the pages easier: rules for passwords, languages, other ways, sections.

use axum::http::StatusCode;
use axum_cognito::backend::LoginFlow;
use axum_cognito::cognito::PasswordPolicy;
use axum_cognito::pages::{Pages, Texts};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::{Auth, Cognito, UserPool};
use cognito_emulator::{AppClient, AuthFlow, Fault, FaultKind};

use crate::site::{ALICE, Browser, Cloud, NEWBIE, Page, Users, with_layers};

/// A site with these pages, whose users choose what they log in with.
async fn browser(cloud: &Cloud, cognito: Cognito, pages: Pages) -> (Users, Browser) {
    let pool = cloud.pool.clone();
    pool.with_first_factors(["PASSWORD", "EMAIL_OTP"])
        .with_passkeys("localhost");
    let client = AppClient::new("site")
        .with_id(cloud.client.id())
        .with_secret(cloud.client.secret().expect("a secret"))
        .with_prevent_user_existence_errors(true);
    cloud.pool.add_client(client.with_flows([
        AuthFlow::RefreshToken,
        AuthFlow::User,
        AuthFlow::UserSrp,
    ]));
    let users = Users::create().await;
    let backend = UserPool::with_client(cognito, users.store.clone())
        .configure(|login| login.login_flow = LoginFlow::Choice);
    let auth = Auth::builder()
        .with_pool(backend)
        .with_clock(cloud.clock.clone());
    let router = with_layers(pages.router(), auth, MemoryStore::default()).await;

    (users, Browser::new(router))
}

fn rules(page: &Page) -> Vec<&str> {
    let rules = page.body.split("data-rule=\"").skip(1);
    rules.filter_map(|rest| rest.split('"').next()).collect()
}

#[tokio::test]
async fn the_rules_for_passwords_are_shown_before_one_is_typed() {
    let cloud = Cloud::start().await;
    let pages = Pages::new()
        .with_sign_up(["email"])
        .expect("a name of Cognito's");
    let (_users, mut visitor) = browser(&cloud, cloud.cognito(), pages).await;
    let all = ["chars", "uppercase", "lowercase", "numbers", "symbols"];

    let page = visitor.get("/signup").await;
    assert_eq!(rules(&page), all, "Cognito's default");
    assert!(page.body.contains("At least 8 characters"), "{}", page.body);
    assert!(page.body.contains("data-rules=\"new_password\""));
    assert!(page.body.contains("new_password-rules\">"), "{}", page.body);
    assert_eq!(rules(&visitor.get("/password/reset").await), all);
    visitor.log_in(NEWBIE, "/").await;
    assert_eq!(rules(&visitor.get("/login/challenge").await), all);
    visitor.log_in(ALICE, "/").await;
    let page = visitor.get("/profile/password").await;
    assert_eq!(rules(&page), all);
    assert_eq!(cloud.calls("DescribeUserPool"), 0, "nobody may ask");
}

#[tokio::test]
async fn the_rules_are_those_of_the_code_or_of_the_user_pool() {
    let pages = || {
        let pages = Pages::new().with_sign_up(["email"]);
        pages.expect("a name of Cognito's")
    };
    let cloud = Cloud::start().await;
    let policy: PasswordPolicy = "12,numbers".parse().expect("a policy");
    let set = cloud.builder().with_password_policy(policy);
    let set = set.build().expect("a client");
    let (_users, mut visitor) = browser(&cloud, set, pages()).await;
    let page = visitor.get("/signup").await;
    assert_eq!(rules(&page), ["chars", "numbers"]);
    assert!(page.body.contains("At least 12 characters"));

    let with_credentials = cloud
        .builder()
        .with_access_key("AKIDEXAMPLE", "of-the-tests");
    let asking = with_credentials.build().expect("a client");
    asking.admin().expect("credentials");
    let pool = cloud.pool.clone();
    pool.with_password_policy(14, ["lowercase"]);
    let (_users, mut visitor) = browser(&cloud, asking, pages()).await;
    for _ in 0..2 {
        let page = visitor.get("/signup").await;
        assert_eq!(rules(&page), ["chars", "lowercase"], "{}", page.body);
        assert!(page.body.contains("data-least=\"14\""), "{}", page.body);
    }
    assert_eq!(cloud.calls("DescribeUserPool"), 1, "it is asked once");
}

/// An outage passes. Credentials that may not read them will not the next time either.
#[tokio::test]
async fn rules_that_could_not_be_read_are_asked_for_again_after_an_outage_alone() {
    let cloud = Cloud::start().await;
    let pool = cloud.pool.clone();
    pool.with_password_policy(14, ["lowercase"]);

    for (fault, min_chars) in [
        (FaultKind::Garbage, 14),
        (FaultKind::error("AccessDeniedException"), 8),
    ] {
        let builder = cloud.builder().with_access_key("AKIDEXAMPLE", "emulated");
        let cognito = builder.build().expect("a client");
        let shown = format!("{fault:?}");
        let fault = Fault::on("DescribeUserPool", fault);
        cloud.emulator.inject(fault.forever());

        let meanwhile = cognito.password_policy().await;
        cloud.emulator.clear_faults();
        let then = cognito.password_policy().await;

        assert_eq!(meanwhile, PasswordPolicy::default(), "{shown}");
        assert_eq!(then.min_chars, min_chars, "{shown}");
    }
}

#[tokio::test]
async fn a_login_page_is_small() {
    let cloud = Cloud::start().await;
    let pages = Pages::new()
        .with_sign_up(["email"])
        .expect("a name of Cognito's")
        .with_languages([
            &Texts::ENGLISH,
            &Texts::GERMAN,
            &Texts::FRENCH,
            &Texts::SPANISH,
        ]);
    let (_users, mut visitor) = browser(&cloud, cloud.cognito(), pages).await;

    let page = visitor.get("/login").await;
    let mut bytes = page.body.len();
    let files = ["href=\"/axum-cognito", "src=\"/axum-cognito"];
    let mut requests = 1;
    for file in files
        .iter()
        .flat_map(|start| page.body.split(start).skip(1))
    {
        let path = file.split('"').next().expect("its end");
        bytes += visitor
            .get(&format!("/axum-cognito{path}"))
            .await
            .body
            .len();
        requests += 1;
    }
    assert_eq!(requests, 3, "{}", page.body);
    assert!(bytes <= 12 * 1024, "{bytes} bytes");

    let scripts = ["/axum-cognito.js", "/axum-cognito-steps.js"];
    let mut bytes = 0;
    for script in scripts {
        bytes += visitor.get(script).await.body.len();
    }
    assert!((1024..6 * 1024).contains(&bytes), "{bytes} bytes of script");
}

/// Arabic would do; what matters is the direction.
static RIGHT_TO_LEFT: Texts = Texts {
    language: "ar",
    name: "العربية",
    direction: "rtl",
    ..Texts::ENGLISH
};

#[tokio::test]
async fn a_language_is_chosen_by_a_link_and_kept() {
    let cloud = Cloud::start().await;
    let languages = [&Texts::ENGLISH, &Texts::FRENCH, &RIGHT_TO_LEFT];
    let pages = Pages::new().with_languages(languages);
    let (_users, mut visitor) = browser(&cloud, cloud.cognito(), pages).await;

    let page = visitor.get("/login?next=%2Fme&lang=nonsense").await;
    assert!(page.body.contains("<html lang=\"en\" dir=\"ltr\">"));
    assert_eq!(page.header("set-cookie"), "");
    let link = "<a href=\"/login?next=%2Fme&#38;lang=fr\" hreflang=\"fr\" lang=\"fr\">Français</a>";
    assert!(page.body.contains(link), "{}", page.body);
    assert!(page.body.contains("aria-current=\"true\">English</a>"));

    let page = visitor.get("/login?next=%2Fme&lang=fr").await;
    assert!(page.body.contains("Se connecter"), "{}", page.body);
    let cookie = page.header("set-cookie").to_owned();
    let (cookie, attributes) = cookie.split_once(';').expect("attributes");
    for attribute in ["HttpOnly", "SameSite=Lax", "Max-Age=31536000", "Path=/"] {
        assert!(attributes.contains(attribute), "{attributes}");
    }

    let mut later = visitor.clone();
    later.cookie = Some(format!("other=1; {cookie}"));
    let german_browser = [("accept", "text/html"), ("accept-language", "en")];
    let page = later.get_with("/login", &german_browser).await;
    assert!(page.body.contains("Se connecter"), "{}", page.body);
    let wrong = [("username", "alice"), ("password", "wrong")];
    let page = later.post("/login?x=1", &wrong).await;
    assert!(
        page.body.contains("mot de passe incorrect"),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("href=\"/login?lang=ar\""),
        "{}",
        page.body
    );

    let page = later.get("/login?lang=ar").await;
    assert!(page.body.contains("<html lang=\"ar\" dir=\"rtl\">"));
}

#[tokio::test]
async fn one_language_is_no_choice() {
    let cloud = Cloud::start().await;
    let (_users, mut visitor) = browser(&cloud, cloud.cognito(), Pages::new()).await;

    let page = visitor.get("/login").await;
    assert!(!page.body.contains("lang=en"), "{}", page.body);
}

#[tokio::test]
async fn password_managers_find_the_page_for_a_new_password() {
    let cloud = Cloud::start().await;
    let (_users, mut visitor) = browser(&cloud, cloud.cognito(), Pages::new()).await;
    let page = visitor.get("/.well-known/change-password").await;
    assert_eq!(page.location(), "/profile/password");

    let pages = Pages::new().without([axum_cognito::pages::Page::ChangePassword]);
    let pages = pages.expect("pages");
    let (_users, mut visitor) = browser(&cloud, cloud.cognito(), pages).await;
    let page = visitor.get("/.well-known/change-password").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn another_way_is_a_press_away_at_a_challenge() {
    let cloud = Cloud::start().await;
    let (_users, mut visitor) = browser(&cloud, cloud.cognito(), Pages::new()).await;

    let by_mail = [
        ("username", "alice"),
        ("other_ways", "EMAIL_OTP"),
        ("next", "/me"),
    ];
    visitor.post("/login", &by_mail).await;
    let page = visitor.get("/login/challenge?next=%2Fme").await;
    let another = "name=\"other_ways\"";
    assert!(page.body.contains(another), "{}", page.body);
    assert!(page.body.contains("data-left=\"1"), "{}", page.body);

    let again = [("other_ways", "1"), ("next", "/me")];
    let page = visitor.post("/login/restart", &again).await;
    assert_eq!(page.location(), "/login?next=%2Fme");
    let page = visitor.get(page.location()).await;
    assert!(page.body.contains(another), "{}", page.body);
    assert!(page.body.contains("value=\"alice\""), "{}", page.body);
}

#[tokio::test]
async fn a_passkey_is_offered_after_a_password_until_it_is_declined() {
    let cloud = Cloud::start().await;
    let pages = Pages::new().with_passkey_offer(true);
    let (_users, mut visitor) = browser(&cloud, cloud.cognito(), pages).await;

    let page = visitor.log_in(ALICE, "/me").await;
    assert_eq!(page.location(), "/profile/passkeys/offer?next=%2Fme");
    let page = visitor.get(page.location()).await;
    assert!(
        page.body.contains("data-passkey=\"create\""),
        "{}",
        page.body
    );
    assert!(page.body.contains("Not now"), "{}", page.body);

    let mut later = visitor.clone();
    let page = later
        .post("/profile/passkeys/offer", &[("next", "/me")])
        .await;
    assert_eq!(page.location(), "/me");
    let page = later.log_in(ALICE, "/me").await;
    assert_eq!(page.location(), "/me", "declined");

    // A browser without any cookie comes by the login page once more.
    let mut fresh = visitor.clone();
    fresh.cookie = None;
    let form = [
        ("username", ALICE.0),
        ("password", ALICE.1),
        ("next", "/me"),
    ];
    let from_here = [("origin", "https://site.example")];
    let page = fresh.post_with("/login", &form, &from_here).await;
    assert_eq!(page.location(), "/login?kept=1&next=%2Fme");
    let page = fresh.get(page.location()).await;
    assert_eq!(page.location(), "/profile/passkeys/offer?next=%2Fme");
}

#[tokio::test]
async fn the_account_has_sections_and_nothing_of_cognito_s_inside() {
    let cloud = Cloud::start().await;
    let (_users, mut visitor) = browser(&cloud, cloud.cognito(), Pages::new()).await;
    visitor.log_in(ALICE, "/").await;

    for (path, current) in [
        ("/profile", "Overview"),
        ("/profile/edit", "Profile"),
        ("/profile/security", "Security"),
        ("/profile/password", "Security"),
        ("/profile/mfa", "Security"),
        ("/profile/passkeys", "Security"),
        ("/profile/logins", "Sessions"),
    ] {
        let page = visitor.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
        let current = format!("aria-current=\"page\">{current}</a>");
        assert!(page.body.contains(&current), "{path}: {}", page.body);
        assert_eq!(page.body.matches("aria-current=\"page\"").count(), 1);
        for inside in ["<code>", "_verified", "Tokens expire", ">sub<"] {
            assert!(!page.body.contains(inside), "{path}: {inside}");
        }
    }
    let page = visitor.get("/profile/security").await;
    for row in [
        "Two-step verification</strong><br><span class=\"hint\">Off",
        "None yet",
    ] {
        assert!(page.body.contains(row), "{row}: {}", page.body);
    }
    let page = visitor.get("/login?again=1").await;
    assert!(!page.body.contains("class=\"sections\""), "{}", page.body);
}
