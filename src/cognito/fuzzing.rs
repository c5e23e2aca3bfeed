//! What holds for whatever answers in Cognito's place.

use std::error::Error as StdError;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use super::{Cognito, CognitoError, CognitoErrorKind, LoginStep};
use crate::token::Tokens;

/// Which exception a kind of error stands for, of those that speak of the user's login.
const REFUSALS: [(CognitoErrorKind, &str); 9] = [
    (CognitoErrorKind::ChallengeExpired, "NotAuthorizedException"),
    (CognitoErrorKind::Locked, "NotAuthorizedException"),
    (CognitoErrorKind::NotAuthorized, "NotAuthorizedException"),
    (CognitoErrorKind::UserDisabled, "NotAuthorizedException"),
    (CognitoErrorKind::WrongPassword, "NotAuthorizedException"),
    (
        CognitoErrorKind::PasswordResetRequired,
        "PasswordResetRequiredException",
    ),
    (
        CognitoErrorKind::RefreshTokenReuse,
        "RefreshTokenReuseException",
    ),
    (
        CognitoErrorKind::UserNotConfirmed,
        "UserNotConfirmedException",
    ),
    (CognitoErrorKind::UserNotFound, "UserNotFoundException"),
];

const REFUSALS_OF_TOKENS: [&str; 3] = [
    "NotAuthorizedException",
    "UnauthorizedException",
    "UnsupportedTokenTypeException",
];

/// A login is refused, or a login ends, only if Cognito said so by name; it succeeds only if
/// there are tokens; without a code, the status tells of what kind an error is; and no error
/// repeats an answer.
///
/// The bytes are a status, perhaps a blank and an error type as a gateway sends it in a header,
/// a line end, and a body. Every call gets the same answer.
pub fn cognito_answer(bytes: &[u8]) {
    let answer = Answer::read(bytes);
    CLIENT.with(|client| client.check(&answer));
}

fn succeeded(answer: &Answer, login: &LoginStep) {
    match login {
        LoginStep::Challenge(challenge) => {
            assert!(answer.is_success(), "HTTP {}", answer.status);
            if let Some(body) = answer.json() {
                assert_eq!(body["ChallengeName"], challenge.name(), "as asked");
            }
        }
        LoginStep::Complete(user) => has_tokens(answer, user.tokens()),
    }
}

fn has_tokens(answer: &Answer, tokens: &Tokens) {
    assert!(answer.is_success(), "HTTP {}", answer.status);
    if let Some(body) = answer.json() {
        let result = &body["AuthenticationResult"];
        assert_eq!(result["IdToken"], tokens.id.expose());
        assert_eq!(result["AccessToken"], tokens.access.expose());
    }
}

fn failed(answer: &Answer, error: &CognitoError) {
    let kind = error.kind();
    for (refusal, exception) in REFUSALS {
        if kind == refusal {
            assert!(answer.names(exception), "{kind:?} without {exception}");
        }
    }
    if kind == CognitoErrorKind::TokenRefused {
        let is_named = REFUSALS_OF_TOKENS.iter().any(|name| answer.names(name));
        assert!(is_named, "{kind:?} without its name");
    } else if kind.ends_a_login() {
        let is_named = REFUSALS.iter().any(|(refusal, _)| *refusal == kind);
        assert!(is_named, "{kind:?} is checked above");
    }
    if !answer.has_code() && !answer.is_success() {
        let expected = match answer.status {
            403 => CognitoErrorKind::Forbidden,
            404 | 501 => CognitoErrorKind::UnknownOperation,
            429 => CognitoErrorKind::Throttled,
            _ => CognitoErrorKind::Unavailable,
        };
        assert_eq!(kind, expected, "HTTP {}", answer.status);
    }

    if !answer.tells_canary() {
        assert!(!shown(error).contains(CANARY), "{}", shown(error));
    }
}

/// Stands in tests for what no error may repeat: tokens, and all else but code and message.
const CANARY: &str = "canary";

/// All that an error and its causes say.
fn shown(error: &CognitoError) -> String {
    let mut text = format!("{error} {error:?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(text, " {error} {error:?}").expect("a string takes all");
        cause = error.source();
    }
    text
}

#[derive(Clone, Debug, Default)]
struct Answer {
    status: u16,
    error_type: String,
    body: Vec<u8>,
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let (head, body) = bytes.split_at(end.unwrap_or(0));
        let head = String::from_utf8_lossy(head);
        let (status, error_type) = head.split_once(' ').unwrap_or((&head, ""));
        let status = status.parse().unwrap_or(200);

        Self {
            status: if (100..1000).contains(&status) {
                status
            } else {
                400
            },
            error_type: error_type
                .chars()
                .filter(|c| matches!(c, ' '..='~'))
                .collect(),
            body: body.strip_prefix(b"\n").unwrap_or(body).to_vec(),
        }
    }

    fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Whether the code of the error is there, in the header or anywhere in the body.
    fn names(&self, exception: &str) -> bool {
        self.error_type.contains(exception) || self.text().contains(exception)
    }

    /// Whether anything could be the code of an error.
    fn has_code(&self) -> bool {
        let text = self.text();
        !self.error_type.is_empty() || text.contains("code") || text.contains("type")
    }

    /// All texts of the body.
    fn text(&self) -> String {
        match self.json() {
            Some(body) => texts(&body),
            None => String::from_utf8_lossy(&self.body).into_owned(),
        }
    }

    /// Whether the canary is where an error may repeat it: in the code and in the message.
    fn tells_canary(&self) -> bool {
        let Some(body) = self.json() else {
            return true;
        };
        ["__type", "code", "message", "Message"]
            .iter()
            .any(|name| body[name].to_string().contains(CANARY))
            || self.error_type.contains(CANARY)
    }

    fn response(&self) -> HttpResponse {
        let status = StatusCode::try_from(self.status).expect("three digits");
        let mut response = HttpResponse::new(status, SdkBody::from(self.body.clone()));
        if !self.error_type.is_empty() {
            let error_type = self.error_type.clone();
            response
                .headers_mut()
                .insert("x-amzn-errortype", error_type);
        }
        response
    }
}

/// All texts of a JSON value, names included.
fn texts(json: &Value) -> String {
    match json {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(texts).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| name.clone() + &texts(value))
            .collect(),
        _ => String::new(),
    }
}

fn tokens() -> Tokens {
    Tokens::new("id", "access", Some("refresh".into()))
}

/// The connection of the SDK: each request gets the same answer.
#[derive(Clone, Debug, Default)]
struct Canned(Arc<Mutex<Answer>>);

impl HttpConnector for Canned {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let answer = self.0.lock().unwrap_or_else(PoisonError::into_inner);

        HttpConnectorFuture::ready(Ok(answer.response()))
    }
}

/// A client of the library on such a connection.
struct Client {
    runtime: Runtime,
    cognito: Cognito,
    canned: Canned,
}

thread_local! {
    /// One for each thread, as each test is one and has answers of its own.
    static CLIENT: Client = Client::new();
}

impl Client {
    fn new() -> Self {
        let canned = Canned::default();
        let connector = SharedHttpConnector::new(canned.clone());
        let sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .region(Region::new("eu-west-1"))
            .retry_config(RetryConfig::disabled())
            .build();

        let pool = "eu-west-1_Ab12Cd34E".parse().expect("an id");
        let app_client = "1h57kf5cpq17m0eml12EXAMPLE".parse().expect("an id");
        let cognito = Cognito::builder(pool, app_client).with_sdk_config(&sdk);
        let runtime = Builder::new_current_thread().enable_all().build();
        Self {
            runtime: runtime.expect("a runtime"),
            cognito: cognito.build().expect("a client"),
            canned,
        }
    }

    fn check(&self, answer: &Answer) {
        match self.log_in(answer) {
            Ok(login) => succeeded(answer, &login),
            Err(error) => failed(answer, &error),
        }

        let old = tokens();
        let renewed = self.cognito.renew_access_token("alice", &old);
        match self.runtime.block_on(renewed) {
            Ok(tokens) => has_tokens(answer, &tokens),
            Err(error) => failed(answer, &error),
        }

        let user = self.cognito.user("alice".to_owned(), tokens());
        if let Err(error) = self.runtime.block_on(user.get_user()) {
            failed(answer, &error);
        }
    }

    fn log_in(&self, answer: &Answer) -> Result<LoginStep, CognitoError> {
        let mut canned = self.canned.0.lock().unwrap_or_else(PoisonError::into_inner);
        *canned = answer.clone();
        drop(canned);

        let password = "Correct-horse-1".to_owned().into();
        self.runtime
            .block_on(self.cognito.authenticate("alice", &password))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn status() -> impl Strategy<Value = u16> {
        prop_oneof![
            Just(200_u16),
            Just(400),
            Just(500),
            prop::sample::select(vec![403_u16, 404, 429, 501, 503]),
            100..1000_u16,
        ]
    }

    fn text() -> impl Strategy<Value = Value> {
        prop_oneof![
            6 => prop::sample::select(vec![
                "canary-token", "SMS_MFA", "PASSWORD_VERIFIER", "MFA_SETUP", "DEVICE_SRP_AUTH",
                "NotAuthorizedException", "com.amazonaws#UserNotFoundException", "",
                "PasswordResetRequiredException:http://internal", "SomethingNewException",
                "[\"SOFTWARE_TOKEN_MFA\"]", "a1", "QUJD", "Invalid session for the user",
            ]).prop_map(Value::from),
            1 => any::<String>().prop_map(Value::from),
            1 => any::<i64>().prop_map(Value::from),
            1 => Just(json!(["canary-token"])),
            1 => Just(Value::Null),
        ]
    }

    fn object(names: &'static [&'static str]) -> impl Strategy<Value = Value> {
        prop::collection::btree_map(prop::sample::select(names), text(), 0..5)
            .prop_map(|fields| json!(fields))
    }

    /// The fields of a login's answer, each with a value of its own kind or of another.
    fn answer() -> impl Strategy<Value = Value> {
        let result = object(&[
            "AccessToken",
            "IdToken",
            "RefreshToken",
            "ExpiresIn",
            "TokenType",
            "NewDeviceMetadata",
        ]);
        let parameters = object(&[
            "SALT",
            "SRP_B",
            "SECRET_BLOCK",
            "USERNAME",
            "USER_ID_FOR_SRP",
            "MFAS_CAN_SETUP",
        ]);
        let rest = object(&[
            "ChallengeName",
            "Session",
            "AvailableChallenges",
            "Username",
            "UserAttributes",
            "SecretCode",
            "__type",
            "code",
            "message",
            "Message",
        ]);
        (prop::option::of(result), prop::option::of(parameters), rest).prop_map(
            |(result, parameters, mut answer)| {
                if let Some(result) = result {
                    answer["AuthenticationResult"] = result;
                }
                if let Some(parameters) = parameters {
                    answer["ChallengeParameters"] = parameters;
                }
                answer
            },
        )
    }

    #[test]
    fn good_answers_do_what_they_say() {
        let says = |status: u16, body: Value| {
            let answer = format!("{status}\n{body}");
            CLIENT.with(|client| client.log_in(&Answer::read(answer.as_bytes())))
        };

        let tokens = json!({ "AuthenticationResult": { "IdToken": "i", "AccessToken": "a" } });
        assert!(matches!(says(200, tokens), Ok(LoginStep::Complete(_))));
        let code = json!({ "ChallengeName": "SMS_MFA", "Session": "s" });
        assert!(matches!(says(200, code), Ok(LoginStep::Challenge(_))));
        let refused = says(400, json!({ "__type": "NotAuthorizedException" }));
        let refused = refused.expect_err("refused").kind();
        assert_eq!(refused, CognitoErrorKind::NotAuthorized);
    }

    proptest! {
        #[test]
        fn answers(
            status in status(),
            error_type in prop_oneof![3 => Just(String::new()), 1 => "[A-Za-z:#]{0,20}"],
            answer in answer(),
        ) {
            cognito_answer(format!("{status} {error_type}\n{answer}").as_bytes());
        }

        #[test]
        fn answers_of_any_bytes(status in status(), body in any::<Vec<u8>>()) {
            let head = format!("{status}\n").into_bytes();

            cognito_answer(&[head, body].concat());
        }

        #[test]
        fn answers_that_are_cut_off(status in status(), answer in answer(), at in any::<prop::sample::Index>()) {
            let body = answer.to_string().into_bytes();
            let head = format!("{status}\n").into_bytes();

            cognito_answer(&[head, body[..at.index(body.len())].to_vec()].concat());
        }
    }
}
