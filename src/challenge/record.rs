use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A challenge as Cognito sent it: its name, for whom, and its parameters.
///
/// This is the form in which a challenge waits in the server's session for its
/// answer. It holds the [`ChallengeSession`], and what else the client has to know of the login,
/// such as a remembered device with its password: it must not leave the server.
#[derive(Clone, Deserialize, Serialize)]
pub struct ChallengeRecord {
    name: String,
    username: String,
    #[serde(default)]
    session: Option<ChallengeSession>,
    #[serde(default)]
    parameters: BTreeMap<String, String>,
}

impl ChallengeRecord {
    /// Creates a record of the challenge `name` for the user `username`.
    pub fn new(name: impl Into<String>, username: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            username: username.into(),
            session: None,
            parameters: BTreeMap::new(),
        }
    }

    /// Sets the `Session` that ties the answer to the challenge.
    #[must_use]
    pub fn with_session(mut self, session: ChallengeSession) -> Self {
        self.session = Some(session);
        self
    }

    /// Adds challenge parameters.
    #[must_use]
    pub fn with_parameters(
        mut self,
        parameters: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        self.parameters.extend(parameters);
        self
    }

    /// Returns the API's name of the challenge.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the user whom Cognito asks, by the name that Cognito gave.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// Returns the `Session` that ties the answer to the challenge, when there is one.
    pub fn session(&self) -> Option<&ChallengeSession> {
        self.session.as_ref()
    }

    /// Returns a challenge parameter, e.g. `CODE_DELIVERY_DESTINATION`.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// A parameter that is a list, as JSON inside a string. What cannot be read is empty.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        self.parameter(name)
            .and_then(|list| serde_json::from_str(list).ok())
            .unwrap_or_default()
    }
}

impl fmt::Debug for ChallengeRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChallengeRecord")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The opaque `Session` string that ties an answer to its challenge, or a login to the sign-up
/// before it.
///
/// It has nothing to do with the browser's session. Cognito takes it once, and
/// for three minutes unless the app client's `AuthSessionValidity` says otherwise.
#[derive(Clone, Deserialize, Serialize)]
#[serde(transparent)]
pub struct ChallengeSession(String);

impl ChallengeSession {
    /// Returns the string itself, for the call that answers the challenge.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for ChallengeSession {
    fn from(session: String) -> Self {
        Self(session)
    }
}

impl From<&str> for ChallengeSession {
    fn from(session: &str) -> Self {
        Self(session.to_owned())
    }
}

impl fmt::Debug for ChallengeSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChallengeSession([REDACTED])")
    }
}
