//! A login belongs to one tenant.

use axum::http::StatusCode;
use axum_cognito::cognito::LoginStep;

use crate::companies::{ACME, GINA, GLOBEX, TwoCompanies, alice_at, cloud};
use crate::site::{ALICE, Browser};

#[tokio::test]
async fn each_tenant_has_users_of_its_own() {
    let two = TwoCompanies::start().await;

    let mut acme = alice_at(&two, ACME).await;
    assert_eq!(acme.get("/").await.body, "Hello alice of us-east-1_Acme");
    let mut globex = alice_at(&two, GLOBEX).await;
    assert_eq!(
        globex.get("/").await.body,
        "Hello alice of us-east-1_Globex"
    );
    let page = two.at(ACME).log_in(GINA).await;
    assert_eq!(
        page.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        page.body
    );
    let page = two.at(GLOBEX).log_in(GINA).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
}

/// Browsers do not send it there; somebody who copies a cookie does.
#[tokio::test]
async fn a_login_of_one_tenant_is_nobody_at_another_and_stays() {
    let two = TwoCompanies::start().await;
    let mut visitor = alice_at(&two, ACME).await;

    visitor.host = GLOBEX;
    let page = visitor.get("/").await;
    assert_eq!(page.location(), "/login", "{}", page.body);
    let page = visitor.get("/profile").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);

    visitor.host = ACME;
    assert_eq!(visitor.get("/").await.body, "Hello alice of us-east-1_Acme");
}

#[tokio::test]
async fn a_challenge_of_one_tenant_is_not_shown_at_another() {
    let two = TwoCompanies::start().await;
    let mut visitor = two.at(ACME);
    let page = visitor.log_in(crate::site::TOTP).await;
    assert_eq!(page.location(), "/login/challenge", "{}", page.body);

    visitor.host = GLOBEX;
    let page = visitor.get("/login/challenge").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);

    visitor.host = ACME;
    let page = visitor.get("/login/challenge").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
}

/// The pages of the account, and what is said to strangers.
#[tokio::test]
async fn pages_act_on_the_user_pool_of_the_tenant() {
    let two = TwoCompanies::start().await;

    let mut globex = alice_at(&two, GLOBEX).await;
    let form = [("password", ALICE.1), ("new_password", "Correct-horse-9")];
    let page = globex.post("/profile/password", &form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let asked = [("username", ALICE.0)];
    two.at(GLOBEX).post("/password/forgot", &asked).await;

    assert_eq!(two.globex.calls("ChangePassword"), 1);
    assert_eq!(two.globex.calls("ForgotPassword"), 1);
    assert_eq!(two.acme.calls("ChangePassword"), 0);
    assert_eq!(two.acme.calls("ForgotPassword"), 0);
    let page = two.at(ACME).log_in(ALICE).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
}

#[tokio::test]
async fn a_tenant_is_added_while_the_site_runs_and_unknown_ones_are_not_found() {
    let two = TwoCompanies::start().await;
    let mut visitor = two.at("initech.example");
    for path in ["/", "/login", "/nowhere"] {
        let page = visitor.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path} {}", page.body);
    }

    let initech = cloud("us-east-1_Initech").await;
    let added = two
        .companies
        .add("initech.example", initech.cognito())
        .await;
    added.expect("a company");

    let page = visitor.log_in(ALICE).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let page = visitor.get("/").await;
    assert_eq!(page.body, "Hello alice of us-east-1_Initech");
}

#[tokio::test]
async fn keys_are_fetched_at_the_first_login_of_a_tenant() {
    let two = TwoCompanies::start().await;
    assert_eq!(two.acme.calls("jwks"), 0);

    alice_at(&two, ACME).await;

    assert_eq!(two.acme.calls("jwks"), 1);
    assert_eq!(two.globex.calls("jwks"), 0);
}

/// A stranger who tries names at one tenant shuts nobody out at another.
#[tokio::test]
async fn tries_are_counted_for_each_tenant() {
    let two = TwoCompanies::start().await;

    let mut refused = StatusCode::OK;
    for _ in 0..150 {
        let page = two.at(ACME).log_in((ALICE.0, "Wrong-horse-1")).await;
        refused = page.status;
        if refused == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
    }
    assert_eq!(refused, StatusCode::TOO_MANY_REQUESTS);

    alice_at(&two, GLOBEX).await;
}

#[tokio::test]
async fn an_access_token_opens_its_own_tenant_alone() {
    use axum::Router;
    use axum::routing::get;
    use axum_cognito::BearerUser;
    use axum_cognito::web::TenantLayer;

    let two = TwoCompanies::start().await;
    let api = Router::new()
        .route(
            "/whoami",
            get(async |user: BearerUser| user.backend().to_owned()),
        )
        .layer(TenantLayer::new(two.companies.clone()));
    let password = ALICE.1.to_owned().into();
    let login = two.acme.cognito().authenticate(ALICE.0, &password).await;
    let LoginStep::Complete(alice) = login.expect("a login") else {
        panic!("a challenge");
    };
    let token = format!("Bearer {}", alice.tokens().access.expose());

    for (host, status) in [(ACME, StatusCode::OK), (GLOBEX, StatusCode::UNAUTHORIZED)] {
        let headers = [("host", host), ("authorization", token.as_str())];
        let page = Browser::new(api.clone())
            .get_with("/whoami", &headers)
            .await;
        assert_eq!(page.status, status, "{host}: {}", page.body);
    }
}
