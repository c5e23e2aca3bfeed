//! Events for triggers, and asking them.

use serde_json::{Map, Value, json};

use super::account::Account;
use super::directory::Directory;
use super::handle::Pool;
use crate::failure::Failure;
use crate::trigger::Trigger;

/// One question to a function.
pub(crate) struct Question<'a> {
    pub(crate) trigger: Trigger,
    /// E.g. `PreSignUp_SignUp`.
    pub(crate) source: &'a str,
    pub(crate) username: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) request: Value,
    /// What the function fills in.
    pub(crate) response: Value,
}

impl Pool {
    /// Whether the pool has such a function.
    pub(crate) fn has_trigger(&self, trigger: Trigger) -> bool {
        self.directory().triggers.has(trigger)
    }

    /// Asks a function, and returns its `response`; null where the pool has none. The pool must not be locked.
    pub(crate) fn ask(&self, question: &Question<'_>) -> Result<Value, Failure> {
        let (triggers, event) = {
            let directory = self.directory();
            if !directory.triggers.has(question.trigger) {
                return Ok(Value::Null);
            }
            (directory.triggers.clone(), directory.event(question))
        };
        triggers.ask(question.trigger, event)
    }
}

impl Directory {
    fn event(&self, question: &Question<'_>) -> Value {
        let version = match question.trigger {
            Trigger::PreTokenGenerationV2 => "2",
            Trigger::PreTokenGenerationV3 => "3",
            _ => "1",
        };
        json!({
            "version": version,
            "region": self.id.split('_').next().unwrap_or_default(),
            "userPoolId": self.id,
            "userName": question.username,
            "callerContext": {
                "awsSdkVersion": "aws-sdk-unknown-unknown",
                "clientId": question.client_id,
            },
            "triggerSource": question.source,
            "request": question.request,
            "response": question.response,
        })
    }
}

impl Account {
    /// `userAttributes` of an event.
    pub(crate) fn event_attributes(&self) -> Value {
        let mut attributes: Map<_, _> = self
            .attributes
            .iter()
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect();
        attributes.insert("cognito:user_status".to_owned(), json!(self.status));
        if !self.identities.is_empty() {
            attributes.insert("identities".to_owned(), json!(self.identities_text()));
        }
        Value::Object(attributes)
    }
}
