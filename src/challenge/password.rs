use secrecy::SecretString;

use super::{Answer, ChallengeRecord, SelectChallenge};

/// Requires the password, which is then sent to Cognito in clear, inside TLS.
#[derive(Debug)]
pub struct Password {
    pub(super) record: ChallengeRecord,
}

impl Password {
    /// The API's name of this challenge.
    pub const NAME: &'static str = "PASSWORD";

    /// Answers with the password that the user typed.
    pub fn answer(self, password: SecretString) -> Answer {
        Answer::new(self.record, "PASSWORD", password)
    }
}

/// Requires a proof of the password, which itself stays here.
#[derive(Debug)]
pub struct PasswordSrp {
    pub(super) record: ChallengeRecord,
}

impl PasswordSrp {
    /// The API's name of this challenge.
    pub const NAME: &'static str = "PASSWORD_SRP";

    /// The response that holds the password, until the client puts `SRP_A` in its place.
    pub(crate) const PASSWORD: &'static str = "PASSWORD";

    /// Answers with the password that the user typed. The client proves it.
    pub fn answer(self, password: SecretString) -> Answer {
        Answer::new(self.record, Self::PASSWORD, password)
    }
}

impl Answer {
    /// The password that the client is to prove by SRP, and must not send.
    pub(crate) fn password_to_prove(&self) -> Option<&SecretString> {
        let is_proved = match self.challenge().name() {
            PasswordSrp::NAME => true,
            SelectChallenge::NAME => {
                self.response(SelectChallenge::CHOICE) == Some(PasswordSrp::NAME)
            }
            _ => false,
        };

        self.responses()
            .find_map(|(name, value)| (is_proved && name == PasswordSrp::PASSWORD).then_some(value))
    }
}
