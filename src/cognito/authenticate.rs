use std::collections::HashMap;

use aws_sdk_cognitoidentityprovider::operation::initiate_auth::InitiateAuthOutput;
use aws_sdk_cognitoidentityprovider::types::{AuthFlowType, AuthenticationResultType};
use secrecy::{ExposeSecret, SecretString};
use time::Duration;

use super::{Cognito, CognitoError, CognitoErrorKind, CognitoUser, NewDevice};
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
    /// `UserNotConfirmed`: see `confirm_sign_up`. `PasswordResetRequired`. `InvalidParameter`:
    /// the app client lacks `ALLOW_USER_SRP_AUTH`. `Throttled` and `Unavailable`: not a refusal.
    pub async fn authenticate(
        &self,
        username: &str,
        password: &SecretString,
    ) -> Result<Authentication, CognitoError> {
        let srp = self
            .compute(SrpClient::new)
            .await
            .map_err(|error| CognitoError::new(error_kind(error), INITIATE_AUTH, error))?;
        let answer = self
            .inner
            .once
            .initiate_auth()
            .client_id(self.inner.app_client.as_str())
            .auth_flow(AuthFlowType::UserSrpAuth)
            .set_auth_parameters(
                self.auth_parameters(username, [("USERNAME", username), ("SRP_A", srp.srp_a())]),
            )
            .send()
            .await
            .map_err(|error| CognitoError::from_sdk(INITIATE_AUTH, error))?;
        let step = Step::from(answer);

        if step.challenge.as_deref() == Some(PasswordVerifier::NAME) {
            self.prove_password(srp, username, password, &step).await
        } else {
            self.prepare(self.outcome(username, step)?).await
        }
    }

    /// The parameters of an `InitiateAuth` call, with `SECRET_HASH` over `username` if need be.
    pub(super) fn auth_parameters<const N: usize>(
        &self,
        username: &str,
        parameters: [(&str, &str); N],
    ) -> Option<HashMap<String, String>> {
        let hash = self
            .secret_hash(username)
            .map(|hash| ("SECRET_HASH".to_owned(), hash));
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));

        Some(parameters.into_iter().chain(hash).collect())
    }

    /// Answers `PASSWORD_VERIFIER`. Cognito gives that a few seconds, so nobody is asked first.
    async fn prove_password(
        &self,
        srp: SrpClient,
        typed: &str,
        password: &SecretString,
        step: &Step,
    ) -> Result<Authentication, CognitoError> {
        let challenge = PasswordVerifier::read(step)?;
        let pool_name = self.inner.user_pool.name().to_owned();
        let now = self.inner.clock.now();
        let (owned, password) = (challenge.clone(), password.clone());
        let PasswordProof {
            signature,
            timestamp,
            secret_block,
        } = self
            .compute(move || {
                let identity = SrpIdentity::user(&pool_name, &owned.user_id);
                let challenge = PasswordChallenge {
                    salt: &owned.salt,
                    srp_b: &owned.srp_b,
                    secret_block: &owned.secret_block,
                };
                srp.prove(&identity, password.expose_secret(), &challenge, now)
            })
            .await
            .map_err(|error| CognitoError::new(error_kind(error), INITIATE_AUTH, error))?;

        // From here on the user goes by the name that Cognito gave, never by an alias.
        let username = challenge.username.as_deref().unwrap_or(typed);
        let responses = [
            ("PASSWORD_CLAIM_SIGNATURE", signature),
            ("PASSWORD_CLAIM_SECRET_BLOCK", secret_block),
            ("TIMESTAMP", timestamp),
        ];

        self.send_responses(
            PasswordVerifier::NAME,
            username,
            step.session.as_deref(),
            responses.map(|(name, value)| (name.to_owned(), value)),
        )
        .await
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

    /// Reads the tokens of an answer. `kept` stays when no new refresh token comes.
    pub(super) fn read_tokens(
        &self,
        result: AuthenticationResultType,
        kept: Option<RefreshToken>,
    ) -> Result<Tokens, CognitoError> {
        let lifetime = Duration::seconds(result.expires_in.max(0).into());
        let (Some(id), Some(access)) = (result.id_token, result.access_token) else {
            return Err(incomplete("no ID token or no access token"));
        };

        Ok(Tokens {
            id: IdToken::from(id),
            access: AccessToken::from(access),
            refresh: result.refresh_token.map(RefreshToken::from).or(kept),
            expires_at: self.inner.clock.now() + lifetime,
        })
    }
}

/// What Cognito says at each step of a login, whichever operation it answers.
pub(super) struct Step {
    pub(super) challenge: Option<String>,
    pub(super) session: Option<String>,
    pub(super) parameters: HashMap<String, String>,
    pub(super) result: Option<AuthenticationResultType>,
}

impl From<InitiateAuthOutput> for Step {
    fn from(output: InitiateAuthOutput) -> Self {
        Self {
            challenge: output.challenge_name.map(|name| name.as_str().to_owned()),
            session: output.session,
            parameters: output.challenge_parameters.unwrap_or_default(),
            result: output.authentication_result,
        }
    }
}

/// The parameters of `PASSWORD_VERIFIER`. Cognito's own, so they are not secret.
#[derive(Clone)]
struct PasswordVerifier {
    user_id: String,
    username: Option<String>,
    salt: String,
    srp_b: String,
    secret_block: String,
}

impl PasswordVerifier {
    const NAME: &'static str = "PASSWORD_VERIFIER";

    fn read(step: &Step) -> Result<Self, CognitoError> {
        let parameter = |name: &'static str| {
            step.parameters
                .get(name)
                .cloned()
                .ok_or_else(|| incomplete(name))
        };
        let user_id = parameter("USER_ID_FOR_SRP")?;

        Ok(Self {
            username: step.parameters.get("USERNAME").or(Some(&user_id)).cloned(),
            user_id,
            salt: parameter("SALT")?,
            srp_b: parameter("SRP_B")?,
            secret_block: parameter("SECRET_BLOCK")?,
        })
    }
}

/// Cognito left out what the protocol requires.
fn incomplete(what: &'static str) -> CognitoError {
    CognitoError::new(
        CognitoErrorKind::Protocol,
        INITIATE_AUTH,
        format!("an answer with a gap: {what}"),
    )
}

fn error_kind(error: SrpError) -> CognitoErrorKind {
    match error {
        SrpError::Random => CognitoErrorKind::Unavailable,
        _ => CognitoErrorKind::Protocol,
    }
}
