use super::profile::read_attributes;
use super::{Cognito, CognitoError, CognitoErrorKind, UserProfile, UserStatus};

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

    /// Fails early and clearly where the SDK would look for credentials that nobody gave.
    pub(super) fn require_credentials(&self, operation: &'static str) -> Result<(), CognitoError> {
        if self.inner.has_credentials {
            return Ok(());
        }

        Err(CognitoError::new(
            CognitoErrorKind::MissingCredentials,
            operation,
            "give the client AWS credentials with `CognitoBuilder::with_credentials`",
        ))
    }
}
