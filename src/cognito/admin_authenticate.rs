use std::collections::HashMap;

use aws_sdk_cognitoidentityprovider::types::{AuthFlowType, ChallengeNameType};
use secrecy::{ExposeSecret, SecretString};

use super::attempt::Attempt;
use super::call::CallResult;
use super::step::Step;
use super::{Authentication, Cognito, CognitoError};

impl Cognito {
    /// Authenticates a user with a password, as an administrator (`AdminInitiateAuth`).
    ///
    /// The challenges of such a login are answered by [`respond`](Self::respond) as well, which
    /// sends them to `AdminRespondToAuthChallenge`.
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

        self.go_on(Attempt::by_admin(username), answer.into(), None)
            .await
    }

    /// Sends responses as an administrator.
    pub(super) async fn send_step_as_admin(
        &self,
        attempt: &Attempt,
        challenge: ChallengeNameType,
        session: Option<String>,
        responses: HashMap<String, String>,
    ) -> Result<Step, CognitoError> {
        const OPERATION: &str = "AdminRespondToAuthChallenge";

        self.require_credentials(OPERATION)?;
        let answer = self
            .inner
            .once
            .admin_respond_to_auth_challenge()
            .user_pool_id(self.inner.user_pool.as_str())
            .client_id(self.inner.app_client.as_str())
            .challenge_name(challenge)
            .set_session(session)
            .set_challenge_responses(Some(responses))
            .set_client_metadata(attempt.client_metadata())
            .send()
            .await
            .of(OPERATION)?;
        Ok(answer.into())
    }
}
