use std::collections::HashMap;

use aws_sdk_cognitoidentityprovider::types::{AuthFlowType, ChallengeNameType};
use secrecy::SecretString;

use super::attempt::Attempt;
use super::auth_output::AuthOutput;
use super::request::Flow;
use crate::cognito::call::CallResult;
use crate::cognito::{Admin, Cognito, CognitoError, LoginRequest, LoginStep};

/// Logins that an administrator makes.
impl Admin {
    /// Authenticates a user with a password (`AdminInitiateAuth`).
    ///
    /// The password is sent to Cognito, inside TLS: prefer
    /// [`Cognito::authenticate`], or [`authenticate_with`](Self::authenticate_with), which prove
    /// it.
    ///
    /// # Errors
    ///
    /// As for [`Cognito::authenticate`]; `FlowNotEnabled`: the app client lacks
    /// `ALLOW_ADMIN_USER_PASSWORD_AUTH`.
    pub async fn authenticate(
        &self,
        username: &str,
        password: &SecretString,
    ) -> Result<LoginStep, CognitoError> {
        let request = LoginRequest::new(username, password.clone());

        self.authenticate_with(&request.dangerous_with_plain_password())
            .await
    }

    /// Authenticates a user with what `request` holds (`AdminInitiateAuth`).
    ///
    /// The challenges of such a login are answered by [`Cognito::respond`] as well, which sends
    /// them to `AdminRespondToAuthChallenge`.
    ///
    /// # Errors
    ///
    /// As for [`Cognito::authenticate_with`].
    pub async fn authenticate_with(
        &self,
        request: &LoginRequest,
    ) -> Result<LoginStep, CognitoError> {
        let cognito = self.cognito();
        let attempt = Attempt::by_admin(request, &cognito.context);

        cognito.log_in(request, attempt).await
    }
}

impl Cognito {
    /// Makes the first call of a login as an administrator.
    pub(super) async fn initiate_as_admin(
        &self,
        request: &LoginRequest,
        attempt: &Attempt,
        parameters: Option<HashMap<String, String>>,
    ) -> Result<AuthOutput, CognitoError> {
        let output = self
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
            .set_session(request.session())
            .set_client_metadata(attempt.context.client_metadata())
            .set_context_data(attempt.context.context_data())
            .send()
            .await
            .of("AdminInitiateAuth")?;
        Ok(output.into())
    }

    /// Sends responses as an administrator.
    pub(super) async fn send_step_as_admin(
        &self,
        attempt: &Attempt,
        challenge: ChallengeNameType,
        session: Option<String>,
        responses: HashMap<String, String>,
    ) -> Result<AuthOutput, CognitoError> {
        // What was begun with credentials may be answered by a client that has none.
        let admin = self.admin()?;
        let output = admin
            .cognito()
            .inner
            .once
            .admin_respond_to_auth_challenge()
            .user_pool_id(self.inner.user_pool.as_str())
            .client_id(self.inner.app_client.as_str())
            .challenge_name(challenge)
            .set_session(session)
            .set_challenge_responses(Some(responses))
            .set_client_metadata(attempt.context.client_metadata())
            .set_context_data(attempt.context.context_data())
            .send()
            .await
            .of("AdminRespondToAuthChallenge")?;
        Ok(output.into())
    }
}
