use std::collections::HashMap;

use aws_sdk_cognitoidentityprovider::types::{AuthFlowType, AuthenticationResultType};
use secrecy::{ExposeSecret, SecretString};
use time::Duration;

use super::call::CallResult;
use super::step::{Step, Verifier, incomplete};
use super::{
    Cognito, CognitoError, CognitoErrorKind, CognitoUser, LoginRequest, NewDevice, RememberedDevice,
};
use crate::challenge::{Challenge, ChallengeRecord};
use crate::srp::{PasswordChallenge, PasswordProof, SrpClient, SrpError, SrpIdentity};
use crate::token::{AccessToken, IdToken, RefreshToken, Tokens};

const INITIATE_AUTH: &str = "InitiateAuth";

/// What came of a login so far.
#[derive(Debug)]
pub enum Authentication {
    /// Cognito asks for something more. It goes on with [`Cognito::respond`].
    Challenge(Challenge),
    /// The user is authenticated and has tokens. They were not verified yet.
    Complete(CognitoUser),
}

impl Cognito {
    /// Authenticates with a password, by SRP: the password itself never leaves the process.
    ///
    /// `username` may be an alias where the pool allows it. An unknown user and a wrong
    /// password are the same error where the app client prevents user existence errors.
    ///
    /// # Errors
    ///
    /// `NotAuthorized`: wrong password, disabled user, too many attempts. `UserNotFound`.
    /// `UserNotConfirmed`: see [`confirm_sign_up`](Self::confirm_sign_up).
    /// `PasswordResetRequired`. `InvalidParameter`: the app client lacks
    /// `ALLOW_USER_SRP_AUTH`. `Throttled` and `Unavailable`: not a refusal.
    pub async fn authenticate(
        &self,
        username: &str,
        password: &SecretString,
    ) -> Result<Authentication, CognitoError> {
        self.authenticate_with(&LoginRequest::new(username, password.clone()))
            .await
    }

    /// Authenticates with a password and whatever else `request` holds.
    ///
    /// A remembered device that Cognito has forgotten is dropped, and the login tried again
    /// without it. The device is then a new one; see [`CognitoUser::new_device`].
    ///
    /// # Errors
    ///
    /// As for [`authenticate`](Self::authenticate).
    pub async fn authenticate_with(
        &self,
        request: &LoginRequest,
    ) -> Result<Authentication, CognitoError> {
        match self.attempt(request, request.device.as_ref()).await {
            Err(error)
                if request.device.is_some()
                    && error.kind() == CognitoErrorKind::ResourceNotFound =>
            {
                self.attempt(request, None).await
            }
            outcome => outcome,
        }
    }

    async fn attempt(
        &self,
        request: &LoginRequest,
        device: Option<&RememberedDevice>,
    ) -> Result<Authentication, CognitoError> {
        let srp = self.srp_client().await?;
        let device_key = device.map(|device| ("DEVICE_KEY", device.key.as_str()));
        let flow = match request.custom {
            true => AuthFlowType::CustomAuth,
            false => AuthFlowType::UserSrpAuth,
        };
        let parameters = [
            ("USERNAME", request.username.as_str()),
            ("SRP_A", srp.srp_a()),
        ];
        // A custom flow begins with the password if it is told so.
        let custom = request.custom.then_some(("CHALLENGE_NAME", "SRP_A"));
        let answer = self
            .inner
            .once
            .initiate_auth()
            .client_id(self.inner.app_client.as_str())
            .auth_flow(flow)
            .set_auth_parameters(self.auth_parameters(
                &request.username,
                parameters.into_iter().chain(device_key).chain(custom),
            ))
            .send()
            .await
            .of(INITIATE_AUTH)?;

        let mut step = Step::from(answer);
        let mut username = request.username.clone();
        if step.challenge.as_deref() == Some(Verifier::PASSWORD) {
            let verifier = Verifier::read(&step)?;
            // From here on the user goes by the name that Cognito gave, never by an alias.
            username = verifier.username.clone().unwrap_or(username);
            let identity = Identity::User {
                pool_name: self.inner.user_pool.name().to_owned(),
                user_id: verifier.user_id.clone(),
            };
            let proof = self
                .prove(srp, identity, request.password.clone(), verifier)
                .await?;
            step = self
                .send_step(
                    Verifier::PASSWORD,
                    &username,
                    step.session.as_deref(),
                    claim(proof).chain(owned(device_key)),
                )
                .await?;
        }
        if let Some(device) = device
            && step.challenge.as_deref() == Some("DEVICE_SRP_AUTH")
        {
            step = self.prove_device(&username, device, &step).await?;
        }

        let outcome = self.prepare(self.outcome(&username, step)?).await?;
        Ok(match outcome {
            Authentication::Complete(user) => {
                Authentication::Complete(user.of_device(device_key.map(|(_, key)| key)))
            }
            challenge => challenge,
        })
    }

    /// Logs a remembered device in: `DEVICE_SRP_AUTH` and then `DEVICE_PASSWORD_VERIFIER`.
    async fn prove_device(
        &self,
        username: &str,
        device: &RememberedDevice,
        step: &Step,
    ) -> Result<Step, CognitoError> {
        let srp = self.srp_client().await?;
        let key = ("DEVICE_KEY".to_owned(), device.key.clone());
        let public = ("SRP_A".to_owned(), srp.srp_a().to_owned());
        let asked = self
            .send_step(
                "DEVICE_SRP_AUTH",
                username,
                step.session.as_deref(),
                [key.clone(), public],
            )
            .await?;

        let identity = Identity::Device {
            group_key: device.group_key.clone(),
            key: device.key.clone(),
        };
        let verifier = Verifier::read(&asked)?;
        let proof = self
            .prove(srp, identity, device.password.clone(), verifier)
            .await?;
        self.send_step(
            "DEVICE_PASSWORD_VERIFIER",
            username,
            asked.session.as_deref(),
            claim(proof).chain([key]),
        )
        .await
    }

    /// The parameters of an `InitiateAuth` call, with `SECRET_HASH` over `username` if need be.
    pub(super) fn auth_parameters<'a>(
        &self,
        username: &str,
        parameters: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Option<HashMap<String, String>> {
        let hash = self
            .secret_hash(username)
            .map(|hash| ("SECRET_HASH".to_owned(), hash));

        Some(owned(parameters).chain(hash).collect())
    }

    async fn srp_client(&self) -> Result<SrpClient, CognitoError> {
        self.compute(SrpClient::new).await.map_err(srp_error)
    }

    /// Computes a proof. Cognito gives that a few seconds, so nobody is asked first.
    async fn prove(
        &self,
        srp: SrpClient,
        identity: Identity,
        password: SecretString,
        verifier: Verifier,
    ) -> Result<PasswordProof, CognitoError> {
        let now = self.inner.clock.now();
        let work = move || {
            let challenge = PasswordChallenge {
                salt: &verifier.salt,
                srp_b: &verifier.srp_b,
                secret_block: &verifier.secret_block,
            };
            let identity = match &identity {
                Identity::Device { group_key, key } => SrpIdentity::device(group_key, key),
                Identity::User { pool_name, user_id } => SrpIdentity::user(pool_name, user_id),
            };
            srp.prove(&identity, password.expose_secret(), &challenge, now)
        };

        self.compute(work).await.map_err(srp_error)
    }

    /// Runs SRP arithmetic off the async threads, at most one computation a core.
    pub(super) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, SrpError> + Send + 'static,
    ) -> Result<T, SrpError> {
        let _permit = self
            .inner
            .srp_permits
            .acquire()
            .await
            .expect("the semaphore is never closed");

        tokio::task::spawn_blocking(work)
            .await
            .expect("SRP arithmetic does not panic")
    }

    /// Turns what Cognito said last into tokens or the next challenge.
    pub(super) fn outcome(
        &self,
        username: &str,
        step: Step,
    ) -> Result<Authentication, CognitoError> {
        if let Some(mut result) = step.result {
            let device = result.new_device_metadata.take().and_then(|device| {
                Some(NewDevice {
                    key: device.device_key?,
                    group_key: device.device_group_key?,
                })
            });
            let tokens = self.read_tokens(result, None)?;
            let user = self.user(username, tokens).with_new_device(device);
            return Ok(Authentication::Complete(user));
        }

        let name = step
            .challenge
            .ok_or_else(|| incomplete("neither tokens nor a challenge"))?;
        let returned = ["USERNAME", "USER_ID_FOR_SRP"]
            .into_iter()
            .find_map(|name| step.parameters.get(name))
            .map_or(username, String::as_str);
        let mut record = ChallengeRecord::new(name, returned);
        if let Some(session) = step.session {
            record = record.with_session(session.into());
        }

        Ok(Authentication::Challenge(
            record.with_parameters(step.parameters).into(),
        ))
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

/// Whose password is proved.
enum Identity {
    Device { group_key: String, key: String },
    User { pool_name: String, user_id: String },
}

/// The responses that carry a proof.
fn claim(proof: PasswordProof) -> impl Iterator<Item = (String, String)> {
    [
        ("PASSWORD_CLAIM_SIGNATURE", proof.signature),
        ("PASSWORD_CLAIM_SECRET_BLOCK", proof.secret_block),
        ("TIMESTAMP", proof.timestamp),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
}

fn owned<'a>(
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> impl Iterator<Item = (String, String)> {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
}

fn srp_error(error: SrpError) -> CognitoError {
    let kind = match error {
        SrpError::Random => CognitoErrorKind::Unavailable,
        _ => CognitoErrorKind::Protocol,
    };
    CognitoError::new(kind, INITIATE_AUTH, error)
}
