//! Tokens that are bound to an API, and how a client finds out where to get one.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use axum_cognito::cognito::ConfigError;
use axum_cognito::web::{Bearer, scope_required};
use axum_cognito::{Auth, BearerUser};
use serde_json::json;

use crate::bearer_tokens::{
    Caller, add_machine, cloud_with_domain, domain_token, machine_token, tokens,
};
use crate::site::{ALICE, Cloud};

const RESOURCE: &str = "https://api.example.com/orders";
const METADATA: &str =
    r#"resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/orders""#;

async fn auth(cloud: &Cloud, resource: Option<&str>, machine: Option<&str>) -> Auth {
    let machine = machine.map(|machine| machine.parse().expect("an id"));
    let mut cognito = cloud.builder().with_api_clients(machine);
    if let Some(resource) = resource {
        cognito = cognito.with_resource(resource);
    }
    let auth = Auth::builder().with_tokens_of(cognito.build().expect("a client"));
    auth.build().await.expect("a site")
}

fn routes(auth: &Auth) -> Router {
    let read = Router::new()
        .route("/read", get(async || "read"))
        .route_layer(scope_required("orders/read"));

    Router::new()
        .route(
            "/user",
            get(async |user: BearerUser| user.username().to_owned()),
        )
        .route("/any", get(async |_: Bearer| "somebody"))
        .merge(read)
        .layer(auth.login_layer())
}

#[tokio::test]
async fn a_user_needs_a_token_for_this_api() {
    let cloud = cloud_with_domain().await;
    let auth = auth(&cloud, Some(RESOURCE), None).await;
    let mut api = Caller::of(routes(&auth));

    let bound = domain_token(&cloud, ALICE, "openid", RESOURCE).await;
    let page = api.get("/user", &bound).await;
    assert_eq!((page.status, &*page.body), (StatusCode::OK, "alice"));

    let elsewhere = domain_token(&cloud, ALICE, "openid", "https://other.example.com").await;
    let to_none = domain_token(&cloud, ALICE, "openid", "").await;
    let by_sdk = tokens(&cloud.cognito(), ALICE).await;
    for token in [&elsewhere, &to_none, by_sdk.access.expose()] {
        let page = api.get("/user", token).await;

        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        let challenge = format!(r#"Bearer error="invalid_token", {METADATA}"#);
        assert_eq!(page.header("www-authenticate"), challenge);
    }
}

#[tokio::test]
async fn without_a_resource_a_token_for_another_api_is_refused() {
    let cloud = cloud_with_domain().await;
    let auth = auth(&cloud, None, None).await;
    let mut api = Caller::of(routes(&auth));

    let to_none = domain_token(&cloud, ALICE, "openid", "").await;
    assert_eq!(api.get("/user", &to_none).await.status, StatusCode::OK);
    let bound = domain_token(&cloud, ALICE, "openid", RESOURCE).await;
    let page = api.get("/user", &bound).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        page.header("www-authenticate"),
        r#"Bearer error="invalid_token""#
    );
}

/// Cognito binds no token of a machine: its scopes say which API it is for.
#[tokio::test]
async fn a_machine_calls_with_its_scopes() {
    let cloud = cloud_with_domain().await;
    let machine = add_machine(&cloud, ["orders/list"]);
    let auth = auth(&cloud, Some(RESOURCE), Some(machine.id())).await;
    let mut api = Caller::of(routes(&auth));
    let token = machine_token(&cloud, &machine).await;

    assert_eq!(api.get("/any", &token).await.status, StatusCode::OK);
    let lacking = api.get("/read", &token).await;
    assert_eq!(lacking.status, StatusCode::FORBIDDEN);
    assert_eq!(
        lacking.header("www-authenticate"),
        format!(r#"Bearer error="insufficient_scope", scope="orders/read", {METADATA}"#)
    );
    let without = api.get_without("/read").await;
    assert_eq!(
        without.header("www-authenticate"),
        format!(r#"Bearer scope="orders/read", {METADATA}"#)
    );
}

#[tokio::test]
async fn the_metadata_leads_to_the_user_pool() {
    let cloud = cloud_with_domain().await;
    let auth = auth(&cloud, Some(RESOURCE), None).await;
    let resource = auth.protected_resource().expect("a resource");
    let resource = resource.with_scopes(["orders/read", "orders/write"]);
    let mut api = Caller::of(routes(&auth).merge(resource.router()));

    let challenged = api.get_without("/user").await;
    let challenge = challenged.header("www-authenticate");
    let url = challenge.split('"').nth(1).expect("a URL");
    let path = url.strip_prefix("https://api.example.com").expect("here");
    let page = api.get_without(path).await;

    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("content-type"), "application/json");
    assert_eq!(page.header("access-control-allow-origin"), "*");
    let document: serde_json::Value = serde_json::from_str(&page.body).expect("JSON");
    let issuer = format!("{}/{}", cloud.emulator.endpoint(), cloud.pool.id());
    assert_eq!(
        document,
        json!({
            "resource": RESOURCE,
            "authorization_servers": [issuer],
            "scopes_supported": ["orders/read", "orders/write"],
            "bearer_methods_supported": ["header"],
        })
    );
}

/// A site may serve that of its user pool itself, with what Cognito leaves out.
#[tokio::test]
async fn the_metadata_can_lead_elsewhere() {
    let cloud = cloud_with_domain().await;
    let auth = auth(&cloud, Some(RESOURCE), None).await;
    let resource = auth.protected_resource().expect("a resource");

    let issuers = ["https://login.example.com"];
    let document = resource.with_authorization_servers(issuers).metadata();

    assert_eq!(
        document,
        json!({
            "resource": RESOURCE,
            "authorization_servers": issuers,
            "bearer_methods_supported": ["header"],
        })
    );
}

#[tokio::test]
async fn a_site_without_a_resource_has_no_metadata() {
    let cloud = cloud_with_domain().await;
    let auth = auth(&cloud, None, None).await;

    let error = auth.protected_resource().expect_err("no resource");

    assert!(error.to_string().contains("COGNITO_RESOURCE"), "{error}");
}

#[tokio::test]
async fn a_resource_is_a_url_in_its_only_spelling() {
    let cloud = Cloud::start().await;
    for (resource, fits) in [
        (RESOURCE, true),
        ("https://api.example.com", true),
        ("https://api.example.com/", true),
        ("http://localhost:3000/mcp", true),
        ("http://127.0.0.1:3000", true),
        ("", false),
        ("orders", false),
        ("http://api.example.com/", false),
        ("https://API.example.com/", false),
        ("https://api.example.com:443/", false),
        ("https://api.example.com/?a=b", false),
        ("https://api.example.com/#a", false),
        ("https://user@api.example.com/", false),
        ("https://api.example.com/a\"b", false),
        ("https://api.example.com/a b", false),
        (" https://api.example.com/", false),
        ("urn:orders", false),
    ] {
        let built = cloud.builder().with_resource(resource).build();

        let refused = matches!(built, Err(ConfigError::InvalidResource { .. }));
        assert_eq!(!refused, fits, "{resource:?}");
    }
}
