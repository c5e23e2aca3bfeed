use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::challenge::ChallengeRecord;
use crate::cognito::{CognitoError, CognitoErrorKind, LoginRequest, RememberedDevice};

/// A parameter of ours: what the client has to know of a login when its challenge is answered.
const ATTEMPT: &str = "axum_cognito.attempt";

/// How the names of our parameters begin. Nobody else may set one.
pub(super) const OURS: &str = "axum_cognito.";

/// What goes along with a login from its first call to its last.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Attempt {
    /// The name that Cognito gave the user, as soon as it did. It is in the record already.
    #[serde(skip)]
    pub(super) username: String,
    /// Whose password was proved: tokens of anybody else are refused.
    pub(super) proved: Option<String>,
    pub(super) device: Option<RememberedDevice>,
    /// Cognito has refused the device that was to be logged in with.
    pub(super) device_forgotten: bool,
    /// An administrator started the login, and answers its challenges.
    pub(super) by_admin: bool,
    /// `ClientMetadata`: for the triggers of the user pool.
    pub(super) metadata: BTreeMap<String, String>,
    /// Where the user is.
    pub(super) ip_address: Option<IpAddr>,
}

impl Attempt {
    pub(super) fn new(request: &LoginRequest) -> Self {
        Self {
            username: request.username.clone(),
            device: request.device.clone(),
            metadata: request.metadata.clone(),
            ip_address: request.ip_address,
            ..Self::default()
        }
    }

    /// A login that an administrator starts.
    pub(super) fn by_admin(request: &LoginRequest) -> Self {
        Self {
            by_admin: true,
            ..Self::new(request)
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

    /// The login that a challenge is part of.
    pub(super) fn of(challenge: &ChallengeRecord) -> Self {
        let kept: Self = challenge
            .parameter(ATTEMPT)
            .and_then(|kept| serde_json::from_str(kept).ok())
            .unwrap_or_default();

        Self {
            username: challenge.username().to_owned(),
            ..kept
        }
    }

    /// Notes the login in the challenge that it is to go on from.
    pub(super) fn keep(&self, challenge: ChallengeRecord) -> ChallengeRecord {
        let is_plain = self.device.is_none()
            && !self.device_forgotten
            && !self.by_admin
            && self.metadata.is_empty()
            && self.ip_address.is_none();
        match serde_json::to_string(self) {
            Ok(kept) if !is_plain => challenge.with_parameters([(ATTEMPT.to_owned(), kept)]),
            _ => challenge,
        }
    }

    pub(super) fn device_key(&self) -> Option<&str> {
        self.device.as_ref().map(|device| device.key.as_str())
    }

    /// `ClientMetadata` in the API's form.
    pub(super) fn client_metadata(&self) -> Option<HashMap<String, String>> {
        (!self.metadata.is_empty()).then(|| self.metadata.clone().into_iter().collect())
    }
}
