//! Errors of the API.

use axum_cognito::challenge::{Answer as ChallengeAnswer, ChallengeRecord};
use axum_cognito::cognito::{Cognito, CognitoError, LoginStep};
use serde_json::json;

use crate::aws::{Answer, Aws};
use crate::calls::CALLS;
use crate::facts::{RecordedError, errors};
use crate::pool::secret;

#[tokio::test]
async fn each_error_has_its_kind() {
    let aws = Aws::start();
    let cognito = aws.cognito();
    let mut wrong = Vec::new();

    for error in errors() {
        let answer = Answer::error(error.status, &error.exception, &error.message);
        let device = json!({ "DeviceKey": "us-west-2_device", "DeviceGroupKey": "-group" });
        let login = json!({ "AuthenticationResult": {
            "AccessToken": "eyJ-access", "IdToken": "eyJ-id", "NewDeviceMetadata": device,
        } });
        aws.answers([
            ("RespondToAuthChallenge", Answer::api(&login)),
            (&*error.operation, answer),
        ]);

        let failed = call(&cognito, &error).await;

        let (exception, message) = (&error.exception, &error.message);
        let what = format!("{exception} of {}: {message}", error.operation);
        let failed = failed.unwrap_or_else(|| panic!("no error: {what}"));
        let kind = format!("{:?}", failed.kind());
        if kind != error.kind {
            wrong.push(format!("{kind} in place of {}: {what}", error.kind));
        }
        assert_eq!(failed.operation(), error.operation, "{what}");
        assert_eq!(failed.message(), Some(&**message), "{what}");
        let trigger = error.trigger_message.as_deref();
        assert_eq!(failed.trigger_message(), trigger, "{what}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Makes a call that is answered by this error.
async fn call(cognito: &Cognito, error: &RecordedError) -> Option<CognitoError> {
    let operation = match error.flow.as_deref() {
        // The service does not know the operation that is asked before.
        Some("REFRESH_TOKEN_AUTH") => "GetTokensFromRefreshToken",
        Some(flow) => panic!("another flow: {flow}"),
        None if error.operation == "ConfirmDevice" => return confirm_device(cognito).await,
        None => &error.operation,
    };
    let call = CALLS.iter().find(|(name, _)| *name == operation);
    let (_, call) = call.unwrap_or_else(|| panic!("no call of {operation}"));

    call(cognito.clone()).await
}

/// Confirms the device of a login that has just come to its end.
async fn confirm_device(cognito: &Cognito) -> Option<CognitoError> {
    let asked = ChallengeRecord::new("CUSTOM_CHALLENGE", "alice");
    let answer = ChallengeAnswer::new(asked, "ANSWER", secret("made-up"));
    match cognito.respond(&answer).await {
        Ok(LoginStep::Complete(user)) => user.confirm_device("laptop").await.err(),
        other => panic!("no login: {other:?}"),
    }
}
