//! Calls of the domain by programs, which are noted and spoilt as those of the API are; and tokens without a call.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cognito_emulator::{AppClient, Fault, FaultKind, Pool, User};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::client::{ALL_FLOWS, Answer, House, claims};
use crate::managed_login::{CALLBACK, house, parameter};

impl House {
    /// A code for alice.
    async fn code(&self) -> String {
        let back = self.log_in_at_domain(&self.query(&[])).await;
        parameter(&back, "code")
    }

    async fn renew(&self, token: &Value) -> Answer {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token.as_str().expect("a token")),
            ("client_id", self.client.id()),
        ];
        self.post("/oauth2/token", &fields, "").await
    }

    async fn user_info(&self, token: &str) -> Answer {
        let request = format!(
            "GET /oauth2/userInfo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Authorization: Bearer {token}\r\n\r\n"
        );
        self.raw(request).await.expect("an answer")
    }
}

#[tokio::test]
async fn calls_of_the_domain_are_noted_with_their_errors() {
    let house = house().await;
    house.emulator.clear_calls();
    let code = house.code().await;
    assert_eq!(house.emulator.calls(), [], "a browser's visits are none");

    house.redeem(&code, &[("code_verifier", "another")]).await;
    let tokens = house.redeem(&code, &[]).await.json();
    let access = tokens["access_token"].as_str().expect("a token");
    assert_eq!(house.user_info(access).await.status, 200);
    assert_eq!(house.user_info("a.b.c").await.status, 401);
    let basic = STANDARD.encode("nobody:secret");
    let headers = format!("Authorization: Basic {basic}\r\n");
    let token = [("token", "unknown")];
    assert_eq!(
        house.post("/oauth2/revoke", &token, &headers).await.status,
        401
    );
    let without_form = house.visit("/oauth2/token", "").await;
    assert_eq!(without_form.status, 405);

    let calls = house.emulator.calls();
    let noted: Vec<_> = calls
        .iter()
        .map(|it| {
            (
                it.operation.as_str(),
                it.kind.as_deref(),
                it.error.as_deref(),
            )
        })
        .collect();
    let grant = Some("authorization_code");
    assert_eq!(
        noted,
        [
            ("/oauth2/token", grant, Some("invalid_grant")),
            ("/oauth2/token", grant, None),
            ("/oauth2/userInfo", None, None),
            ("/oauth2/userInfo", None, Some("invalid_token")),
            ("/oauth2/revoke", None, Some("invalid_client")),
            ("/oauth2/token", None, Some("405")),
        ]
    );
    assert_eq!(calls[0].client_id.as_deref(), Some(house.client.id()));
    assert_eq!(calls[4].client_id.as_deref(), Some("nobody"));
    assert_eq!(
        calls[0].parameters,
        [
            "client_id",
            "code",
            "code_verifier",
            "grant_type",
            "redirect_uri"
        ]
    );
    assert!(!format!("{calls:?}").contains(&code), "no secret");

    let page = house.get("/").await.text;
    let row = format!(
        "<td>/oauth2/token</td><td>authorization_code</td><td>{}</td><td></td><td>invalid_grant</td>",
        house.client.id()
    );
    assert!(page.contains(&row), "{page}");
}

#[tokio::test]
async fn faults_strike_the_domain_in_its_own_form() {
    let house = house().await;
    let spoil = |kind: FaultKind| house.emulator.inject(Fault::on("/oauth2/token", kind));
    let code = house.code().await;
    house.emulator.clear_calls();

    spoil(FaultKind::Throttle);
    let throttled = house.redeem(&code, &[]).await;
    assert_eq!(throttled.status, 429);
    assert_eq!(throttled.json()["error"], "TooManyRequestsException");
    spoil(FaultKind::ErrorWithMessage(
        "invalid_grant".to_owned(),
        "PreTokenGeneration failed with error no.".to_owned(),
    ));
    let refused = house.redeem(&code, &[]).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["error"], "invalid_grant");
    assert_eq!(
        refused.json()["error_description"],
        "PreTokenGeneration failed with error no."
    );
    spoil(FaultKind::error("server_error"));
    assert_eq!(house.redeem(&code, &[]).await.status, 500);
    spoil(FaultKind::Status(503));
    assert_eq!(house.redeem(&code, &[]).await.status, 503);
    let noted = house.emulator.calls().into_iter().map(|it| it.error);
    let noted: Vec<_> = noted.flatten().collect();
    assert_eq!(
        noted,
        [
            "TooManyRequestsException",
            "invalid_grant",
            "server_error",
            "503"
        ]
    );

    // Nothing of that has used the code up; a spoilt renewal is one of its own kind.
    house.emulator.inject(
        Fault::on("/oauth2/token", FaultKind::error("invalid_grant")).only("refresh_token"),
    );
    spoil(FaultKind::Patch(
        r#"{ "id_token": "of.another.user", "expires_in": null }"#.to_owned(),
    ));
    let tokens = house.redeem(&code, &[]).await.json();
    assert_eq!(tokens["id_token"], "of.another.user");
    assert!(tokens["access_token"].is_string() && tokens["expires_in"].is_null());
    assert_eq!(house.renew(&tokens["refresh_token"]).await.status, 400);
    assert_eq!(house.renew(&tokens["refresh_token"]).await.status, 200);

    let code = house.code().await;
    house
        .emulator
        .inject(Fault::on("/oauth2/token", FaultKind::error("server_error")).once_done());
    assert_eq!(house.redeem(&code, &[]).await.status, 500);
    let again = house.redeem(&code, &[]).await;
    assert_eq!(again.json()["error"], "invalid_grant", "the work was done");
    house
        .emulator
        .inject(Fault::on("/oauth2/userInfo", FaultKind::Garbage));
    assert!(house.user_info("a.b.c").await.text.contains("<title>"));
}

#[tokio::test]
async fn tokens_of_the_implicit_grant_come_with_the_browser() {
    let client = AppClient::new("page")
        .with_flows(ALL_FLOWS)
        .with_callback_urls([CALLBACK])
        .with_oauth_flows(["implicit"]);
    let house = House::with(Pool::new("us-east-1_Tested"), client).await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    let ask = |scope: &'static str| house.query(&[("response_type", "token"), ("scope", scope)]);

    let back = house.log_in_at_domain(&ask("openid email")).await;
    let (address, _) = back.location.split_once('#').expect("a fragment");
    assert_eq!(address, CALLBACK);
    assert_eq!(parameter(&back, "state"), "the-state");
    assert_eq!(parameter(&back, "token_type"), "Bearer");
    assert_eq!(parameter(&back, "expires_in"), "3600");
    assert_eq!(parameter(&back, "code"), "");
    assert_eq!(parameter(&back, "refresh_token"), "");
    let access = parameter(&back, "access_token");
    assert_eq!(claims(&access.clone().into())["scope"], "openid email");
    let id = claims(&parameter(&back, "id_token").into());
    assert_eq!(id["nonce"], "the-nonce");
    let hash = Sha256::digest(&access);
    assert_eq!(id["at_hash"], URL_SAFE_NO_PAD.encode(&hash[..16]));
    assert_eq!(house.user_info(&access).await.json()["username"], "alice");

    let narrow = house
        .log_in_at_domain(&ask("aws.cognito.signin.user.admin"))
        .await;
    assert_eq!(
        parameter(&narrow, "id_token"),
        "",
        "openid was not asked for"
    );
    assert_ne!(parameter(&narrow, "access_token"), "");
    for (changed, error) in [
        (("scope", "email"), "invalid_scope"),
        (("prompt", "none"), "login_required"),
    ] {
        let query = house.query(&[("response_type", "token"), changed]);
        let answer = house.visit(&format!("/oauth2/authorize?{query}"), "").await;
        assert_eq!(parameter(&answer, "error"), error);
        assert!(answer.location.starts_with(&format!("{CALLBACK}#")));
    }
    let code = format!("/oauth2/authorize?{}", house.query(&[]));
    let answer = house.visit(&code, "").await;
    assert_eq!(parameter(&answer, "error"), "unauthorized_client");
}
