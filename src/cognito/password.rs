use secrecy::{ExposeSecret, SecretString};

use super::call::CallResult;
use super::delivery::CodeDelivery;
use super::{Cognito, CognitoError, CognitoUser};

impl Cognito {
    /// Sends a code with which a forgotten password can be reset (`ForgotPassword`).
    ///
    /// # Errors
    ///
    /// `UserNotFound`, and `InvalidParameter` for a user without a verified address: do not
    /// tell these to strangers. `NotAuthorized`: the password cannot be reset in the user's
    /// state. `LimitExceeded`: wait.
    pub async fn initiate_forgot_password(
        &self,
        username: &str,
    ) -> Result<Option<CodeDelivery>, CognitoError> {
        let answer = self
            .inner
            .once
            .forgot_password()
            .client_id(self.inner.app_client.as_str())
            .set_secret_hash(self.secret_hash(username))
            .username(username)
            .send()
            .await
            .of("ForgotPassword")?;

        Ok(answer.code_delivery_details().map(CodeDelivery::read))
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
        self.inner
            .once
            .confirm_forgot_password()
            .client_id(self.inner.app_client.as_str())
            .set_secret_hash(self.secret_hash(username))
            .username(username)
            .confirmation_code(code)
            .password(new_password.expose_secret())
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
    /// `NotAuthorized`: the old password is wrong, or the access token is no longer good.
    /// `InvalidPassword`, `PasswordHistory`: the new one. `LimitExceeded`: wait.
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
