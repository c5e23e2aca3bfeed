//! Logins that a pool remembers.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::random;
use crate::wire;

/// `AuthEventType`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct AuthEvent {
    pub(crate) id: String,
    pub(crate) is_good: bool,
    pub(crate) created: OffsetDateTime,
    pub(crate) feedback: Option<Feedback>,
}

/// What somebody thinks of a login.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Feedback {
    pub(crate) value: String,
    /// `Admin` or `User`.
    pub(crate) provider: String,
    pub(crate) given: OffsetDateTime,
}

impl AuthEvent {
    pub(crate) fn new(is_good: bool, now: OffsetDateTime) -> Self {
        Self {
            id: random::uuid(),
            is_good,
            created: now,
            feedback: None,
        }
    }

    pub(crate) fn describe(&self) -> Value {
        let mut event = json!({
            "EventId": self.id,
            "EventType": "SignIn",
            "CreationDate": wire::timestamp(self.created),
            "EventResponse": if self.is_good { "Pass" } else { "Fail" },
            "EventRisk": { "RiskDecision": "NoRisk", "CompromisedCredentialsDetected": false },
            "ChallengeResponses": [
                {
                    "ChallengeName": "Password",
                    "ChallengeResponse": if self.is_good { "Success" } else { "Failure" },
                },
            ],
        });
        if let Some(feedback) = &self.feedback {
            event["EventFeedback"] = json!({
                "FeedbackValue": feedback.value,
                "Provider": feedback.provider,
                "FeedbackDate": wire::timestamp(feedback.given),
            });
        }
        event
    }
}
