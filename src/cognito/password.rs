use secrecy::{ExposeSecret, SecretString};

use super::call::CallResult;
use super::delivery::CodeDelivery;
use super::{Cognito, CognitoError, CognitoUser};
use crate::challenge::plain_code;
use crate::id::trim_username;

impl Cognito {
    /// Sends a code with which a forgotten password can be reset (`ForgotPassword`).
    ///
    /// # Errors
    ///
    /// `UserNotFound`, and `NoVerifiedAddress`: do not tell these to strangers.
    /// `UnsupportedUserState`: the password cannot be reset in the user's state.
    /// `CodeDeliveryFailure`. `LimitExceeded`: wait.
    pub async fn initiate_forgot_password(
        &self,
        username: &str,
    ) -> Result<Option<CodeDelivery>, CognitoError> {
        let username = trim_username(username);
        let output = self
            .inner
            .once
            .forgot_password()
            .client_id(self.inner.app_client.as_str())
            .set_secret_hash(self.secret_hash(username))
            .username(username)
            .set_client_metadata(self.context.client_metadata())
            .set_user_context_data(self.context.user_context_data())
            .send()
            .await
            .of("ForgotPassword")?;

        Ok(output.code_delivery_details().map(CodeDelivery::read))
    }

    /// Sets a new password with the code that was sent (`ConfirmForgotPassword`).
    ///
    /// # Errors
    ///
    /// `CodeMismatch`, `ExpiredCode`: the code. `InvalidPassword`, `PasswordHistory`: the new
    /// password. `TooManyFailedAttempts`, `LimitExceeded`: wait.
    pub async fn confirm_forgot_password(
        &self,
        username: &str,
        code: &str,
        new_password: &SecretString,
    ) -> Result<(), CognitoError> {
        let username = trim_username(username);
        self.inner
            .once
            .confirm_forgot_password()
            .client_id(self.inner.app_client.as_str())
            .set_secret_hash(self.secret_hash(username))
            .username(username)
            .confirmation_code(plain_code(code))
            .password(new_password.expose_secret())
            .set_client_metadata(self.context.client_metadata())
            .set_user_context_data(self.context.user_context_data())
            .send()
            .await
            .of("ConfirmForgotPassword")?;
        Ok(())
    }
}

impl CognitoUser {
    /// Changes the password (`ChangePassword`).
    ///
    /// # Errors
    ///
    /// `WrongPassword`: the old one. `InvalidPassword`, `PasswordHistory`: the new one.
    /// `LimitExceeded`: wait. `TokenRefused`: the login is over.
    pub async fn change_password(
        &self,
        old_password: &SecretString,
        new_password: &SecretString,
    ) -> Result<(), CognitoError> {
        self.cognito()
            .inner
            .once
            .change_password()
            .access_token(self.tokens().access.expose())
            .previous_password(old_password.expose_secret())
            .proposed_password(new_password.expose_secret())
            .send()
            .await
            .of("ChangePassword")?;
        Ok(())
    }
}
