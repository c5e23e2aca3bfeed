//! The audit log.

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use axum_cognito::cognito::{LoginProvider, LoginStep, ManagedLogin};
use axum_cognito::pages::Pages;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::web::{ClientAddress, Limit, Limits, revocation_checked, scope_required};
use axum_cognito::{Auth, UserPool, UserStore};
use cognito_emulator::{AppClient, Fault, FaultKind, User};
use serde_json::json;
use url::Url;

use crate::domain::Visitor;
use crate::log::Log;
use crate::site::{
    ADMIN, ALICE, Browser, Cloud, FACES, Face, NEWBIE, TOTP, Users, router, with_layers,
};

/// Where browsers come that speak one way.
struct Visited {
    router: Router,
    face: Face,
}

impl Visited {
    fn browser(&self) -> Browser {
        Browser::new(self.router.clone()).by(self.face)
    }

    async fn guess(&self, name: &str) {
        self.browser().log_in((name, "a guess"), "/").await;
    }
}

/// Two guards refuse a user. One lets the user in, and strangers are sent to log in: that is no
/// refusal.
async fn be_refused_by_guards(site: &Visited, user: &mut Browser, peer: &[(&str, &str)]) {
    let mut stranger = site.browser();

    for (path, expected) in [
        ("/reports?q=canary-query", 403),
        ("/admins", 403),
        ("/members", 200),
    ] {
        let headers = [&[("accept", "text/html")], peer].concat();
        let page = user.get_with(path, &headers).await;
        assert_eq!(page.status.as_u16(), expected, "{path}");
        let page = stranger.get(path).await;
        assert_eq!(page.status.as_u16(), 303, "{path}");
        let page = stranger
            .get_with(path, &[("accept", "application/json")])
            .await;
        assert_eq!(page.status.as_u16(), 401, "{path}");
    }
}

/// Logs in with a second factor, whose answer is spoilt.
async fn answer_totp(cloud: &Cloud, site: &Visited, answer: &FaultKind) {
    let fault = Fault::on("RespondToAuthChallenge", answer.clone());
    cloud.emulator.inject(fault.only("SOFTWARE_TOKEN_MFA"));
    let mut browser = site.browser();
    browser.log_in(TOTP, "/").await;
    let code = cloud.pool.totp_code(TOTP.0).expect("an app");
    browser.post("/login/challenge", &[("code", &code)]).await;
    assert_eq!(browser.get("/maybe").await.body, "Hello stranger");
}

/// The tokens of another user of the pool.
async fn of_somebody_else(cloud: &Cloud) -> FaultKind {
    let password = ADMIN.1.to_owned().into();
    let login = cloud.cognito().authenticate(ADMIN.0, &password).await;
    let Ok(LoginStep::Complete(admin)) = login else {
        panic!("no login: {login:?}");
    };
    let tokens = json!({
        "IdToken": admin.tokens().id.expose(),
        "AccessToken": admin.tokens().access.expose(),
        "ExpiresIn": 3600,
    });
    let answer = json!({ "ChallengeParameters": {}, "AuthenticationResult": tokens });
    FaultKind::Answer(answer.to_string())
}

/// A guard of an API refuses a caller with a good token. One with a bad token is nobody.
#[tokio::test]
async fn the_audit_log_names_the_caller_of_an_api_by_the_sub() {
    let log = Log::of_the_process();
    let cloud = Cloud::start().await;
    let auth = Auth::builder().with_tokens_of(cloud.cognito());
    let auth = auth.build().await.expect("a site");
    let payouts = Router::new()
        .route("/payouts", get(async || "payouts"))
        .route_layer(revocation_checked(Duration::from_secs(30)));
    let router = Router::new()
        .route("/orders", get(async || "orders"))
        .route_layer(scope_required("orders/read"))
        .merge(payouts)
        .layer(auth.login_layer());
    let password = ALICE.1.to_owned().into();
    let login = cloud.cognito().authenticate(ALICE.0, &password).await;
    let Ok(LoginStep::Complete(alice)) = login else {
        panic!("no login: {login:?}");
    };
    let mut caller = Browser::new(router);

    for token in [alice.tokens().access.expose(), "canary-token"] {
        let header = format!("Bearer {token}");
        let headers = [("authorization", header.as_str())];
        caller.get_with("/orders?q=canary-query", &headers).await;
    }
    // A token that was revoked is a bad one.
    cloud.pool.revoke_tokens("alice");
    let header = format!("Bearer {}", alice.tokens().access.expose());
    let headers = [("authorization", header.as_str())];
    let page = caller.get_with("/payouts", &headers).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);

    let text = log.text();
    let sub = cloud.pool.user_sub("alice").expect("a user");
    let lines: Vec<_> = text.lines().filter(|line| line.contains(&sub)).collect();
    let [line] = lines[..] else {
        panic!("one line: {lines:#?}");
    };
    let client = format!("client=\"{}\"", cloud.client.id());
    for part in [
        "WARN",
        "axum_cognito::audit",
        "event=\"forbidden\"",
        "scope orders/read",
        &client,
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
    for canary in ["canary-token", "canary-query"] {
        assert!(!text.contains(canary), "{canary}");
    }
}

#[tokio::test]
async fn the_audit_log_tells_what_happened_and_no_value() {
    let log = Log::of_the_process();
    for face in FACES {
        let before = log.text().len();
        live_through_everything(face).await;
        let text = log.text();
        let audit: Vec<&str> = text[before..]
            .lines()
            .filter(|line| line.contains("axum_cognito::audit"))
            .collect();
        assert_audit(&audit);
    }
}

/// What a site goes through that writes an audit log.
async fn live_through_everything(face: Face) {
    let cloud = Cloud::start().await;
    let limits = Limits::none().with_per_account(Limit::new(8, Duration::from_secs(600)));
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    let auth = Auth::builder()
        .with_pool(backend)
        .with_clock(cloud.clock.clone())
        .with_limits(limits)
        .with_client_address(ClientAddress::behind(1));
    let router = router(auth, MemoryStore::default()).await;
    let site = Visited { router, face };
    let mut browser = site.browser();
    let peer = [("x-forwarded-for", "192.0.2.7")];

    let form = [("username", ALICE.0), ("password", ALICE.1)];
    browser.post_with("/login", &form, &peer).await; // created, logged_in
    cloud.advance(Duration::from_secs(60 * 60));
    browser.get("/profile").await; // refreshed
    be_refused_by_guards(&site, &mut browser, &peer).await; // forbidden, twice
    browser.post("/logout", &[]).await; // ended
    browser.log_in(NEWBIE, "/").await; // challenged
    site.guess("canary-name").await; // refused
    let locked = FaultKind::ErrorWithMessage(
        "NotAuthorizedException".to_owned(),
        "Password attempts exceeded".to_owned(),
    );
    cloud
        .emulator
        .inject(Fault::on("RespondToAuthChallenge", locked.clone()));
    site.guess(ALICE.0).await; // locked
    answer_totp(&cloud, &site, &locked).await; // challenged, locked
    answer_totp(&cloud, &site, &of_somebody_else(&cloud).await).await; // refused_by_sub
    for _ in 0..9 {
        site.guess("canary-name").await; // limited
    }
    let mut leaver = site.browser();
    let leaves = User::new("leaver").with_password(ALICE.1);
    cloud.pool.add_user(leaves);
    leaver.log_in(("leaver", ALICE.1), "/").await;
    let form = [("action", "delete"), ("account", "leaver")];
    leaver.post("/profile/data", &form).await; // deleted, ended
    sqlx::query("update users set sub = 'of somebody else' where username = ?")
        .bind(ALICE.0)
        .execute(users.store.pool())
        .await
        .expect("written");
    browser.log_in(ALICE, "/").await; // refused_by_sub
    let mut admin = site.browser();
    admin.log_in(ADMIN, "/").await;
    sqlx::query("update users set is_active = false")
        .execute(users.store.pool())
        .await
        .expect("written");
    admin.get("/profile").await; // ended
}

fn assert_audit(audit: &[&str]) {
    for event in [
        "created",
        "logged_in",
        "refreshed",
        "challenged",
        "deleted",
        "refused",
        "locked",
        "limited",
        "refused_by_sub",
        "forbidden",
    ] {
        let event = format!("event=\"{event}\"");
        assert!(
            audit.iter().any(|line| line.contains(&event)),
            "{event}: {audit:#?}"
        );
    }
    let count = |event: &str| {
        let event = format!("event=\"{event}\"");
        audit.iter().filter(|line| line.contains(&event)).count()
    };
    assert_eq!(count("locked"), 2, "the password, the code: {audit:#?}");
    assert_eq!(count("refused_by_sub"), 2, "{audit:#?}");
    for why in ["LoggedOut", "FoundOver"] {
        let ended = "event=\"ended\" user";
        let is_it = |line: &&&str| line.contains(ended) && line.contains(why);
        assert!(audit.iter().any(|line| is_it(&line)), "{why}: {audit:#?}");
    }
    let forbidden = audit
        .iter()
        .filter(|line| line.contains("forbidden") && line.contains("user="));
    let forbidden: Vec<_> = forbidden.collect();
    assert_eq!(forbidden.len(), 2, "{audit:#?}");
    for (line, required) in forbidden
        .iter()
        .zip(["permission reports.view", "group admins"])
    {
        for part in ["WARN", "user=1", required, "address=192.0.2.7"] {
            assert!(line.contains(part), "{part}: {line}");
        }
    }
    let is_with_address =
        |line: &&&str| line.contains("logged_in") && line.contains("address=192.0.2.7");
    assert!(
        audit.iter().any(|line| is_with_address(&line)),
        "{audit:#?}"
    );
    for value in [
        ALICE.0,
        ADMIN.0,
        NEWBIE.0,
        TOTP.0,
        "canary-name",
        "leaver",
        "canary-query",
        "a guess",
        "@example.com",
    ] {
        for line in audit {
            // The site's own name of a group and that of an event, which hold that of a user.
            let line = line.replace("group admins", "").replace("administered", "");
            assert!(!line.contains(value), "{value} in {line}");
        }
    }
}

#[tokio::test]
async fn the_audit_log_tells_what_administrators_do_to_whom() {
    let log = Log::of_the_process();
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let client = cloud.builder().with_access_key("AKIDEXAMPLE", "canary-key");
    let client = client.build().expect("a client");
    let auth = Auth::builder()
        .with_pool(UserPool::with_client(client, users.store.clone()))
        .with_clock(cloud.clock.clone())
        .with_client_address(ClientAddress::behind(1));
    let pages = Pages::new().with_user_list("admins").router();
    let router = with_layers(pages, auth, MemoryStore::default()).await;
    let (mut admin, mut alice) = (Browser::new(router.clone()), Browser::new(router));
    admin.log_in(ADMIN, "/").await;
    alice.log_in(ALICE, "/").await;
    let id = async |name| {
        let user = users.store.find_by_username(name).await;
        user.expect("an answer").expect("a row").id
    };
    let (by, user) = (id(ADMIN.0).await, id(ALICE.0).await);
    let path = format!("/admin/users/user?id={user}");
    // An address of this test's own: others write into the log too.
    let peer = [("x-forwarded-for", "192.0.2.78")];

    let actions = [
        ("end", "LoginsEnded"),
        ("reset", "PasswordReset"),
        ("invite", "InvitationSent"),
        ("disable", "Disabled"),
        ("enable", "Enabled"),
    ];
    for (action, _) in actions {
        if action == "invite" {
            cloud.pool.set_user_status(ALICE.0, "FORCE_CHANGE_PASSWORD");
        }
        let page = admin.post_with(&path, &[("action", action)], &peer).await;
        assert!(page.location().ends_with(action), "{action}: {}", page.body);
    }

    let text = log.text();
    let lines: Vec<_> = text
        .lines()
        .filter(|line| line.contains("event=\"administered\"") && line.contains("192.0.2.78"))
        .collect();
    assert_eq!(lines.len(), actions.len(), "{lines:#?}");
    for (line, (_, action)) in lines.iter().zip(actions) {
        for part in [
            " INFO ",
            "axum_cognito::audit",
            &format!("user={user} by={by} action={action} address=192.0.2.78"),
        ] {
            assert!(line.contains(part), "{part}: {line}");
        }
        for value in [ALICE.0, "admin ", "@example.com", "canary-key"] {
            assert!(!line.contains(value), "{value} in {line}");
        }
    }
}

#[tokio::test]
async fn the_audit_log_names_the_provider_by_which_somebody_came_in() {
    const CALLBACK: &str = "https://site.example/login/callback";
    let log = Log::of_the_process();
    let client = AppClient::new("site")
        .with_callback_urls([CALLBACK])
        .with_identity_providers(["COGNITO", "CorpOfTheAudit"]);
    let cloud = Cloud::with_client(client).await;
    cloud
        .pool
        .add_identity_provider("CorpOfTheAudit", [("email", "email")]);
    let managed = ManagedLogin::new(cloud.emulator.endpoint(), CALLBACK)
        .expect("addresses")
        .with_providers([LoginProvider::new("CorpOfTheAudit")]);
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone())
        .configure(|login| login.managed_login = Some(managed));
    let auth = Auth::builder()
        .with_pool(backend)
        .with_clock(cloud.clock.clone());
    let mut browser = Browser::new(router(auth, MemoryStore::default()).await);

    let begun = browser.get("/login/managed?provider=CorpOfTheAudit").await;
    let domain: Url = begun.location().parse().expect("the domain");
    let claims = [("sub", "canary-at-corp"), ("email", "canary@corp.example")];
    let back = Visitor::default().come_as(&domain, &claims).await;
    let path = format!("{}?{}", back.path(), back.query().expect("a query"));
    assert_eq!(browser.get(&path).await.location(), "/");

    let text = log.text();
    let audit = text
        .lines()
        .filter(|line| line.contains("axum_cognito::audit"));
    let audit: Vec<_> = audit.collect();
    let provider = "provider=\"CorpOfTheAudit\"";
    let told = audit.iter().filter(|line| line.contains(provider));
    let told: Vec<_> = told.collect();
    let [line] = told[..] else {
        panic!("one line: {told:#?}");
    };
    assert!(line.contains("event=\"logged_in\""), "{line}");
    for line in &audit {
        assert!(!line.contains("canary-at-corp"), "{line}");
        assert!(!line.contains("canary@corp"), "{line}");
    }
}
