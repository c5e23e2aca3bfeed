//! Whether a token was revoked, asked at Cognito where that matters.

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use axum_cognito::web::{bearer_required, revocation_checked};
use axum_cognito::{Auth, BearerUser};
use cognito_emulator::{Fault, FaultKind};

use crate::bearer_tokens::{
    Caller, add_machine, cloud_with_domain, domain_token, machine_token, tokens,
};
use crate::site::{ALICE, Cloud};

const MAX_AGE: Duration = Duration::from_secs(30);

async fn api(cloud: &Cloud, machine: Option<&str>) -> Router {
    let machine = machine.map(|machine| machine.parse().expect("an id"));
    let cognito = cloud.builder().with_api_clients(machine);
    let auth = Auth::builder()
        .with_tokens_of(cognito.build().expect("a client"))
        .with_clock(cloud.clock.clone());
    let auth = auth.build().await.expect("a site");
    let whoami = async |user: BearerUser| user.username().to_owned();

    let sensitive = Router::new()
        .route("/payouts", get(whoami))
        .route("/keys", get(whoami))
        .route_layer(revocation_checked(MAX_AGE));
    let usual = Router::new()
        .route("/orders", get(async || "orders"))
        .route_layer(bearer_required());
    sensitive.merge(usual).layer(auth.login_layer())
}

#[tokio::test]
async fn a_revoked_token_is_refused_where_it_matters() {
    let cloud = Cloud::start().await;
    let mut api = Caller::of(api(&cloud, None).await);
    let tokens = tokens(&cloud.cognito(), ALICE).await;
    let token = tokens.access.expose();
    cloud.pool.revoke_tokens("alice");

    assert_eq!(api.get("/orders", token).await.status, StatusCode::OK);
    for _ in 0..3 {
        let page = api.get("/payouts", token).await;

        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert_eq!(
            page.header("www-authenticate"),
            r#"Bearer error="invalid_token""#
        );
    }
    cloud.advance(2 * MAX_AGE);
    api.get("/payouts", token).await;
    assert_eq!(cloud.calls("GetUser"), 1, "it will never be good again");
}

#[tokio::test]
async fn an_answer_is_good_for_as_long_as_the_guard_says() {
    let cloud = Cloud::start().await;
    let mut api = Caller::of(api(&cloud, None).await);
    let alice = tokens(&cloud.cognito(), ALICE).await;
    let token = alice.access.expose();

    for path in ["/payouts", "/payouts", "/keys"] {
        assert_eq!(api.get(path, token).await.body, "alice");
    }
    assert_eq!(cloud.calls("GetUser"), 1, "both routes have one guard");
    cloud.pool.revoke_tokens("alice");
    cloud.advance(MAX_AGE - Duration::from_secs(1));
    assert_eq!(api.get("/payouts", token).await.status, StatusCode::OK);
    cloud.advance(Duration::from_secs(1));
    assert_eq!(
        api.get("/payouts", token).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(cloud.calls("GetUser"), 2);
}

#[tokio::test]
async fn a_user_who_is_disabled_or_gone_is_refused() {
    let cloud = Cloud::start().await;
    let mut api = Caller::of(api(&cloud, None).await);

    let ends: [fn(&Cloud); 2] = [
        |cloud| cloud.pool.disable_user("alice"),
        |cloud| cloud.pool.delete_user("alice"),
    ];
    for end in ends {
        cloud.pool.enable_user("alice");
        let alice = tokens(&cloud.cognito(), ALICE).await;
        end(&cloud);
        let page = api.get("/payouts", alice.access.expose()).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn many_who_ask_at_once_make_one_call() {
    let cloud = Cloud::start().await;
    let router = api(&cloud, None).await;
    let alice = tokens(&cloud.cognito(), ALICE).await;
    let slow = FaultKind::Delay(Duration::from_millis(200));
    cloud.emulator.inject(Fault::on("GetUser", slow));

    let calls = (0..20).map(|_| {
        let (router, token) = (router.clone(), alice.access.expose().to_owned());
        tokio::spawn(async move { Caller::of(router).get("/payouts", &token).await.status })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.expect("no panic"), StatusCode::OK);
    }

    assert_eq!(cloud.calls("GetUser"), 1);
}

#[tokio::test]
async fn an_outage_is_503_and_soon_over() {
    let cloud = Cloud::start().await;
    let mut api = Caller::of(api(&cloud, None).await);
    let alice = tokens(&cloud.cognito(), ALICE).await;
    let token = alice.access.expose();
    let fault = Fault::on("GetUser", FaultKind::Status(500)).forever();
    cloud.emulator.inject(fault);

    let page = api.get("/payouts", token).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{page:?}");
    let asked = cloud.calls("GetUser");
    let again = api.get("/payouts", token).await;
    assert_eq!(again.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(cloud.calls("GetUser"), asked, "not at once");
    assert_eq!(api.get("/orders", token).await.status, StatusCode::OK);

    cloud.emulator.clear_faults();
    cloud.advance(Duration::from_secs(1));
    assert_eq!(api.get("/payouts", token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_what_is_lacking() {
    let cloud = cloud_with_domain().await;
    let machine = add_machine(&cloud, ["orders/read"]);
    let mut api = Caller::of(api(&cloud, Some(machine.id())).await);

    let token = domain_token(&cloud, ALICE, "openid", "").await;
    let page = api.get("/payouts", &token).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(
        page.header("www-authenticate"),
        r#"Bearer error="insufficient_scope", scope="aws.cognito.signin.user.admin""#
    );
    let with_scope = "openid aws.cognito.signin.user.admin";
    let token = domain_token(&cloud, ALICE, with_scope, "").await;
    assert_eq!(api.get("/payouts", &token).await.body, "alice");
    let calls = cloud.calls("GetUser");

    let token = machine_token(&cloud, &machine).await;
    let page = api.get("/payouts", &token).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(page.header("www-authenticate"), "");
    for bad in ["garbage", ""] {
        let page = api.get("/payouts", bad).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(cloud.calls("GetUser"), calls, "strangers make no calls");
}
