use serde::{Deserialize, Serialize};

use crate::challenge::ChallengeRecord;
use crate::cognito::{CallContext, CognitoError, CognitoErrorKind, LoginRequest, RememberedDevice};

/// A parameter of ours: what the client has to know of a login when its challenge is answered.
const ATTEMPT: &str = "axum_cognito.attempt";

/// How the names of our parameters begin. The service may set none.
pub(super) const OURS: &str = "axum_cognito.";

/// What goes along with a login from its first call to its last.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Attempt {
    /// The name that Cognito gave the user, as soon as it did. It is in the record already.
    #[serde(skip)]
    pub(super) username: String,
    /// The name that the login was asked for, as it was typed.
    pub(super) typed: String,
    /// Whose password was proved: tokens of anybody else are refused.
    pub(super) proved: Option<String>,
    pub(super) device: Option<RememberedDevice>,
    /// Cognito has refused the device that was to be logged in with.
    pub(super) device_forgotten: bool,
    /// An administrator started the login, and answers its challenges.
    pub(super) by_admin: bool,
    pub(super) context: CallContext,
}

/// Whether the password was proved in the login that a challenge is part of.
#[cfg(feature = "web")]
pub(crate) fn has_proved_password(challenge: &ChallengeRecord) -> bool {
    Attempt::of(challenge, &CallContext::new()).proved.is_some()
}

impl Attempt {
    pub(super) fn new(request: &LoginRequest, context: &CallContext) -> Self {
        Self {
            username: request.username.clone(),
            typed: request.username.clone(),
            device: request.device.clone(),
            context: context.clone(),
            ..Self::default()
        }
    }

    /// A login that an administrator starts.
    pub(super) fn by_admin(request: &LoginRequest, context: &CallContext) -> Self {
        Self {
            by_admin: true,
            ..Self::new(request, context)
        }
    }

    /// The same login, without the device that Cognito has refused.
    pub(super) fn without_device(self) -> Self {
        Self {
            device: None,
            device_forgotten: true,
            ..self
        }
    }

    /// Whether the login may do better without its device.
    pub(super) fn is_about_the_device(&self, error: &CognitoError) -> bool {
        let kinds = [
            CognitoErrorKind::DeviceRefused,
            CognitoErrorKind::ResourceNotFound,
        ];

        self.device.is_some() && kinds.contains(&error.kind())
    }

    /// The login that a challenge is part of, and goes on from in this context.
    pub(super) fn of(challenge: &ChallengeRecord, context: &CallContext) -> Self {
        let kept = challenge
            .parameter(ATTEMPT)
            .and_then(|kept| serde_json::from_str(kept).ok());
        let kept: Self = kept.unwrap_or_else(|| Self {
            typed: challenge.username().to_owned(),
            ..Self::default()
        });

        Self {
            username: challenge.username().to_owned(),
            context: context.or(kept.context),
            ..kept
        }
    }

    /// Records the login in the challenge that it is to go on from.
    pub(super) fn keep(&self, challenge: ChallengeRecord) -> ChallengeRecord {
        let kept = serde_json::to_string(self).expect("strings and flags can be written");

        challenge.with_parameters([(ATTEMPT.to_owned(), kept)])
    }

    pub(super) fn device_key(&self) -> Option<&str> {
        self.device.as_ref().map(|device| device.key.as_str())
    }
}
