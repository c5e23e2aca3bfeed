//! From what Cognito said last to tokens, or to the next challenge.

use aws_sdk_cognitoidentityprovider::types::AuthenticationResultType;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use secrecy::SecretString;
use serde::Deserialize;
use time::Duration;

use super::attempt::{Attempt, OURS};
use super::step::{Step, Verifier, incomplete};
use crate::challenge::{Challenge, ChallengeRecord, MfaSetup};
use crate::cognito::call::CallResult;
use crate::cognito::{Authentication, Cognito, CognitoError, NewDevice};
use crate::srp::SrpClient;
use crate::token::{AccessToken, IdToken, RefreshToken, Tokens};

impl Cognito {
    /// Goes on with a login as far as the client can by itself: proves the password and the
    /// device, if it has them.
    pub(super) async fn go_on(
        &self,
        mut attempt: Attempt,
        mut step: Step,
        proof: Option<(SrpClient, SecretString)>,
    ) -> Result<Authentication, CognitoError> {
        if step.asks_for(Verifier::PASSWORD)
            && let Some((srp, password)) = proof
        {
            step = self
                .prove_password(&mut attempt, srp, password, step)
                .await?;
        }
        if step.asks_for(Step::DEVICE)
            && let Some(device) = attempt.device.clone()
        {
            step = self.prove_device(&attempt, device, step).await?;
        }

        match self.outcome(&attempt, step)? {
            Authentication::Challenge(Challenge::MfaSetup(setup)) => {
                let setup = self.fetch_seed(setup).await?;
                Ok(Authentication::Challenge(Challenge::MfaSetup(setup)))
            }
            outcome => Ok(outcome),
        }
    }

    /// Makes `MFA_SETUP` ready to be shown: asks for the seed for the app.
    async fn fetch_seed(&self, setup: MfaSetup) -> Result<MfaSetup, CognitoError> {
        if !setup.offers_software_token() {
            return Ok(setup);
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
        Ok(setup.with_totp_seed(seed, answer.session))
    }

    fn outcome(&self, attempt: &Attempt, step: Step) -> Result<Authentication, CognitoError> {
        if let Some(mut result) = step.result {
            let device = result.new_device_metadata.take().and_then(|device| {
                Some(NewDevice {
                    key: device.device_key?,
                    group_key: device.device_group_key?,
                })
            });
            let tokens = self.read_tokens(result, None)?;
            // Without a challenge on the way, what the user typed is all there is so far.
            let username = username_in(&tokens.access).unwrap_or_else(|| attempt.username.clone());
            let proved = attempt.proved.as_ref();
            if proved.is_some_and(|proved| *proved != username && attempt.username != username) {
                return Err(incomplete(
                    "tokens of another user than the one who logged in",
                ));
            }
            let user = self
                .user(username, tokens)
                .with_new_device(device)
                .of_device(attempt.device_key())
                .with_device_forgotten(attempt.device_forgotten);
            return Ok(Authentication::Complete(user));
        }

        let name = step
            .challenge
            .ok_or_else(|| incomplete("neither tokens nor a challenge"))?;
        let returned = ["USERNAME", "USER_ID_FOR_SRP"]
            .into_iter()
            .find_map(|name| step.parameters.get(name))
            .map_or(attempt.username.as_str(), String::as_str);
        let mut record = ChallengeRecord::new(name, returned);
        if let Some(session) = step.session {
            record = record.with_session(session.into());
        }
        let parameters = step.parameters.into_iter();
        record = record.with_parameters(parameters.filter(|(name, _)| !name.starts_with(OURS)));
        if !step.available.is_empty() {
            record = record.with_available_challenges(&step.available);
        }

        Ok(Authentication::Challenge(attempt.keep(record).into()))
    }

    /// Reads the tokens of an answer. What it does not bring stays as it was `before`.
    pub(super) fn read_tokens(
        &self,
        result: AuthenticationResultType,
        before: Option<&Tokens>,
    ) -> Result<Tokens, CognitoError> {
        let lifetime = Duration::seconds(result.expires_in.max(0).into());
        let (Some(id), Some(access)) = (result.id_token, result.access_token) else {
            return Err(incomplete("no ID token or no access token"));
        };

        Ok(Tokens {
            id: IdToken::from(id),
            access: AccessToken::from(access),
            refresh: result
                .refresh_token
                .map(RefreshToken::from)
                .or_else(|| before.and_then(|tokens| tokens.refresh.clone())),
            device_key: before.and_then(|tokens| tokens.device_key.clone()),
            expires_at: self.inner.clock.now() + lifetime,
        })
    }
}

/// The name that Cognito gave the user, from an access token that it has just sent. It says whom
/// to ask for, and decides nothing: the token is still to be verified.
fn username_in(token: &AccessToken) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        username: String,
    }

    let claims = token.expose().split('.').nth(1)?;
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?;
    let named: Named = serde_json::from_slice(&claims).ok()?;
    Some(named.username)
}
