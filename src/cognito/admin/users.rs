use secrecy::{ExposeSecret, SecretString};

use super::Admin;
use crate::attribute::Attributes;
use crate::cognito::call::CallResult;
use crate::cognito::profile::{read_attributes, write_attributes};
use crate::cognito::{AuthFactors, CognitoError, UserProfile, UserStatus};

/// Users.
impl Admin {
    /// Returns a user with their status (`AdminGetUser`).
    ///
    /// # Errors
    ///
    /// `UserNotFound`.
    pub async fn get_user(&self, username: &str) -> Result<UserProfile, CognitoError> {
        let call = self.client().admin_get_user().user_pool_id(self.pool_id());
        let output = call.username(username).send().await.of("AdminGetUser")?;

        Ok(UserProfile {
            status: output.user_status().map(UserStatus::read),
            enabled: Some(output.enabled()),
            mfa: output.user_mfa_setting_list().to_vec(),
            preferred_mfa: output.preferred_mfa_setting().map(str::to_owned),
            ..UserProfile::new(output.username(), read_attributes(output.user_attributes()))
        })
    }

    /// Returns what a user can log in with (`AdminGetUserAuthFactors`).
    ///
    /// # Errors
    ///
    /// `UserNotFound`.
    pub async fn get_user_auth_factors(&self, username: &str) -> Result<AuthFactors, CognitoError> {
        let call = self.client().admin_get_user_auth_factors();
        let call = call.user_pool_id(self.pool_id()).username(username);
        let output = call.send().await.of("AdminGetUserAuthFactors")?;

        Ok(AuthFactors::read(
            output.configured_user_auth_factors(),
            output.user_mfa_setting_list(),
            output.preferred_mfa_setting(),
        ))
    }

    /// Sets a user's password, for good or until the next login (`AdminSetUserPassword`).
    ///
    /// # Errors
    ///
    /// `InvalidPassword`, `PasswordHistory`, `UserNotFound`.
    pub async fn set_password(
        &self,
        username: &str,
        password: &SecretString,
        permanent: bool,
    ) -> Result<(), CognitoError> {
        self.once()
            .admin_set_user_password()
            .user_pool_id(self.pool_id())
            .username(username)
            .password(password.expose_secret())
            .permanent(permanent)
            .send()
            .await
            .of("AdminSetUserPassword")?;
        Ok(())
    }

    /// Makes a user choose a new password, with a code that is sent (`AdminResetUserPassword`).
    ///
    /// # Errors
    ///
    /// `UserNotFound`; `NoVerifiedAddress`; `UnsupportedUserState`.
    pub async fn reset_password(&self, username: &str) -> Result<(), CognitoError> {
        self.once()
            .admin_reset_user_password()
            .user_pool_id(self.pool_id())
            .username(username)
            .set_client_metadata(self.cognito.context.client_metadata())
            .send()
            .await
            .of("AdminResetUserPassword")?;
        Ok(())
    }

    /// Confirms a sign-up without a code (`AdminConfirmSignUp`).
    ///
    /// # Errors
    ///
    /// `UserNotFound`; `AlreadyConfirmed`.
    pub async fn confirm_sign_up(&self, username: &str) -> Result<(), CognitoError> {
        self.once()
            .admin_confirm_sign_up()
            .user_pool_id(self.pool_id())
            .username(username)
            .set_client_metadata(self.cognito.context.client_metadata())
            .send()
            .await
            .of("AdminConfirmSignUp")?;
        Ok(())
    }

    /// Changes attributes of a user, also those that the app client may not write
    /// (`AdminUpdateUserAttributes`).
    ///
    /// # Errors
    ///
    /// `UserNotFound`, `AliasExists`, `InvalidParameter`.
    pub async fn update_profile(
        &self,
        username: &str,
        attributes: &Attributes,
    ) -> Result<(), CognitoError> {
        self.client()
            .admin_update_user_attributes()
            .user_pool_id(self.pool_id())
            .username(username)
            .set_user_attributes(write_attributes(attributes))
            .set_client_metadata(self.cognito.context.client_metadata())
            .send()
            .await
            .of("AdminUpdateUserAttributes")?;
        Ok(())
    }

    /// Deletes attributes of a user (`AdminDeleteUserAttributes`).
    ///
    /// # Errors
    ///
    /// `UserNotFound`, `InvalidParameter`.
    pub async fn delete_attributes(
        &self,
        username: &str,
        names: &[&str],
    ) -> Result<(), CognitoError> {
        let names = names.iter().map(|name| (*name).to_owned()).collect();

        self.client()
            .admin_delete_user_attributes()
            .user_pool_id(self.pool_id())
            .username(username)
            .set_user_attribute_names(Some(names))
            .send()
            .await
            .of("AdminDeleteUserAttributes")?;
        Ok(())
    }
}

/// Writes a method for an operation that takes a username and returns nothing.
macro_rules! user_operations {
    ($($(#[$doc:meta])* $method:ident: $operation:ident = $name:literal,)*) => {
        impl Admin {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                ///
                /// `UserNotFound`.
                pub async fn $method(&self, username: &str) -> Result<(), CognitoError> {
                    let call = self.once().$operation().user_pool_id(self.pool_id());
                    call.username(username).send().await.of($name)?;
                    Ok(())
                }
            )*
        }
    };
}

user_operations! {
    /// Deletes a user (`AdminDeleteUser`).
    delete_user: admin_delete_user = "AdminDeleteUser",
    /// Keeps a user from logging in (`AdminDisableUser`). Tokens stay good until they expire.
    disable_user: admin_disable_user = "AdminDisableUser",
    /// Enables a user who was disabled (`AdminEnableUser`).
    enable_user: admin_enable_user = "AdminEnableUser",
    /// Signs a user out everywhere (`AdminUserGlobalSignOut`).
    global_sign_out: admin_user_global_sign_out = "AdminUserGlobalSignOut",
}
