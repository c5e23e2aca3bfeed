use std::collections::HashMap;

use aws_sdk_cognitoidentityprovider::types::AuthFlowType;
use secrecy::SecretString;

use super::attempt::Attempt;
use super::auth_output::AuthOutput;
use super::request::Flow;
use crate::cognito::call::CallResult;
use crate::cognito::{Cognito, CognitoError, LoginRequest, LoginStep};

impl Cognito {
    /// Authenticates with a password, by SRP: the password itself does not leave the process.
    ///
    /// `username` may be an alias where the pool allows it. An unknown user and a wrong
    /// password are the same error where the app client prevents user existence errors.
    ///
    /// # Errors
    ///
    /// `WrongPassword`, `UserNotFound`, `UserDisabled`, `Locked`, `NotAuthorized`: refused.
    /// `UserNotConfirmed`: see [`confirm_sign_up`](Self::confirm_sign_up).
    /// `PasswordResetRequired`. `FlowNotEnabled`: the app client lacks `ALLOW_USER_SRP_AUTH`.
    /// `Throttled` and `Unavailable`: not a refusal.
    pub async fn authenticate(
        &self,
        username: &str,
        password: &SecretString,
    ) -> Result<LoginStep, CognitoError> {
        self.authenticate_with(&LoginRequest::new(username, password.clone()))
            .await
    }

    /// Authenticates with what `request` holds.
    ///
    /// A remembered device that Cognito has forgotten, or that cannot prove itself, is dropped, and
    /// the login tried again without it: [`CognitoUser::device_forgotten`] is true then. It may be
    /// a new one; see [`CognitoUser::new_device`].
    ///
    /// [`CognitoUser::device_forgotten`]: crate::cognito::CognitoUser::device_forgotten
    /// [`CognitoUser::new_device`]: crate::cognito::CognitoUser::new_device
    ///
    /// # Errors
    ///
    /// As for [`authenticate`](Self::authenticate).
    pub async fn authenticate_with(
        &self,
        request: &LoginRequest,
    ) -> Result<LoginStep, CognitoError> {
        self.log_in(request, Attempt::new(request, &self.context))
            .await
    }

    /// Looks up whom a username or an alias leads to. Cognito says it at the first step of a login by SRP,
    /// before anything is proved; of a name that nobody has, it tells a made-up one.
    #[cfg(feature = "pages")]
    pub(crate) async fn account_name(
        &self,
        username: &str,
    ) -> Result<Option<String>, CognitoError> {
        let request = LoginRequest::new(username, SecretString::default());
        let srp = self.srp_client().await?;
        let parameters = [
            ("USERNAME", request.username.as_str()),
            ("SRP_A", srp.srp_a()),
        ];
        let parameters = self.auth_parameters(&request.username, parameters.into_iter());
        let attempt = Attempt::new(&request, &self.context);
        let mut output = self.initiate(&request, &attempt, parameters).await?;

        Ok(output.parameters.remove("USER_ID_FOR_SRP"))
    }

    /// Logs in, and once more without the device if that is refused.
    pub(super) async fn log_in(
        &self,
        request: &LoginRequest,
        attempt: Attempt,
    ) -> Result<LoginStep, CognitoError> {
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
    ) -> Result<LoginStep, CognitoError> {
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
        let asked = match attempt.by_admin {
            true => {
                self.initiate_as_admin(request, &attempt, parameters)
                    .await?
            }
            false => self.initiate(request, &attempt, parameters).await?,
        };
        self.advance(attempt, asked, proof).await
    }

    async fn initiate(
        &self,
        request: &LoginRequest,
        attempt: &Attempt,
        parameters: Option<HashMap<String, String>>,
    ) -> Result<AuthOutput, CognitoError> {
        let output = self
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
            .set_session(request.session())
            .set_client_metadata(attempt.context.client_metadata())
            .set_user_context_data(attempt.context.user_context_data())
            .send()
            .await
            .of("InitiateAuth")?;
        Ok(output.into())
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
