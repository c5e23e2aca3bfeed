use super::{Answer, ChallengeRecord};

/// Requires a choice between the second factors of the user.
#[derive(Debug)]
pub struct SelectMfaType {
    pub(super) record: ChallengeRecord,
    options: Vec<String>,
}

impl SelectMfaType {
    /// The API's name of this challenge.
    pub const NAME: &'static str = "SELECT_MFA_TYPE";

    pub(super) fn new(record: ChallengeRecord) -> Self {
        let options = record.list("MFAS_CAN_CHOOSE");

        Self { record, options }
    }

    /// Returns the methods to choose from, as Cognito spells them, e.g. `SOFTWARE_TOKEN_MFA`.
    pub fn options(&self) -> &[String] {
        &self.options
    }

    /// Answers with one of the [`options`](Self::options).
    ///
    /// # Errors
    ///
    /// Returns the challenge if the method is not one of its options.
    pub fn answer(self, option: &str) -> Result<Answer, Self> {
        if !self.options.iter().any(|offered| offered == option) {
            return Err(self);
        }

        Ok(Answer::new(self.record, "ANSWER", option.to_owned().into()))
    }
}
