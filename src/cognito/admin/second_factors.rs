use super::Admin;
use crate::cognito::call::CallResult;
use crate::cognito::{CognitoError, MfaPreference};

/// Second factors, e.g. of a user who has lost the phone.
impl Admin {
    /// Switches a user's MFA methods on or off (`AdminSetUserMFAPreference`).
    ///
    /// # Errors
    ///
    /// `UserNotFound`; `MfaMethodNotFound`: a method that the user has not enrolled, or has no
    /// address for.
    pub async fn set_user_mfa_preference(
        &self,
        username: &str,
        preference: &MfaPreference,
    ) -> Result<(), CognitoError> {
        self.client()
            .admin_set_user_mfa_preference()
            .user_pool_id(self.pool_id())
            .username(username)
            .set_email_mfa_settings(preference.email_settings())
            .set_sms_mfa_settings(preference.sms_settings())
            .set_software_token_mfa_settings(preference.software_token_settings())
            .send()
            .await
            .of("AdminSetUserMFAPreference")?;
        Ok(())
    }

    /// Deletes a user's authenticator app (`AdminDeleteSoftwareToken`). Where a second factor is
    /// required, the next login sets up another.
    ///
    /// # Errors
    ///
    /// `UserNotFound`; `MfaMethodNotFound`: the user has no authenticator app.
    pub async fn delete_software_token(&self, username: &str) -> Result<(), CognitoError> {
        let call = self.once().admin_delete_software_token();
        let call = call.user_pool_id(self.pool_id()).username(username);
        call.send().await.of("AdminDeleteSoftwareToken")?;
        Ok(())
    }
}
