//! Managed login at a provider that others have written and certified: npm's `oidc-provider`, with Cognito's paths
//! and claims (`tests/judges/oidc_provider.mjs`). It insists on PKCE, and takes no refresh token twice.
//!
//! Left out, with a message, unless `PEERS_NODE_DIR` says where the package is.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use axum_cognito::clock::{Clock, ManualClock, SystemClock};
use axum_cognito::cognito::{Cognito, LoginProvider, ManagedLogin};
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::users::UserStore;
use axum_cognito::{Auth, CurrentUser, UserPool, pages};
use serde_json::Value;
use url::Url;

use crate::domain::{Visitor, parameter, with_parameter};
use crate::managed_login::{CALLBACK, begin, come_back};
use crate::site::{Browser, Users, with_layers};

const POOL: &str = "us-east-1_Elsewhere";
const HOUR: Duration = Duration::from_secs(60 * 60);
const CONFIDENTIAL: (&str, Option<&str>) = ("site", Some("secret_of_the_site_elsewhere"));
const PUBLIC: (&str, Option<&str>) = ("open", None);

/// The provider, in a process that ends when its input does.
struct Elsewhere {
    address: Url,
    _process: Child,
}

impl Elsewhere {
    /// Starts it in a directory of its own below the packages, if they are there.
    fn start(room: &str) -> Option<Self> {
        let packages = env::var_os("PEERS_NODE_DIR").map(PathBuf::from);
        let packages = packages.filter(|it| it.join("node_modules/oidc-provider").is_dir());
        let Some(packages) = packages else {
            let _ = writeln!(
                std::io::stderr(),
                "left out: PEERS_NODE_DIR has no oidc-provider; see CONTRIBUTING.md"
            );
            return None;
        };

        let script = "oidc_provider.mjs";
        let room = packages.join("judges").join(room);
        let judges = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judges");
        std::fs::create_dir_all(&room).expect("a writable directory");
        std::fs::copy(judges.join(script), room.join(script)).expect("a writable directory");
        let mut process = Command::new("node")
            .arg(room.join(script))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node");

        let output = process.stdout.take().expect("a pipe");
        let mut address = String::new();
        BufReader::new(output)
            .read_line(&mut address)
            .expect("a line");
        Some(Self {
            address: address.trim().parse().expect("an address"),
            _process: process,
        })
    }

    /// How often something was seen there: `granted refresh_token`, `refused authorization_code invalid_grant`.
    async fn seen(&self, what: &str) -> u64 {
        let url = self.address.join("/judge").expect("an address");
        let answer = Visitor::default().get(&url).await;
        let json = answer.body.find('{').zip(answer.body.rfind('}'));
        let (start, end) = json.expect("an object");
        let seen: Value = serde_json::from_str(&answer.body[start..=end]).expect("JSON");
        seen[what].as_u64().unwrap_or(0)
    }

    /// Says at the provider who one is. Returns where the browser is sent.
    async fn log_in(&self, url: &Url, name: &str) -> Url {
        let mut visitor = Visitor::default();
        let (page, _) = match visitor.arrive(url).await {
            Ok(arrived) => arrived,
            Err(back) => return back,
        };
        let form = [("prompt", "login"), ("login", name), ("password", "any")];
        let answer = visitor.post(&page, &form).await;
        let on = answer.location.expect("a way on");
        match visitor.arrive(&page.join(&on).expect("an address")).await {
            Ok((page, _)) => panic!("stays at {page}"),
            Err(back) => back,
        }
    }
}

/// A site that sends its visitors there.
struct Here {
    router: Router,
    users: Users,
    clock: Arc<ManualClock>,
}

impl Here {
    async fn on(elsewhere: &Elsewhere, (id, secret): (&str, Option<&str>)) -> Self {
        // The provider's clock cannot be moved: this one is behind it, so that there is room to advance.
        let clock = Arc::new(ManualClock::new(SystemClock.now() - 4 * HOUR));
        let endpoint = elsewhere.address.as_str().trim_end_matches('/');
        let pool = POOL.parse().expect("a pool id");
        let mut builder = Cognito::builder(pool, id.parse().expect("an app client id"))
            .with_endpoint(endpoint)
            .with_clock(clock.clone());
        if let Some(secret) = secret {
            builder = builder.with_app_client_secret(secret.to_owned());
        }
        let cognito = builder.build().expect("a client");
        let managed = ManagedLogin::new(endpoint, CALLBACK)
            .expect("addresses")
            .with_scopes(["openid", "email", "profile"])
            .with_providers([LoginProvider::new(LoginProvider::COGNITO)]);

        let users = Users::create().await;
        let backend = UserPool::with_client(cognito, users.store.clone())
            .configure(|login| login.managed_login = Some(managed));
        let auth = Auth::builder().with_pool(backend).with_clock(clock.clone());
        let routes = Router::new()
            .route("/who", get(who))
            .route("/", get(async || "home"))
            .merge(pages::router());

        Self {
            router: with_layers(routes, auth, MemoryStore::default()).await,
            users,
            clock,
        }
    }

    fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }
}

async fn who(user: CurrentUser) -> String {
    format!("{} <{}> {}", user.username, user.email, user.first_name)
}

async fn leave(browser: &mut Browser) -> Url {
    begin(browser, "provider=COGNITO").await
}

#[tokio::test]
async fn logs_in_at_a_certified_provider_and_is_renewed_there() {
    let Some(elsewhere) = Elsewhere::start("right") else {
        return;
    };

    let mut renewals = 0;
    for client in [CONFIDENTIAL, PUBLIC] {
        let here = Here::on(&elsewhere, client).await;
        let mut browser = here.browser();
        let url = leave(&mut browser).await;
        let back = elsewhere.log_in(&url, "ada").await;
        let page = come_back(&mut browser, &back).await;
        assert_eq!(page.location(), "/", "{}", page.body);
        let shown = browser.get("/who").await.body;
        assert_eq!(shown, "ada <ada@example.com> ADA", "{client:?}");
        let row = here.users.store.find_by_username("ada").await;
        let row = row.expect("a query").expect("a row");
        assert_eq!(row.sub.expect("a subject").as_str(), "ada");

        // Each refresh token is good once: the site must keep the newest.
        for _ in 0..3 {
            here.clock.advance(HOUR);
            assert_eq!(browser.get("/who").await.body, shown);
            assert_eq!(browser.get("/who").await.body, shown);
            renewals += 1;
            assert_eq!(elsewhere.seen("granted refresh_token").await, renewals);
        }
        browser.post("/logout", &[]).await;
        assert_ne!(browser.get("/who").await.status, StatusCode::OK);
    }

    assert_eq!(elsewhere.seen("granted authorization_code").await, 2);
    let refusals = "refused refresh_token invalid_grant";
    assert_eq!(elsewhere.seen(refusals).await, 0);
}

#[tokio::test]
async fn what_is_wrong_with_a_login_there_is_refused_here_or_there() {
    let Some(elsewhere) = Elsewhere::start("wrong") else {
        return;
    };
    let here = Here::on(&elsewhere, CONFIDENTIAL).await;
    let mut tries = 0;
    let mut refused = async |browser: &mut Browser, back: &Url, what: &str| {
        tries += 1;
        let page = come_back(browser, back).await;
        assert_ne!(page.location(), "/", "{what}: {}", page.body);
        let shown = browser.get("/who").await;
        assert_ne!(shown.status, StatusCode::OK, "{what}: {}", shown.body);
    };

    // Refused here: the provider has given tokens.
    let mut browser = here.browser();
    let url = with_parameter(&leave(&mut browser).await, "nonce", "of-somebody-else");
    let back = elsewhere.log_in(&url, "ada").await;
    refused(&mut browser, &back, "another nonce").await;
    assert_eq!(elsewhere.seen("granted authorization_code").await, 1);

    // Refused here, before the provider is asked.
    let url = leave(&mut browser).await;
    let theirs = elsewhere.log_in(&url, "eve").await;
    refused(&mut here.browser(), &theirs, "another browser").await;
    for state in ["", "made-up"] {
        let forged = with_parameter(&theirs, "state", state);
        refused(&mut browser, &forged, "a forged state").await;
    }
    assert_eq!(elsewhere.seen("granted authorization_code").await, 1);

    // Refused there, by the way back.
    for (name, value) in [
        ("code_challenge", ""),
        ("code_challenge_method", "plain"),
        ("scope", "nonsense"),
        ("scope", "email"),
        ("prompt", "none"),
    ] {
        let url = with_parameter(&leave(&mut browser).await, name, value);
        let back = elsewhere.log_in(&url, "ada").await;
        assert!(parameter(&back, "error").is_some(), "{name}: {back}");
        refused(&mut browser, &back, name).await;
    }
    let url = leave(&mut browser).await;
    let stray = with_parameter(&url, "redirect_uri", "https://site.example/");
    let (_, page) = Visitor::default().arrive(&stray).await.expect("a page");
    assert_eq!(page.status, 400, "{}", page.body);

    // Refused there, at the token endpoint: another challenge, another's code, a code for another app client.
    let other_challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    for (name, value) in [("code_challenge", other_challenge), ("client_id", "other")] {
        let url = with_parameter(&leave(&mut browser).await, name, value);
        let back = elsewhere.log_in(&url, "ada").await;
        refused(&mut browser, &back, name).await;
    }
    let state = parameter(&leave(&mut browser).await, "state").expect("a state");
    let stolen = with_parameter(&theirs, "state", &state);
    refused(&mut browser, &stolen, "another's code").await;
    let mut ada = here.browser();
    let url = leave(&mut ada).await;
    let back = elsewhere.log_in(&url, "ada").await;
    assert_eq!(come_back(&mut ada, &back).await.location(), "/");
    let state = parameter(&leave(&mut browser).await, "state").expect("a state");
    let used = with_parameter(&back, "state", &state);
    refused(&mut browser, &used, "a code used twice").await;
    let invalid_grant = "refused authorization_code invalid_grant";
    assert_eq!(elsewhere.seen(invalid_grant).await, 4);

    // And a site with a wrong secret.
    let wrong = Here::on(&elsewhere, ("site", Some("secret_of_the_other_site"))).await;
    let mut browser = wrong.browser();
    let url = leave(&mut browser).await;
    let back = elsewhere.log_in(&url, "ada").await;
    refused(&mut browser, &back, "a wrong secret").await;
    let invalid_client = "refused authorization_code invalid_client";
    assert_eq!(elsewhere.seen(invalid_client).await, 1);
    assert_eq!(tries, 14);
}
