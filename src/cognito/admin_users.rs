use std::collections::VecDeque;

use aws_sdk_cognitoidentityprovider::types::{DeliveryMediumType, MessageActionType};
use futures_core::Stream;
use futures_util::stream;
use secrecy::{ExposeSecret, SecretString};

use super::call::CallResult;
use super::profile::write_attributes;
use super::{Cognito, CognitoError, UserProfile};
use crate::attribute::Attributes;

/// A user whom an administrator creates.
#[derive(Clone, Debug)]
#[must_use]
pub struct NewUser {
    username: String,
    attributes: Attributes,
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

/// Which users to list.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct UserQuery {
    filter: Option<String>,
    attributes: Option<Vec<String>>,
}

impl UserQuery {
    /// Asks for all users, with all their attributes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for users whose attribute is exactly this. Custom attributes cannot be asked for.
    pub fn with_attribute(mut self, name: &str, value: &str) -> Self {
        self.filter = Some(filter(name, "=", value));
        self
    }

    /// Asks for users whose attribute begins with this.
    pub fn with_prefix(mut self, name: &str, prefix: &str) -> Self {
        self.filter = Some(filter(name, "^=", prefix));
        self
    }

    /// Asks for these attributes only.
    pub fn with_attributes_to_get<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.attributes = Some(names.into_iter().map(str::to_owned).collect());
        self
    }
}

/// Writes a filter. A quote in the value cannot end it.
fn filter(name: &str, comparison: &str, value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
    format!("{name} {comparison} \"{value}\"")
}

/// Users, for administrators. All of these need AWS credentials: without, they fail with
/// `MissingCredentials`.
impl Cognito {
    /// Lists users, as a stream over all pages (`ListUsers`).
    ///
    /// # Errors
    ///
    /// `InvalidParameter`: an attribute that cannot be searched for. After an error the
    /// stream ends.
    pub fn get_users(
        &self,
        query: UserQuery,
    ) -> impl Stream<Item = Result<UserProfile, CognitoError>> + Send + use<> {
        struct Pages {
            cognito: Cognito,
            query: UserQuery,
            read: VecDeque<UserProfile>,
            next: Option<String>,
            ended: bool,
        }

        let pages = Pages {
            cognito: self.clone(),
            query,
            read: VecDeque::new(),
            next: None,
            ended: false,
        };
        stream::try_unfold(pages, async |mut pages: Pages| {
            while pages.read.is_empty() && !pages.ended {
                let (users, next) = pages.cognito.list_users(&pages.query, pages.next).await?;
                pages.read.extend(users);
                pages.ended = next.is_none();
                pages.next = next;
            }
            let user = pages.read.pop_front();
            Ok(user.map(|user| (user, pages)))
        })
    }

    async fn list_users(
        &self,
        query: &UserQuery,
        token: Option<String>,
    ) -> Result<(Vec<UserProfile>, Option<String>), CognitoError> {
        const OPERATION: &str = "ListUsers";

        self.require_credentials(OPERATION)?;
        let answer = self
            .inner
            .client
            .list_users()
            .user_pool_id(self.inner.user_pool.as_str())
            .set_filter(query.filter.clone())
            .set_attributes_to_get(query.attributes.clone())
            .set_pagination_token(token)
            .send()
            .await
            .of(OPERATION)?;
        let users = answer.users().iter().map(UserProfile::read).collect();

        Ok((users, answer.pagination_token))
    }

    /// Creates a user (`AdminCreateUser`).
    ///
    /// # Errors
    ///
    /// `UsernameExists`; `AliasExists`: another user has the verified address;
    /// `InvalidPassword`: the temporary one; `CodeDeliveryFailure`.
    pub async fn admin_create_user(&self, user: &NewUser) -> Result<UserProfile, CognitoError> {
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
    pub async fn admin_resend_invitation(
        &self,
        user: &NewUser,
    ) -> Result<UserProfile, CognitoError> {
        self.send_new_user(user, Some(MessageActionType::Resend))
            .await
    }

    async fn send_new_user(
        &self,
        user: &NewUser,
        action: Option<MessageActionType>,
    ) -> Result<UserProfile, CognitoError> {
        const OPERATION: &str = "AdminCreateUser";

        self.require_credentials(OPERATION)?;
        let password = user.temporary_password.as_ref();
        let attributes = match &action {
            Some(MessageActionType::Resend) => None,
            _ => write_attributes(&user.attributes),
        };
        let answer = self
            .inner
            .once
            .admin_create_user()
            .user_pool_id(self.inner.user_pool.as_str())
            .username(&user.username)
            .set_user_attributes(attributes)
            .set_temporary_password(password.map(|it| it.expose_secret().to_owned()))
            .set_message_action(action)
            .set_desired_delivery_mediums(
                (!user.delivery.is_empty()).then(|| user.delivery.clone()),
            )
            .force_alias_creation(user.takes_alias)
            .send()
            .await
            .of(OPERATION)?;

        Ok(answer.user().map_or_else(
            || UserProfile::new(&user.username, user.attributes.clone()),
            UserProfile::read,
        ))
    }

    /// Sets a user's password, for good or until the next login (`AdminSetUserPassword`).
    ///
    /// # Errors
    ///
    /// `InvalidPassword`, `UserNotFound`.
    pub async fn admin_set_password(
        &self,
        username: &str,
        password: &SecretString,
        permanent: bool,
    ) -> Result<(), CognitoError> {
        const OPERATION: &str = "AdminSetUserPassword";

        self.require_credentials(OPERATION)?;
        let call = self.inner.once.admin_set_user_password();
        let call = call
            .user_pool_id(self.inner.user_pool.as_str())
            .username(username);
        let call = call.password(password.expose_secret()).permanent(permanent);
        call.send().await.of(OPERATION)?;
        Ok(())
    }

    /// Changes attributes of a user, also those that the app client may not write
    /// (`AdminUpdateUserAttributes`).
    ///
    /// # Errors
    ///
    /// `UserNotFound`, `AliasExists`, `InvalidParameter`.
    pub async fn admin_update_profile(
        &self,
        username: &str,
        attributes: &Attributes,
    ) -> Result<(), CognitoError> {
        const OPERATION: &str = "AdminUpdateUserAttributes";

        self.require_credentials(OPERATION)?;
        let call = self.inner.client.admin_update_user_attributes();
        let call = call
            .user_pool_id(self.inner.user_pool.as_str())
            .username(username);
        let call = call.set_user_attributes(write_attributes(attributes));
        call.send().await.of(OPERATION)?;
        Ok(())
    }

    /// Deletes attributes of a user (`AdminDeleteUserAttributes`).
    ///
    /// # Errors
    ///
    /// `UserNotFound`, `InvalidParameter`.
    pub async fn admin_delete_attributes(
        &self,
        username: &str,
        names: &[&str],
    ) -> Result<(), CognitoError> {
        const OPERATION: &str = "AdminDeleteUserAttributes";

        self.require_credentials(OPERATION)?;
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let call = self.inner.client.admin_delete_user_attributes();
        let call = call
            .user_pool_id(self.inner.user_pool.as_str())
            .username(username);
        let call = call.set_user_attribute_names(Some(names));
        call.send().await.of(OPERATION)?;
        Ok(())
    }
}

/// Writes a method for an operation that takes a username and says nothing back.
macro_rules! user_operations {
    ($($(#[$doc:meta])* $method:ident: $operation:ident = $name:literal,)*) => {
        impl Cognito {
            $(
                $(#[$doc])*
                ///
                /// Needs AWS credentials.
                ///
                /// # Errors
                ///
                /// `UserNotFound`, `MissingCredentials`.
                pub async fn $method(&self, username: &str) -> Result<(), CognitoError> {
                    self.require_credentials($name)?;
                    let call = self.inner.once.$operation();
                    let call = call.user_pool_id(self.inner.user_pool.as_str());
                    call.username(username).send().await.of($name)?;
                    Ok(())
                }
            )*
        }
    };
}

user_operations! {
    /// Confirms a sign-up without a code (`AdminConfirmSignUp`).
    admin_confirm_sign_up: admin_confirm_sign_up = "AdminConfirmSignUp",
    /// Deletes a user (`AdminDeleteUser`).
    admin_delete_user: admin_delete_user = "AdminDeleteUser",
    /// Keeps a user from logging in (`AdminDisableUser`). Tokens stay good until they expire.
    admin_disable_user: admin_disable_user = "AdminDisableUser",
    /// Lets a user log in again (`AdminEnableUser`).
    admin_enable_user: admin_enable_user = "AdminEnableUser",
    /// Logs a user out everywhere (`AdminUserGlobalSignOut`).
    admin_global_sign_out: admin_user_global_sign_out = "AdminUserGlobalSignOut",
    /// Makes a user choose a new password, with a code that is sent (`AdminResetUserPassword`).
    admin_reset_password: admin_reset_user_password = "AdminResetUserPassword",
}
