use std::collections::HashMap;

use aws_sdk_cognitoidentityprovider::types::{AuthFlowType, UserContextDataType};
use secrecy::SecretString;

use super::attempt::Attempt;
use super::request::Flow;
use super::step::Step;
use crate::challenge::Challenge;
use crate::cognito::call::CallResult;
use crate::cognito::{Cognito, CognitoError, CognitoUser, LoginRequest};

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

    /// Authenticates with whatever `request` holds.
    ///
    /// A remembered device that Cognito has forgotten, or that cannot prove itself, is dropped, and
    /// the login tried again without it; [`CognitoUser::device_forgotten`] tells. It may then be a
    /// new one; see [`CognitoUser::new_device`].
    ///
    /// # Errors
    ///
    /// As for [`authenticate`](Self::authenticate). `InvalidParameter`: the app client does not
    /// allow the flow.
    pub async fn authenticate_with(
        &self,
        request: &LoginRequest,
    ) -> Result<Authentication, CognitoError> {
        self.log_in(request, Attempt::new(request)).await
    }

    /// Logs in, and once more without the device if that is refused.
    pub(super) async fn log_in(
        &self,
        request: &LoginRequest,
        attempt: Attempt,
    ) -> Result<Authentication, CognitoError> {
        match self.begin(request, attempt.clone()).await {
            Err(error) if attempt.is_about_the_device(&error) => {
                self.begin(request, attempt.without_device()).await
            }
            outcome => outcome,
        }
    }

    async fn begin(
        &self,
        request: &LoginRequest,
        attempt: Attempt,
    ) -> Result<Authentication, CognitoError> {
        let proof = match request.password_to_prove() {
            Some(password) => Some((self.srp_client().await?, password.clone())),
            None => None,
        };
        let public = proof.as_ref().map(|(srp, _)| ("SRP_A", srp.srp_a()));
        let device = attempt.device_key().map(|key| ("DEVICE_KEY", key));
        let parameters = [("USERNAME", request.username.as_str())]
            .into_iter()
            .chain(request.flow_parameters())
            .chain(public)
            .chain(device);

        let parameters = self.auth_parameters(&request.username, parameters);
        let step = match attempt.by_admin {
            true => {
                self.initiate_as_admin(request, &attempt, parameters)
                    .await?
            }
            false => self.initiate(request, &attempt, parameters).await?,
        };
        self.go_on(attempt, step, proof).await
    }

    async fn initiate(
        &self,
        request: &LoginRequest,
        attempt: &Attempt,
        parameters: Option<HashMap<String, String>>,
    ) -> Result<Step, CognitoError> {
        let answer = self
            .inner
            .once
            .initiate_auth()
            .client_id(self.inner.app_client.as_str())
            .auth_flow(match request.flow {
                Flow::Choice(_) => AuthFlowType::UserAuth,
                Flow::Custom => AuthFlowType::CustomAuth,
                Flow::PlainPassword => AuthFlowType::UserPasswordAuth,
                Flow::Srp => AuthFlowType::UserSrpAuth,
            })
            .set_auth_parameters(parameters)
            .set_client_metadata(attempt.client_metadata())
            .set_user_context_data(user_context(attempt))
            .send()
            .await
            .of("InitiateAuth")?;
        Ok(answer.into())
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
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));

        Some(parameters.chain(hash).collect())
    }
}

/// Where the user is, in the API's form.
pub(super) fn user_context(attempt: &Attempt) -> Option<UserContextDataType> {
    let address = attempt.ip_address?.to_string();
    Some(UserContextDataType::builder().ip_address(address).build())
}
