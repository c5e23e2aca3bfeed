use aws_sdk_cognitoidentityprovider::types::AuthFactorType;

use crate::cognito::call::CallResult;
use crate::cognito::{CognitoError, CognitoUser};

/// What a user can log in with.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct AuthFactors {
    /// What the user has, by the API's names: `PASSWORD`, `EMAIL_OTP`, `SMS_OTP`, `WEB_AUTHN`,
    /// `SOFTWARE_TOKEN`.
    pub configured: Vec<String>,
    /// The MFA methods that are switched on, by their names in the API.
    pub mfa: Vec<String>,
    /// The MFA method that Cognito asks for first.
    pub preferred_mfa: Option<String>,
}

impl AuthFactors {
    pub(in crate::cognito) fn read(
        configured: &[AuthFactorType],
        mfa: &[String],
        preferred_mfa: Option<&str>,
    ) -> Self {
        let configured = configured.iter();

        Self {
            configured: configured
                .map(|factor| factor.as_str().to_owned())
                .collect(),
            mfa: mfa.to_vec(),
            preferred_mfa: preferred_mfa.map(str::to_owned),
        }
    }
}

impl CognitoUser {
    /// Returns what the user can log in with (`GetUserAuthFactors`).
    ///
    /// # Errors
    ///
    /// `TokenRefused`: the access token is no longer good.
    pub async fn get_user_auth_factors(&self) -> Result<AuthFactors, CognitoError> {
        let call = self.cognito().inner.client.get_user_auth_factors();
        let call = call.access_token(self.tokens().access.expose());
        let output = call.send().await.of("GetUserAuthFactors")?;

        Ok(AuthFactors::read(
            output.configured_user_auth_factors(),
            output.user_mfa_setting_list(),
            output.preferred_mfa_setting(),
        ))
    }
}
