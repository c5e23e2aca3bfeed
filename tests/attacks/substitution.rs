//! A user pool, or whoever stands in its place, that answers with the tokens of somebody else.

use std::time::Duration;

use axum::http::StatusCode;
use axum_cognito::backend::{LoginFlow, Refusal};
use axum_cognito::challenge::EmailOtp;
use axum_cognito::cognito::{Cognito, LoginStep};
use axum_cognito::token::Tokens;
use axum_cognito::users::UserStore;
use axum_cognito::{CognitoBackend, Credentials, LoginOutcome, UserPool};
use cognito_emulator::{AppClient, Fault, FaultKind, User};
use serde_json::json;

use crate::site::{ALICE, Cloud, Site, TOTP};

const BOB: (&str, &str) = ("bob", "Correct-horse-9");

async fn tokens(cognito: &Cognito, (name, password): (&str, &str)) -> Tokens {
    let answer = cognito
        .authenticate(name, &password.to_owned().into())
        .await;
    match answer.expect("an answer") {
        LoginStep::Complete(user) => user.tokens().clone(),
        LoginStep::Challenge(challenge) => panic!("{}", challenge.name()),
    }
}

/// An app client of the same pool that is not the site's.
fn other_client(cloud: &Cloud) -> Cognito {
    let client = cloud.pool.add_client(AppClient::new("another"));
    Cognito::builder(
        cloud.pool.id().parse().expect("a pool"),
        client.id().parse().expect("a client"),
    )
    .with_endpoint(cloud.emulator.endpoint())
    .with_clock(cloud.clock.clone())
    .build()
    .expect("a client")
}

fn answer(id: &Tokens, access: &Tokens) -> FaultKind {
    let refresh = access.refresh.as_ref().expect("a refresh token");
    FaultKind::Answer(
        json!({
            "ChallengeParameters": {},
            "AuthenticationResult": {
                "IdToken": id.id.expose(),
                "AccessToken": access.access.expose(),
                "RefreshToken": refresh.expose(),
                "ExpiresIn": 3600,
                "TokenType": "Bearer",
            },
        })
        .to_string(),
    )
}

#[tokio::test]
async fn tokens_of_somebody_else_log_nobody_in_and_end_the_login() {
    let site = Site::start().await;
    let cloud = &site.cloud;
    cloud.pool.add_user(User::new(BOB.0).with_password(BOB.1));
    let other = other_client(cloud);
    let mut tried = 0;

    for step in ["login", "refresh"] {
        for case in 0..5 {
            let mut browser = site.browser();
            if step == "refresh" {
                browser.log_in(ALICE, "/").await;
                cloud.advance(Duration::from_secs(60 * 60));
            }
            let alice = tokens(&cloud.cognito(), ALICE).await;
            let bob = tokens(&cloud.cognito(), BOB).await;
            let foreign = tokens(&other, ALICE).await;
            let fault = match case {
                0 => answer(&bob, &bob),
                1 => answer(&alice, &bob),
                2 => answer(&bob, &alice),
                3 => answer(&foreign, &foreign),
                _ => answer(&foreign, &alice),
            };
            let operation = match step {
                "login" => "RespondToAuthChallenge",
                _ => "GetTokensFromRefreshToken",
            };
            cloud.emulator.inject(Fault::on(operation, fault));
            if step == "login" {
                let page = browser.log_in(ALICE, "/").await;
                assert_ne!(page.status, StatusCode::SEE_OTHER, "{step} {case}");
            }
            let page = browser.get("/maybe").await;
            tried += 1;

            assert!(!page.body.contains("bob"), "{step} {case}: {}", page.body);
            assert_ne!(
                page.body, "Hello alice",
                "{step} {case}: with the tokens of somebody else"
            );
            cloud.emulator.clear_faults();
            cloud.advance(Duration::from_secs(60));
        }
    }
    println!("{tried} exchanges tried");
}

/// Whoever has answered the second factor of one user gets the tokens of another.
#[tokio::test]
async fn tokens_of_somebody_else_after_a_challenge_log_nobody_in() {
    let site = Site::start().await;
    let cloud = &site.cloud;
    cloud.pool.add_user(User::new(BOB.0).with_password(BOB.1));
    let bob = tokens(&cloud.cognito(), BOB).await;
    let mut browser = site.browser();
    let page = browser.log_in(TOTP, "/").await;
    assert_eq!(page.location(), "/login/challenge?next=%2F");
    let fault = Fault::on("RespondToAuthChallenge", answer(&bob, &bob));
    cloud.emulator.inject(fault.only("SOFTWARE_TOKEN_MFA"));

    let code = cloud.pool.totp_code(TOTP.0).expect("an app");
    let page = browser.post("/login/challenge", &[("code", &code)]).await;

    assert!(page.location().starts_with("/login?"), "{page:?}");
    assert_eq!(browser.get("/maybe").await.body, "Hello stranger");
    let row = site.users.store.find_by_username(BOB.0).await;
    assert_eq!(row.expect("an answer"), None);
}

/// Nothing but the name that was typed says whose tokens they must be.
#[tokio::test]
async fn tokens_of_somebody_else_without_a_password_log_nobody_in() {
    let site = Site::start().await;
    let cloud = &site.cloud;
    cloud.pool.add_user(User::new(BOB.0).with_password(BOB.1));
    let bob = tokens(&cloud.cognito(), BOB).await;
    let backend = UserPool::with_client(cloud.cognito(), site.users.store.clone())
        .configure(|login| login.login_flow = LoginFlow::Choice);
    cloud
        .emulator
        .inject(Fault::on("InitiateAuth", answer(&bob, &bob)));

    let alice = Credentials::without_password("alice").with_preferred_challenge(EmailOtp::NAME);
    let login = backend.authenticate(&alice).await;

    assert!(
        matches!(login, Ok(LoginOutcome::Refused(Refusal::DifferentSubject))),
        "{login:?}"
    );
    assert_eq!(cloud.calls("RevokeToken"), 1);
    let row = site.users.store.find_by_username(BOB.0).await;
    assert_eq!(row.expect("an answer"), None);
}

/// The name was deleted and given anew: the row is another person's by now.
#[tokio::test]
async fn a_login_is_not_renewed_for_the_next_who_has_the_name() {
    let site = Site::start().await;
    let mut alice = site.logged_in(ALICE).await;
    let sql = "update users set sub = 'ffffffff-0000-4000-8000-000000000000'";
    let written = sqlx::query(sql).execute(site.users.store.pool()).await;
    written.expect("written");

    site.cloud.advance(Duration::from_secs(60 * 60));

    assert_eq!(alice.get("/maybe").await.body, "Hello stranger");
    assert_eq!(site.cloud.calls("GetTokensFromRefreshToken"), 1);
}
