use secrecy::SecretString;

use super::{Answer, ChallengeRecord};

/// A question that the triggers of the user pool have made up.
#[derive(Debug)]
pub struct CustomChallenge {
    pub(super) record: ChallengeRecord,
}

impl CustomChallenge {
    /// The API's name of this challenge.
    pub const NAME: &'static str = "CUSTOM_CHALLENGE";

    /// Returns a public parameter, as the trigger set it.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.record.parameter(name)
    }

    /// Answers with what the user typed.
    pub fn answer(self, answer: SecretString) -> Answer {
        Answer::new(self.record, "ANSWER", answer)
    }
}
