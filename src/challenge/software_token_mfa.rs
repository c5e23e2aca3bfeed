use secrecy::SecretString;

use super::code::plain_secret;
use super::{Answer, ChallengeRecord};

/// Requires the current code of the user's authenticator app.
#[derive(Debug)]
pub struct SoftwareTokenMfa {
    pub(super) record: ChallengeRecord,
}

impl SoftwareTokenMfa {
    /// The API's name of this challenge.
    pub const NAME: &'static str = "SOFTWARE_TOKEN_MFA";

    /// Returns the name that the user gave the authenticator at enrolment.
    pub fn device_name(&self) -> Option<&str> {
        self.record.parameter("FRIENDLY_DEVICE_NAME")
    }

    /// Answers with the six digits that the user typed.
    ///
    /// ```compile_fail,E0382
    /// # fn check(challenge: axum_cognito::challenge::SoftwareTokenMfa) {
    /// challenge.answer("123456".to_owned().into());
    /// challenge.answer("123456".to_owned().into()); // the first call consumed it
    /// # }
    /// ```
    pub fn answer(self, code: SecretString) -> Answer {
        Answer::new(self.record, "SOFTWARE_TOKEN_MFA_CODE", plain_secret(code))
    }
}
