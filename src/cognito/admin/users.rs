use secrecy::{ExposeSecret, SecretString};

use crate::attribute::Attributes;
use crate::cognito::call::CallResult;
use crate::cognito::profile::{read_attributes, write_attributes};
use crate::cognito::{Cognito, CognitoError, UserProfile, UserStatus};

/// Users, for administrators. All of these need AWS credentials: without, they fail with
/// `MissingCredentials`.
impl Cognito {
    /// Asks for a user with their status, as an administrator (`AdminGetUser`).
    ///
    /// Needs AWS credentials with the permission `cognito-idp:AdminGetUser` on the pool.
    ///
    /// # Errors
    ///
    /// `MissingCredentials`: the client was built without AWS credentials.
    /// `UserNotFound`: no such user.
    pub async fn admin_get_user(&self, username: &str) -> Result<UserProfile, CognitoError> {
        const OPERATION: &str = "AdminGetUser";

        self.require_credentials(OPERATION)?;
        let answer = self
            .inner
            .client
            .admin_get_user()
            .user_pool_id(self.inner.user_pool.as_str())
            .username(username)
            .send()
            .await
            .map_err(|error| CognitoError::from_sdk(OPERATION, error))?;

        Ok(UserProfile {
            status: answer.user_status().map(UserStatus::read),
            enabled: Some(answer.enabled()),
            mfa: answer.user_mfa_setting_list().to_vec(),
            preferred_mfa: answer.preferred_mfa_setting().map(str::to_owned),
            ..UserProfile::new(answer.username(), read_attributes(answer.user_attributes()))
        })
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
