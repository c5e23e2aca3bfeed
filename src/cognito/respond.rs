use aws_sdk_cognitoidentityprovider::types::ChallengeNameType;
use secrecy::ExposeSecret;

use super::call::CallResult;
use super::step::Step;
use super::{Authentication, Cognito, CognitoError};
use crate::challenge::{Answer, Challenge, ChallengeRecord, ChallengeSession, MfaSetup};

const RESPOND: &str = "RespondToAuthChallenge";

impl Cognito {
    /// Answers a challenge. Another one may follow.
    ///
    /// # Errors
    ///
    /// `CodeMismatch`: wrong code; the same challenge can be answered again.
    /// `InvalidPassword`, `PasswordHistory`: the new password is refused; likewise.
    /// `ChallengeExpired`: too late, or answered before; log in again. `NotAuthorized`:
    /// refused. `Throttled` and `Unavailable`: not a refusal.
    pub async fn respond(&self, answer: &Answer) -> Result<Authentication, CognitoError> {
        let challenge = answer.challenge();
        if challenge.name() == MfaSetup::NAME
            && let Some(code) = answer.response(MfaSetup::CODE)
        {
            return self.complete_setup(challenge, code).await;
        }

        let responses = answer
            .responses()
            .map(|(name, value)| (name.to_owned(), value.expose_secret().to_owned()));

        let session = challenge.session().map(ChallengeSession::expose);
        self.send_answer(challenge, session, responses).await
    }

    /// Sends an answer the way that the challenge came.
    async fn send_answer(
        &self,
        challenge: &ChallengeRecord,
        session: Option<&str>,
        responses: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Authentication, CognitoError> {
        if Self::is_by_admin(challenge) {
            return self.respond_as_admin(challenge, session, responses).await;
        }

        let username = challenge.username();
        let step = self
            .send_step(challenge.name(), username, session, responses)
            .await?;
        self.prepare(self.outcome(username, step)?).await
    }

    /// Gives Cognito a code of the new authenticator app, and then answers `MFA_SETUP`.
    async fn complete_setup(
        &self,
        challenge: &ChallengeRecord,
        code: &str,
    ) -> Result<Authentication, CognitoError> {
        let session = challenge.session().map(ChallengeSession::expose);
        let verified = self
            .inner
            .once
            .verify_software_token()
            .set_session(session.map(str::to_owned))
            .user_code(code)
            .send()
            .await
            .of("VerifySoftwareToken")?;

        let session = verified.session().or(session);
        self.send_answer(challenge, session, []).await
    }

    /// Makes a challenge ready to be shown: `MFA_SETUP` gets the seed for the app.
    pub(super) async fn prepare(
        &self,
        outcome: Authentication,
    ) -> Result<Authentication, CognitoError> {
        let Authentication::Challenge(Challenge::MfaSetup(setup)) = outcome else {
            return Ok(outcome);
        };
        if !setup.offers_software_token() {
            return Ok(Authentication::Challenge(Challenge::MfaSetup(setup)));
        }

        let answer = self
            .inner
            .once
            .associate_software_token()
            .set_session(setup.session().map(str::to_owned))
            .send()
            .await
            .of("AssociateSoftwareToken")?;
        let seed = answer.secret_code.unwrap_or_default();
        let setup = setup.with_totp_seed(seed, answer.session);
        Ok(Authentication::Challenge(Challenge::MfaSetup(setup)))
    }

    /// Sends responses, and with them the name and `SECRET_HASH` that go with every answer.
    ///
    /// A `Session` is sent back whenever one was given: AWS needs none for
    /// `PASSWORD_VERIFIER`, but emulators do.
    pub(super) async fn send_step(
        &self,
        challenge: &str,
        username: &str,
        session: Option<&str>,
        responses: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Step, CognitoError> {
        let mut call = self
            .inner
            .once
            .respond_to_auth_challenge()
            .client_id(self.inner.app_client.as_str())
            .challenge_name(ChallengeNameType::from(challenge))
            .set_session(session.map(str::to_owned))
            .challenge_responses("USERNAME", username);
        if let Some(hash) = self.secret_hash(username) {
            call = call.challenge_responses("SECRET_HASH", hash);
        }
        for (name, value) in responses {
            call = call.challenge_responses(name, value);
        }

        Ok(call.send().await.of(RESPOND)?.into())
    }
}
