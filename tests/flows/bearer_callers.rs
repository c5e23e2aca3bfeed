//! Users and machines: each alone, both, and nobody.

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use axum_cognito::tower_sessions::MemoryStore;
use axum_cognito::web::{Bearer, BearerMachine, bearer_required};
use axum_cognito::{Auth, BearerUser, pages};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cognito_emulator::{AppClient, Emulator, Fault, FaultKind};

use crate::bearer_tokens::{Caller, add_machine, machine_token, tokens};
use crate::site::{ADMIN, ALICE, Browser, Cloud};

const INVALID: &str = r#"Bearer error="invalid_token""#;
const ROUTES: [&str; 6] = [
    "/user",
    "/machine",
    "/either",
    "/maybe/user",
    "/maybe/machine",
    "/maybe/either",
];

/// An API without users of its own. The machine is one of its callers.
async fn api(cloud: &Cloud, machine: Option<&AppClient>) -> Caller {
    let machine = machine.map(|machine| machine.id().parse().expect("an id"));
    let cognito = cloud.builder().with_api_clients(machine);
    let auth = Auth::builder()
        .with_tokens_of(cognito.build().expect("a client"))
        .build()
        .await
        .expect("a site");
    let either = |caller: &Bearer| match caller {
        Bearer::Machine(machine) => format!("machine {}", machine.client_id()),
        Bearer::User(user) => format!("user {} {:?}", user.username(), user.groups()),
    };
    let nobody = || "nobody".to_owned();

    Caller::of(
        Router::new()
            .route(
                "/user",
                get(async move |it: BearerUser| either(&Bearer::User(it))),
            )
            .route(
                "/machine",
                get(async move |it: BearerMachine| either(&Bearer::Machine(it))),
            )
            .route("/either", get(async move |it: Bearer| either(&it)))
            .route(
                "/maybe/user",
                get(async move |it: Option<BearerUser>| {
                    it.map_or_else(nobody, |it| either(&Bearer::User(it)))
                }),
            )
            .route(
                "/maybe/machine",
                get(async move |it: Option<BearerMachine>| {
                    it.map_or_else(nobody, |it| either(&Bearer::Machine(it)))
                }),
            )
            .route(
                "/maybe/either",
                get(async move |it: Option<Bearer>| it.map_or_else(nobody, |it| either(&it))),
            )
            .layer(auth.login_layer()),
    )
}

#[tokio::test]
async fn each_is_let_in_where_it_is_asked_for() {
    let cloud = Cloud::start().await;
    let machine = add_machine(&cloud, ["orders/read"]);
    let mut api = api(&cloud, Some(&machine)).await;
    let user = tokens(&cloud.cognito(), ADMIN).await;
    let user = user.access.expose();
    let of_machine = machine_token(&cloud, &machine).await;

    let is_user = r#"user admin ["admins"]"#.to_owned();
    let is_machine = format!("machine {}", machine.id());
    for (path, by_user, by_machine) in [
        ("/user", Some(&is_user), None),
        ("/machine", None, Some(&is_machine)),
        ("/either", Some(&is_user), Some(&is_machine)),
        ("/maybe/user", Some(&is_user), None),
        ("/maybe/machine", None, Some(&is_machine)),
        ("/maybe/either", Some(&is_user), Some(&is_machine)),
    ] {
        for (token, expected) in [(user, by_user), (&of_machine, by_machine)] {
            let page = api.get(path, token).await;
            match expected {
                Some(text) => assert_eq!((page.status, &page.body), (StatusCode::OK, text)),
                None => {
                    assert_eq!(page.status, StatusCode::FORBIDDEN, "{path} {}", page.body);
                    assert_eq!(page.header("www-authenticate"), "", "no token would do");
                    assert_eq!(page.problem()["title"], "Forbidden");
                }
            }
        }
    }
}

#[tokio::test]
async fn nobody_is_none_and_a_bad_token_is_not() {
    let cloud = Cloud::start().await;
    let mut api = api(&cloud, None).await;

    for path in ROUTES {
        let mut pages = vec![api.get_without(path).await];
        for other_scheme in ["Basic YTpi", "Negotiate"] {
            let headers = [("authorization", other_scheme)];
            pages.push(api.0.get_with(path, &headers).await);
        }
        for page in pages {
            if path.starts_with("/maybe") {
                assert_eq!((page.status, &*page.body), (StatusCode::OK, "nobody"));
            } else {
                assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
                assert_eq!(page.header("www-authenticate"), "Bearer");
                assert_eq!(page.problem()["detail"], "no access token");
            }
        }

        let bad = api.get(path, "garbage").await;
        assert_eq!(bad.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(bad.header("www-authenticate"), INVALID);
    }
}

#[tokio::test]
async fn a_machine_is_known_by_its_scopes_and_its_user_pool() {
    let cloud = Cloud::start().await;
    let machine = add_machine(&cloud, ["orders/read"]);
    let listed = [machine.id().parse().expect("an id")];
    let cognito = cloud.builder().with_api_clients(listed).build();
    let auth = Auth::builder().with_tokens_of(cognito.expect("a client"));
    let auth = auth.build().await.expect("a site");
    let facts = async |it: BearerMachine| {
        let scopes = ["orders/read", "orders"].map(|scope| it.has_scope(scope));
        format!("{} {scopes:?} {it:?}", it.backend())
    };
    let routes = Router::new().route("/facts", get(facts));
    let token = machine_token(&cloud, &machine).await;

    let page = Caller::of(routes.layer(auth.login_layer()))
        .get("/facts", &token)
        .await;

    let shown = format!("BearerMachine {{ client_id: {:?}, .. }}", machine.id());
    let expected = format!("{} [true, false] {shown}", cloud.pool.id());
    assert_eq!(page.body, expected);
}

#[tokio::test]
async fn an_app_client_that_is_not_listed_may_not_call() {
    let cloud = Cloud::start().await;
    let machine = add_machine(&cloud, ["orders/read"]);
    let token = machine_token(&cloud, &machine).await;
    let mut without = api(&cloud, None).await;

    for path in ROUTES {
        let page = without.get(path, &token).await;

        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(page.header("www-authenticate"), INVALID);
    }
}

#[tokio::test]
async fn bad_input_is_refused_without_work() {
    let cloud = Cloud::start().await;
    let mut api = api(&cloud, None).await;
    let good = tokens(&cloud.cognito(), ALICE).await;
    let token = good.access.expose();
    assert_eq!(api.get("/user", token).await.status, StatusCode::OK);
    cloud.emulator.clear_calls();

    let bearer = format!("Bearer {token}");
    let id = format!("Bearer {}", good.id.expose());
    let twice = format!("Bearer {token} {token}");
    let comma = format!("Bearer {token},Bearer {token}");
    let long = format!("Bearer {token}{}", "A".repeat(20 * 1024));
    let none = "Bearer e30.e30.".to_owned();
    for path in ROUTES {
        for headers in [
            &[("authorization", "Bearer")][..],
            &[("authorization", "Bearer ")],
            &[("authorization", "bearer \u{fc}")],
            &[("authorization", &id)],
            &[("authorization", &twice)],
            &[("authorization", &comma)],
            &[("authorization", &long)],
            &[("authorization", &none)],
            &[("authorization", &bearer), ("authorization", &bearer)],
            &[("authorization", "Basic YTpi"), ("authorization", &bearer)],
        ] {
            let page = api.0.get_with(path, headers).await;

            let shown = format!("{path} {:.60}", format!("{headers:?}"));
            assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{shown}");
            assert_eq!(page.header("www-authenticate"), INVALID, "{shown}");
            assert!(!page.body.contains(&token[..20]), "{shown}");
        }
    }
    assert_eq!(cloud.emulator.calls().len(), 0, "nothing was asked");
}

/// Anybody can make up the name of a key.
#[tokio::test]
async fn strangers_with_unknown_keys_make_no_fetches() {
    let cloud = Cloud::start().await;
    let mut api = api(&cloud, None).await;
    let good = tokens(&cloud.cognito(), ALICE).await;
    let parts: Vec<_> = good.access.expose().split('.').collect();
    assert_eq!(
        api.get("/user", good.access.expose()).await.status,
        StatusCode::OK
    );
    cloud.emulator.clear_calls();
    cloud.advance(std::time::Duration::from_secs(120));

    for path in ROUTES {
        for number in 0..20 {
            let header = format!(r#"{{"alg":"RS256","kid":"key-{path}-{number}"}}"#);
            let header = BASE64_URL_SAFE_NO_PAD.encode(header);
            let forged = format!("{header}.{}.{}", parts[1], parts[2]);

            let page = api.get(path, &forged).await;

            assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
        }
    }
    assert_eq!(cloud.calls("jwks"), 1, "one in a minute at most");
}

/// A token is verified once in a request, and a header that has changed meanwhile is another token.
#[tokio::test]
async fn what_was_verified_counts_for_its_token_and_its_site_alone() {
    let (one, two) = (Cloud::start().await, second_cloud().await);
    let build = async |cloud: &Cloud| {
        let auth = Auth::builder().with_tokens_of(cloud.cognito());
        auth.build().await.expect("a site").login_layer()
    };
    let who = async |user: BearerUser| user.username().to_owned();
    let swap = async |mut request: Request, next: Next| {
        if let Some(other) = request.headers_mut().remove("x-other") {
            request.headers_mut().insert("authorization", other);
        }
        next.run(request).await
    };
    let inside = |routes: Router| routes.route_layer(from_fn(swap));
    let routes = Router::new().route("/who", get(who));
    let one_site = inside(routes.clone())
        .route_layer(bearer_required())
        .layer(build(&one).await);
    let two_sites = routes
        .layer(build(&two).await)
        .layer(bearer_required())
        .layer(build(&one).await);
    let (alice, admin) = (
        tokens(&one.cognito(), ALICE).await.access,
        tokens(&one.cognito(), ADMIN).await.access,
    );
    let alice = format!("Bearer {}", alice.expose());
    let admin = format!("Bearer {}", admin.expose());

    let mut api = Browser::new(one_site);
    for (other, status, body) in [
        (alice.as_str(), StatusCode::OK, "alice"),
        (&admin, StatusCode::OK, "admin"),
        ("Bearer garbage", StatusCode::UNAUTHORIZED, ""),
    ] {
        let headers = [("authorization", alice.as_str()), ("x-other", other)];
        let page = api.get_with("/who", &headers).await;
        assert_eq!(page.status, status, "{other:.20}");
        assert!(page.body.contains(body), "{}", page.body);
    }
    let headers = [("authorization", alice.as_str())];
    let page = Browser::new(two_sites).get_with("/who", &headers).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "of another site");
}

/// Cognito puts whoever comes from an identity provider into a group of its own.
#[tokio::test]
async fn the_group_of_an_identity_provider_is_none() {
    let cloud = Cloud::start().await;
    let mut api = api(&cloud, None).await;
    for group in ["us-east-1_FlowTests_Corp", "us-east-1_FlowTestsCorp"] {
        cloud.pool.add_user_to_group(ALICE.0, group);
    }
    let alice = tokens(&cloud.cognito(), ALICE).await;

    let page = api.get("/user", alice.access.expose()).await;

    assert_eq!(page.body, r#"user alice ["us-east-1_FlowTestsCorp"]"#);
}

/// Nobody logs in where there is no store of users, whatever is mounted.
#[tokio::test]
async fn a_site_of_tokens_alone_has_no_logins() {
    let cloud = Cloud::start().await;
    let auth = Auth::builder().with_tokens_of(cloud.cognito());
    let auth = auth.build().await.expect("a site");
    let routes = pages::router().layer(auth.layer(MemoryStore::default()));

    let page = Browser::new(routes).log_in(ALICE, "/").await;

    assert_ne!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert!(page.status.is_client_error(), "{}", page.body);
    assert_eq!(cloud.calls("InitiateAuth"), 0);
    assert!(auth.users(cloud.pool.id()).is_none());
}

/// One user pool that cannot be asked keeps no caller of another one out.
#[tokio::test]
async fn the_callers_of_two_user_pools_are_told_apart() {
    let (one, two) = (Cloud::start().await, second_cloud().await);
    let auth = Auth::builder()
        .with_tokens_of(one.cognito())
        .with_tokens_of(two.cognito());
    let auth = auth.build().await.expect("a site");
    let backend = async |user: BearerUser| user.backend().to_owned();
    let routes = Router::new().route("/backend", get(backend));
    let mut api = Caller::of(routes.layer(auth.login_layer()));
    let (of_one, of_two) = (
        tokens(&one.cognito(), ALICE).await.access,
        tokens(&two.cognito(), ALICE).await.access,
    );

    for (token, cloud) in [(&of_one, &one), (&of_two, &two)] {
        let page = api.get("/backend", token.expose()).await;
        assert_eq!(page.body, cloud.pool.id());
    }

    let down = Fault::on("jwks", FaultKind::Status(500)).forever();
    let (one, two) = (Cloud::start().await, second_cloud().await);
    let of_other_one = of_one;
    let of_one = tokens(&one.cognito(), ALICE).await.access;
    one.emulator.inject(down);
    let auth = Auth::builder()
        .with_tokens_of(one.cognito())
        .with_tokens_of(two.cognito());
    let auth = auth.build().await.expect("a site");
    let routes = Router::new().route("/backend", get(backend));
    let mut api = Caller::of(routes.layer(auth.login_layer()));
    let good = tokens(&two.cognito(), ALICE).await.access;
    let page = api.get("/backend", good.expose()).await;
    assert_eq!(page.body, two.pool.id());
    let page = api.get("/backend", of_one.expose()).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    let page = api.get("/backend", of_other_one.expose()).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
}

async fn second_cloud() -> Cloud {
    let emulator = Emulator::start().await.expect("the emulator starts");
    Cloud::of("us-east-1_SecondPool", emulator, AppClient::new("second"))
}

#[tokio::test]
async fn what_cannot_be_told_is_503_for_each() {
    let cloud = Cloud::start().await;
    let fault = Fault::on("jwks", FaultKind::Status(500)).forever();
    cloud.emulator.inject(fault);
    let mut api = api(&cloud, None).await;
    let good = tokens(&cloud.cognito(), ALICE).await;

    for path in ROUTES {
        let page = api.get(path, good.access.expose()).await;

        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(page.problem()["title"], "Service Unavailable");
        assert_eq!(page.header("retry-after"), "5");
        assert_eq!(page.header("www-authenticate"), "");
    }
}
