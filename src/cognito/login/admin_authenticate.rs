use std::collections::HashMap;

use aws_sdk_cognitoidentityprovider::types::{AuthFlowType, ChallengeNameType};
use secrecy::SecretString;

use super::attempt::Attempt;
use super::request::Flow;
use super::step::Step;
use crate::cognito::call::CallResult;
use crate::cognito::{Authentication, Cognito, CognitoError, LoginRequest};

const INITIATE: &str = "AdminInitiateAuth";

impl Cognito {
    /// Authenticates a user with a password, as an administrator (`AdminInitiateAuth`).
    ///
    /// The password is sent to Cognito, inside TLS: prefer [`authenticate`](Self::authenticate),
    /// or [`admin_authenticate_with`](Self::admin_authenticate_with), which prove it. Needs AWS
    /// credentials.
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
        let request = LoginRequest::new(username, password.clone());

        self.admin_authenticate_with(&request.dangerous_with_plain_password())
            .await
    }

    /// Authenticates a user with whatever `request` holds, as an administrator
    /// (`AdminInitiateAuth`).
    ///
    /// The challenges of such a login are answered by [`respond`](Self::respond) as well, which
    /// sends them to `AdminRespondToAuthChallenge`. The user's address is not sent along.
    ///
    /// # Errors
    ///
    /// As for [`authenticate_with`](Self::authenticate_with). `MissingCredentials`.
    pub async fn admin_authenticate_with(
        &self,
        request: &LoginRequest,
    ) -> Result<Authentication, CognitoError> {
        self.require_credentials(INITIATE)?;

        self.log_in(request, Attempt::by_admin(request)).await
    }

    /// Makes the first call of a login as an administrator.
    pub(super) async fn initiate_as_admin(
        &self,
        request: &LoginRequest,
        attempt: &Attempt,
        parameters: Option<HashMap<String, String>>,
    ) -> Result<Step, CognitoError> {
        let answer = self
            .inner
            .once
            .admin_initiate_auth()
            .user_pool_id(self.inner.user_pool.as_str())
            .client_id(self.inner.app_client.as_str())
            .auth_flow(match request.flow {
                Flow::Choice(_) => AuthFlowType::UserAuth,
                Flow::Custom => AuthFlowType::CustomAuth,
                Flow::PlainPassword => AuthFlowType::AdminUserPasswordAuth,
                Flow::Srp => AuthFlowType::UserSrpAuth,
            })
            .set_auth_parameters(parameters)
            .set_client_metadata(attempt.client_metadata())
            .send()
            .await
            .of(INITIATE)?;
        Ok(answer.into())
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
