//! From what Cognito returned last to tokens, or to the next challenge.

use aws_sdk_cognitoidentityprovider::types::AuthenticationResultType;
use axum_cognito_srp::SrpClient;
use secrecy::SecretString;
use time::Duration;

use super::attempt::{Attempt, OURS};
use super::auth_output::{AuthOutput, Verifier, incomplete};
use crate::challenge::{Challenge, ChallengeRecord, MfaSetup};
use crate::cognito::call::CallResult;
use crate::cognito::user::AskedFor;
use crate::cognito::{Cognito, CognitoError, CognitoErrorKind, LoginStep, NewDevice};
use crate::token::{RefreshToken, Tokens};

impl Cognito {
    /// Advances a login as far as the client can by itself: proves the password and the device,
    /// if it has them.
    pub(super) async fn advance(
        &self,
        mut attempt: Attempt,
        mut output: AuthOutput,
        proof: Option<(SrpClient, SecretString)>,
    ) -> Result<LoginStep, CognitoError> {
        if output.asks_for(Verifier::PASSWORD)
            && let Some((srp, password)) = proof
        {
            output = self
                .prove_password(&mut attempt, srp, password, output)
                .await?;
        }
        if output.asks_for(AuthOutput::DEVICE)
            && let Some(device) = attempt.device.clone()
        {
            output = self.prove_device(&attempt, device, output).await?;
        }

        match self.read_output(&attempt, output)? {
            LoginStep::Challenge(Challenge::MfaSetup(setup)) => {
                let setup = self.fetch_seed(setup).await?;
                Ok(LoginStep::Challenge(Challenge::MfaSetup(setup)))
            }
            step => Ok(step),
        }
    }

    /// Makes `MFA_SETUP` ready to be shown: asks for the seed for the app.
    async fn fetch_seed(&self, setup: MfaSetup) -> Result<MfaSetup, CognitoError> {
        const OPERATION: &str = "AssociateSoftwareToken";

        if !setup.offers_software_token() {
            return Ok(setup);
        }

        let seeded = self
            .inner
            .once
            .associate_software_token()
            .set_session(setup.session().map(str::to_owned))
            .send()
            .await
            .of(OPERATION)?;
        let seed = seeded.secret_code.ok_or_else(|| {
            CognitoError::new(CognitoErrorKind::Protocol, OPERATION, "no secret came")
        })?;
        Ok(setup.with_totp_seed(seed, seeded.session))
    }

    fn read_output(
        &self,
        attempt: &Attempt,
        output: AuthOutput,
    ) -> Result<LoginStep, CognitoError> {
        if let Some(mut result) = output.result {
            let device = result.new_device_metadata.take().and_then(|device| {
                Some(NewDevice {
                    key: device.device_key?,
                    group_key: device.device_group_key?,
                })
            });
            let tokens = self.read_tokens(result, None)?;
            // The name says whom to ask for. It decides once the tokens are verified, which a user
            // who is not the one of the proof need not wait for.
            let username = tokens
                .unverified_username()
                .unwrap_or_else(|| attempt.username.clone());
            if attempt.proved.as_ref().is_some_and(|it| *it != username) {
                return Err(CognitoError::new(
                    CognitoErrorKind::WrongUser,
                    "RespondToAuthChallenge",
                    "tokens of another user than the one who proved the password",
                ));
            }
            let user = self
                .with_context(attempt.context.clone())
                .user(username, tokens)
                .with_asked_for(AskedFor::Named {
                    typed: attempt.typed.clone(),
                    proved: attempt.proved.clone(),
                })
                .with_new_device(device)
                .of_device(attempt.device_key())
                .with_device_forgotten(attempt.device_forgotten);
            return Ok(LoginStep::Complete(user));
        }

        let name = output
            .challenge
            .ok_or_else(|| incomplete("neither tokens nor a challenge"))?;
        let returned = ["USERNAME", "USER_ID_FOR_SRP"]
            .into_iter()
            .find_map(|name| output.parameters.get(name))
            .map_or(attempt.username.as_str(), String::as_str);
        let mut record = ChallengeRecord::new(name, returned);
        if let Some(session) = output.session {
            record = record.with_session(session.into());
        }
        let parameters = output.parameters.into_iter();
        record = record.with_parameters(parameters.filter(|(name, _)| !name.starts_with(OURS)));
        if !output.available.is_empty() {
            record = record.with_available_challenges(&output.available);
        }

        Ok(LoginStep::Challenge(attempt.keep(record).into()))
    }

    /// Reads the tokens of an output. What it does not bring stays as it was `before`.
    pub(super) fn read_tokens(
        &self,
        result: AuthenticationResultType,
        before: Option<&Tokens>,
    ) -> Result<Tokens, CognitoError> {
        let lifetime = Duration::seconds(result.expires_in.max(0).into());
        let (Some(id), Some(access)) = (result.id_token, result.access_token) else {
            return Err(incomplete("no ID token or no access token"));
        };

        let refresh = result
            .refresh_token
            .map(RefreshToken::from)
            .or_else(|| before.and_then(|tokens| tokens.refresh.clone()));
        let mut tokens = Tokens::issued(id, access, refresh, self.inner.clock.now() + lifetime);
        tokens.device_key = before.and_then(|tokens| tokens.device_key.clone());
        Ok(tokens)
    }
}
