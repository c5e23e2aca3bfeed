use aws_sdk_cognitoidentityprovider::types::{DeliveryMediumType, MessageActionType};
use secrecy::{ExposeSecret, SecretString};

use super::Admin;
use crate::attribute::Attributes;
use crate::cognito::call::CallResult;
use crate::cognito::profile::{attribute_list, write_attributes};
use crate::cognito::{CognitoError, UserProfile};

/// A user whom an administrator creates.
#[derive(Clone, Debug)]
#[must_use]
pub struct NewUser {
    username: String,
    attributes: Attributes,
    validation_data: Vec<(String, String)>,
    temporary_password: Option<SecretString>,
    invite: bool,
    delivery: Vec<DeliveryMediumType>,
    takes_alias: bool,
}

impl NewUser {
    /// Describes a user, who is sent an invitation with a temporary password.
    pub fn new(username: impl Into<String>) -> Self {
        Self {
            username: username.into(),
            attributes: Attributes::new(),
            validation_data: Vec::new(),
            temporary_password: None,
            invite: true,
            delivery: Vec::new(),
            takes_alias: false,
        }
    }

    /// Sets the attributes. `email_verified` and its like may be among them.
    pub fn with_attributes(mut self, attributes: Attributes) -> Self {
        self.attributes = attributes;
        self
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

    /// Sets the temporary password, in place of one that Cognito makes up.
    pub fn with_temporary_password(mut self, password: impl Into<SecretString>) -> Self {
        self.temporary_password = Some(password.into());
        self
    }

    /// Sends the invitation by mail.
    pub fn with_invitation_by_email(mut self) -> Self {
        self.delivery.push(DeliveryMediumType::Email);
        self
    }

    /// Sends the invitation as a text message. That is also what Cognito does unless it is told
    /// otherwise.
    pub fn with_invitation_by_sms(mut self) -> Self {
        self.delivery.push(DeliveryMediumType::Sms);
        self
    }

    /// Takes a verified address that is an alias from the user who has it, if one does.
    pub fn with_alias_taken_over(mut self) -> Self {
        self.takes_alias = true;
        self
    }

    /// Sends no invitation.
    pub fn without_invitation(mut self) -> Self {
        self.invite = false;
        self
    }
}

impl Admin {
    /// Creates a user (`AdminCreateUser`).
    ///
    /// # Errors
    ///
    /// `UsernameExists`; `AliasExists`: another user has the verified address;
    /// `InvalidPassword`: the temporary one; `CodeDeliveryFailure`.
    pub async fn create_user(&self, user: &NewUser) -> Result<UserProfile, CognitoError> {
        let action = (!user.invite).then_some(MessageActionType::Suppress);

        self.send_new_user(user, action).await
    }

    /// Invites once more a user who has not logged in yet, with a new temporary password
    /// (`AdminCreateUser`). The attributes of `user` are not sent.
    ///
    /// # Errors
    ///
    /// `UserNotFound`; `UnsupportedUserState`: the user has a password of their own already;
    /// `CodeDeliveryFailure`.
    pub async fn resend_invitation(&self, user: &NewUser) -> Result<UserProfile, CognitoError> {
        self.send_new_user(user, Some(MessageActionType::Resend))
            .await
    }

    async fn send_new_user(
        &self,
        user: &NewUser,
        action: Option<MessageActionType>,
    ) -> Result<UserProfile, CognitoError> {
        let password = user.temporary_password.as_ref();
        let attributes = match &action {
            Some(MessageActionType::Resend) => None,
            _ => write_attributes(&user.attributes),
        };
        let output = self
            .once()
            .admin_create_user()
            .user_pool_id(self.pool_id())
            .username(&user.username)
            .set_user_attributes(attributes)
            .set_validation_data(attribute_list(&user.validation_data))
            .set_client_metadata(self.cognito.context.client_metadata())
            .set_temporary_password(password.map(|it| it.expose_secret().to_owned()))
            .set_message_action(action)
            .set_desired_delivery_mediums(
                (!user.delivery.is_empty()).then(|| user.delivery.clone()),
            )
            .force_alias_creation(user.takes_alias)
            .send()
            .await
            .of("AdminCreateUser")?;

        Ok(output.user().map_or_else(
            || UserProfile::new(&user.username, user.attributes.clone()),
            UserProfile::read,
        ))
    }
}
