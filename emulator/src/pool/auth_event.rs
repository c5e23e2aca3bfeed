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
    is_good: bool,
    created: OffsetDateTime,
    /// What somebody thinks of it, and since when.
    pub(crate) feedback: Option<(String, OffsetDateTime)>,
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
        if let Some((value, date)) = &self.feedback {
            event["EventFeedback"] = json!({
                "FeedbackValue": value,
                "Provider": "Admin",
                "FeedbackDate": wire::timestamp(*date),
            });
        }
        event
    }
}
