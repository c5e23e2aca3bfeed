use std::collections::HashMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::call::CallResult;
use super::delivery::CodeDelivery;
use super::profile::write_attributes;
use super::{Cognito, CognitoError};
use crate::attribute::{Attributes, ParseAttributeNameError};
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

/// What a user signs up with.
#[derive(Clone)]
#[must_use]
pub struct SignUp {
    username: String,
    password: SecretString,
    attributes: Attributes,
    metadata: HashMap<String, String>,
}

impl SignUp {
    /// Signs up with a name and a password.
    pub fn new(username: impl Into<String>, password: impl Into<SecretString>) -> Self {
        Self {
            username: username.into(),
            password: password.into(),
            attributes: Attributes::new(),
            metadata: HashMap::new(),
        }
    }

    /// Adds attributes. Custom ones are named with their prefix, `custom:team`.
    pub fn with_attributes(mut self, attributes: &Attributes) -> Self {
        let attributes = attributes.iter();
        self.attributes
            .extend(attributes.map(|(name, value)| (name.clone(), value.to_owned())));
        self
    }

    /// Adds a custom attribute. The prefix `custom:` may be there or not: it is not doubled.
    ///
    /// # Errors
    ///
    /// [`ParseAttributeNameError`]: the name is not one that Cognito takes.
    pub fn with_custom_attribute(
        mut self,
        name: &str,
        value: impl Into<String>,
    ) -> Result<Self, ParseAttributeNameError> {
        let is_prefixed = name.starts_with("custom:") || name.starts_with("dev:custom:");
        let name = match is_prefixed {
            true => name.parse()?,
            false => format!("custom:{name}").parse()?,
        };
        self.attributes.insert(name, value);
        Ok(self)
    }

    /// Adds an entry of the `ClientMetadata` that triggers of the user pool are given.
    pub fn with_client_metadata(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.metadata.insert(name.into(), value.into());
        self
    }
}

impl fmt::Debug for SignUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignUp")
            .field("attributes", &self.attributes)
            .finish_non_exhaustive()
    }
}

impl Cognito {
    /// Signs a user up (`SignUp`).
    ///
    /// Custom attributes are named with their prefix, `custom:team`. For more, see
    /// [`register_with`](Self::register_with).
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
        let sign_up = SignUp::new(username, password.clone()).with_attributes(attributes);

        self.register_with(&sign_up).await
    }

    /// Signs a user up with whatever `sign_up` holds (`SignUp`).
    ///
    /// # Errors
    ///
    /// As for [`register`](Self::register). `UserLambdaValidation`: a trigger refused it.
    pub async fn register_with(&self, sign_up: &SignUp) -> Result<Registration, CognitoError> {
        let metadata = Some(&sign_up.metadata).filter(|metadata| !metadata.is_empty());
        let answer = self
            .inner
            .once
            .sign_up()
            .client_id(self.inner.app_client.as_str())
            .set_secret_hash(self.secret_hash(&sign_up.username))
            .username(&sign_up.username)
            .password(sign_up.password.expose_secret())
            .set_user_attributes(write_attributes(&sign_up.attributes))
            .set_client_metadata(metadata.cloned())
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
