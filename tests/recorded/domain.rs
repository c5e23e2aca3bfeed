//! Answers of `/oauth2/token`.

use axum_cognito::cognito::{ManagedLogin, ManagedLoginRequest};
use axum_cognito::token::Tokens;

use crate::aws::{Answer, Aws};
use crate::facts::grants;
use crate::reading;

#[tokio::test]
async fn each_answer_of_the_token_endpoint_is_read() {
    let aws = Aws::start();
    let cognito = aws.cognito();
    let managed = ManagedLogin::new(&aws.url(), "http://localhost:3000/callback");
    let managed = managed.expect("addresses of this machine");

    for recorded in grants() {
        let answer = Answer::domain(recorded.status, &recorded.body);
        aws.answers([("/oauth2/token", answer)]);

        let outcome = match &*recorded.grant {
            "authorization_code" => {
                let request = ManagedLoginRequest::default();
                let (_, attempt) = cognito.begin_managed_login(&managed, &request);
                let user = cognito.redeem_code(&managed, &attempt, "code").await;
                user.map(|user| user.into_tokens())
            }
            "refresh_token" => {
                let before = Tokens::new("eyJ", "eyJ", Some("the one before".into()));
                cognito.renew_at_domain(&managed, &before).await
            }
            other => panic!("another grant: {other}"),
        };

        let what = format!("{} as in {}", recorded.grant, recorded.source);
        match outcome {
            Ok(tokens) => assert_eq!(Some(reading::tokens(&tokens)), recorded.read, "{what}"),
            Err(error) => {
                let kind = format!("{:?}", error.kind());
                assert_eq!(Some(kind), recorded.kind, "{what}: {}", recorded.body);
            }
        }
    }
}
