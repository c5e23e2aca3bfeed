use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::ChallengeRecord;

/// The reply to one challenge, ready to be sent.
///
/// It is made by the challenge that it answers, and holds what the user typed.
pub struct Answer {
    challenge: ChallengeRecord,
    responses: Vec<(String, SecretString)>,
}

impl Answer {
    /// Creates the reply to `challenge` with one response.
    ///
    /// The challenges that this crate knows have methods that do this. A backend
    /// with challenges of its own calls it directly.
    pub fn new(challenge: ChallengeRecord, name: impl Into<String>, value: SecretString) -> Self {
        Self {
            challenge,
            responses: vec![(name.into(), value)],
        }
    }

    /// Adds another response.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: SecretString) -> Self {
        self.responses.push((name.into(), value));
        self
    }

    /// Returns the challenge that this answers.
    pub fn challenge(&self) -> &ChallengeRecord {
        &self.challenge
    }

    /// Returns the responses by their names in the API, e.g. `NEW_PASSWORD`.
    pub fn responses(&self) -> impl Iterator<Item = (&str, &SecretString)> {
        self.responses
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }

    /// Returns the response of that name, in clear.
    pub fn response(&self, name: &str) -> Option<&str> {
        self.responses()
            .find_map(|(known, value)| (known == name).then(|| value.expose_secret()))
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("challenge", &self.challenge.name())
            .finish_non_exhaustive()
    }
}
