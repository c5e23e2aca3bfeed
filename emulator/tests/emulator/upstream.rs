//! A real OpenID provider behind the pool: one in the test's own hand, which can also answer wrongly, and another pool.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cognito_emulator::{AppClient, Emulator, Pool, User};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::client::{ALL_FLOWS, Answer, House, claims};
use crate::managed_login::{CALLBACK, cookie, encode, parameter};

/// What the provider says, and what it was asked.
#[derive(Default)]
struct Words {
    /// In place of these claims of a good ID token, or beside them.
    claims: Value,
    user_info: Value,
    /// The ID token is signed with a key that is not in the key set.
    is_forged: bool,
    status: u16,
    asked: Vec<Value>,
}

struct Provider {
    address: String,
    words: Mutex<Words>,
    keys: [KeyPair; 2],
}

type Here = State<Arc<Provider>>;

impl Provider {
    async fn start(ip: IpAddr) -> Arc<Self> {
        let listener = TcpListener::bind((ip, 0)).await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let key = || KeyPair::generate(KeySize::Rsa2048).expect("a key");
        let provider = Arc::new(Self {
            address,
            words: Mutex::default(),
            keys: [key(), key()],
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(document))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/userinfo", get(user_info))
            .with_state(Arc::clone(&provider));
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    fn say(&self, words: Words) {
        *self.words.lock().expect("no panic") = words;
    }

    fn asked(&self) -> Vec<Value> {
        std::mem::take(&mut self.words.lock().expect("no panic").asked)
    }
}

async fn document(State(it): Here) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", it.address);
    Json(json!({
        "issuer": it.address,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "jwks_uri": at("/jwks"),
        "userinfo_endpoint": at("/userinfo"),
    }))
}

async fn jwks(State(it): Here) -> Json<Value> {
    let public = it.keys[0].public_key();
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let n = number(public.modulus().big_endian_without_leading_zero());
    let e = number(public.exponent().big_endian_without_leading_zero());
    Json(json!({ "keys": [{ "kty": "RSA", "kid": "one", "alg": "RS256", "n": n, "e": e }] }))
}

async fn token(State(it): Here, Form(form): Form<Value>) -> (StatusCode, Json<Value>) {
    let mut words = it.words.lock().expect("no panic");
    words.asked.push(form);
    let mut all = json!({
        "iss": it.address, "sub": "42", "aud": "the-pool", "exp": 99_999_999_999_u64,
        "email": "bob@corp.example",
    });
    for (name, value) in words.claims.as_object().into_iter().flatten() {
        all[name] = value.clone();
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({ "alg": "RS256", "kid": "one" });
    let message = format!("{}.{}", part(&header), part(&all));
    let key = &it.keys[usize::from(words.is_forged)];
    let mut signature = vec![0; key.public_modulus_len()];
    let random = SystemRandom::new();
    key.sign(
        &RSA_PKCS1_SHA256,
        &random,
        message.as_bytes(),
        &mut signature,
    )
    .expect("signed");
    let id_token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
    let status = if words.status == 0 { 200 } else { words.status };
    let status = StatusCode::from_u16(status).expect("a status");
    (
        status,
        Json(json!({ "id_token": id_token, "access_token": "the-token" })),
    )
}

async fn user_info(State(it): Here, headers: axum::http::HeaderMap) -> Json<Value> {
    let mut words = it.words.lock().expect("no panic");
    let bearer = headers.get("authorization").and_then(|it| it.to_str().ok());
    words.asked.push(json!(bearer));
    let mut all = json!({ "sub": "42", "email": "other@corp.example", "name": "Bob" });
    for (name, value) in words.user_info.as_object().into_iter().flatten() {
        all[name] = value.clone();
    }
    Json(all)
}

/// A pool with this issuer behind it.
async fn house_on(emulator: Emulator, issuer: &str, secret: &str, pool: Pool) -> House {
    let pool = emulator.add_pool(pool);
    let client = AppClient::new("web")
        .with_flows(ALL_FLOWS)
        .with_callback_urls([CALLBACK])
        .with_identity_providers(["COGNITO", "Corp"]);
    let client = pool.add_client(client);
    let house = House {
        emulator,
        pool,
        client,
    };
    let provider = json!({
        "ProviderName": "Corp", "ProviderType": "OIDC",
        "ProviderDetails": {
            "client_id": "the-pool", "client_secret": secret, "oidc_issuer": issuer,
            "authorize_scopes": "openid email", "attributes_request_method": "GET",
        },
        "AttributeMapping": { "email": "email", "name": "name", "username": "sub" },
    });
    let made = house.admin("CreateIdentityProvider", provider).await;
    assert_eq!(made.status, 200, "{}", made.text);
    house
}

async fn house(provider: &Provider) -> House {
    let emulator = Emulator::start().await.expect("a free port");
    let pool = Pool::new("us-east-1_Tested");
    house_on(emulator, &provider.address, "the-secret", pool).await
}

impl House {
    /// Sends the browser to the provider.
    async fn depart(&self, changed: &[(&str, &str)]) -> Answer {
        let query = self.query(&[&[("identity_provider", "Corp")], changed].concat());
        self.visit(&format!("/oauth2/authorize?{query}"), "").await
    }

    /// Brings it back with a good code.
    async fn come_back(&self, start: &Answer) -> Answer {
        let query = encode(&[("code", "good"), ("state", &parameter(start, "state"))]);
        self.visit(&format!("/oauth2/idpresponse?{query}"), &cookie(start))
            .await
    }
}

/// A parameter of the address that the browser is sent to, read as a form.
fn told(answer: &Answer, name: &str) -> String {
    let text = parameter(answer, name).replace('+', " ");
    let mut parts = text.split('%');
    let mut read = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let byte = u8::from_str_radix(&part[..2], 16).expect("two digits");
        read.push(char::from(byte));
        read.push_str(&part[2..]);
    }
    read
}

/// Has the next ID token carry the nonce that was sent.
fn with_nonce(start: &Answer, mut changed: Value) -> Value {
    if changed["nonce"].is_null() {
        changed["nonce"] = json!(parameter(start, "nonce"));
    }
    changed
}

#[tokio::test]
async fn a_real_issuer_brings_somebody_in() {
    let provider = Provider::start(Ipv4Addr::LOCALHOST.into()).await;
    let house = house(&provider).await;

    let start = house
        .depart(&[("login_hint", "bob@corp.example"), ("prompt", "login")])
        .await;
    assert_eq!(start.status, 302);
    let address = format!("{}/authorize?", provider.address);
    assert!(start.location.starts_with(&address), "{}", start.head);
    for (name, value) in [
        ("client_id", "the-pool"),
        ("redirect_uri", "http://localhost/oauth2/idpresponse"),
        ("response_type", "code"),
        ("scope", "openid email"),
        ("login_hint", "bob@corp.example"),
        ("prompt", "login"),
        ("code_challenge", ""),
    ] {
        assert_eq!(told(&start, name), value, "{name}");
    }
    assert_ne!(parameter(&start, "nonce"), "the-nonce");
    provider.say(Words {
        claims: with_nonce(&start, json!({})),
        ..Words::default()
    });
    let back = house.come_back(&start).await;
    assert_eq!(parameter(&back, "state"), "the-state", "{}", back.head);
    let asked = provider.asked();
    assert_eq!(
        asked[0],
        json!({
            "grant_type": "authorization_code", "code": "good", "client_id": "the-pool",
            "client_secret": "the-secret", "redirect_uri": "http://localhost/oauth2/idpresponse",
        })
    );
    assert_eq!(asked[1], "Bearer the-token");

    let tokens = house.redeem(&parameter(&back, "code"), &[]).await.json();
    let id = claims(&tokens["id_token"]);
    assert_eq!(id["cognito:username"], "Corp_42");
    assert_eq!(id["nonce"], "the-nonce");
    assert_eq!(id["email"], "bob@corp.example", "the ID token wins");
    assert_eq!(id["identities"][0]["providerName"], "Corp");
    let user = house
        .admin("AdminGetUser", json!({ "Username": "Corp_42" }))
        .await
        .json();
    assert_eq!(user["UserStatus"], "EXTERNAL_PROVIDER");
    assert!(
        user["UserAttributes"].to_string().contains("\"Bob\""),
        "{user}"
    );

    // The second time it is the same user, with what has changed there. Without a nonce of the site's, theirs is told.
    let start = house.depart(&[("nonce", "")]).await;
    provider.say(Words {
        claims: with_nonce(&start, json!({ "email": "robert@corp.example" })),
        ..Words::default()
    });
    let back = house.come_back(&start).await;
    let tokens = house.redeem(&parameter(&back, "code"), &[]).await.json();
    let again = claims(&tokens["id_token"]);
    assert_eq!(again["sub"], id["sub"]);
    assert_eq!(again["email"], "robert@corp.example");
    assert_eq!(
        again["nonce"].as_str(),
        Some(parameter(&start, "nonce").as_str())
    );
}

#[tokio::test]
async fn what_a_real_issuer_gets_wrong_reaches_the_site_as_an_error() {
    let provider = Provider::start(Ipv4Addr::LOCALHOST.into()).await;
    let house = house(&provider).await;
    let other = format!("{}x", provider.address);
    let with = |claims: Value| Words {
        claims,
        ..Words::default()
    };

    for (words, expected) in [
        (
            Words {
                is_forged: true,
                ..Words::default()
            },
            "Bad id_token signature".to_owned(),
        ),
        (
            with(json!({ "iss": other })),
            format!("Bad id_token issuer {other}"),
        ),
        (
            with(json!({ "aud": "another" })),
            "Bad id_token audience".to_owned(),
        ),
        (
            with(json!({ "aud": ["another"] })),
            "Bad id_token audience".to_owned(),
        ),
        (
            with(json!({ "azp": "another" })),
            "Bad id_token audience".to_owned(),
        ),
        (
            with(json!({ "exp": 1_000_000_000 })),
            "Bad id_token expiry".to_owned(),
        ),
        (
            with(json!({ "nonce": "another" })),
            "Bad id_token nonce".to_owned(),
        ),
        (with(json!({ "sub": "" })), "Bad id_token sub".to_owned()),
        (
            Words {
                status: 400,
                ..Words::default()
            },
            "Corp Error - 400 error getting token".to_owned(),
        ),
        (
            Words {
                user_info: json!({ "sub": "another" }),
                ..Words::default()
            },
            "Bad sub of the user info".to_owned(),
        ),
        (
            with(json!({ "email": "x".repeat(2049) })),
            "no longer than 2048".to_owned(),
        ),
    ] {
        let start = house.depart(&[]).await;
        provider.say(Words {
            claims: with_nonce(&start, words.claims.clone()),
            ..words
        });
        let back = house.come_back(&start).await;
        assert_eq!(parameter(&back, "error"), "invalid_request", "{expected}");
        let text = told(&back, "error_description");
        assert!(text.contains(&expected), "{text} for {expected}");
        assert_eq!(parameter(&back, "state"), "the-state");
        assert!(parameter(&back, "code").is_empty());
    }
    let unknown = json!({ "Username": "Corp_42" });
    assert_eq!(
        house.admin("AdminGetUser", unknown).await.error(),
        "UserNotFoundException"
    );

    // Nobody was asked for anything after an error.
    provider.asked();
    let start = house.depart(&[]).await;
    let query = encode(&[
        ("error", "access_denied"),
        ("state", &parameter(&start, "state")),
    ]);
    let back = house
        .visit(&format!("/oauth2/idpresponse?{query}"), &cookie(&start))
        .await;
    assert_eq!(parameter(&back, "error"), "access_denied");
    assert!(back.location.starts_with(CALLBACK));
    assert!(provider.asked().is_empty());
}

#[tokio::test]
async fn an_answer_is_good_once_for_five_minutes_and_in_one_browser() {
    let provider = Provider::start(Ipv4Addr::LOCALHOST.into()).await;
    let house = house(&provider).await;
    let come = async |state: &str, cookie: &str| {
        let query = encode(&[("code", "good"), ("state", state)]);
        house
            .visit(&format!("/oauth2/idpresponse?{query}"), cookie)
            .await
    };

    let start = house.depart(&[]).await;
    let state = parameter(&start, "state");
    let elsewhere = house.depart(&[]).await;
    for (state, cookie) in [
        (state.as_str(), ""),
        (state.as_str(), &cookie(&elsewhere)),
        ("made-up", &cookie(&start)),
        ("", &cookie(&start)),
        ("", ""),
    ] {
        let answer = come(state, cookie).await;
        assert_eq!(answer.status, 400, "{state}");
        assert_eq!(answer.location, "");
    }
    provider.say(Words {
        claims: with_nonce(&start, json!({})),
        ..Words::default()
    });
    assert_eq!(come(&state, &cookie(&start)).await.status, 302);
    assert_eq!(come(&state, &cookie(&start)).await.status, 400, "used");
    assert_eq!(provider.asked().len(), 2, "one login");

    let late = house.depart(&[]).await;
    house.emulator.advance(Duration::from_secs(5 * 60));
    assert_eq!(house.come_back(&late).await.status, 400);
}

#[tokio::test]
async fn a_pool_can_stand_behind_another() {
    let emulator = Emulator::start().await.expect("a free port");
    let behind = emulator.add_pool(Pool::new("us-east-1_Behind"));
    behind.add_user(
        User::new("alice")
            .with_password("Correct-horse-1")
            .with_attribute("email", "alice@example.com"),
    );
    behind.add_client(
        AppClient::new("front")
            .with_id("the-pool")
            .with_secret("the-secret-of-the-pool-in-front")
            .with_callback_urls(["http://localhost/oauth2/idpresponse"]),
    );
    let issuer = format!("{}/{}", emulator.endpoint(), behind.id());
    let secret = "the-secret-of-the-pool-in-front";
    let house = house_on(emulator, &issuer, secret, Pool::new("us-east-1_Tested")).await;
    house.emulator.advance(Duration::from_secs(24 * 60 * 60));

    let start = house.depart(&[]).await;
    let there = start.location.clone();
    let (origin, query) = there.split_once("/oauth2/authorize?").expect("a way there");
    assert_eq!(origin, house.emulator.endpoint());
    let back = house.log_in_at_domain(query).await;
    let (_, query) = back.location.split_once('?').expect("a way back");
    let end = house
        .visit(&format!("/oauth2/idpresponse?{query}"), &cookie(&start))
        .await;
    let tokens = house.redeem(&parameter(&end, "code"), &[]).await.json();
    let id = claims(&tokens["id_token"]);
    assert_eq!(id["email"], "alice@example.com", "{}", end.head);
    let name = id["cognito:username"].as_str().expect("a name");
    assert!(name.starts_with("Corp_"), "{name}");
}

#[tokio::test]
async fn only_this_machine_is_asked_unless_another_is_allowed() {
    let start = async |issuer: &str, builder: cognito_emulator::Builder| {
        let emulator = builder.start().await.expect("a free port");
        let house = house_on(emulator, issuer, "x", Pool::new("us-east-1_Tested")).await;
        house.depart(&[]).await
    };

    // Of https nothing is asked: such a provider is made up.
    let made_up = start("https://idp.example", Emulator::builder()).await;
    assert!(made_up.location.starts_with("/_emulator/idp?"));
    // An address that is kept for documents: nobody is there.
    let elsewhere = start("http://192.0.2.1", Emulator::builder()).await;
    let text = told(&elsewhere, "error_description");
    assert!(text.contains("192.0.2.1 is no loopback address"), "{text}");

    // The address of this machine on its network, if it has one. Nothing is sent for the question.
    let probe = UdpSocket::bind("0.0.0.0:0").expect("a socket");
    if probe.connect("192.0.2.1:9").is_err() {
        return;
    }
    let ip = probe.local_addr().expect("an address").ip();
    let provider = Provider::start(ip).await;
    let refused = start(&provider.address, Emulator::builder()).await;
    assert_eq!(parameter(&refused, "error"), "invalid_request");
    let allowed = Emulator::builder().with_reachable_issuer(&provider.address);
    let begun = start(&provider.address, allowed).await;
    assert!(begun.location.starts_with(&provider.address));
}

#[tokio::test]
async fn nobody_says_on_the_made_up_page_who_they_are_at_a_real_issuer() {
    let provider = Provider::start(Ipv4Addr::LOCALHOST.into()).await;
    let house = house(&provider).await;
    let query = house.query(&[("identity_provider", "Corp")]);

    let page = house.visit(&format!("/_emulator/idp?{query}"), "").await;
    assert_eq!(page.status, 400);
    let fields = [("sub", "42"), ("do", "login")];
    let answer = house
        .post(&format!("/_emulator/idp?{query}"), &fields, "")
        .await;
    assert_eq!(answer.status, 400);
}
