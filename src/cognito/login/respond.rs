use aws_sdk_cognitoidentityprovider::types::ChallengeNameType;
use secrecy::ExposeSecret;

use super::attempt::Attempt;
use super::auth_output::AuthOutput;
use crate::challenge::{Answer, ChallengeRecord, ChallengeSession, MfaSetup, PasswordSrp};
use crate::cognito::call::CallResult;
use crate::cognito::user::check_verified;
use crate::cognito::{Cognito, CognitoError, CognitoErrorKind, LoginStep};

impl Cognito {
    /// Answers a challenge. Another one may follow.
    ///
    /// # Errors
    ///
    /// `CodeMismatch`: wrong code; the same challenge can be answered again. So it can after
    /// `EnableSoftwareTokenMfa`, the same at the enrolment of an authenticator app, and after
    /// `InvalidPassword` and `PasswordHistory`: the new password is refused.
    /// `ExpiredCode`: so it can, with the next code. `ChallengeExpired`: too late, or answered
    /// before; log in again. `WrongPassword`, `Locked`, `NotAuthorized`: refused. `DeviceRefused`: log in again without the device. `Throttled` and
    /// `Unavailable`: not a refusal.
    pub async fn respond(&self, answer: &Answer) -> Result<LoginStep, CognitoError> {
        let attempt = Attempt::of(answer.challenge(), &self.context);

        self.send_answer(answer, attempt.clone())
            .await
            .map_err(|error| match attempt.is_about_the_device(&error) {
                true => error.with_kind(CognitoErrorKind::DeviceRefused),
                false => error,
            })
    }

    async fn send_answer(
        &self,
        answer: &Answer,
        attempt: Attempt,
    ) -> Result<LoginStep, CognitoError> {
        let challenge = answer.challenge();
        if challenge.name() == MfaSetup::NAME
            && let Some(code) = answer.response(MfaSetup::CODE)
        {
            return self.complete_setup(attempt, challenge, code).await;
        }

        let mut responses: Vec<_> = answer
            .responses()
            .map(|(name, value)| (name.to_owned(), value.expose_secret().to_owned()))
            .collect();
        let proof = match answer.password_to_prove() {
            Some(password) => {
                let srp = self.srp_client().await?;
                responses.retain(|(name, _)| name != PasswordSrp::PASSWORD);
                responses.push(("SRP_A".to_owned(), srp.srp_a().to_owned()));
                Some((srp, password.clone()))
            }
            None => None,
        };
        let session = challenge.session().map(ChallengeSession::expose);
        let output = self
            .send_step(&attempt, challenge.name(), session, responses)
            .await?;
        self.advance(attempt, output, proof).await
    }

    /// Sends a code of the new authenticator app to Cognito, and then answers `MFA_SETUP`.
    async fn complete_setup(
        &self,
        attempt: Attempt,
        challenge: &ChallengeRecord,
        code: &str,
    ) -> Result<LoginStep, CognitoError> {
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
        check_verified(&verified)?;

        let session = verified.session().or(session);
        let output = self
            .send_step(&attempt, challenge.name(), session, [])
            .await?;
        self.advance(attempt, output, None).await
    }

    /// Sends responses, and with them the name, the device and the `SECRET_HASH` that go with
    /// every answer.
    ///
    /// A `Session` is sent back whenever one was given: AWS needs none for
    /// `PASSWORD_VERIFIER`, but emulators do.
    pub(super) async fn send_step(
        &self,
        attempt: &Attempt,
        challenge: &str,
        session: Option<&str>,
        responses: impl IntoIterator<Item = (String, String)>,
    ) -> Result<AuthOutput, CognitoError> {
        let named = [
            ("USERNAME", Some(attempt.username.clone())),
            ("SECRET_HASH", self.secret_hash(&attempt.username)),
            ("DEVICE_KEY", attempt.device_key().map(str::to_owned)),
        ];
        let named = named
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let responses = named.chain(responses).collect();
        let challenge = ChallengeNameType::from(challenge);
        let session = session.map(str::to_owned);
        if attempt.by_admin {
            return self
                .send_step_as_admin(attempt, challenge, session, responses)
                .await;
        }

        let output = self
            .inner
            .once
            .respond_to_auth_challenge()
            .client_id(self.inner.app_client.as_str())
            .challenge_name(challenge)
            .set_session(session)
            .set_challenge_responses(Some(responses))
            .set_client_metadata(attempt.context.client_metadata())
            .set_user_context_data(attempt.context.user_context_data())
            .send()
            .await
            .of("RespondToAuthChallenge")?;
        Ok(output.into())
    }
}
