use aws_sdk_cognitoidentityprovider::types::{AuthFlowType, ChallengeNameType};
use secrecy::{ExposeSecret, SecretString};

use super::call::CallResult;
use super::step::Step;
use super::{Authentication, Cognito, CognitoError};
use crate::challenge::{Challenge, ChallengeRecord};

/// A parameter of ours: the login was started by an administrator, so that its challenges are
/// answered by one.
const BY_ADMIN: &str = "axum_cognito.by_admin";

impl Cognito {
    /// Authenticates a user with a password, as an administrator (`AdminInitiateAuth`).
    ///
    /// The password is sent to Cognito, inside TLS: prefer
    /// [`authenticate`](Self::authenticate), which proves it. Needs AWS credentials.
    ///
    /// # Errors
    ///
    /// As for [`authenticate`](Self::authenticate); `InvalidParameter`: the app client lacks
    /// `ALLOW_ADMIN_USER_PASSWORD_AUTH`. `MissingCredentials`.
    pub async fn admin_authenticate(
        &self,
        username: &str,
        password: &SecretString,
    ) -> Result<Authentication, CognitoError> {
        const OPERATION: &str = "AdminInitiateAuth";

        self.require_credentials(OPERATION)?;
        let parameters = [
            ("USERNAME", username),
            ("PASSWORD", password.expose_secret()),
        ];
        let answer = self
            .inner
            .once
            .admin_initiate_auth()
            .user_pool_id(self.inner.user_pool.as_str())
            .client_id(self.inner.app_client.as_str())
            .auth_flow(AuthFlowType::AdminUserPasswordAuth)
            .set_auth_parameters(self.auth_parameters(username, parameters.into_iter()))
            .send()
            .await
            .of(OPERATION)?;

        let step = Step {
            challenge: answer.challenge_name.map(|name| name.as_str().to_owned()),
            session: answer.session,
            parameters: answer.challenge_parameters.unwrap_or_default(),
            result: answer.authentication_result,
        };
        self.go_on_as_admin(username, step).await
    }

    /// Whether a challenge is one that an administrator answers.
    pub(super) fn is_by_admin(challenge: &ChallengeRecord) -> bool {
        challenge.parameter(BY_ADMIN).is_some()
    }

    /// Answers a challenge as an administrator (`AdminRespondToAuthChallenge`).
    pub(super) async fn respond_as_admin(
        &self,
        challenge: &ChallengeRecord,
        session: Option<&str>,
        responses: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Authentication, CognitoError> {
        const OPERATION: &str = "AdminRespondToAuthChallenge";

        self.require_credentials(OPERATION)?;
        let username = challenge.username();
        let mut call = self
            .inner
            .once
            .admin_respond_to_auth_challenge()
            .user_pool_id(self.inner.user_pool.as_str())
            .client_id(self.inner.app_client.as_str())
            .challenge_name(ChallengeNameType::from(challenge.name()))
            .set_session(session.map(str::to_owned))
            .challenge_responses("USERNAME", username);
        if let Some(hash) = self.secret_hash(username) {
            call = call.challenge_responses("SECRET_HASH", hash);
        }
        for (name, value) in responses {
            call = call.challenge_responses(name, value);
        }
        let answer = call.send().await.of(OPERATION)?;

        let step = Step {
            challenge: answer.challenge_name.map(|name| name.as_str().to_owned()),
            session: answer.session,
            parameters: answer.challenge_parameters.unwrap_or_default(),
            result: answer.authentication_result,
        };
        self.go_on_as_admin(username, step).await
    }

    async fn go_on_as_admin(
        &self,
        username: &str,
        step: Step,
    ) -> Result<Authentication, CognitoError> {
        match self.prepare(self.outcome(username, step)?).await? {
            Authentication::Challenge(challenge) => {
                let marked = challenge
                    .record()
                    .clone()
                    .with_parameters([(BY_ADMIN.to_owned(), "true".to_owned())]);
                Ok(Authentication::Challenge(Challenge::from(marked)))
            }
            complete => Ok(complete),
        }
    }
}
