use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::call::CallResult;
use super::delivery::CodeDelivery;
use super::profile::{attribute_list, write_attributes};
use super::{Cognito, CognitoError};
use crate::attribute::{Attributes, ParseAttributeNameError};
use crate::challenge::{ChallengeSession, plain_code};
use crate::id::{Subject, trim_username};

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
    /// What lets the user in without another proof, once the sign-up is confirmed. See
    /// [`Cognito::confirm_sign_up_in`].
    pub session: Option<ChallengeSession>,
}

/// What a user signs up with.
#[derive(Clone)]
#[must_use]
pub struct SignUp {
    username: String,
    password: SecretString,
    attributes: Attributes,
    validation_data: Vec<(String, String)>,
}

impl SignUp {
    /// Creates a sign-up with a name and a password.
    pub fn new(username: impl AsRef<str>, password: impl Into<SecretString>) -> Self {
        Self {
            username: trim_username(username.as_ref()).to_owned(),
            password: password.into(),
            attributes: Attributes::new(),
            validation_data: Vec::new(),
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

    /// Adds an entry of the `ValidationData` that the trigger before the sign-up is given, and
    /// that is not kept.
    pub fn with_validation_data(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.validation_data.push((name.into(), value.into()));
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
    /// `CodeDeliveryFailure`: the user is there, and the code can be sent again.
    /// `FeatureNotEnabled`: the pool lets administrators create users only.
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
        let output = self
            .inner
            .once
            .sign_up()
            .client_id(self.inner.app_client.as_str())
            .set_secret_hash(self.secret_hash(&sign_up.username))
            .username(&sign_up.username)
            .password(sign_up.password.expose_secret())
            .set_user_attributes(write_attributes(&sign_up.attributes))
            .set_validation_data(attribute_list(&sign_up.validation_data))
            .set_client_metadata(self.context.client_metadata())
            .set_user_context_data(self.context.user_context_data())
            .send()
            .await
            .of("SignUp")?;

        Ok(Registration {
            sub: output.user_sub().into(),
            confirmed: output.user_confirmed(),
            delivery: output.code_delivery_details().map(CodeDelivery::read),
            session: output.session.map(ChallengeSession::from),
        })
    }

    /// Confirms a sign-up with the code that was sent (`ConfirmSignUp`).
    ///
    /// # Errors
    ///
    /// `CodeMismatch`, `ExpiredCode`: the code. `AliasExists`: another user has the address.
    /// `AlreadyConfirmed`. `TooManyFailedAttempts`: wait.
    pub async fn confirm_sign_up(&self, username: &str, code: &str) -> Result<(), CognitoError> {
        self.confirm(username, code, None).await?;
        Ok(())
    }

    /// Confirms a sign-up in the session that it was begun in, and returns what the user can log
    /// in with at once: see [`LoginRequest::after_sign_up`](super::LoginRequest::after_sign_up).
    ///
    /// # Errors
    ///
    /// As for [`confirm_sign_up`](Self::confirm_sign_up).
    pub async fn confirm_sign_up_in(
        &self,
        session: &ChallengeSession,
        username: &str,
        code: &str,
    ) -> Result<Option<ChallengeSession>, CognitoError> {
        self.confirm(username, code, Some(session)).await
    }

    async fn confirm(
        &self,
        username: &str,
        code: &str,
        session: Option<&ChallengeSession>,
    ) -> Result<Option<ChallengeSession>, CognitoError> {
        let username = trim_username(username);
        let output = self
            .inner
            .once
            .confirm_sign_up()
            .client_id(self.inner.app_client.as_str())
            .set_secret_hash(self.secret_hash(username))
            .username(username)
            .confirmation_code(plain_code(code))
            .set_session(session.map(|session| session.expose().to_owned()))
            .set_client_metadata(self.context.client_metadata())
            .set_user_context_data(self.context.user_context_data())
            .send()
            .await
            .of("ConfirmSignUp")?;

        Ok(output.session.map(ChallengeSession::from))
    }

    /// Sends the code of a sign-up once more (`ResendConfirmationCode`).
    ///
    /// # Errors
    ///
    /// `AlreadyConfirmed`. `CodeDeliveryFailure`. `LimitExceeded`: wait.
    pub async fn resend_confirmation_code(
        &self,
        username: &str,
    ) -> Result<Option<CodeDelivery>, CognitoError> {
        let username = trim_username(username);
        let output = self
            .inner
            .once
            .resend_confirmation_code()
            .client_id(self.inner.app_client.as_str())
            .set_secret_hash(self.secret_hash(username))
            .username(username)
            .set_client_metadata(self.context.client_metadata())
            .set_user_context_data(self.context.user_context_data())
            .send()
            .await
            .of("ResendConfirmationCode")?;

        Ok(output.code_delivery_details().map(CodeDelivery::read))
    }
}
