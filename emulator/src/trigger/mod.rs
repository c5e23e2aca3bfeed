//! What AWS asks Lambda functions: closures of a test, or programs that take the event by HTTP.

mod http;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde_json::Value;

use crate::failure::Failure;

/// A moment at which a user pool asks a function.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Trigger {
    /// Makes the question of a custom challenge.
    CreateAuthChallenge,
    /// Sends mails in place of the pool. The code is given as it is, where AWS encrypts it.
    CustomEmailSender,
    /// Words mails and text messages.
    CustomMessage,
    /// Sends text messages in place of the pool. The code is given as it is, where AWS encrypts it.
    CustomSmsSender,
    /// Decides which challenge comes next, or that the login is done.
    DefineAuthChallenge,
    /// After a login.
    PostAuthentication,
    /// After a registration or a reset.
    PostConfirmation,
    /// Before a login.
    PreAuthentication,
    /// Before a user is made.
    PreSignUp,
    /// Before tokens are signed; version 1, for the ID token.
    PreTokenGeneration,
    /// Version 2: for both tokens.
    PreTokenGenerationV2,
    /// Version 3: for both tokens, and for those without a user.
    PreTokenGenerationV3,
    /// For a name that the pool does not know, with the password that was typed.
    UserMigration,
    /// Judges the answer to a custom challenge.
    VerifyAuthChallengeResponse,
}

/// What is asked at one moment.
#[derive(Clone)]
enum Hook {
    Closure(Arc<dyn Fn(Value) -> Result<Value, String> + Send + Sync>),
    Url(String),
}

/// The functions of a pool.
#[derive(Clone, Default)]
pub(crate) struct Triggers {
    hooks: BTreeMap<Trigger, Hook>,
}

impl Trigger {
    const ALL: [(Self, &'static str); 14] = [
        (Self::CreateAuthChallenge, "CreateAuthChallenge"),
        (Self::CustomEmailSender, "CustomEmailSender"),
        (Self::CustomMessage, "CustomMessage"),
        (Self::CustomSmsSender, "CustomSMSSender"),
        (Self::DefineAuthChallenge, "DefineAuthChallenge"),
        (Self::PostAuthentication, "PostAuthentication"),
        (Self::PostConfirmation, "PostConfirmation"),
        (Self::PreAuthentication, "PreAuthentication"),
        (Self::PreSignUp, "PreSignUp"),
        (Self::PreTokenGeneration, "PreTokenGeneration"),
        (Self::PreTokenGenerationV2, "PreTokenGenerationV2"),
        (Self::PreTokenGenerationV3, "PreTokenGenerationV3"),
        (Self::UserMigration, "UserMigration"),
        (
            Self::VerifyAuthChallengeResponse,
            "VerifyAuthChallengeResponse",
        ),
    ];

    /// The name in error messages, which does not tell versions apart.
    fn name(self) -> &'static str {
        let name = Self::ALL.iter().find(|(it, _)| *it == self);
        let name = name.map_or("", |(_, name)| name);
        name.trim_end_matches("V2").trim_end_matches("V3")
    }
}

impl FromStr for Trigger {
    type Err = String;

    /// Reads `PreSignUp` or `pre-sign-up`.
    fn from_str(text: &str) -> Result<Self, String> {
        let plain = |name: &str| name.replace('-', "").to_lowercase();
        Self::ALL
            .iter()
            .find(|(_, name)| plain(name) == plain(text))
            .map(|(trigger, _)| *trigger)
            .ok_or_else(|| {
                let names: Vec<_> = Self::ALL.iter().map(|(_, name)| *name).collect();
                format!("{text} is no trigger; there are {}", names.join(", "))
            })
    }
}

impl Triggers {
    pub(crate) fn set(
        &mut self,
        trigger: Trigger,
        hook: impl Fn(Value) -> Result<Value, String> + Send + Sync + 'static,
    ) {
        self.hooks.insert(trigger, Hook::Closure(Arc::new(hook)));
    }

    pub(crate) fn set_url(&mut self, trigger: Trigger, url: &str) {
        self.hooks.insert(trigger, Hook::Url(url.to_owned()));
    }

    /// Takes over what these have and the pool itself has not.
    pub(crate) fn inherit(&mut self, others: &Self) {
        for (trigger, hook) in &others.hooks {
            self.hooks.entry(*trigger).or_insert_with(|| hook.clone());
        }
    }

    pub(crate) fn has(&self, trigger: Trigger) -> bool {
        self.hooks.contains_key(&trigger)
    }

    /// Asks, and returns the `response` part. The pool must not be locked: the function may call it.
    pub(crate) fn ask(&self, trigger: Trigger, event: Value) -> Result<Value, Failure> {
        let name = trigger.name();
        let refused = |text: String| {
            let message = format!("{name} failed with error {text}.");
            Failure::new("UserLambdaValidationException", message)
        };
        let answer = match self.hooks.get(&trigger) {
            None => return Ok(Value::Null),
            Some(Hook::Closure(hook)) => hook(event).map_err(refused)?,
            Some(Hook::Url(url)) => match http::invoke(url, &event) {
                Ok(answer) => answer,
                Err(http::Trouble::Refused(text)) => return Err(refused(text)),
                Err(http::Trouble::Unreachable(text)) => {
                    return Err(Failure::new(
                        "UnexpectedLambdaException",
                        format!("{name} invocation failed due to error {text}."),
                    ));
                }
            },
        };
        match answer.get("response") {
            Some(response) if response.is_object() => Ok(response.clone()),
            _ => Err(Failure::new(
                "InvalidLambdaResponseException",
                "Unrecognizable lambda output",
            )),
        }
    }
}

impl fmt::Debug for Triggers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.hooks.keys()).finish()
    }
}
