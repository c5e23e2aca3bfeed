use super::{Answer, ChallengeRecord};

/// Requires a signature by one of the user's passkeys.
#[derive(Debug)]
pub struct WebAuthn {
    pub(super) record: ChallengeRecord,
}

impl WebAuthn {
    /// The API's name of this challenge.
    pub const NAME: &'static str = "WEB_AUTHN";

    /// Returns what the browser's `navigator.credentials.get` is given as `publicKey`: JSON, as
    /// `PublicKeyCredential.parseRequestOptionsFromJSON` reads it.
    pub fn credential_request_options(&self) -> Option<&str> {
        self.record.parameter("CREDENTIAL_REQUEST_OPTIONS")
    }

    /// Answers with the credential that the browser made: JSON, as its `toJSON` writes it.
    pub fn answer(self, credential: &str) -> Answer {
        Answer::new(self.record, "CREDENTIAL", credential.to_owned().into())
    }
}
