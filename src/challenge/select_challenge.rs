use secrecy::SecretString;

use super::{Answer, ChallengeRecord, PasswordSrp};

/// A parameter of ours: what the API lists beside the parameters, as `AvailableChallenges`.
const AVAILABLE: &str = "axum_cognito.available_challenges";

/// Requires a choice between the first factors of the user.
#[derive(Debug)]
pub struct SelectChallenge {
    pub(super) record: ChallengeRecord,
    options: Vec<String>,
}

impl SelectChallenge {
    /// The API's name of this challenge.
    pub const NAME: &'static str = "SELECT_CHALLENGE";

    /// The response that holds the choice.
    pub(super) const CHOICE: &'static str = "ANSWER";

    pub(super) fn new(record: ChallengeRecord) -> Self {
        let options = record.list(AVAILABLE);

        Self { record, options }
    }

    /// Returns the challenges to choose from, by their names in the API, e.g. `EMAIL_OTP`.
    pub fn options(&self) -> &[String] {
        &self.options
    }

    /// Returns whether the user can prove a password.
    pub fn offers_password(&self) -> bool {
        self.offers(PasswordSrp::NAME)
    }

    /// Answers with one of the [`options`](Self::options), which Cognito then asks for.
    ///
    /// # Errors
    ///
    /// Returns the challenge if that is not one of its options.
    pub fn answer(self, option: &str) -> Result<Answer, Self> {
        if !self.offers(option) {
            return Err(self);
        }

        Ok(Answer::new(
            self.record,
            Self::CHOICE,
            option.to_owned().into(),
        ))
    }

    /// Chooses `PASSWORD_SRP` and answers that as well. The client proves the password.
    ///
    /// # Errors
    ///
    /// Returns the challenge if a password is not one of its options.
    pub fn answer_with_password(self, password: SecretString) -> Result<Answer, Self> {
        let answer = self.answer(PasswordSrp::NAME)?;

        Ok(answer.with(PasswordSrp::PASSWORD, password))
    }

    fn offers(&self, challenge: &str) -> bool {
        self.options.iter().any(|offered| offered == challenge)
    }
}

impl ChallengeRecord {
    /// Adds what `SELECT_CHALLENGE` offers, which the API lists beside the parameters.
    #[must_use]
    pub fn with_available_challenges(self, names: &[String]) -> Self {
        let names = serde_json::Value::from(names);

        self.with_parameters([(AVAILABLE.to_owned(), names.to_string())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(options: &[&str]) -> SelectChallenge {
        let options: Vec<_> = options.iter().map(|&name| name.to_owned()).collect();
        let record = ChallengeRecord::new(SelectChallenge::NAME, "alice");

        SelectChallenge::new(record.with_available_challenges(&options))
    }

    #[test]
    fn takes_only_what_was_offered() {
        let challenge = challenge(&["EMAIL_OTP", "PASSWORD"]);

        let challenge = challenge.answer("SMS_OTP").expect_err("not offered");
        let challenge = challenge
            .answer_with_password("x".to_owned().into())
            .expect_err("not offered");
        let answer = challenge.answer("EMAIL_OTP").expect("offered");

        assert_eq!(answer.response("ANSWER"), Some("EMAIL_OTP"));
        assert!(answer.password_to_prove().is_none());
    }

    #[test]
    fn a_password_is_marked_to_be_proved() {
        let challenge = challenge(&["PASSWORD_SRP"]);
        assert!(challenge.offers_password());

        let answer = challenge.answer_with_password("Correct-horse-1".to_owned().into());

        let answer = answer.expect("offered");
        assert_eq!(answer.response("ANSWER"), Some("PASSWORD_SRP"));
        assert!(answer.password_to_prove().is_some());
    }
}
