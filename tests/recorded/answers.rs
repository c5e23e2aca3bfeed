//! Answers of the API that are no errors.

use axum_cognito::challenge::{Answer as ChallengeAnswer, ChallengeRecord};
use axum_cognito::cognito::{Cognito, CognitoUser, LoginRequest, NewUser};
use axum_cognito::token::Tokens;
use serde_json::{Value, json};

use crate::aws::{Answer, Aws};
use crate::facts::{RecordedAnswer, answers};
use crate::pool::{attributes, complete, secret};
use crate::reading;

const PASSWORD_VERIFIER: &str = "USER_SRP_AUTH";

fn user(cognito: &Cognito) -> CognitoUser {
    let before = Some("the one before".into());
    cognito.user("typed", Tokens::new("eyJ", "eyJ", before))
}

#[tokio::test]
async fn each_answer_is_read_as_it_was_meant() {
    let aws = Aws::start();
    let cognito = aws.cognito();

    for answer in answers() {
        if answer.flow.as_deref() == Some(PASSWORD_VERIFIER) {
            continue; // below
        }
        let then = answer.then.iter();
        let then = then.map(|(operation, body)| (&**operation, Answer::api(body)));
        aws.answers(then.chain([(&*answer.operation, Answer::api(&answer.body))]));

        let read = read(&cognito, &answer).await;

        let expected = match answer.read.as_str() {
            Some(part) => answer.body.pointer(part).expect("a part of the body"),
            None => &answer.read,
        };
        let what = format!("{} as in {}", answer.operation, answer.source);
        assert_eq!(read, *expected, "{what}");
    }
}

/// Makes the call, and tells what the library made of its answer.
async fn read(cognito: &Cognito, answer: &RecordedAnswer) -> Value {
    let user = user(cognito);
    let admin = cognito.admin().expect("credentials");
    let password = secret("Correct-horse-1");
    let plain = LoginRequest::new("typed", password.clone()).dangerous_with_plain_password();

    match (&*answer.operation, answer.flow.as_deref()) {
        ("InitiateAuth", Some("REFRESH_TOKEN_AUTH")) => {
            let mut user = user;
            user.renew_access_token().await.expect("new tokens");
            reading::tokens(user.tokens())
        }
        ("InitiateAuth", None) => reading::step(cognito.authenticate_with(&plain).await),
        ("AdminInitiateAuth", None) => reading::step(admin.authenticate("typed", &password).await),
        ("RespondToAuthChallenge", None) => {
            let asked = ChallengeRecord::new("CUSTOM_CHALLENGE", "typed");
            let given = ChallengeAnswer::new(asked, "ANSWER", secret("made-up"));
            reading::step(cognito.respond(&given).await)
        }
        ("SignUp", None) => {
            let attributes = attributes(&[]);
            let registration = cognito.register("typed", &password, &attributes).await;
            let registration = registration.expect("registered");
            json!({
                "sub": registration.sub.as_str(),
                "confirmed": registration.confirmed,
                "delivery": reading::delivery(registration.delivery),
            })
        }
        ("ForgotPassword", None) => {
            let sent = cognito.initiate_forgot_password("typed").await;
            reading::delivery(sent.expect("sent"))
        }
        ("ResendConfirmationCode", None) => {
            let sent = cognito.resend_confirmation_code("typed").await;
            reading::delivery(sent.expect("sent"))
        }
        ("GetUser", None) => reading::profile(&user.get_user().await.expect("a user")),
        ("AdminGetUser", None) => reading::profile(&admin.get_user("typed").await.expect("a user")),
        ("AdminCreateUser", None) => {
            let created = admin.create_user(&NewUser::new("typed")).await;
            reading::profile(&created.expect("created"))
        }
        ("ListDevices", None) => reading::devices(&user.list_devices().await.expect("a list")),
        ("StartWebAuthnRegistration", None) => {
            let options = user.start_web_authn_registration().await.expect("started");
            serde_json::from_str(&options).expect("JSON")
        }
        ("ListWebAuthnCredentials", None) => {
            reading::passkeys(&user.list_web_authn_credentials().await.expect("a list"))
        }
        ("GetUserAuthFactors", None) => {
            let factors = user.get_user_auth_factors().await.expect("factors");
            json!({
                "configured": factors.configured,
                "mfa": factors.mfa,
                "preferred": factors.preferred_mfa,
            })
        }
        (operation, flow) => panic!("no call of {operation} {flow:?}"),
    }
}

/// The challenge that the client answers by itself.
#[tokio::test]
async fn a_proof_goes_back_with_what_the_challenge_brought() {
    let aws = Aws::start();
    let cognito = aws.cognito();
    let mut recorded = answers().into_iter();
    let asked = recorded.find(|it| it.flow.as_deref() == Some(PASSWORD_VERIFIER));
    let asked = asked.expect("one is recorded");
    let tokens = json!({ "AccessToken": "eyJ-access", "IdToken": "eyJ-id" });
    aws.answers([
        ("InitiateAuth", Answer::api(&asked.body)),
        (
            "RespondToAuthChallenge",
            Answer::api(&json!({ "AuthenticationResult": tokens })),
        ),
    ]);

    let user = complete(
        cognito
            .authenticate("typed", &secret("Correct-horse-1"))
            .await,
    );

    let sent = aws.asked("RespondToAuthChallenge");
    assert_eq!(sent["ChallengeName"], "PASSWORD_VERIFIER");
    assert_eq!(sent["Session"], Value::Null, "AWS gives none here");
    for (name, expected) in asked.read.as_object().expect("responses") {
        assert_eq!(sent["ChallengeResponses"][name], *expected, "{name}");
    }
    assert_eq!(user.username(), asked.read["USERNAME"]);
}
