//! Answers that are somebody else's, of another pool or of another app client, and ways out of the
//! site.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::{get, post};
use axum_cognito::cognito::{LoginProvider, ManagedLogin};
use axum_cognito::pages::Pages;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::{Auth, CurrentUser, UserPool, UserStore};
use cognito_emulator::{AppClient, Emulator};
use serde_json::Value;
use tokio::net::TcpListener;
use url::Url;
use url::form_urlencoded::Serializer;

use crate::domain::{Visitor, parameter, with_parameter};
use crate::managed_login::{CALLBACK, app_client, begin, come_back, settings, site_on};
use crate::site::{ADMIN, ALICE, Browser, Cloud, Page, Users, with_layers};
use crate::ways_out::{WAYS_OUT, encoded};

/// Whoever answers at the address of the domain, with what a test puts into its mouth.
struct FalseDomain {
    address: String,
    answer: Arc<Mutex<String>>,
}

impl FalseDomain {
    async fn start() -> Self {
        let answer = Arc::<Mutex<String>>::default();
        let said = answer.clone();
        let token = post(move || {
            let body = said.lock().unwrap_or_else(PoisonError::into_inner).clone();
            async move { ([(CONTENT_TYPE, "application/json")], body) }
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().route("/oauth2/token", token);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, answer }
    }

    fn says(&self, answer: &Value) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer.to_string();
    }
}

/// Tokens of the real domain: of any of its app clients, for any nonce.
async fn tokens(
    cloud: &Cloud,
    client: &AppClient,
    user: (&str, &str),
    nonce: Option<&str>,
) -> Value {
    let at = |path: &str| -> Url {
        let address = format!("{}{path}", cloud.emulator.endpoint());
        address.parse().expect("an address")
    };
    let mut domain = at("/oauth2/authorize");
    domain
        .query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", client.id())
        .append_pair("redirect_uri", CALLBACK)
        .extend_pairs(nonce.map(|nonce| ("nonce", nonce)));
    let back = Visitor::default().log_in(&domain, user).await;
    let code = parameter(&back, "code").expect("a code");

    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("client_id", client.id()),
        ("redirect_uri", CALLBACK),
        ("code", &code),
    ];
    form.extend(client.secret().map(|secret| ("client_secret", secret)));
    let answer = Visitor::default().post(&at("/oauth2/token"), &form).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).expect("tokens")
}

/// The ID token of one answer in another.
fn with_id_token_of(mut answer: Value, other: &Value) -> Value {
    answer["id_token"] = other["id_token"].clone();
    answer
}

/// All of them are genuine tokens of the pool, in time and with a good signature.
#[tokio::test]
async fn tokens_that_are_not_the_answer_let_nobody_in() {
    let cloud = Cloud::with_client(app_client()).await;
    let another = AppClient::new("another").with_callback_urls([CALLBACK]);
    let another = cloud.pool.add_client(another);
    let domain = FalseDomain::start().await;
    let managed = ManagedLogin::new(&domain.address, CALLBACK).expect("addresses");
    let cognito = cloud.cognito();
    let site = site_on(cloud, cognito, managed, Pages::new()).await;
    let (cloud, ours) = (&site.cloud, &site.cloud.client);

    let last = 9;
    for case in 0..=last {
        let mut browser = site.browser();
        let begun = begin(&mut browser, "").await;
        let nonce = parameter(&begun, "nonce");
        let nonce = nonce.as_deref();
        let right = tokens(cloud, ours, ALICE, nonce).await;
        let (what, answer) = match case {
            0 => {
                let foreign = tokens(cloud, &another, ALICE, nonce).await;
                ("both of another app client", foreign)
            }
            1 => {
                let foreign = tokens(cloud, &another, ALICE, nonce).await;
                ("the ID token of another", with_id_token_of(right, &foreign))
            }
            2 => {
                let foreign = tokens(cloud, &another, ALICE, nonce).await;
                (
                    "the access token of another",
                    with_id_token_of(foreign, &right),
                )
            }
            3 => {
                let other = tokens(cloud, ours, ALICE, nonce).await;
                (
                    "the at_hash of another login",
                    with_id_token_of(right, &other),
                )
            }
            4 => {
                let admin = tokens(cloud, ours, ADMIN, nonce).await;
                (
                    "the access token of another user",
                    with_id_token_of(admin, &right),
                )
            }
            5 => {
                let admin = tokens(cloud, ours, ADMIN, nonce).await;
                (
                    "the ID token of another user",
                    with_id_token_of(right, &admin),
                )
            }
            6 => ("another nonce", tokens(cloud, ours, ALICE, Some("x")).await),
            7 => ("no nonce", tokens(cloud, ours, ALICE, None).await),
            8 => {
                let mut answer = right;
                answer["id_token"] = answer["access_token"].clone();
                ("two access tokens", answer)
            }
            _ => {
                domain.says(&right);
                let back = format!("{CALLBACK}?code=c&state={}", state(&begun));
                let page = come_back(&mut browser, &back.parse().expect("a URL")).await;
                assert_eq!(page.location(), "/", "what is the answer: {}", page.body);
                let rows = site.users.store.list(None, 10).await.expect("rows");
                assert_eq!(rows.len(), 1, "of all {last} others nobody got a row");
                continue;
            }
        };
        domain.says(&answer);

        let back = format!("{CALLBACK}?code=c&state={}", state(&begun));
        let page = come_back(&mut browser, &back.parse().expect("a URL")).await;

        assert_ne!(page.location(), "/", "{what}: {}", page.body);
        let shown = browser.get("/who").await;
        assert!(!shown.status.is_success(), "{what}: {}", shown.body);
        let rows = site.users.store.list(None, 10).await.expect("rows");
        assert!(rows.is_empty(), "{what}: {rows:?}");
    }
}

fn state(domain: &Url) -> String {
    parameter(domain, "state").expect("a state")
}

/// No answer says which pool it is of: what a browser brings back from one is good there alone.
#[tokio::test]
async fn the_answer_of_one_pool_is_nothing_to_another() {
    let one = Cloud::with_client(app_client()).await;
    let emulator = Emulator::start().await.expect("the emulator starts");
    let two = Cloud::of("us-east-1_FlowOther", emulator, app_client());
    let (users_of_one, users_of_two) = (Users::create().await, Users::create().await);
    let pool = |cloud: &Cloud, users: &Users| {
        let managed = settings(cloud);
        UserPool::with_client(cloud.cognito(), users.store.clone())
            .configure(|login| login.managed_login = Some(managed))
    };
    let auth = Auth::builder()
        .with_pool(pool(&one, &users_of_one))
        .with_pool(pool(&two, &users_of_two))
        .with_clock(one.clock.clone());
    let who = async |user: CurrentUser| format!("{} of {}", user.username, user.backend());
    let routes = Router::new()
        .route("/who", get(who))
        .merge(Pages::new().router());
    let router = with_layers(routes, auth, MemoryStore::default()).await;
    let at = |cloud: &Cloud| format!("backend={}&provider=COGNITO", cloud.pool.id());
    let mut tries = 0;

    for _ in 0..5 {
        for (here, there) in [(&one, &two), (&two, &one)] {
            let mut browser = Browser::new(router.clone());
            let begun = begin(&mut browser, &at(here)).await;
            let other = begin(&mut browser, &at(there)).await;
            let back = Visitor::default().log_in(&begun, ALICE).await;
            // The code goes to the pool of the state.
            let mixed = with_parameter(&back, "state", &state(&other));
            // The whole request goes to the pool of another, with the app client that this one knows.
            let begun = begin(&mut browser, &at(here)).await;
            let mut led = with_parameter(&begun, "client_id", there.client.id());
            let elsewhere: Url = there.emulator.endpoint().parse().expect("an address");
            led.set_port(elsewhere.port()).expect("a port");
            let led = Visitor::default().log_in(&led, ALICE).await;

            for back in [mixed, led] {
                tries += 1;
                let page = come_back(&mut browser, &back).await;
                assert_ne!(page.location(), "/", "{back}: {}", page.body);
                let shown = browser.get("/who").await;
                assert!(!shown.status.is_success(), "{back}: {}", shown.body);
            }
        }
    }
    assert_eq!(tries, 20);

    for cloud in [&one, &two] {
        let mut browser = Browser::new(router.clone());
        let begun = begin(&mut browser, &at(cloud)).await;
        let back = Visitor::default().log_in(&begun, ALICE).await;
        assert_eq!(come_back(&mut browser, &back).await.location(), "/");
        let shown = browser.get("/who").await.body;
        assert_eq!(shown, format!("alice of {}", cloud.pool.id()));
    }
}

/// Where an answer sends the browser: by a redirect, or by a page from which it goes on.
fn leads_to(page: &Page) -> Option<Url> {
    let here = Url::parse(CALLBACK).expect("an address");
    let on = page.body.split_once("0; url=").map(|(_, on)| on);
    let on = on.and_then(|on| on.split('"').next());
    let to = match (page.location(), on) {
        ("", None) => return None,
        ("", Some(on)) => on.replace("&#38;", "&").replace("&#39;", "'"),
        (location, _) => location.to_owned(),
    };
    Some(here.join(&to).expect("an address"))
}

#[tokio::test]
async fn no_parameter_leads_a_browser_elsewhere() {
    let cloud = Cloud::with_client(app_client()).await;
    let managed = settings(&cloud).with_providers([
        LoginProvider::new("Corp").with_email_domains(["corp.example"]),
        LoginProvider::new(LoginProvider::COGNITO),
    ]);
    let cognito = cloud.cognito();
    let site = site_on(cloud, cognito, managed, Pages::new()).await;
    let (mut browser, mut visitor) = (site.browser(), Visitor::default());
    let here = Url::parse(CALLBACK).expect("an address").origin();
    let domain: Url = site.cloud.emulator.endpoint().parse().expect("an address");
    let (mut tries, mut places) = (0, BTreeSet::new());
    let mut stays = |page: &Page, what: &str| {
        tries += 1;
        assert!(!page.status.is_server_error(), "{what}: {}", page.body);
        let Some(to) = leads_to(page) else {
            return;
        };
        if to.origin() == here {
            places.insert("the site");
            return;
        }
        places.insert("the domain");
        assert_eq!(to.origin(), domain.origin(), "{what}: {to}");
        assert_eq!(to.path(), "/oauth2/authorize", "{what}: {to}");
        let back = to.query_pairs().filter(|(name, _)| name == "redirect_uri");
        let back: Vec<_> = back.map(|(_, value)| value.into_owned()).collect();
        assert_eq!(back, [CALLBACK], "{what}");
    };
    let query = |usual: &[(&str, &str)], name: &str, value: &str| {
        let usual = usual.iter().filter(|(other, _)| *other != name);
        Serializer::new(String::new())
            .extend_pairs(usual)
            .append_pair(name, value)
            .finish()
    };

    for way in WAYS_OUT {
        for way in [way.to_owned(), encoded(way, 1)] {
            let usual = [("provider", "COGNITO")];
            for name in [
                "next",
                "email",
                "provider",
                "backend",
                "lang",
                "again",
                "redirect_uri",
            ] {
                let path = format!("/login/managed?{}", query(&usual, name, &way));
                stays(&site.browser().get(&path).await, &path);
            }
            let hint = query(&usual, "email", &format!("{way}@corp.example"));
            let path = format!("/login/managed?{hint}");
            stays(&site.browser().get(&path).await, &path);

            let begun = begin(&mut browser, &query(&usual, "next", &way)).await;
            let back = visitor.log_in(&begun, ALICE).await;
            let page = come_back(&mut browser, &back).await;
            let to = leads_to(&page).expect("a place");
            assert_eq!(to.origin(), here, "next={way:?}");
            stays(&page, &way);
        }

        for name in [
            "code",
            "state",
            "error",
            "error_description",
            "error_uri",
            "iss",
            "lang",
            "next",
            "redirect_uri",
            "resumed",
        ] {
            let mut browser = site.browser();
            let begun = begin(&mut browser, "provider=COGNITO").await;
            let state = state(&begun);
            let usual = [("code", "c"), ("state", state.as_str())];
            let path = format!("/login/callback?{}", query(&usual, name, way));
            let page = browser.get(&path).await;
            let to = leads_to(&page).expect("a place");
            assert_eq!(to.origin(), here, "{path}");
            stays(&page, &path);
            stays(&site.browser().get(&path).await, &path);
        }
    }
    println!("{tries} ways out tried");
    assert_eq!(tries, 40 * (2 * 9 + 10 * 2));
    assert_eq!(places.len(), 2, "{places:?}");
}
