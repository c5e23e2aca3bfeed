//! Managed login: users come in by the pages of the user pool's domain, and by identity providers.

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum_cognito::backend::{LoginSettings, ProfileSource};
use axum_cognito::clock::Clock;
use axum_cognito::cognito::{Cognito, LoginProvider, ManagedLogin};
use axum_cognito::pages::{JsonApi, Pages, Texts};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::web::{ClientAddress, Limit, Limits};
use axum_cognito::{Auth, AuthSession, Credentials, CurrentUser, LoginOutcome, UserPool};
use cognito_emulator::{AppClient, Fault, FaultKind, Trigger};
use url::Url;

use crate::domain::{SITE, Visitor, parameter, with_parameter};
use crate::site::{ADMIN, ALICE, Browser, Cloud, Page, Site, Users, routes, with_layers};

pub(crate) const CALLBACK: &str = "https://site.example/login/callback";
pub(crate) const SIGN_OUT: &str = "https://site.example/";
pub(crate) const ADA: [(&str, &str); 3] = [
    ("sub", "4711"),
    ("email", "ada@corp.example"),
    ("name", "Ada"),
];
pub(crate) const MINUTE: Duration = Duration::from_secs(60);

pub(crate) fn app_client() -> AppClient {
    AppClient::new("site")
        .with_secret("emulated_secret_of_the_tests")
        .with_callback_urls([CALLBACK])
        .with_sign_out_urls([SIGN_OUT])
        .with_identity_providers(["COGNITO", "Corp"])
}

pub(crate) fn settings(cloud: &Cloud) -> ManagedLogin {
    ManagedLogin::new(cloud.emulator.endpoint(), CALLBACK)
        .expect("addresses")
        .with_sign_out_url(SIGN_OUT)
        .expect("an address")
        .with_providers([
            LoginProvider::new("Corp").with_label("Corp Inc."),
            LoginProvider::new(LoginProvider::COGNITO).with_label("our login page"),
        ])
}

pub(crate) async fn who(user: CurrentUser) -> String {
    format!(
        "{} {:?} {:?} external={}",
        user.username,
        user.provider(),
        user.groups(),
        user.is_external()
    )
}

pub(crate) async fn site() -> Site {
    site_with(app_client(), settings, Pages::new()).await
}

/// A user pool with a made-up identity provider.
async fn cloud_with_corp(client: AppClient) -> Cloud {
    let cloud = Cloud::with_client(client).await;
    cloud.pool.add_identity_provider(
        "Corp",
        [
            ("email", "email"),
            ("given_name", "name"),
            ("email_verified", "email_verified"),
        ],
    );
    cloud
}

async fn site_with(
    client: AppClient,
    settings: impl FnOnce(&Cloud) -> ManagedLogin,
    pages: Pages,
) -> Site {
    let cloud = cloud_with_corp(client).await;
    let (cognito, managed) = (cloud.cognito(), settings(&cloud));
    site_on(cloud, cognito, managed, pages).await
}

/// A site whose backend is set up in another way.
pub(crate) async fn site_that(change: impl FnOnce(&mut LoginSettings)) -> Site {
    let cloud = cloud_with_corp(app_client()).await;
    let (cognito, managed) = (cloud.cognito(), settings(&cloud));
    site_by(cloud, cognito, Pages::new(), |login| {
        login.managed_login = Some(managed);
        change(login);
    })
    .await
}

/// A site on this user pool, by this client of it.
pub(crate) async fn site_on(
    cloud: Cloud,
    cognito: Cognito,
    managed: ManagedLogin,
    pages: Pages,
) -> Site {
    site_by(cloud, cognito, pages, |login| {
        login.managed_login = Some(managed);
    })
    .await
}

async fn site_by(
    cloud: Cloud,
    cognito: Cognito,
    pages: Pages,
    configure: impl FnOnce(&mut LoginSettings),
) -> Site {
    let users = Users::create().await;
    let backend = UserPool::with_client(cognito, users.store.clone()).configure(configure);
    let store = MemoryStore::default();
    let auth = Auth::builder()
        .with_pool(backend)
        .with_clock(cloud.clock.clone());
    let router = Router::new()
        .route("/who", get(who))
        .route("/", get(async || "home"))
        .merge(JsonApi::new(pages.clone()).router())
        .merge(pages.router());
    let router = with_layers(router, auth, store.clone()).await;

    Site {
        cloud,
        users,
        store,
        router,
    }
}

/// Begins a login and returns where the browser is sent.
pub(crate) async fn begin(browser: &mut Browser, query: &str) -> Url {
    let begun = browser.get(&format!("/login/managed?{query}")).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.body);
    begun.location().parse().expect("an address")
}

/// Brings the browser back to the site.
pub(crate) async fn come_back(browser: &mut Browser, back: &Url) -> Page {
    assert_eq!(back.host_str(), Some(SITE), "{back}");
    let query = back.query().expect("a query");
    browser.get(&format!("{}?{query}", back.path())).await
}

/// As [`come_back`], and on from the page that an unknown answer is given.
async fn come_back_twice(browser: &mut Browser, back: &Url) -> Page {
    let first = come_back(browser, back).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.location());
    let (_, on) = first.body.split_once("0; url=").expect("a way on");
    let (on, _) = on.split_once('"').expect("an end");
    browser
        .get(&on.replace("&#38;", "&").replace("&amp;", "&"))
        .await
}

pub(crate) async fn come_in_as_ada(site: &Site) -> (Browser, Visitor) {
    let (mut browser, mut visitor) = (site.browser(), Visitor::default());
    let domain = begin(&mut browser, "provider=Corp").await;
    let back = visitor.come_as(&domain, &ADA).await;
    let page = come_back(&mut browser, &back).await;
    assert_eq!(page.location(), "/", "{}", page.body);
    (browser, visitor)
}

#[tokio::test]
async fn a_user_of_the_pool_comes_in_by_its_pages() {
    let site = site().await;
    let mut browser = site.browser();

    let login = browser.get("/login?next=/who").await;
    assert!(
        login.body.contains("Continue with Corp Inc."),
        "{}",
        login.body
    );
    assert!(
        login.body.contains("Continue with our login page"),
        "{}",
        login.body
    );
    let domain = begin(&mut browser, "provider=COGNITO&next=/who").await;
    for (name, value) in [
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("identity_provider", "COGNITO"),
        ("code_challenge_method", "S256"),
        ("lang", "en"),
    ] {
        assert_eq!(parameter(&domain, name).as_deref(), Some(value), "{domain}");
    }
    for name in ["state", "nonce"] {
        assert_eq!(
            parameter(&domain, name).map(|it| it.len()),
            Some(43),
            "{domain}"
        );
    }
    assert_eq!(
        parameter(&domain, "scope"),
        None,
        "all that the app client allows"
    );

    let back = Visitor::default().log_in(&domain, ALICE).await;
    let page = come_back(&mut browser, &back).await;

    assert_eq!(page.location(), "/who", "{}", page.body);
    let shown = browser.get("/who").await.body;
    assert_eq!(shown, r#"alice Some("COGNITO") [] external=false"#);
}

#[tokio::test]
async fn somebody_comes_from_an_identity_provider_and_is_the_same_user_the_next_time() {
    let site = site().await;

    for _ in 0..2 {
        let (mut browser, _) = come_in_as_ada(&site).await;
        let shown = browser.get("/who").await.body;
        // The group that Cognito makes for the provider is no role.
        assert_eq!(shown, r#"Corp_4711 Some("Corp") [] external=true"#);
    }
    use axum_cognito::UserStore;
    let rows = site.users.store.list(None, 10).await;
    assert_eq!(rows.expect("rows").len(), 1);
}

#[tokio::test]
async fn the_tokens_are_renewed_as_those_of_any_login() {
    let site = site().await;
    let (mut browser, _) = come_in_as_ada(&site).await;

    site.cloud.advance(61 * MINUTE);

    assert_eq!(browser.get("/who").await.status, StatusCode::OK);
    assert_eq!(site.cloud.calls("GetTokensFromRefreshToken"), 1);
}

/// A service may have no such call; whom it refuses is not asked about twice.
#[tokio::test]
async fn the_tokens_are_renewed_at_the_domain_of_a_service_that_has_no_other_way() {
    for (exception, status) in [
        ("UnknownOperationException", StatusCode::OK),
        ("ForbiddenException", StatusCode::SEE_OTHER),
    ] {
        let site = site().await;
        let (mut browser, _) = come_in_as_ada(&site).await;
        let refused = Fault::on("GetTokensFromRefreshToken", FaultKind::error(exception));
        site.cloud.emulator.inject(refused.forever());

        site.cloud.advance(61 * MINUTE);

        assert_eq!(browser.get("/who").await.status, status, "{exception}");
    }
}

#[tokio::test]
async fn with_the_id_token_as_the_source_a_login_is_one_call_of_the_token_endpoint() {
    let cloud = Cloud::with_client(app_client()).await;
    let users = Users::create().await;
    let managed = settings(&cloud);
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone()).configure(|login| {
        login.managed_login = Some(managed);
        login.profile_source = ProfileSource::IdToken;
    });
    let auth = Auth::builder()
        .with_pool(backend)
        .with_clock(cloud.clock.clone());
    let router = with_layers(routes(), auth, MemoryStore::default()).await;
    let mut browser = Browser::new(router);
    let domain = begin(&mut browser, "provider=COGNITO").await;
    let back = Visitor::default().log_in(&domain, ALICE).await;
    cloud.emulator.clear_calls();

    let page = come_back(&mut browser, &back).await;

    assert_eq!(page.location(), "/", "{}", page.body);
    assert!(
        browser
            .get("/me")
            .await
            .body
            .contains("Hello ALICE <alice>")
    );
    let calls: Vec<_> = cloud
        .emulator
        .calls()
        .into_iter()
        .map(|call| call.operation)
        .collect();
    assert_eq!(calls, ["/oauth2/token"]);
}

#[tokio::test]
async fn a_browser_that_kept_its_strict_cookie_back_comes_once_more() {
    let site = site().await;
    let mut browser = site.browser();
    let domain = begin(&mut browser, "provider=COGNITO&next=/who").await;
    let back = Visitor::default().log_in(&domain, ALICE).await;

    // Another site has sent it here: the cookie is not sent along.
    let cookie = browser.cookie.take();
    let first = come_back(&mut browser, &back).await;
    assert_eq!(first.status, StatusCode::OK);
    assert!(
        first.body.contains("http-equiv=\"refresh\""),
        "{}",
        first.body
    );
    assert_eq!(
        browser.cookie, None,
        "the cookie of the browser is left alone"
    );
    browser.cookie = cookie;
    let page = come_back_twice_from(&mut browser, &first).await;

    assert_eq!(page.location(), "/who", "{}", page.body);
}

async fn come_back_twice_from(browser: &mut Browser, first: &Page) -> Page {
    let (_, on) = first.body.split_once("0; url=").expect("a way on");
    let (on, _) = on.split_once('"').expect("an end");
    browser
        .get(&on.replace("&#38;", "&").replace("&amp;", "&"))
        .await
}

#[tokio::test]
async fn a_browser_without_cookies_is_told_so() {
    let site = site().await;
    let domain = begin(&mut site.browser(), "provider=COGNITO").await;
    let back = Visitor::default().log_in(&domain, ALICE).await;

    // Cookies of the site that are not for https alone may be kept where the session's is not.
    for other in [None, Some("another=cookie".to_owned())] {
        let mut browser = site.browser();
        browser.cookie = other;
        let first = come_back(&mut browser, &back).await;
        let cookie = first.header("set-cookie");
        assert!(cookie.contains("; Secure;"), "as the session's: {cookie}");
        browser.kept = None;
        let page = come_back_twice_from(&mut browser, &first).await;

        assert_eq!(page.location(), "/login?kept=1");
        let login = site.browser().get(page.location()).await;
        let words = "Your browser didn’t keep our login cookie";
        assert!(login.body.contains(words), "{}", login.body);
    }
}

/// In development there is no https, and what is for https alone is kept nowhere.
#[tokio::test]
async fn the_cookie_that_is_tried_is_protected_as_the_session_s() {
    let cloud = Cloud::with_client(app_client()).await;
    let users = Users::create().await;
    let managed = settings(&cloud);
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone())
        .configure(|login| login.managed_login = Some(managed));
    let auth = Auth::builder().with_pool(backend).with_insecure_cookie();
    let router = with_layers(routes(), auth, MemoryStore::default()).await;

    let path = "/login/callback?code=c&state=s";
    let page = Browser::new(router).get(path).await;

    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with("axum-cognito-kept="), "{cookie}");
    assert!(!cookie.contains("Secure"), "{cookie}");
}

/// Nothing else is kept of a stranger. Whoever is logged in stays so.
#[tokio::test]
async fn the_session_of_an_attempt_lasts_as_long_as_the_attempt() {
    let site = site().await;
    let path = "/login/managed?provider=COGNITO";
    let begun = site.browser().get(path).await;
    let cookie = begun.header("set-cookie");
    assert!(cookie.contains("Max-Age=600"), "{cookie}");

    let mut alice = site.logged_in(ALICE).await;
    let begun = alice.get(path).await;
    let cookie = begun.header("set-cookie");
    assert!(cookie.starts_with("id="), "{cookie}");
    assert!(!cookie.contains("Max-Age"), "{cookie}");
}

/// The login that was there is found over in the request that begins the attempt.
#[tokio::test]
async fn a_device_outlasts_an_attempt_that_goes_nowhere() {
    let site = site().await;
    site.cloud.pool.clone().with_device_tracking();
    let mut alice = site.logged_in(ALICE).await;
    assert_eq!(site.cloud.calls("ConfirmDevice"), 1);
    let end = sqlx::query("delete from logins");
    let ended = end.execute(site.users.store.pool()).await;
    assert_eq!(ended.expect("an end").rows_affected(), 1);

    let begun = alice.get("/login/managed?provider=COGNITO&again=1").await;

    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.body);
    let cookie = begun.header("set-cookie");
    assert!(cookie.starts_with("id="), "{cookie}");
    assert!(!cookie.contains("Max-Age"), "{cookie}");
}

/// Its session is over, or was never one of this browser's.
#[tokio::test]
async fn a_browser_that_keeps_cookies_is_told_to_begin_anew() {
    let site = site().await;
    let domain = begin(&mut site.browser(), "provider=COGNITO").await;
    let back = Visitor::default().log_in(&domain, ALICE).await;
    let mut another = site.browser();
    begin(&mut another, "provider=COGNITO").await;

    for mut browser in [site.browser(), another] {
        let page = come_back_twice(&mut browser, &back).await;

        assert_eq!(page.location(), "/login?too_late=1");
        let login = browser.get(page.location()).await;
        assert!(login.body.contains("That took too long"), "{}", login.body);
    }
}

#[tokio::test]
async fn of_six_tabs_the_first_is_forgotten() {
    let site = site().await;
    let (mut browser, mut visitor) = (site.browser(), Visitor::default());
    let mut tabs = Vec::new();
    for tab in 1..=6 {
        tabs.push(
            begin(
                &mut browser,
                &format!("provider=COGNITO&next=/who?tab={tab}"),
            )
            .await,
        );
    }

    let back = visitor.log_in(&tabs[0], ALICE).await;
    let page = come_back_twice(&mut browser, &back).await;
    assert_eq!(page.location(), "/login?too_late=1");
    for (tab, domain) in (1..=6).zip(&tabs).skip(1) {
        let back = visitor.log_in(domain, ALICE).await;
        let page = come_back(&mut browser, &back).await;
        assert_eq!(page.location(), format!("/who?tab={tab}"));
    }
}

/// What a SAML provider begins comes back without a state.
#[tokio::test]
async fn an_answer_that_nobody_asked_for_leads_to_the_login_page() {
    let site = site().await;
    let mut browser = site.browser();
    let domain = begin(&mut browser, "provider=COGNITO").await;
    let back = Visitor::default().log_in(&domain, ALICE).await;
    let code = parameter(&back, "code").expect("a code");
    site.cloud.emulator.clear_calls();

    let unasked: Url = format!("{CALLBACK}?code={code}").parse().expect("a URL");
    let page = come_back_twice(&mut browser, &unasked).await;

    assert_eq!(page.location(), "/login?too_late=1");
    assert!(site.cloud.emulator.calls().is_empty());
    // What was begun goes on.
    assert_eq!(come_back(&mut browser, &back).await.location(), "/");
}

#[tokio::test]
async fn whatever_name_the_site_is_called_by_the_callback_is_that_of_the_settings() {
    let site = site().await;
    let mut browser = site.browser();
    let names = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "host=evil.example"),
    ];

    let path = "/login/managed?provider=COGNITO";
    let begun = browser.get_with(path, &names).await;
    let domain: Url = begun.location().parse().expect("the domain");
    let host = site.cloud.emulator.endpoint();
    assert!(domain.as_str().starts_with(host), "{domain}");
    assert_eq!(
        parameter(&domain, "redirect_uri").as_deref(),
        Some(CALLBACK)
    );

    let back = Visitor::default().log_in(&domain, ALICE).await;
    let path = format!("{}?{}", back.path(), back.query().expect("a query"));
    let page = browser.get_with(&path, &names).await;
    assert_eq!(page.location(), "/", "{}", page.body);
}

#[tokio::test]
async fn two_tabs_come_in_each_by_its_own_attempt_and_none_twice() {
    let site = site().await;
    let (mut browser, mut visitor) = (site.browser(), Visitor::default());
    let first = begin(&mut browser, "provider=COGNITO&next=/who?tab=1").await;
    let second = begin(&mut browser, "provider=COGNITO&next=/who?tab=2").await;

    let back = visitor.log_in(&second, ALICE).await;
    assert_eq!(
        come_back(&mut browser, &back).await.location(),
        "/who?tab=2"
    );
    let earlier = visitor.log_in(&first, ALICE).await;
    assert_eq!(
        come_back(&mut browser, &earlier).await.location(),
        "/who?tab=1"
    );

    // The page is loaded again: the user is there already.
    let again = come_back_twice(&mut browser, &back).await;
    assert_eq!(again.location(), "/");
    assert_eq!(browser.get("/who").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_attempt_lasts_ten_minutes() {
    let site = site().await;
    // A session keeps whole seconds.
    let now = site.cloud.clock.now().replace_nanosecond(0);
    let now = now.expect("a time");
    // Also where the clock was set back meanwhile.
    for later in [now + 10 * MINUTE, now - 10 * MINUTE] {
        site.cloud.clock.set(now);
        let mut browser = site.browser();
        let domain = begin(&mut browser, "provider=COGNITO").await;
        site.cloud.clock.set(later);

        let back = Visitor::default().log_in(&domain, ALICE).await;
        let page = come_back_twice(&mut browser, &back).await;

        assert_eq!(page.location(), "/login?too_late=1");
    }
}

#[tokio::test]
async fn forged_answers_let_nobody_in() {
    let site = site().await;
    let attacker = {
        let domain = begin(&mut site.browser(), "provider=COGNITO").await;
        Visitor::default().log_in(&domain, ADMIN).await
    };
    let code_of_attacker = parameter(&attacker, "code").expect("a code");
    let mut tries = 0;
    let mut refused = async |browser: &mut Browser, back: &Url, what: &str| {
        tries += 1;
        let page = come_back(browser, back).await;
        assert_ne!(page.location(), "/", "{what}: {}", page.body);
        let shown = browser.get("/who").await;
        assert_ne!(shown.status, StatusCode::OK, "{what}: {}", shown.body);
    };

    for _ in 0..5 {
        // Login CSRF: the attacker's whole answer.
        refused(&mut site.browser(), &attacker, "another browser").await;
        let mut victim = site.browser();
        let domain = begin(&mut victim, "provider=COGNITO").await;
        refused(&mut victim, &attacker, "another browser with an attempt").await;

        // Code injection: the attacker's code with the victim's state.
        let state = parameter(&domain, "state").expect("a state");
        let injected = with_parameter(&attacker, "state", &state);
        refused(&mut victim, &injected, "code of another").await;

        // The right code with a state that is made up, cut, or doubled.
        for forge in [
            "",
            "x",
            &state[..42],
            &format!("{state}A"),
            &state.to_lowercase(),
        ] {
            let domain = begin(&mut victim, "provider=COGNITO").await;
            let back = Visitor::default().log_in(&domain, ALICE).await;
            refused(&mut victim, &with_parameter(&back, "state", forge), "state").await;
            let mut doubled = back.clone();
            doubled.query_pairs_mut().append_pair("state", &state);
            refused(&mut victim, &doubled, "two states").await;
        }

        // What goes to the domain is changed on the way: nonce, challenge, scope.
        for (name, value) in [
            ("nonce", "of-somebody-else"),
            (
                "code_challenge",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            ),
            ("scope", "aws.cognito.signin.user.admin"),
        ] {
            let domain = begin(&mut victim, "provider=COGNITO").await;
            let changed = with_parameter(&domain, name, value);
            let back = Visitor::default().log_in(&changed, ALICE).await;
            refused(&mut victim, &back, name).await;
        }

        // A code that was used, or is none.
        for code in [code_of_attacker.as_str(), "", "x", &"c".repeat(5000)] {
            let domain = begin(&mut victim, "provider=COGNITO").await;
            let back = Visitor::default().log_in(&domain, ALICE).await;
            refused(&mut victim, &with_parameter(&back, "code", code), "code").await;
        }
    }
    assert_eq!(tries, 5 * (3 + 10 + 3 + 4));
}

#[tokio::test]
async fn what_the_query_says_is_never_shown() {
    let site = site().await;
    let mut browser = site.browser();

    for description in [
        "<script>canary</script>",
        "canary",
        "PreSignUp failed with error canary.",
    ] {
        for error in ["access_denied", "canary", "server_error"] {
            let domain = begin(&mut browser, "provider=Corp").await;
            let state = parameter(&domain, "state").expect("a state");
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("error", error)
                .append_pair("error_description", description)
                .append_pair("state", &state)
                .finish();
            let page = browser.get(&format!("/login/callback?{query}")).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER);
            let login = browser.get(page.location()).await;

            assert!(!page.location().contains("canary"), "{}", page.location());
            assert!(!login.body.contains("canary"), "{}", login.body);
            assert!(login.body.contains("role=\"alert\""), "{}", login.body);
        }
    }
}

#[tokio::test]
async fn every_end_at_the_provider_has_its_words() {
    let site = site().await;
    for (button, words) in [
        ("refuse", "You didn’t finish logging in"),
        ("fail", "The login failed on the other side"),
    ] {
        let (mut browser, mut visitor) = (site.browser(), Visitor::default());
        let domain = begin(&mut browser, "provider=Corp&next=/who").await;
        let back = visitor.press(&domain, button).await;

        let page = come_back(&mut browser, &back).await;
        assert!(
            page.location().ends_with("&next=%2Fwho"),
            "{}",
            page.location()
        );
        let login = browser.get(page.location()).await;
        assert!(login.body.contains(words), "{button}: {}", login.body);
    }

    let refuse = |_| Err("Only staff.".to_owned());
    site.cloud.pool.set_trigger(Trigger::PreSignUp, refuse);
    let (mut browser, mut visitor) = (site.browser(), Visitor::default());
    let domain = begin(&mut browser, "provider=Corp").await;
    let back = visitor.come_as(&domain, &ADA).await;
    let page = come_back(&mut browser, &back).await;
    let login = browser.get(page.location()).await;
    assert!(
        login.body.contains("This account can’t log in here"),
        "{}",
        login.body
    );
}

#[tokio::test]
async fn a_first_login_that_a_trigger_links_is_begun_anew_once() {
    let site = site().await;
    let pool = site.cloud.pool.clone();
    site.cloud
        .pool
        .set_trigger(Trigger::PreSignUp, move |event| {
            pool.link_identity("alice", "Corp", "4711");
            Ok(event)
        });
    let (mut browser, mut visitor) = (site.browser(), Visitor::default());
    let domain = begin(&mut browser, "provider=Corp&next=/who").await;
    let back = visitor.come_as(&domain, &ADA).await;

    let restarted = come_back(&mut browser, &back).await;
    assert_eq!(
        restarted.status,
        StatusCode::SEE_OTHER,
        "{}",
        restarted.body
    );
    let domain: Url = restarted.location().parse().expect("the domain once more");
    assert_eq!(
        parameter(&domain, "identity_provider").as_deref(),
        Some("Corp")
    );
    let back = visitor.come_as(&domain, &ADA).await;
    let page = come_back(&mut browser, &back).await;

    assert_eq!(page.location(), "/who", "{}", page.body);
    let shown = browser.get("/who").await.body;
    assert_eq!(shown, r#"alice Some("Corp") [] external=false"#);
}

#[tokio::test]
async fn what_is_sensitive_asks_the_provider_again_and_takes_nobody_else() {
    let site = site().await;
    let (mut browser, mut visitor) = come_in_as_ada(&site).await;
    site.cloud.advance(11 * MINUTE);

    let asked = browser.get("/profile/edit").await;
    let login = browser.get(asked.location()).await;
    assert!(
        login.body.contains("Continue with Corp Inc."),
        "{}",
        login.body
    );
    assert!(!login.body.contains("our login page"), "{}", login.body);
    assert!(!login.body.contains("name=\"password\""), "{}", login.body);

    let again = "provider=Corp&again=1&next=/profile/edit";
    let domain = begin(&mut browser, again).await;
    assert_eq!(parameter(&domain, "prompt").as_deref(), Some("login"));
    let somebody = [("sub", "666"), ("email", "eve@corp.example")];
    let back = visitor.come_as(&domain, &somebody).await;
    let page = come_back(&mut browser, &back).await;
    assert!(
        page.location().contains("not_proved=1"),
        "{}",
        page.location()
    );
    let shown = browser.get("/who").await.body;
    assert!(shown.starts_with("Corp_4711"), "{shown}");

    let domain = begin(&mut browser, again).await;
    let back = visitor.come_as(&domain, &ADA).await;
    let page = come_back(&mut browser, &back).await;
    assert_eq!(page.location(), "/profile/edit", "{}", page.body);
    assert_eq!(browser.get("/profile/edit").await.status, StatusCode::OK);
}

#[tokio::test]
async fn nothing_is_written_for_somebody_else_who_comes_to_prove() {
    use axum_cognito::UserStore;
    let site = site().await;
    let (mut browser, mut visitor) = come_in_as_ada(&site).await;
    let domain = begin(&mut browser, "provider=Corp&again=1").await;
    let back = visitor
        .come_as(&domain, &[("sub", "666"), ("email", "eve@corp.example")])
        .await;

    come_back(&mut browser, &back).await;

    let rows = site.users.store.list(None, 10).await.expect("rows");
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(site.cloud.calls("RevokeToken"), 1, "nobody has the tokens");
}

/// No outage: whoever comes with them has to begin anew.
#[tokio::test]
async fn the_tokens_of_another_request_are_refused_and_revoked() {
    let site = site().await;
    let mut browser = site.browser();
    let domain = begin(&mut browser, "provider=COGNITO").await;
    let domain = with_parameter(&domain, "nonce", "of-somebody-else");
    let back = Visitor::default().log_in(&domain, ALICE).await;

    let page = come_back(&mut browser, &back).await;

    assert_eq!(page.location(), "/login?too_late=1", "{}", page.body);
    assert_eq!(site.cloud.calls("RevokeToken"), 1);
}

/// Who has a session at the domain, perhaps a thief, is asked again after the logins were ended.
#[tokio::test]
async fn a_session_at_the_domain_does_not_outlive_the_end_of_all_logins() {
    let site = site().await;
    let (mut owner, mut visitor) = come_in_as_ada(&site).await;
    // Ends are noted in whole seconds.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let ended = owner.post("/logout/everywhere", &[]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.body);

    let mut thief = site.browser();
    let domain = begin(&mut thief, "provider=Corp&next=/who").await;
    let back = visitor.arrive(&domain).await.err();
    let restarted = come_back(&mut thief, &back.expect("sent back at once")).await;

    let domain: Url = restarted.location().parse().expect("the domain once more");
    assert_eq!(parameter(&domain, "prompt").as_deref(), Some("login"));
    assert_eq!(thief.get("/who").await.status, StatusCode::SEE_OTHER);
    // Without the new proof there is no way in, and no loop.
    let quiet = with_parameter(&domain, "prompt", "");
    let back = visitor.arrive(&quiet).await.err();
    let page = come_back(&mut thief, &back.expect("sent back at once")).await;
    assert!(
        page.location().starts_with("/login?"),
        "{}",
        page.location()
    );
    // With it there is.
    let domain = begin(&mut thief, "provider=Corp&next=/who").await;
    let domain = with_parameter(&domain, "prompt", "login");
    let back = visitor.come_as(&domain, &ADA).await;
    assert_eq!(come_back(&mut thief, &back).await.location(), "/who");
}

/// The session at the domain goes on, and a logout is to end it too.
#[tokio::test]
async fn whoever_proves_again_by_a_password_came_by_the_domain_all_the_same() {
    let site = site().await;
    let mut alice = site.browser();
    let domain = begin(&mut alice, "provider=COGNITO").await;
    let back = Visitor::default().log_in(&domain, ALICE).await;
    assert_eq!(come_back(&mut alice, &back).await.location(), "/");

    let proof = [("again", "1"), ("password", ALICE.1), ("next", "/who")];
    let page = alice.post("/login", &proof).await;

    assert_eq!(page.location(), "/who", "{}", page.body);
    let shown = alice.get("/who").await.body;
    assert_eq!(shown, r#"alice Some("COGNITO") [] external=false"#);
    let page = alice.post("/logout", &[]).await;
    let logout: Url = page.location().parse().expect("the domain");
    assert_eq!(logout.path(), "/logout");
}

/// A page of a site's own, which has looked who is there before another user logs in.
async fn switch(auth: AuthSession) -> String {
    let before = auth.current_user().await.expect("an answer");
    let admin = Credentials::new(ADMIN.0, ADMIN.1);
    let outcome = auth.log_in(&admin).await.expect("an answer");
    assert!(matches!(outcome, LoginOutcome::Complete(_)), "{outcome:?}");
    before.expect("somebody").username.clone()
}

#[tokio::test]
async fn by_what_provider_one_user_came_is_not_said_of_the_next() {
    let cloud = Cloud::with_client(app_client()).await;
    let users = Users::create().await;
    let managed = settings(&cloud);
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone())
        .configure(|login| login.managed_login = Some(managed));
    let auth = Auth::builder()
        .with_pool(backend)
        .with_clock(cloud.clock.clone());
    let routes = Router::new()
        .route("/who", get(who))
        .route("/switch", post(switch))
        .merge(Pages::new().router());
    let router = with_layers(routes, auth, MemoryStore::default()).await;
    let mut browser = Browser::new(router);
    let domain = begin(&mut browser, "provider=COGNITO").await;
    let back = Visitor::default().log_in(&domain, ALICE).await;
    come_back(&mut browser, &back).await;

    assert_eq!(browser.post("/switch", &[]).await.body, "alice");

    let shown = browser.get("/who").await.body;
    assert_eq!(shown, r#"admin None ["admins"] external=false"#);
}

/// The browser can ask the domain for another provider than the site did.
#[tokio::test]
async fn the_provider_is_what_the_token_says() {
    let site = site().await;
    for (begun, changed, user, shown) in [
        ("Corp", "COGNITO", Some(ALICE), r#"alice Some("COGNITO")"#),
        ("COGNITO", "Corp", None, r#"Corp_4711 Some("Corp")"#),
    ] {
        let (mut browser, mut visitor) = (site.browser(), Visitor::default());
        let domain = begin(&mut browser, &format!("provider={begun}")).await;
        let domain = with_parameter(&domain, "identity_provider", changed);
        let back = match user {
            Some(user) => visitor.log_in(&domain, user).await,
            None => visitor.come_as(&domain, &ADA).await,
        };
        assert_eq!(come_back(&mut browser, &back).await.location(), "/");

        let body = browser.get("/who").await.body;
        assert!(body.starts_with(shown), "{body}");
    }
}

#[tokio::test]
async fn a_link_on_another_site_takes_no_cookie_away() {
    let site = site().await;
    let mut browser = site.browser();
    let headers = [("accept", "text/html"), ("sec-fetch-site", "cross-site")];

    let page = browser
        .get_with("/login/managed?provider=Corp", &headers)
        .await;

    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(browser.cookie, None);
    let on = "0; url=/login/managed?provider=Corp";
    assert!(page.body.contains(on), "{}", page.body);
}

/// There is no page of ours in between to come from: a front end asks by itself, and gets the address.
#[tokio::test]
async fn a_link_on_another_site_to_the_api_takes_no_cookie_away() {
    let site = site().await;
    for mode in ["navigate", "no-cors"] {
        let mut browser = site.browser();
        let headers = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", mode)];
        let path = "/login/managed?provider=Corp";

        let page = browser.get_json(path, &headers).await;

        assert_eq!(page.status, StatusCode::FORBIDDEN, "{mode} {}", page.body);
        assert_eq!(page.header("content-type"), "application/problem+json");
        assert_eq!(browser.cookie, None, "{mode}");
    }

    // A front end of another origin, which browsers ask about first.
    let headers = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "cors")];
    let mut browser = site.browser();
    let page = browser
        .get_json("/login/managed?provider=Corp", &headers)
        .await;
    assert_eq!(page.json()["step"], "redirect", "{}", page.body);
    assert!(browser.cookie.is_some());
}

#[tokio::test]
async fn strangers_who_begin_without_end_are_limited() {
    let cloud = Cloud::with_client(app_client()).await;
    let users = Users::create().await;
    let managed = settings(&cloud);
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone())
        .configure(|login| login.managed_login = Some(managed));
    let limit = Limit::new(10, 10 * MINUTE);
    let auth = Auth::builder()
        .with_pool(backend)
        .with_limits(Limits::none().with_per_address(limit))
        .with_client_address(ClientAddress::behind(1))
        .with_clock(cloud.clock.clone());
    let router = with_layers(routes(), auth, MemoryStore::default()).await;

    // What a page elsewhere can have its visitors ask for costs them nothing.
    let from = [("x-forwarded-for", "192.0.2.1"), ("accept", "text/html")];
    for path in [
        "/login/callback?code=c&state=s",
        "/login/callback?code=c&state=s&resumed=1",
    ] {
        for _ in 0..20 {
            let page = Browser::new(router.clone()).get_with(path, &from).await;
            assert_ne!(page.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        }
    }
    let mut admitted = 0;
    for _ in 0..50 {
        let path = "/login/managed?provider=Corp";
        let page = Browser::new(router.clone()).get_with(path, &from).await;
        admitted += u32::from(page.status != StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(admitted, 10);
}

#[tokio::test]
async fn a_session_at_the_domain_is_no_new_proof() {
    let site = site().await;
    let (mut browser, mut visitor) = come_in_as_ada(&site).await;
    site.cloud.advance(11 * MINUTE);

    // Somebody takes `prompt=login` out on the way: the domain answers from its session.
    let domain = begin(&mut browser, "provider=Corp&again=1&next=/profile/edit").await;
    let quiet = with_parameter(&domain, "prompt", "");
    let back = visitor
        .arrive(&quiet)
        .await
        .err()
        .expect("sent back at once");
    let page = come_back(&mut browser, &back).await;

    assert!(
        page.location().contains("not_proved=1"),
        "{}",
        page.location()
    );
    assert_eq!(
        browser.get("/profile/edit").await.status,
        StatusCode::SEE_OTHER
    );

    // Nor is a login that the session at the domain has made.
    let mut other = site.browser();
    let domain = begin(&mut other, "provider=Corp").await;
    let back = visitor
        .arrive(&domain)
        .await
        .err()
        .expect("sent back at once");
    assert_eq!(come_back(&mut other, &back).await.location(), "/");
    assert_eq!(
        other.get("/profile/edit").await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn a_logout_ends_the_session_at_the_domain_too() {
    let site = site().await;
    let (mut browser, mut visitor) = come_in_as_ada(&site).await;
    let profile = browser.get("/profile").await;
    let policy = profile.header("content-security-policy");
    let form_action = format!("form-action 'self' {};", site.cloud.emulator.endpoint());
    assert!(policy.contains(&form_action), "{policy}");

    let page = browser.post("/logout", &[]).await;

    let logout: Url = page.location().parse().expect("the domain");
    assert_eq!(logout.path(), "/logout");
    let back = visitor
        .arrive(&logout)
        .await
        .err()
        .expect("back at the site");
    assert_eq!(back.as_str(), SIGN_OUT);
    assert_eq!(browser.get("/who").await.status, StatusCode::SEE_OTHER);
    let domain = begin(&mut browser, "provider=Corp").await;
    assert!(
        visitor.arrive(&domain).await.is_ok(),
        "the provider asks again"
    );

    // So do the other ways out.
    for everywhere in [true, false] {
        let (mut browser, _) = come_in_as_ada(&site).await;
        let page = if everywhere {
            browser.post("/logout/everywhere", &[]).await
        } else {
            let logins = browser.get("/profile/logins").await.body;
            let (_, id) = logins.split_once("name=\"id\" value=\"").expect("a login");
            let (id, _) = id.split_once('"').expect("an end");
            browser.post("/profile/logins", &[("id", id)]).await
        };
        let logout: Url = page.location().parse().expect("the domain");
        assert_eq!(logout.path(), "/logout", "everywhere: {everywhere}");
        // Ends are noted in whole seconds.
        tokio::time::sleep(Duration::from_millis(1100)).await;
    }

    // Who logs in with a password here never was at the domain.
    let mut alice = site.logged_in(ALICE).await;
    assert_eq!(alice.post("/logout", &[]).await.location(), "/");
}

#[tokio::test]
async fn pages_that_cannot_work_are_not_offered() {
    let site = site().await;
    let (mut ada, _) = come_in_as_ada(&site).await;
    let profile = ada.get("/profile").await.body;
    for (page, is_offered) in [
        ("/profile/edit", true),
        ("/profile/logins", true),
        ("/profile/password", false),
        ("/profile/mfa", false),
        ("/profile/passkeys", false),
    ] {
        assert_eq!(profile.contains(page), is_offered, "{page}: {profile}");
        let status = ada.get(page).await.status;
        assert_eq!(status == StatusCode::OK, is_offered, "{page}: {status}");
    }

    // Without the scope for the account, its own users can change nothing here either.
    let narrow = app_client().with_scopes(["openid", "email"]);
    let site = site_with(narrow, settings, Pages::new()).await;
    let mut browser = site.browser();
    let domain = begin(&mut browser, "provider=COGNITO").await;
    let back = Visitor::default().log_in(&domain, ALICE).await;
    assert_eq!(come_back(&mut browser, &back).await.location(), "/");
    let profile = browser.get("/profile").await;
    assert_eq!(profile.status, StatusCode::OK);
    assert!(!profile.body.contains("/profile/edit"), "{}", profile.body);
    assert_eq!(
        browser.get("/profile/edit").await.status,
        StatusCode::NOT_FOUND
    );
    let everywhere = browser.post("/logout/everywhere", &[]).await;
    assert_eq!(
        everywhere.status,
        StatusCode::SEE_OTHER,
        "{}",
        everywhere.body
    );
    assert_eq!(browser.get("/who").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn each_way_in_has_a_picture_of_ours_or_of_the_site() {
    let providers = |cloud: &Cloud| {
        settings(cloud).with_providers([
            LoginProvider::new("Google"),
            LoginProvider::new("Corp").with_icon("/static/corp.svg?a=\"1\""),
            LoginProvider::new("Saml"),
            LoginProvider::new(LoginProvider::COGNITO),
        ])
    };
    let site = site_with(app_client(), providers, Pages::new()).await;
    let page = site.browser().get("/login").await.body;

    let buttons = page.split("class=\"button").skip(1);
    let buttons: Vec<_> = buttons
        .map(|button| button.split("</a>").next().unwrap_or_default())
        .collect();
    assert_eq!(buttons.len(), 4, "{page}");
    for (button, picture) in buttons
        .iter()
        .zip(["<ellipse", "<img", "M3 21", "<circle cx=\"8\""])
    {
        assert!(button.contains(picture), "{button}");
        assert!(
            button.contains("aria-hidden=\"true\"") || button.contains("alt=\"\""),
            "{button}"
        );
        assert!(!button.contains("style"), "{button}");
    }
    let address = "src=\"/static/corp.svg?a=&#34;1&#34;\"";
    assert!(buttons[1].contains(address), "{}", buttons[1]);
}

#[tokio::test]
async fn the_buttons_and_what_went_wrong_are_said_in_german_too() {
    let pages = Pages::new().with_languages([&Texts::ENGLISH, &Texts::GERMAN]);
    let site = site_with(app_client(), settings, pages).await;
    let mut browser = site.browser();
    let german = [("accept", "text/html"), ("accept-language", "de")];

    let login = browser.get_with("/login", &german).await.body;
    assert!(login.contains("Weiter mit Corp Inc."), "{login}");
    let begun = browser
        .get_with("/login/managed?provider=Corp", &german)
        .await;
    let domain: Url = begun.location().parse().expect("the domain");
    assert_eq!(parameter(&domain, "lang").as_deref(), Some("de"));
    let back = Visitor::default().press(&domain, "refuse").await;
    let page = come_back(&mut browser, &back).await;
    let login = browser.get_with(page.location(), &german).await.body;
    assert!(login.contains("Die Anmeldung wurde abgebrochen"), "{login}");
}

#[tokio::test]
async fn a_mail_address_leads_to_the_provider_of_its_domain() {
    let by_mail = |cloud: &Cloud| {
        settings(cloud)
            .with_providers([LoginProvider::new("Corp").with_email_domains(["corp.example"])])
    };
    let site = site_with(app_client(), by_mail, Pages::new().without_password_form()).await;
    let mut browser = site.browser();
    let login = browser.get("/login").await.body;
    assert!(login.contains("Work e-mail address"), "{login}");
    assert!(!login.contains("name=\"password\""), "{login}");

    let unknown = browser.get("/login/managed?email=ada@else.example").await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        unknown.body.contains("There’s no login for this address"),
        "{}",
        unknown.body
    );

    let sent_on = browser.get("/login/managed?email=ada@Corp.example").await;
    assert_eq!(sent_on.status, StatusCode::OK);
    assert!(
        sent_on.body.contains("identity_provider=Corp"),
        "{}",
        sent_on.body
    );
    assert!(
        sent_on.body.contains("login_hint=ada%40Corp.example"),
        "{}",
        sent_on.body
    );
}

#[tokio::test]
async fn only_what_is_set_up_is_begun_and_only_this_site_is_come_back_to() {
    let site = site().await;
    let mut browser = site.browser();

    for query in [
        "provider=Other",
        "provider=corp",
        "backend=other",
        "provider=",
    ] {
        let page = browser.get(&format!("/login/managed?{query}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{query}");
    }
    for next in [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/login",
    ] {
        let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let mut browser = site.browser();
        let domain = begin(&mut browser, &format!("provider=COGNITO&next={next}")).await;
        let back = Visitor::default().log_in(&domain, ALICE).await;
        assert_eq!(
            come_back(&mut browser, &back).await.location(),
            "/",
            "{next}"
        );
    }
}

#[tokio::test]
async fn a_mistake_in_the_settings_and_a_row_of_somebody_else_are_told_apart() {
    let site = site().await;
    let come_in = async || {
        let mut browser = site.browser();
        let domain = begin(&mut browser, "provider=Corp").await;
        let back = Visitor::default().come_as(&domain, &ADA).await;
        come_back(&mut browser, &back).await.location().to_owned()
    };
    assert_eq!(come_in().await, "/");

    let secret = Fault::on("/oauth2/token", FaultKind::error("invalid_client"));
    site.cloud.emulator.inject(secret.times(1));
    assert_eq!(come_in().await, "/login?failed=1");

    let sql = "update users set sub = 'of somebody else'";
    let written = sqlx::query(sql).execute(site.users.store.pool()).await;
    written.expect("written");
    assert_eq!(come_in().await, "/login?not_allowed=1");
}

#[tokio::test]
async fn an_outage_at_the_domain_is_an_outage() {
    let site = site().await;
    let mut browser = site.browser();
    let domain = begin(&mut browser, "provider=COGNITO").await;
    let back = Visitor::default().log_in(&domain, ALICE).await;
    let Site { cloud, .. } = site;
    drop(cloud);

    let page = come_back(&mut browser, &back).await;

    assert_eq!(
        page.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "{}",
        page.body
    );
}
