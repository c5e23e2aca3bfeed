//! What an operator reads: one event is one line, whoever has written what is in it.

use axum_cognito::attribute::Attributes;
use axum_cognito::backend::LoginFlow;
use axum_cognito::cognito::ManagedLogin;
use axum_cognito::pages::Pages;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::users::UserSync;
use axum_cognito::{AttributeMapping, Auth, Cognito, UserPool, UserStore};
use cognito_emulator::{AppClient, AuthFlow, Fault, FaultKind};
use serde_json::json;
use time::OffsetDateTime;
use tracing::subscriber::DefaultGuard;
use url::Url;
use url::form_urlencoded::Serializer;

use crate::domain::parameter;
use crate::log::Log;
use crate::site::{ALICE, Browser, Cloud, Site, Users, router, with_layers};

/// Whatever a pool, a trigger or a visitor writes begins no line of its own.
#[tokio::test]
async fn nothing_from_outside_begins_a_line() {
    let log = Log::of_the_process();
    let site = Site::start().await;
    let forged = "x\ncanary-line WARN axum_cognito::audit: event=\"logged_in\" user=1";

    for (operation, exception) in [
        ("InitiateAuth", "InternalErrorException"),
        ("InitiateAuth", "InvalidLambdaResponseException"),
        ("InitiateAuth", "NotAuthorizedException"),
        ("InitiateAuth", "UserLambdaValidationException"),
        ("GetUser", "SomethingNewException"),
    ] {
        let kind = FaultKind::ErrorWithMessage(exception.to_owned(), forged.to_owned());
        site.cloud.emulator.inject(Fault::on(operation, kind));
        site.browser().log_in(ALICE, "/").await;
    }
    let asked = json!({
        "ChallengeName": forged, "Session": forged, "ChallengeParameters": { "USERNAME": forged },
    });
    let asked = FaultKind::Answer(asked.to_string());
    site.cloud
        .emulator
        .inject(Fault::on("RespondToAuthChallenge", asked));
    site.browser().log_in(ALICE, "/").await;
    site.browser().log_in((forged, forged), forged).await;
    let headers = [("user-agent", "x\tcanary-line"), ("accept", "text/html")];
    site.browser().get_with("/members", &headers).await;

    let text = log.text();
    assert!(text.contains("canary-line"), "what was refused is told");
    let begun: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("canary-line"))
        .collect();
    assert!(begun.is_empty(), "{begun:#?}");
}

/// What a layer for traces gets: a span for each call to Cognito, with the names of OpenTelemetry.
#[tokio::test]
async fn calls_to_cognito_have_a_span() {
    let log = Log::of_the_process();
    let site = Site::start().await;
    site.browser().log_in(ALICE, "/").await;

    let text = log.text();
    for operation in ["InitiateAuth", "RespondToAuthChallenge"] {
        let span =
            format!(r#"{{rpc.service="Cognito Identity Provider" rpc.method="{operation}" "#);
        assert!(text.contains(&span), "{operation}");
    }
}

/// A mistake in the settings is no outage. Its line names what the doctor says of it.
#[tokio::test]
async fn a_mistake_in_the_settings_is_a_line_with_a_finding() {
    let log = Log::of_the_process();
    let cloud = Cloud::start().await;
    let flows = [AuthFlow::UserPassword];
    let without_srp = AppClient::new("without srp").with_flows(flows);
    let without_srp = cloud.pool.add_client(without_srp);
    let of_client = |id: &str| {
        let pool = cloud.pool.id().parse().expect("a pool");
        Cognito::builder(pool, id.parse().expect("an app client"))
            .with_endpoint(cloud.emulator.endpoint())
    };

    for (builder, finding) in [
        (
            cloud.builder().with_app_client_secret("not-the-secret"),
            "secret-missing-at-site",
        ),
        (of_client(without_srp.id()), "flow-srp-missing"),
        (of_client("1of2another3pool4"), "client-of-another-pool"),
    ] {
        let users = Users::create().await;
        let cognito = builder.build().expect("a client");
        let backend = UserPool::with_client(cognito, users.store.clone());
        let site = router(Auth::builder().with_pool(backend), MemoryStore::default()).await;
        let page = Browser::new(site).log_in(ALICE, "/").await;

        assert_eq!(page.status.as_u16(), 500, "{finding}: {}", page.body);
        assert_eq!(page.header("retry-after"), "", "{finding}");
        let text = log.text();
        let is_it = |line: &&str| line.contains("ERROR") && line.contains(finding);
        assert_eq!(text.lines().filter(is_it).count(), 1, "{finding}");
    }
}

/// What Cognito says in its own words is for the operator.
#[tokio::test]
async fn what_cognito_says_is_in_the_log_alone() {
    let log = Log::of_the_process();
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    let pages = Pages::new().with_sign_up(["email"]).expect("an attribute");
    let auth = Auth::builder().with_pool(backend);
    let site = with_layers(pages.router(), auth, MemoryStore::default()).await;
    let form = [
        ("username", "bob"),
        ("email", "bob@example.com"),
        ("new_password", "Bobs-horse-1"),
    ];

    for (exception, words) in [
        ("InvalidParameterException", "canary words that are mended"),
        ("InternalErrorException", "canary words of an outage"),
        ("UnexpectedLambdaException", "canary words of a trigger"),
    ] {
        let kind = FaultKind::ErrorWithMessage(exception.to_owned(), words.to_owned());
        cloud.emulator.inject(Fault::on("SignUp", kind));
        let page = Browser::new(site.clone()).post("/signup", &form).await;

        assert!(!page.body.contains("canary"), "{}", page.body);
        let text = log.text();
        let is_ours = |line: &str| line.contains(" axum_cognito::") && line.contains(words);
        assert!(text.lines().any(is_ours), "{words}");
    }
}

/// Who declines at the domain makes nobody any work. What is not set up there does.
#[tokio::test]
async fn what_the_domain_refuses_is_for_the_operator() {
    const CALLBACK: &str = "https://site.example/login/callback";
    let log = Log::of_the_process();
    let client = AppClient::new("site").with_callback_urls([CALLBACK]);
    let cloud = Cloud::with_client(client).await;
    let managed = ManagedLogin::new(cloud.emulator.endpoint(), CALLBACK);
    let managed = managed.expect("addresses");
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone())
        .configure(|login| login.managed_login = Some(managed));
    let auth = Auth::builder().with_pool(backend);
    let mut browser = Browser::new(router(auth, MemoryStore::default()).await);

    for (error, written) in [
        ("access_denied", None),
        ("invalid_scope", Some("invalid_scope")),
        ("x\nforged", Some("other")),
    ] {
        let before = log.text().len();
        let begun = browser.get("/login/managed").await;
        let domain: Url = begun.location().parse().expect("the domain");
        let state = parameter(&domain, "state").expect("a state");
        let query = Serializer::new(String::new())
            .append_pair("error", error)
            .append_pair("state", &state)
            .finish();
        let page = browser.get(&format!("/login/callback?{query}")).await;
        assert!(page.status.is_redirection(), "{error}: {}", page.body);

        let text = log.text();
        let is_it = |line: &&str| line.contains("the domain of the user pool refused a login");
        let lines: Vec<_> = text[before..].lines().filter(is_it).collect();
        assert_eq!(lines.len(), usize::from(written.is_some()), "{lines:#?}");
        if let Some(written) = written {
            let says = format!("error=\"{written}\"");
            assert!(lines[0].contains("ERROR"), "{}", lines[0]);
            assert!(lines[0].contains(&says), "{}", lines[0]);
        }
    }
}

/// All that this test's own thread logs from now on.
fn log_of_this_test() -> (Log, DefaultGuard) {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    (log, tracing::subscriber::set_default(subscriber))
}

/// It is for as long as users move in.
#[tokio::test]
async fn that_passwords_go_in_the_clear_is_told_at_the_start() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;

    for (flow, is_told) in [
        (LoginFlow::PlainPassword, true),
        (LoginFlow::Password, false),
        (LoginFlow::Choice, false),
    ] {
        let backend = UserPool::with_client(cloud.cognito(), users.store.clone())
            .configure(|login| login.login_flow = flow);
        let (log, _guard) = log_of_this_test();
        let auth = Auth::builder().with_pool(backend).build().await;
        auth.expect("a site");

        let text = log.text();
        assert_eq!(text.contains("in clear"), is_told, "{flow:?}: {text}");
    }
}

/// Databases cannot keep every character.
#[tokio::test]
async fn an_attribute_that_is_not_stored_is_told_without_its_value() {
    let users = Users::create().await;

    for (value, is_told) in [("canary", false), ("canary\0", true)] {
        let attributes = Attributes::try_from([("given_name", value)]);
        let attributes = attributes.expect("a name");
        let mut login = UserSync::new("alice", OffsetDateTime::UNIX_EPOCH);
        login.columns = AttributeMapping::standard().columns_for(&attributes);
        let (log, _guard) = log_of_this_test();
        users.store.sync(&login).await.expect("a row");

        let text = log.text();
        assert_eq!(text.contains("was not stored"), is_told, "{text}");
        assert!(!is_told || text.contains("first_name"), "{text}");
        assert!(!text.contains("canary"), "{text}");
    }
}

/// Somebody has changed the keys, perhaps: logins end by and by, and nobody would know why.
#[tokio::test]
async fn that_tokens_cannot_be_read_any_more_is_told() {
    const KEY: &str = "qXZtVN0J1y2iW0p1Xj4cJ9vG6xOZk3mJm0h8Qe5rT2A=";
    const OTHER_KEY: &str = "c2hvcnQgdGV4dCBvZiB0aGlydHktdHdvIGJ5dGVzLi4=";
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let site = |key: &str| {
        let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
        let keys = key.parse().expect("a key");
        Auth::builder().with_pool(backend).with_sealing_keys(keys)
    };

    for (key, is_told) in [(KEY, false), (OTHER_KEY, true)] {
        let routes = Pages::new().router();
        let router = with_layers(routes, site(KEY), MemoryStore::default()).await;
        let page = Browser::new(router).log_in(ALICE, "/").await;
        assert_eq!(page.location(), "/", "{}", page.body);
        let later = site(key).build().await.expect("a site");

        let (log, _guard) = log_of_this_test();
        let ended = later.end_logins_of(cloud.pool.id(), &1.into()).await;
        assert_eq!(ended.expect("ended"), 1);

        let text = log.text();
        assert_eq!(text.contains("cannot be read"), is_told, "{text}");
    }
}
