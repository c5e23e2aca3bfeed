//! Guards of an API, and what RFC 6750 says about their answers.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::web::{
    GuardLayer, any_scope_required, bearer_group_required, bearer_machine_required,
    bearer_required, bearer_user_required, scope_required, scopes_required,
};
use axum_cognito::{Auth, UserPool, pages};
use cognito_emulator::{Fault, FaultKind};

use crate::bearer_tokens::cloud_with_domain;
use crate::bearer_tokens::{Caller, add_machine, domain_token, machine_token, tokens};
use crate::site::{ADMIN, ALICE, Browser, Cloud, Users};

/// A site with pages and an API, whose callers are the site's users and this machine.
async fn site(cloud: &Cloud, users: &Users, machine: &str) -> Router {
    let cognito = cloud.builder();
    let cognito = cognito.with_api_clients([machine.parse().expect("an id")]);
    let cognito = cognito.build().expect("a client");
    let auth = Auth::builder()
        .with_pool(UserPool::with_client(cognito, users.store.clone()))
        .build()
        .await
        .expect("a site");
    let guarded = |path: &str, guard: GuardLayer| {
        Router::new()
            .route(path, get(async || "let in"))
            .route_layer(guard)
    };

    Router::new()
        .merge(guarded("/any", bearer_required()))
        .merge(guarded("/user", bearer_user_required()))
        .merge(guarded("/machine", bearer_machine_required()))
        .merge(guarded("/admins", bearer_group_required("admins")))
        .merge(guarded("/read", scope_required("orders/read")))
        .merge(guarded(
            "/both",
            scopes_required(["orders/read", "orders/write"]),
        ))
        .merge(guarded(
            "/one",
            any_scope_required(["orders/write", "orders/read"]),
        ))
        .merge(guarded("/email", scope_required("email")))
        .merge(pages::router())
        .layer(auth.layer(MemoryStore::default()))
}

const ALL: [&str; 8] = [
    "/any", "/user", "/machine", "/admins", "/read", "/both", "/one", "/email",
];

#[tokio::test]
async fn let_in_those_who_may() {
    let cloud = cloud_with_domain().await;
    let users = Users::create().await;
    let reader = add_machine(&cloud, ["orders/read"]);
    let mut api = Caller::of(site(&cloud, &users, reader.id()).await);
    let machine = machine_token(&cloud, &reader).await;
    let alice = tokens(&cloud.cognito(), ALICE).await;
    let admin = domain_token(&cloud, ADMIN, "openid email", "").await;

    for (token, let_in) in [
        (&*machine, &["/any", "/machine", "/read", "/one"][..]),
        (alice.access.expose(), &["/any", "/user"]),
        (&admin, &["/any", "/user", "/admins", "/email"]),
    ] {
        for path in ALL {
            let page = api.get(path, token).await;

            let expected = match let_in.contains(&path) {
                true => StatusCode::OK,
                false => StatusCode::FORBIDDEN,
            };
            assert_eq!(page.status, expected, "{path} {}", page.body);
        }
    }
}

#[tokio::test]
async fn say_which_scope_would_do() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let reader = add_machine(&cloud, ["orders/list"]);
    let mut api = Caller::of(site(&cloud, &users, reader.id()).await);
    let token = machine_token(&cloud, &reader).await;

    for (path, scope) in [
        ("/read", "orders/read"),
        ("/both", "orders/read orders/write"),
        ("/one", "orders/write orders/read"),
    ] {
        let lacking = api.get(path, &token).await;
        assert_eq!(lacking.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(
            lacking.header("www-authenticate"),
            format!(r#"Bearer error="insufficient_scope", scope="{scope}""#)
        );
        assert_eq!(
            lacking.problem()["detail"],
            "the access token lacks a scope that is needed here"
        );

        let without = api.get_without(path).await;
        assert_eq!(without.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(
            without.header("www-authenticate"),
            format!(r#"Bearer scope="{scope}""#)
        );
        let bad = api.get(path, "garbage").await;
        assert_eq!(bad.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(
            bad.header("www-authenticate"),
            format!(r#"Bearer error="invalid_token", scope="{scope}""#)
        );
    }
}

/// A browser must not be led by another site to what is for programs.
#[tokio::test]
async fn a_session_counts_for_nothing() {
    let cloud = Cloud::start().await;
    let users = Users::create().await;
    let machine = add_machine(&cloud, ["orders/read"]);
    let mut browser = Browser::new(site(&cloud, &users, machine.id()).await);
    let page = browser.log_in(ADMIN, "/").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);

    for path in ALL {
        let page = browser.get(path).await;

        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(page.header("www-authenticate").starts_with("Bearer"));
    }
}

#[tokio::test]
async fn an_outage_is_neither_401_nor_403() {
    let cloud = Cloud::start().await;
    let fault = Fault::on("jwks", FaultKind::Status(500)).forever();
    cloud.emulator.inject(fault);
    let users = Users::create().await;
    let machine = add_machine(&cloud, ["orders/read"]);
    let mut api = Caller::of(site(&cloud, &users, machine.id()).await);
    let token = machine_token(&cloud, &machine).await;

    for path in ALL {
        let page = api.get(path, &token).await;

        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
}

#[tokio::test]
async fn without_the_layer_it_is_a_mistake_of_the_site() {
    let bare = Router::new()
        .route("/", get(async || "unreachable"))
        .route_layer(scope_required("orders/read"));

    let page = Caller::of(bare).get("/", "garbage").await;

    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(page.problem()["title"], "Internal Server Error");
}
