//! The pool's domain: codes for a login in the browser, tokens for codes, and everything that is refused on the way.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cognito_emulator::{AppClient, AuthFlow, Pool, Trigger, User};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::client::{ALL_FLOWS, Answer, House, claims};

pub(crate) const CALLBACK: &str = "https://shop.example/callback";
const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-more-0";

pub(crate) async fn house() -> House {
    let client = AppClient::new("web")
        .with_flows(ALL_FLOWS)
        .with_callback_urls([CALLBACK])
        .with_sign_out_urls(["https://shop.example/"])
        .with_identity_providers(["COGNITO", "Corp"]);
    let house = House::with(Pool::new("us-east-1_Tested"), client).await;
    house.pool.add_user(
        User::new("alice")
            .with_password("Correct-horse-1")
            .with_attribute("email", "alice@example.com")
            .with_attribute("given_name", "Alice"),
    );
    let provider = json!({
        "ProviderName": "Corp", "ProviderType": "OIDC", "IdpIdentifiers": ["corp.example"],
        "ProviderDetails": { "client_id": "x", "oidc_issuer": "https://idp.example" },
        "AttributeMapping": { "email": "email", "name": "name", "username": "sub" },
    });
    let made = house.admin("CreateIdentityProvider", provider).await;
    assert_eq!(made.status, 200, "{}", made.text);
    house
}

pub(crate) fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b if b.is_ascii_alphanumeric() || b"-._".contains(&b) => char::from(b).to_string(),
                b => format!("%{b:02X}"),
            })
            .collect()
    };
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", escape(value)));
    pairs.collect::<Vec<_>>().join("&")
}

impl House {
    /// The query of a good request, with these in place of or beside its own.
    pub(crate) fn query(&self, changed: &[(&str, &str)]) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let own = [
            ("client_id", self.client.id()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid email"),
            ("state", "the-state"),
            ("nonce", "the-nonce"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        let kept = own
            .iter()
            .filter(|(name, _)| !changed.iter().any(|(it, _)| it == name));
        let fields: Vec<_> = kept
            .chain(changed)
            .copied()
            .filter(|(_, it)| !it.is_empty())
            .collect();
        encode(&fields)
    }

    pub(crate) async fn visit(&self, path: &str, cookie: &str) -> Answer {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {cookie}\r\n\r\n"
        );
        self.raw(request).await.expect("an answer")
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)], headers: &str) -> Answer {
        let body = encode(fields);
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.raw(request).await.expect("an answer")
    }

    /// Logs alice in on the page, and returns the answer that leads back.
    pub(crate) async fn log_in_at_domain(&self, query: &str) -> Answer {
        let started = self.emulator.unix_time().to_string();
        let fields = [
            ("username", "alice"),
            ("password", "Correct-horse-1"),
            ("started", started.as_str()),
        ];
        self.post(&format!("/login?{query}"), &fields, "").await
    }

    pub(crate) async fn redeem(&self, code: &str, changed: &[(&str, &str)]) -> Answer {
        let own = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", self.client.id()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let kept = own
            .iter()
            .filter(|(name, _)| !changed.iter().any(|(it, _)| it == name));
        let fields: Vec<_> = kept
            .chain(changed)
            .copied()
            .filter(|(_, it)| !it.is_empty())
            .collect();
        self.post("/oauth2/token", &fields, "").await
    }
}

/// A header of an answer as it was sent, but for its case.
pub(crate) fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer
        .head
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        .unwrap_or_default()
}

/// A parameter of the address that the browser is sent to.
pub(crate) fn parameter(answer: &Answer, name: &str) -> String {
    let (_, query) = answer.location.split_once(['?', '#']).unwrap_or_default();
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
        .unwrap_or_default()
        .to_owned()
}

pub(crate) fn cookie(answer: &Answer) -> String {
    let cookie = answer.set_cookie.split(';').next().unwrap_or_default();
    cookie.to_owned()
}

#[tokio::test]
async fn a_login_in_the_browser_gives_tokens_once() {
    let house = house().await;
    let query = house.query(&[]);

    let start = house.visit(&format!("/oauth2/authorize?{query}"), "").await;
    assert_eq!(start.status, 302);
    assert!(header(&start, "location").starts_with("/login?"));
    let page = house.visit(&format!("/login?{query}"), "").await;
    assert!(page.text.contains("name=\"password\"") && page.text.contains("Continue with Corp"));
    let back = house.log_in_at_domain(&query).await;
    assert_eq!(back.status, 302, "{}", back.text);
    assert!(header(&back, "location").starts_with(CALLBACK));
    assert_eq!(parameter(&back, "state"), "the-state");

    let code = parameter(&back, "code");
    let tokens = house.redeem(&code, &[]).await.json();
    let id = claims(&tokens["id_token"]);
    assert_eq!(id["nonce"], "the-nonce");
    assert_eq!(id["email"], "alice@example.com");
    assert!(id["given_name"].is_null(), "profile was not asked for");
    let hash = Sha256::digest(tokens["access_token"].as_str().expect("a token"));
    assert_eq!(id["at_hash"], URL_SAFE_NO_PAD.encode(&hash[..16]));
    let access = claims(&tokens["access_token"]);
    assert_eq!(access["scope"], "openid email");
    assert_eq!(access["version"], 2);
    assert!(tokens["refresh_token"].is_string());
    assert_eq!(
        house.redeem(&code, &[]).await.json()["error"],
        "invalid_grant"
    );

    // The browser's session at the domain gives a code without a page, for an hour.
    let session = cookie(&back);
    let path = format!("/oauth2/authorize?{query}");
    let again = house.visit(&path, &session).await;
    assert!(!parameter(&again, "code").is_empty());
    let forced = format!("/oauth2/authorize?{}", house.query(&[("prompt", "login")]));
    let forced = house.visit(&forced, &session).await;
    assert!(header(&forced, "location").starts_with("/login?"));
    house
        .emulator
        .advance(std::time::Duration::from_secs(3_601));
    let late = house.visit(&path, &session).await;
    assert!(header(&late, "location").starts_with("/login?"));
}

#[tokio::test]
async fn a_wrong_address_is_never_redirected_to() {
    let house = house().await;

    for changed in [
        ("client_id", "unknown"),
        ("redirect_uri", "https://evil.example/"),
        ("redirect_uri", "https://shop.example/callback/"),
        ("redirect_uri", "https://shop.example/callback?x=1"),
        ("redirect_uri", ""),
    ] {
        let path = format!("/oauth2/authorize?{}", house.query(&[changed]));
        let answer = house.visit(&path, "").await;
        assert_eq!(answer.status, 400, "{changed:?}");
        assert!(header(&answer, "location").is_empty());
    }
}

#[tokio::test]
async fn wrong_requests_go_back_with_an_error() {
    let house = house().await;

    for (changed, error) in [
        (vec![("response_type", "")], "invalid_request"),
        (vec![("response_type", "token")], "unauthorized_client"),
        (vec![("code_challenge_method", "")], "invalid_request"),
        (vec![("code_challenge_method", "plain")], "invalid_request"),
        (vec![("scope", "openid orders/read")], "invalid_scope"),
        (vec![("scope", "email")], "invalid_scope"),
        (vec![("prompt", "none")], "login_required"),
        (vec![("resource", "shop")], "invalid_request"),
    ] {
        let path = format!("/oauth2/authorize?{}", house.query(&changed));
        let answer = house.visit(&path, "").await;
        assert_eq!(answer.status, 302, "{changed:?}");
        assert_eq!(parameter(&answer, "error"), error, "{changed:?}");
        assert_eq!(parameter(&answer, "state"), "the-state", "{changed:?}");
    }
}

#[tokio::test]
async fn codes_are_bound_to_client_address_and_verifier() {
    let house = house().await;
    let other = house.pool.add_client(
        AppClient::new("other")
            .with_secret("the-secret-of-the-other-client")
            .with_callback_urls([CALLBACK]),
    );
    let back = house.log_in_at_domain(&house.query(&[])).await;
    let code = parameter(&back, "code");

    for (changed, error) in [
        (vec![("code_verifier", "")], "invalid_grant"),
        (vec![("code_verifier", "another")], "invalid_grant"),
        (
            vec![("redirect_uri", "https://shop.example/")],
            "unauthorized_client",
        ),
        (vec![("client_id", other.id())], "invalid_client"),
        (
            vec![
                ("client_id", other.id()),
                ("client_secret", "the-secret-of-the-other-client"),
            ],
            "invalid_grant",
        ),
        (vec![("client_id", "unknown")], "invalid_client"),
        (vec![("grant_type", "password")], "unsupported_grant_type"),
        (vec![("grant_type", "")], "invalid_request"),
        (vec![("code", "made-up")], "invalid_grant"),
    ] {
        let answer = house.redeem(&code, &changed).await;
        assert_eq!(answer.status, 400, "{changed:?}");
        assert_eq!(answer.json()["error"], error, "{changed:?}");
    }
    house.emulator.advance(std::time::Duration::from_secs(301));
    assert_eq!(
        house.redeem(&code, &[]).await.json()["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn user_info_and_operations_want_their_scopes() {
    let house = house().await;
    let tokens = async |scope: &str| {
        let query = house.query(&[("scope", scope)]);
        let back = house.log_in_at_domain(&query).await;
        house.redeem(&parameter(&back, "code"), &[]).await.json()
    };
    let user_info = async |token: &Value| {
        let request = format!(
            "GET /oauth2/userInfo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Authorization: Bearer {}\r\n\r\n",
            token.as_str().expect("a token")
        );
        house.raw(request).await.expect("an answer")
    };

    let narrow = tokens("openid email").await;
    let info = user_info(&narrow["access_token"]).await.json();
    assert_eq!(info["email_verified"], "true", "a text");
    assert_eq!(info["username"], "alice");
    assert!(info["given_name"].is_null());
    let body = json!({ "AccessToken": narrow["access_token"] });
    let answer = house.call("GetUser", body).await;
    assert_eq!(answer.error(), "NotAuthorizedException");
    assert_eq!(
        answer.message(),
        "Access Token does not have required scopes"
    );
    let wide = tokens("openid aws.cognito.signin.user.admin").await;
    let body = json!({ "AccessToken": wide["access_token"] });
    assert_eq!(house.call("GetUser", body).await.status, 200);
    let by_api = house.access_token("alice", "Correct-horse-1").await;
    assert_eq!(user_info(&by_api).await.status, 401, "made by the API");

    let revoked = [
        ("token", wide["refresh_token"].as_str().expect("a token")),
        ("client_id", house.client.id()),
    ];
    assert_eq!(house.post("/oauth2/revoke", &revoked, "").await.status, 200);
    let answer = user_info(&wide["access_token"]).await;
    assert_eq!(answer.status, 401);
    assert!(header(&answer, "www-authenticate").contains("invalid_token"));
    let access = [
        ("token", wide["access_token"].as_str().expect("a token")),
        ("client_id", house.client.id()),
    ];
    let answer = house.post("/oauth2/revoke", &access, "").await;
    assert_eq!(answer.json()["error"], "unsupported_token_type");
}

#[tokio::test]
async fn tokens_are_renewed_at_the_domain_and_by_the_api() {
    let house = house().await;
    let back = house.log_in_at_domain(&house.query(&[])).await;
    let tokens = house.redeem(&parameter(&back, "code"), &[]).await.json();
    let refresh = tokens["refresh_token"].as_str().expect("a token");

    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("client_id", house.client.id()),
    ];
    let renewed = house.post("/oauth2/token", &fields, "").await.json();
    assert_eq!(claims(&renewed["access_token"])["scope"], "openid email");
    assert!(renewed["refresh_token"].is_null(), "without rotation");
    let by_api = house
        .begin("REFRESH_TOKEN_AUTH", json!({ "REFRESH_TOKEN": refresh }))
        .await
        .json();
    let access = &by_api["AuthenticationResult"]["AccessToken"];
    assert_eq!(claims(access)["scope"], "openid email");
}

#[tokio::test]
async fn machines_get_tokens_for_their_secret() {
    let house = house().await;
    let server = json!({
        "Identifier": "orders", "Name": "Orders",
        "Scopes": [
            { "ScopeName": "read", "ScopeDescription": "Read" },
            { "ScopeName": "write", "ScopeDescription": "Write" },
        ],
    });
    assert_eq!(
        house.admin("CreateResourceServer", server).await.status,
        200
    );
    let secret = "the-secret-of-one-machine-client".replace('-', "");
    let machine = house.pool.add_client(
        AppClient::new("machine")
            .with_secret(secret.clone())
            .with_flows([AuthFlow::ClientToken])
            .with_oauth_flows(["client_credentials"])
            .with_scopes(["orders/read"]),
    );
    let ask = async |scope: &str, secret: &str| {
        let basic = STANDARD.encode(format!("{}:{secret}", machine.id()));
        let fields = [("grant_type", "client_credentials"), ("scope", scope)];
        let headers = format!("Authorization: Basic {basic}\r\n");
        house.post("/oauth2/token", &fields, &headers).await.json()
    };

    let tokens = ask("", &secret).await;
    let access = claims(&tokens["access_token"]);
    assert_eq!(access["scope"], "orders/read");
    assert_eq!(access["sub"], machine.id());
    assert!(access["username"].is_null() && tokens["refresh_token"].is_null());
    assert_eq!(ask("", "wrong").await["error"], "invalid_client");
    assert_eq!(ask("orders/write", &secret).await["error"], "invalid_grant");
    assert_eq!(ask("orders/none", &secret).await["error"], "invalid_scope");
    let body = json!({ "ClientId": machine.id(), "Secret": secret });
    let by_api = house.call("GetClientToken", body).await.json();
    let token = &by_api["ClientAuthenticationResult"]["AccessToken"];
    assert_eq!(claims(token)["client_id"], machine.id());
}

#[tokio::test]
async fn somebody_comes_in_from_an_identity_provider() {
    let house = house().await;
    let come = async |query: &str, sub: &str, email: &str, what: &str| {
        let fields = [
            ("sub", sub),
            ("email", email),
            ("name", "Bob"),
            ("do", what),
        ];
        house
            .post(&format!("/_emulator/idp?{query}"), &fields, "")
            .await
    };
    let query = house.query(&[("identity_provider", "Corp"), ("nonce", "")]);

    let start = house.visit(&format!("/oauth2/authorize?{query}"), "").await;
    assert!(header(&start, "location").starts_with("/_emulator/idp?"));
    let by_domain = house.query(&[("idp_identifier", "corp.example")]);
    let start = house
        .visit(&format!("/oauth2/authorize?{by_domain}"), "")
        .await;
    assert!(header(&start, "location").contains("identity_provider=corp"));
    let back = come(&query, "42", "bob@corp.example", "login").await;
    let tokens = house.redeem(&parameter(&back, "code"), &[]).await.json();
    let id = claims(&tokens["id_token"]);
    assert_eq!(id["cognito:username"], "Corp_42");
    assert_eq!(id["identities"][0]["primary"], "true", "a text");
    assert_eq!(id["cognito:groups"], json!(["us-east-1_Tested_Corp"]));
    assert_eq!(id["email_verified"], false);
    assert!(
        id["nonce"].as_str().is_some_and(|it| it.len() > 40),
        "invented"
    );
    assert_eq!(
        house.pool.user_status("Corp_42").as_deref(),
        Some("EXTERNAL_PROVIDER")
    );
    assert_eq!(
        house.log_in("Corp_42", "Correct-horse-1").await.message(),
        "User is not authorized to get auth details."
    );
    // Mapped attributes are written anew.
    come(&query, "42", "new@corp.example", "login").await;
    assert_eq!(
        house.pool.attribute("Corp_42", "email").as_deref(),
        Some("new@corp.example")
    );

    let refused = come(&query, "42", "", "refuse").await;
    assert_eq!(parameter(&refused, "error"), "access_denied");
    let failed = come(&query, "42", "", "fail").await;
    assert_eq!(parameter(&failed, "error"), "invalid_request");
    let foreign = house.query(&[("identity_provider", "Google")]);
    let answer = house
        .visit(&format!("/oauth2/authorize?{foreign}"), "")
        .await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn a_person_who_was_linked_is_the_user_of_the_pool() {
    let house = house().await;
    let pool = house.pool.clone();
    let emulator = house.emulator.clone();
    // The way of all sites: look for the address before the user is made, and link.
    house.pool.set_trigger(Trigger::PreSignUp, move |event| {
        assert_eq!(event["triggerSource"], "PreSignUp_ExternalProvider");
        let _ = &emulator;
        pool.link_identity("alice", "Corp", "7");
        Ok(event)
    });
    let query = house.query(&[("identity_provider", "Corp")]);
    let come = async || {
        let fields = [
            ("sub", "7"),
            ("email", "alice@example.com"),
            ("do", "login"),
        ];
        house
            .post(&format!("/_emulator/idp?{query}"), &fields, "")
            .await
    };

    let first = come().await;
    assert_eq!(parameter(&first, "error"), "invalid_request");
    assert_eq!(
        parameter(&first, "error_description"),
        "Already+found+an+entry+for+username+corp_7"
    );
    let second = come().await;
    let tokens = house.redeem(&parameter(&second, "code"), &[]).await.json();
    assert_eq!(claims(&tokens["id_token"])["cognito:username"], "alice");
}

#[tokio::test]
async fn logout_leads_only_where_the_client_may() {
    let house = house().await;
    let query = house.query(&[]);
    let back = house.log_in_at_domain(&query).await;
    let session = cookie(&back);
    let logout = async |fields: &[(&str, &str)]| {
        house
            .visit(&format!("/logout?{}", encode(fields)), &session)
            .await
    };
    let id = house.client.id();

    assert_eq!(logout(&[("client_id", id)]).await.status, 400);
    assert_eq!(
        logout(&[("logout_uri", "https://shop.example/")])
            .await
            .status,
        400
    );
    let evil = logout(&[("client_id", id), ("logout_uri", "https://evil.example/")]).await;
    assert_eq!(evil.status, 400);
    let path = format!("/oauth2/authorize?{query}");
    assert!(!parameter(&house.visit(&path, &session).await, "code").is_empty());
    let left = logout(&[("client_id", id), ("logout_uri", "https://shop.example/")]).await;
    assert_eq!(header(&left, "location"), "https://shop.example/");
    let after = house.visit(&path, &session).await;
    assert!(header(&after, "location").starts_with("/login?"));
}

#[tokio::test]
async fn the_page_asks_for_what_the_pool_asks_for() {
    let house = house().await;
    house.pool.add_user(
        User::new("totp")
            .with_password("Correct-horse-1")
            .with_totp_secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
    );
    let query = house.query(&[]);
    let path = format!("/login?{query}");
    let started = house.emulator.unix_time().to_string();
    let wrong = [
        ("username", "totp"),
        ("password", "wrong"),
        ("started", started.as_str()),
    ];
    let page = house.post(&path, &wrong, "").await;
    assert!(page.text.contains("Incorrect username or password."));
    let right = [
        ("username", "totp"),
        ("password", "Correct-horse-1"),
        ("started", started.as_str()),
    ];
    let page = house.post(&path, &right, "").await;
    let session = page
        .text
        .split("name=\"session\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a session");
    let code = house.pool.totp_code("totp").expect("a code");
    let fields = [
        ("challenge", "SOFTWARE_TOKEN_MFA"),
        ("session", session),
        ("username", "totp"),
        ("code", code.as_str()),
        ("started", started.as_str()),
    ];
    let back = house.post(&path, &fields, "").await;
    assert!(!parameter(&back, "code").is_empty(), "{}", back.text);
    house.emulator.advance(std::time::Duration::from_secs(301));
    assert_eq!(house.post(&path, &right, "").await.status, 400, "too late");
}

#[tokio::test]
async fn a_client_without_those_settings_has_no_domain() {
    let house = House::with(
        Pool::new("us-east-1_Tested"),
        AppClient::new("web").with_flows([AuthFlow::UserSrp]),
    )
    .await;

    let path = format!("/oauth2/authorize?{}", house.query(&[]));
    assert_eq!(house.visit(&path, "").await.status, 400);
}
