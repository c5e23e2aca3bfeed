use secrecy::SecretString;

use super::code::plain_secret;
use super::{Answer, ChallengeRecord, ChallengeSession, SoftwareTokenMfa};

/// A parameter of ours: the seed that the client asked for.
const SEED: &str = "axum_cognito.totp_seed";

/// Requires a user without a second factor to set one up.
#[derive(Debug)]
pub struct MfaSetup {
    pub(super) record: ChallengeRecord,
    options: Vec<String>,
}

impl MfaSetup {
    /// The API's name of this challenge.
    pub const NAME: &'static str = "MFA_SETUP";

    /// The response that holds a code of the new authenticator app. The client sends it to
    /// `VerifySoftwareToken`, and then answers the challenge.
    pub const CODE: &'static str = "SOFTWARE_TOKEN_MFA_CODE";

    pub(super) fn new(record: ChallengeRecord) -> Self {
        let options = record.list("MFAS_CAN_SETUP");

        Self { record, options }
    }

    /// Returns whether an authenticator app can be set up.
    pub fn offers_software_token(&self) -> bool {
        self.offers(SoftwareTokenMfa::NAME)
    }

    /// Returns whether codes by mail can be set up.
    pub fn offers_email(&self) -> bool {
        self.offers("EMAIL_OTP") || self.offers("EMAIL_MFA")
    }

    /// Returns the seed for the authenticator app. The client has asked Cognito for it when the
    /// challenge came.
    pub fn totp_seed(&self) -> Option<&str> {
        self.record.parameter(SEED)
    }

    /// Answers with a code of the app that was given the seed.
    pub fn answer_with_code(self, code: SecretString) -> Answer {
        Answer::new(self.record, Self::CODE, plain_secret(code))
    }

    /// Answers with the address that codes are to be mailed to. Cognito then asks for one.
    pub fn answer_with_email(self, address: &str) -> Answer {
        Answer::new(self.record, "EMAIL", address.to_owned().into())
    }

    /// The session, with which the client asks for the seed.
    pub(crate) fn session(&self) -> Option<&str> {
        self.record.session().map(ChallengeSession::expose)
    }

    /// The same challenge, with the seed, and the session that came along with it.
    pub(crate) fn with_totp_seed(self, seed: String, session: Option<String>) -> Self {
        let mut record = self.record.with_parameters([(SEED.to_owned(), seed)]);
        if let Some(session) = session {
            record = record.with_session(ChallengeSession::from(session));
        }

        Self { record, ..self }
    }

    fn offers(&self, method: &str) -> bool {
        self.options.iter().any(|offered| offered == method)
    }
}
