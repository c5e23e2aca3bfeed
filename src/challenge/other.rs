use secrecy::SecretString;

use super::{Answer, ChallengeRecord};

/// A challenge without a type of its own: newer than this crate, or made by another backend.
#[derive(Debug)]
pub struct OtherChallenge {
    pub(super) record: ChallengeRecord,
}

impl OtherChallenge {
    /// Returns the API's name of the challenge.
    pub fn name(&self) -> &str {
        self.record.name()
    }

    /// Returns a challenge parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.record.parameter(name)
    }

    /// Answers with one response; more can be added with [`Answer::with`].
    pub fn answer(self, name: impl Into<String>, value: SecretString) -> Answer {
        Answer::new(self.record, name, value)
    }
}
