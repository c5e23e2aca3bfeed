use secrecy::{ExposeSecret, SecretString};

use super::call::CallResult;
use super::delivery::CodeDelivery;
use super::profile::write_attributes;
use super::{Cognito, CognitoError};
use crate::attribute::Attributes;
use crate::id::Subject;

/// A sign-up that Cognito has taken.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Registration {
    /// The new user's `sub`.
    pub sub: Subject,
    /// Whether the user may log in already, without confirming the sign-up.
    pub confirmed: bool,
    /// Where the code went, if one was sent.
    pub delivery: Option<CodeDelivery>,
}

impl Cognito {
    /// Signs a user up (`SignUp`).
    ///
    /// Custom attributes are named with their prefix, `custom:team`.
    ///
    /// # Errors
    ///
    /// `UsernameExists`: the name is taken; do not tell that to strangers. `InvalidPassword`:
    /// the policy. `InvalidParameter`: an attribute that the pool requires or refuses.
    /// `NotAuthorized`: the pool lets administrators create users only.
    pub async fn register(
        &self,
        username: &str,
        password: &SecretString,
        attributes: &Attributes,
    ) -> Result<Registration, CognitoError> {
        let answer = self
            .inner
            .once
            .sign_up()
            .client_id(self.inner.app_client.as_str())
            .set_secret_hash(self.secret_hash(username))
            .username(username)
            .password(password.expose_secret())
            .set_user_attributes(write_attributes(attributes))
            .send()
            .await
            .of("SignUp")?;

        Ok(Registration {
            sub: answer.user_sub().into(),
            confirmed: answer.user_confirmed(),
            delivery: answer.code_delivery_details().map(CodeDelivery::read),
        })
    }

    /// Confirms a sign-up with the code that was sent (`ConfirmSignUp`).
    ///
    /// # Errors
    ///
    /// `CodeMismatch`, `ExpiredCode`: the code. `AliasExists`: another user has the address.
    /// `NotAuthorized`: the user is confirmed already. `TooManyFailedAttempts`: wait.
    pub async fn confirm_sign_up(&self, username: &str, code: &str) -> Result<(), CognitoError> {
        self.inner
            .once
            .confirm_sign_up()
            .client_id(self.inner.app_client.as_str())
            .set_secret_hash(self.secret_hash(username))
            .username(username)
            .confirmation_code(code)
            .send()
            .await
            .of("ConfirmSignUp")?;
        Ok(())
    }

    /// Sends the code of a sign-up once more (`ResendConfirmationCode`).
    ///
    /// # Errors
    ///
    /// `InvalidParameter`: the user is confirmed already. `LimitExceeded`: wait.
    pub async fn resend_confirmation_code(
        &self,
        username: &str,
    ) -> Result<Option<CodeDelivery>, CognitoError> {
        let answer = self
            .inner
            .once
            .resend_confirmation_code()
            .client_id(self.inner.app_client.as_str())
            .set_secret_hash(self.secret_hash(username))
            .username(username)
            .send()
            .await
            .of("ResendConfirmationCode")?;

        Ok(answer.code_delivery_details().map(CodeDelivery::read))
    }
}
