use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use axum_cognito::cognito::Cognito;
use axum_cognito::{Auth, BearerUser, CurrentUser, UserPool};
use cognito_emulator::{AppClient, AuthFlow, Fault, FaultKind};

use crate::bearer_tokens::tokens;
use crate::site::{ADMIN, ALICE, Browser, Cloud, Page, Users};

/// An API: a login layer and no session.
async fn api(cloud: &Cloud) -> Browser {
    let users = Users::create().await;
    let backend = UserPool::with_client(cloud.cognito(), users.store.clone());
    let auth = Auth::builder().with_pool(backend).build().await;
    let auth = auth.expect("a site");
    let whoami = async |user: BearerUser| format!("{} {:?}", user.username(), user.groups());

    Browser::new(
        Router::new()
            .route("/whoami", get(whoami))
            .route("/me", get(async |_: CurrentUser| "unreachable"))
            .layer(auth.login_layer()),
    )
}

async fn call(api: &mut Browser, header: &str) -> Page {
    api.get_with("/whoami", &[("authorization", header)]).await
}

#[tokio::test]
async fn a_verified_access_token_tells_who_calls() {
    let cloud = Cloud::start().await;
    let mut api = api(&cloud).await;
    let tokens = tokens(&cloud.cognito(), ADMIN).await;

    let page = call(&mut api, &format!("Bearer {}", tokens.access.expose())).await;

    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_eq!(page.body, r#"admin ["admins"]"#);
}

#[tokio::test]
async fn anything_else_is_401_with_a_challenge() {
    let cloud = Cloud::start().await;
    let mut api = api(&cloud).await;
    let own = tokens(&cloud.cognito(), ALICE).await;
    let other = AppClient::new("other").with_flows([AuthFlow::UserSrp]);
    let other = cloud.pool.add_client(other);
    let pool = cloud.pool.id().parse().expect("a pool id");
    let other = Cognito::builder(pool, other.id().parse().expect("an id"))
        .with_endpoint(cloud.emulator.endpoint())
        .build()
        .expect("a client");
    let others = tokens(&other, ALICE).await;
    let invalid = r#"Bearer error="invalid_token""#;

    for (header, challenge) in [
        ("Basic YWxpY2U6eA==".to_owned(), "Bearer"),
        ("Bearer".to_owned(), invalid),
        ("Bearer ".to_owned(), invalid),
        ("Bearer garbage".to_owned(), invalid),
        (format!("Bearer {}", own.id.expose()), invalid),
        (format!("Bearer {}x", own.access.expose()), invalid),
        (format!("Bearer {}", others.access.expose()), invalid),
    ] {
        let page = call(&mut api, &header).await;

        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{header:.20}");
        assert_eq!(page.header("www-authenticate"), challenge, "{header:.20}");
    }
    let none = api.get_with("/whoami", &[]).await;
    assert_eq!(none.status, StatusCode::UNAUTHORIZED);
    assert_eq!(none.header("www-authenticate"), "Bearer");

    cloud.advance(std::time::Duration::from_secs(3700));
    let expired = call(&mut api, &format!("Bearer {}", own.access.expose())).await;
    assert_eq!(expired.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn without_the_key_set_nobody_can_tell() {
    let cloud = Cloud::start().await;
    cloud
        .emulator
        .inject(Fault::on("jwks", FaultKind::Status(500)).forever());
    let mut api = api(&cloud).await;
    let tokens = tokens(&cloud.cognito(), ALICE).await;

    let page = call(&mut api, &format!("Bearer {}", tokens.access.expose())).await;

    assert_eq!(
        page.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_layer_that_is_missing_is_a_fault_and_not_a_stranger() {
    let cloud = Cloud::start().await;
    let mut without_session = api(&cloud).await;
    let bare = Router::new().route("/me", get(async |_: CurrentUser| "unreachable"));

    for browser in [&mut without_session, &mut Browser::new(bare)] {
        let page = browser.get("/me").await;

        assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!page.body.contains("unreachable"));
    }
}
